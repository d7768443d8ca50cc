package secretsctl

import (
	"context"
	"fmt"
	"net/netip"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

type maintenanceView struct {
	requested bool
	have      *secrets.MaintenanceRootSpec
}

func (v maintenanceView) String() string {
	return fmt.Sprintf("requested %t, present %t", v.requested, v.have != nil)
}

// MaintenanceRoot makes the CA of the maintenance API, once per boot and only
// when it is asked for: it never leaves memory.
func MaintenanceRoot(d Deps) controller.Controller {
	type view = maintenanceView

	return controller.Reconcile[view, view]{
		Name:    "secrets.MaintenanceRootController",
		Inputs:  controller.In(runtime.MaintenanceServiceRequests.Weak()),
		Outputs: controller.Out(secrets.MaintenanceRootSecrets.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			requests, err := runtime.MaintenanceServiceRequests.List(ctx, r)
			if err != nil {
				return v, err
			}

			v.requested = len(requests) > 0
			v.have, err = find(ctx, r, secrets.MaintenanceRootSecrets, secrets.MaintenanceRootID)

			return v, err
		},
		Plan: func(v view) view { return v },
		Apply: func(_ context.Context, w *controller.Writer, v view) error {
			spec := v.have

			switch {
			case spec == nil && !v.requested:
				return nil
			case spec == nil:
				ca, err := x509.NewSelfSignedCertificateAuthority(
					x509.Organization("talos"),
					x509.NotBefore(d.Now().Add(-backdate)), x509.NotAfter(d.Now().Add(DecadeLifetime)))
				if err != nil {
					return fmt.Errorf("make maintenance CA: %w", err)
				}

				spec = &secrets.MaintenanceRootSpec{CA: x509.NewCertificateAndKeyFromCertificateAuthority(ca)}

				w.Log.Info("made a CA for maintenance mode")
			}

			return w.Want(controller.Want(secrets.MaintenanceRootSecrets, secrets.MaintenanceRootID, *spec))
		},
	}.Build()
}

// apidPort is where the API listens in every mode.
const apidPort = "50000"

// MaintenanceConfig says where the maintenance API listens: on all addresses.
func MaintenanceConfig() controller.Controller {
	const addresses = network.NodeAddressCurrentID

	return controller.Derive[[]netip.Addr]{
		Name:    "runtime.MaintenanceConfigController",
		Inputs:  controller.In(network.NodeAddresses.Weak(idOf(addresses))),
		Outputs: controller.Out(runtime.MaintenanceServiceConfigs.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (out []netip.Addr, err error) {
			spec, err := find(ctx, r, network.NodeAddresses, addresses)
			if err != nil || spec == nil {
				return nil, err
			}

			for _, p := range spec.Addresses {
				out = append(out, p.Addr())
			}

			return out, nil
		},
		Plan: func(addrs []netip.Addr) ([]controller.Item, error) {
			return []controller.Item{controller.Want(runtime.MaintenanceServiceConfigs, runtime.MaintenanceServiceConfigID,
				runtime.MaintenanceServiceConfigSpec{
					ListenAddress: ":" + apidPort, ReachableAddresses: addrs,
				})}, nil
		},
	}.Build()
}
