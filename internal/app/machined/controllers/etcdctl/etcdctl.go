// Package etcdctl decides how this node takes part in etcd: which addresses it
// listens on and advertises, its credentials on disk, whether it starts a
// cluster, joins one or goes on with the data it has, and which member it is.
//
// The container itself is started by the services of machined, which ask
// [Starter.Prepare] what to run and call [Launch.Started] once it runs. The API's
// Bootstrap, leave and recover calls come in through [Starter] as well.
package etcdctl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
)

// UserID is what etcd runs as, and who owns its files.
const UserID = 60

// ServiceID is etcd's id among the node's services.
const ServiceID = "etcd"

// Paths of etcd on the node, which are the same in its container.
const (
	DataPath     = "/var/lib/etcd"
	SnapshotPath = "/var/lib/etcd.snapshot"
	PKIPath      = "/system/secrets/etcd"
)

// Controllers lists the package's controllers.
func Controllers() []controller.Controller {
	return []controller.Controller{Config(), Spec(), PKI(PKIPath), Member(), AdvertisedPeer()}
}

var idOf = kinds.ID

// find gives the spec of a running resource, nil when there is none.
func find[T any](ctx context.Context, r kinds.Reader, kind *kinds.Kind[T], id resource.ID) (*T, error) {
	res, err := kind.Find(ctx, r, id)
	if err != nil || res == nil || res.Metadata().Phase() != resource.PhaseRunning {
		return nil, err
	}

	return res.TypedSpec(), nil
}

func activeConfig(ctx context.Context, r cosi.Reader) (*config.Config, error) {
	spec, err := find(ctx, r, machineconfig.MachineConfigs, machineconfig.Active)
	if err != nil || spec == nil {
		return nil, err
	}

	return spec.Config(), nil
}
