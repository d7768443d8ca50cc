package runtimectl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// apiListenAddress is the API's, in every mode.
const apiListenAddress = ":50000"

type apiServiceView struct{ requested, configured bool }

// apiService tells apid how to serve. A machine with a config is served with
// certificates only, even while a request for maintenance is still around: the
// two must never overlap.
func apiService() controller.Controller {
	return controller.Derive[apiServiceView]{
		Name:    "runtime.APIServiceConfigController",
		Inputs:  controller.In(runtime.MaintenanceServiceRequests.Strong(), machineconfig.MachineConfigs.Weak()),
		Outputs: controller.Out(runtime.APIServiceConfigs.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v apiServiceView, err error) {
			requests, err := runtime.MaintenanceServiceRequests.List(ctx, r)
			if err != nil {
				return v, err
			}

			v.requested = len(controller.Running(requests)) > 0

			cfg, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Active)
			if err == nil && cfg != nil {
				v.configured = cfg.TypedSpec().Config().CompleteForBoot()
			}

			return v, err
		},
		Plan: planAPIService,
	}.Build()
}

func planAPIService(v apiServiceView) ([]controller.Item, error) {
	spec := runtime.APIServiceConfigSpec{ListenAddress: apiListenAddress}

	switch {
	case v.configured:
	case v.requested:
		spec.NodeRoutingDisabled, spec.ReadonlyRoleMode, spec.SkipVerifyingClientCert = true, true, true
	default:
		return nil, nil // nobody knows yet
	}

	return []controller.Item{controller.Want(runtime.APIServiceConfigs, runtime.APIServiceConfigID, spec)}, nil
}
