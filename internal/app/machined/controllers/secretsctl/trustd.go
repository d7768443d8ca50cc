package secretsctl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

// apiView is what certificates of the node's own services depend on.
type apiView struct {
	role  machine.Type
	root  *secrets.OSRootSpec
	names *secrets.CertSANSpec
}

func apiInputs() []cosi.Input {
	return controller.In(
		secrets.OSRootSecrets.Weak(idOf(secrets.OSRootID)),
		secrets.CertSANs.Weak(idOf(secrets.CertSANAPIID)),
		machineconfig.MachineTypes.Weak(idOf(machineconfig.MachineTypeID)),
		network.NetworkStatuses.Weak(idOf(network.StatusID)),
		// A clock that jumps ends or revives certificates: look at them then.
		timesync.TimeStatuses.Weak(idOf(timesync.StatusID)),
	)
}

func observeAPI(ctx context.Context, r cosi.Reader) (v apiView, err error) {
	role, err := find(ctx, r, machineconfig.MachineTypes, machineconfig.MachineTypeID)
	if err != nil {
		return v, err
	}

	if role != nil {
		v.role = role.Type
	}

	if v.root, err = find(ctx, r, secrets.OSRootSecrets, secrets.OSRootID); err != nil {
		return v, err
	}

	v.names, err = find(ctx, r, secrets.CertSANs, secrets.CertSANAPIID)

	return v, err
}

// Trustd issues the certificate of trustd on control plane nodes.
func Trustd(d Deps) controller.Controller {
	type view struct {
		apiView
		have *secrets.TrustdCertsSpec
	}

	return issuing("secrets.TrustdController", apiInputs(), secrets.TrustdCertificates.Exclusive(), d.Now,
		func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.apiView, err = observeAPI(ctx, r); err != nil {
				return v, err
			}

			v.have, err = find(ctx, r, secrets.TrustdCertificates, secrets.TrustdID)

			return v, err
		},
		func(v view) *wanted {
			if !v.role.IsControlPlane() || v.root == nil || v.names == nil {
				return nil
			}

			w := &wanted{
				leaves: map[string]leaf{"server": {
					CA: v.root.IssuingCA, CommonName: v.names.FQDN, IPs: v.names.IPs, DNSNames: v.names.DNSNames,
					Lifetime: DayLifetime, Usage: serverAuth,
				}},
				item: func(c map[string]pair) controller.Item {
					return controller.Want(secrets.TrustdCertificates, secrets.TrustdID,
						secrets.TrustdCertsSpec{AcceptedCAs: v.root.AcceptedCAs, Server: c["server"]})
				},
			}

			if v.have != nil {
				w.have = map[string]pair{"server": v.have.Server}
			}

			return w
		})
}
