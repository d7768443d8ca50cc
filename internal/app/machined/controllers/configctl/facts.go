package configctl

import (
	"context"
	"errors"
	"time"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/internal/app/machined/platform"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// facts answers the platform's questions from state.
type facts struct {
	st   state.State
	meta *meta.Store
}

var _ platform.Facts = facts{}

// hostnamePatience is how long a host name is waited for. A network that never
// gives one is usual.
const hostnamePatience = 3 * time.Second

func (f facts) Hostname(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, hostnamePatience)
	defer cancel()

	res, err := f.st.WatchFor(ctx, network.HostnameStatuses.Ref(network.HostnameID), state.WithEventTypes(state.Created, state.Updated))
	if err != nil {
		return ""
	}

	status, err := network.HostnameStatuses.Cast(res)
	if err != nil {
		return ""
	}

	return status.TypedSpec().Hostname
}

func (f facts) MAC(ctx context.Context) (string, error) {
	links, err := network.LinkStatuses.List(ctx, f.st)
	if err != nil {
		return "", err
	}

	for _, l := range links {
		spec := l.TypedSpec()

		// A kind is what virtual links have.
		if spec.Kind == "" && spec.OperationalState.String() == "up" && l.ID() != "lo" {
			return spec.HardwareAddr.String(), nil
		}
	}

	return "", errors.New("no physical network link is up")
}

func (f facts) WaitNetwork(ctx context.Context) error {
	_, err := f.st.WatchFor(ctx, network.NetworkStatuses.Ref(network.StatusID), state.WithCondition(func(r resource.Resource) (bool, error) {
		status, err := network.NetworkStatuses.Cast(r)

		return err == nil && status.TypedSpec().AddressReady && status.TypedSpec().ConnectivityReady, nil
	}))

	return err
}

func (f facts) VolumesByLabel(ctx context.Context, label string) ([]string, error) {
	volumes, err := block.DiscoveredVolumes.List(ctx, f.st)
	if err != nil {
		return nil, err
	}

	var out []string

	for _, v := range volumes {
		if v.TypedSpec().Label == label {
			out = append(out, v.TypedSpec().DevPath)
		}
	}

	return out, nil
}

func (f facts) Meta(tag meta.Tag) (string, bool) {
	v, ok := f.meta.Read(tag)

	return string(v), ok
}
