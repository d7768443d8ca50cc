package node

import (
	"slices"

	"github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/controllers/blockctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/clusterctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/crictl"
	"github.com/talos-os/talos/internal/app/machined/controllers/dnsctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/k8sctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/kernelctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/netctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/runtimectl"
	"github.com/talos-os/talos/internal/app/machined/controllers/secretsctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/timectl"
	"github.com/talos-os/talos/internal/app/machined/services"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
	"github.com/talos-os/talos/pkg/machinery/resources/cri"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
	"github.com/talos-os/talos/pkg/machinery/resources/files"
	"github.com/talos-os/talos/pkg/machinery/resources/hardware"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/perf"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

// groups are all kinds of state a node has.
var groups = []*kinds.Group{
	block.Kinds, cluster.Kinds, cri.Kinds, etcd.Kinds, files.Kinds, hardware.Kinds, k8s.Kinds, machineconfig.Kinds,
	network.Kinds, perf.Kinds, runtime.Kinds, secrets.Kinds, timesync.Kinds,
}

// controllerDeps is what controllers need besides state.
type controllerDeps struct {
	block    blockctl.Deps
	config   configctl.Deps
	kernel   kernelctl.Deps
	network  netctl.Deps
	runtime  runtimectl.Deps
	secrets  secretsctl.Deps
	time     timectl.Deps
	services *services.Manager
}

// controllers are all that reconcile a node. The zero value of the
// dependencies is enough to list them, which is how docs/controllers.md is made.
func controllers(d controllerDeps) []controller.Controller {
	return slices.Concat(
		blockctl.Controllers(d.block),
		clusterctl.Controllers(clusterctl.Deps{}),
		configctl.Controllers(d.config),
		crictl.Controllers(),
		dnsctl.Controllers(dnsctl.Deps{}),
		etcdctl.Controllers(),
		k8sctl.Controllers(k8sctl.Deps{}),
		kernelctl.Controllers(d.kernel),
		netctl.Controllers(d.network),
		runtimectl.Controllers(d.runtime),
		secretsctl.Controllers(d.secrets),
		timectl.Controllers(d.time),
		[]controller.Controller{services.Status(d.services)},
	)
}
