// Package secretsctl derives every secret of the node: roots from the machine
// config, names to put into certificates from host name and addresses, and the
// certificates themselves, issued again before they end or when what they say
// changes.
//
// Others only read: apid and trustd their certificates, etcdctl and k8sctl what
// they write to files.
package secretsctl

import (
	"context"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

// Signer asks trustd on a control plane node to sign a certificate request. It
// tries the addresses in turn. The answer has all CAs the cluster accepts, and
// the certificate, both PEM.
type Signer func(ctx context.Context, addrs []string, acceptedCAs []byte, token string, csr []byte) (ca, crt []byte, err error)

// Deps are what the controllers need besides state.
type Deps struct {
	// Trustd signs a worker's certificate.
	Trustd Signer
	// Now is time.Now unless a test sets it.
	Now func() time.Time
}

// Controllers lists the package's controllers.
func Controllers(d Deps) []controller.Controller {
	if d.Now == nil {
		d.Now = time.Now
	}

	return []controller.Controller{
		RootOS(), RootKubernetes(), RootEtcd(), Kubelet(), MaintenanceRoot(d), MaintenanceConfig(),
		APICertSANs(), KubernetesCertSANs(), MaintenanceCertSANs(),
		API(d), Trustd(d), Etcd(d), Kubernetes(d), KubernetesDynamicCerts(d),
	}
}

// activeConfig is the config in force, nil while there is none.
func activeConfig(ctx context.Context, r cosi.Reader) (*config.Config, error) {
	res, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Active)
	if err != nil || res == nil {
		return nil, err
	}

	return res.TypedSpec().Config(), nil
}

func timeSynced(ctx context.Context, r cosi.Reader) (bool, error) {
	res, err := timesync.TimeStatuses.Find(ctx, r, timesync.StatusID)
	if err != nil || res == nil {
		return false, err
	}

	return res.TypedSpec().Synced || res.TypedSpec().SyncDisabled, nil
}
