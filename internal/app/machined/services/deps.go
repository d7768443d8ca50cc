package services

import (
	"context"
	"net"
	"os"

	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/app/machined/logs"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// Names of the services.
const (
	MachinedID = "machined"
	UdevdID    = "udevd"
	ApidID     = "apid"
	TrustdID   = "trustd"
	CRIID      = "cri"
	EtcdID     = etcdctl.ServiceID
	KubeletID  = "kubelet"
)

// Deps are what the services of a node are made with.
type Deps struct {
	State state.State
	Logs  *logs.Manager
	CRI   *criclient.Client
	Etcd  *etcdctl.Starter
}

// All declares the services a node can have.
func All(d Deps) []Service {
	return []Service{Machined(), Udevd(d), Apid(d), Trustd(d), CRI(d), Etcd(d), Kubelet(d)}
}

// mounted waits for a volume that the system itself asked for.
func (d Deps) mounted(volumes ...string) []Condition {
	var out []Condition

	for _, v := range volumes {
		out = append(out, When("volume "+v, Exists(d.State, block.VolumeMountStatuses, "system-"+v, nil).Wait))
	}

	return out
}

// environment is what every process gets, and what the machine config adds.
func (d Deps) environment(ctx context.Context) ([]string, error) {
	env := []string{
		"PATH=/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/cni/bin",
		"TERM=linux",
		"XDG_RUNTIME_DIR=/run",
	}

	list, err := runtime.Environments.List(ctx, d.State)
	if err != nil {
		return nil, err
	}

	for _, e := range list {
		env = append(env, e.TypedSpec().Variables...)
	}

	return env, nil
}

// connects is a health check: somebody listens.
func connects(network, address string) func(context.Context) error {
	return func(ctx context.Context) error {
		var d net.Dialer

		conn, err := d.DialContext(ctx, network, address)
		if err != nil {
			return err
		}

		return conn.Close()
	}
}

func makeDirs(mode os.FileMode, dirs ...string) error {
	for _, dir := range dirs {
		if err := os.MkdirAll(dir, mode); err != nil {
			return err
		}
	}

	return nil
}
