package netctl

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

type hostnameKernel interface {
	SetHostname(host, domain string) error
}

// hostnameConfig makes the name of the machine out of the config, the kernel
// arguments and, by default, its identity.
func hostnameConfig(cl cmdline) controller.Controller {
	return controller.Derive[hostnameView]{
		Name: "network.HostnameConfigController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active)),
			network.NodeAddresses.Weak(kinds.ID(network.NodeAddressDefaultID)),
			network.HardwareAddresses.Weak(kinds.ID(network.FirstHardwareAddr)),
			cluster.Identities.Weak(kinds.ID(cluster.LocalIdentity)),
		),
		Outputs: controller.Out(network.HostnameSpecs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v hostnameView, err error) {
			v.cmdline, _ = cl.hostnames()

			if v.config, err = machineConfig(ctx, r); err != nil {
				return v, err
			}

			if id, err := cluster.Identities.Find(ctx, r, cluster.LocalIdentity); err != nil {
				return v, err
			} else if id != nil {
				v.identity = id.TypedSpec().NodeID
			}

			if hw, err := network.HardwareAddresses.Find(ctx, r, network.FirstHardwareAddr); err != nil {
				return v, err
			} else if hw != nil {
				v.mac = hw.TypedSpec().HardwareAddr.String()
			}

			if a, err := network.NodeAddresses.Find(ctx, r, network.NodeAddressDefaultID); err != nil {
				return v, err
			} else if a != nil && len(a.TypedSpec().Addresses) > 0 {
				v.address = a.TypedSpec().Addresses[0].Addr()
			}

			return v, nil
		},
		Plan: func(v hostnameView) ([]controller.Item, error) {
			var items []controller.Item

			for _, s := range planHostnames(v) {
				items = append(items, wantLayered(network.HostnameSpecs, s.ConfigLayer, network.HostnameID, s))
			}

			return items, nil
		},
	}.Build()
}

type hostnameView struct {
	config                 *config.Config
	cmdline, identity, mac string
	address                netip.Addr
}

func planHostnames(v hostnameView) []network.HostnameSpec {
	var out []network.HostnameSpec

	add := func(name string, layer network.ConfigLayer) {
		if s, ok := splitHostname(name); ok {
			s.ConfigLayer = layer
			out = append(out, s)
		}
	}

	stable := true

	if v.config != nil {
		m := v.config.Effective().Machine
		stable = document.Or(m.Features.StableHostname, true)
		add(m.Network.Hostname, network.ConfigLayerConfiguration)
	}

	add(v.cmdline, network.ConfigLayerCmdline)

	switch {
	case stable && v.identity != "":
		add(stableHostname(v.identity), network.ConfigLayerDefault)
	case stable && v.mac != "":
		// Without a config there is no identity yet. The card's address is the
		// next best thing that stays the same from boot to boot.
		add(stableHostname(v.mac), network.ConfigLayerDefault)
	case !stable && autoHostname(v.config) && v.address.IsValid():
		add("talos-"+strings.NewReplacer(".", "-", ":", "-").Replace(v.address.StringExpanded()), network.ConfigLayerDefault)
	}

	return out
}

// autoHostname tells "auto: off", which asks for no default at all, from a main
// document without the feature, which asks for the older default.
func autoHostname(c *config.Config) bool {
	if c == nil {
		return true
	}

	d, ok := config.Doc[document.HostnameConfig](c)

	return !ok || d.Auto != "off"
}

// stableHostname is "talos-xxx-xxx" from whatever identifies the machine.
func stableHostname(id string) string {
	sum := sha256.Sum256([]byte(id))
	text := fmt.Sprintf("%06s", new(big.Int).SetBytes(sum[:]).Text(36))
	text = text[len(text)-6:] // the leading digits are not evenly spread

	return "talos-" + text[:3] + "-" + text[3:]
}

// hostnameSize is the longest name that the kernel (HOST_NAME_MAX, 64) and DNS
// (63 per label) take.
const hostnameSize = 63

// splitHostname tells the host from its domain, and refuses what is no name.
func splitHostname(name string) (network.HostnameSpec, bool) {
	host, domain, _ := strings.Cut(strings.TrimSuffix(strings.ToLower(name), "."), ".")
	if host == "" || len(host) > hostnameSize || strings.HasPrefix(host, "-") || strings.HasSuffix(host, "-") {
		return network.HostnameSpec{}, false
	}

	for _, r := range host + domain {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-.", r) {
			return network.HostnameSpec{}, false
		}
	}

	return network.HostnameSpec{Hostname: host, Domainname: domain}, true
}

// hostnameSpec gives the name to the kernel and reports it.
func hostnameSpec(k hostnameKernel) controller.Controller {
	return controller.Reconcile[hostnamesView, hostnamePlan]{
		Name:    "network.HostnameSpecController",
		Inputs:  controller.In(network.HostnameSpecs.Strong()),
		Outputs: controller.Out(network.HostnameStatuses.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (hostnamesView, error) {
			list, err := network.HostnameSpecs.List(ctx, r)

			return hostnamesView{running(list)}, err
		},
		Plan: func(v hostnamesView) (p hostnamePlan) {
			if len(v.specs) > 0 {
				p.name = &v.specs[0]
			}

			return p
		},
		Apply: applyHostname(k),
	}.Build()
}

type hostnamesView struct{ specs []network.HostnameSpec }

type hostnamePlan struct{ name *network.HostnameSpec }

func (p hostnamePlan) String() string {
	if p.name == nil {
		return "no hostname"
	}

	return "hostname " + p.name.Hostname + " domain " + p.name.Domainname
}

func applyHostname(k hostnameKernel) func(context.Context, *controller.Writer, hostnamePlan) error {
	var last network.HostnameSpec

	return func(_ context.Context, w *controller.Writer, p hostnamePlan) error {
		if p.name == nil {
			return nil
		}

		if last.Hostname != p.name.Hostname || last.Domainname != p.name.Domainname {
			domain := p.name.Domainname
			if domain == "" {
				domain = "(none)" // what the kernel calls it
			}

			if err := k.SetHostname(p.name.Hostname, domain); err != nil {
				return err
			}

			w.Log.Info("set hostname", "hostname", p.name.Hostname, "domainname", p.name.Domainname, "layer", p.name.ConfigLayer.String())
			last = *p.name
		}

		return w.Want(controller.Want(network.HostnameStatuses, network.HostnameID, network.HostnameStatusSpec{
			Hostname: p.name.Hostname, Domainname: p.name.Domainname,
		}))
	}
}
