package k8sctl

import (
	"context"
	"errors"
	"os"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
)

// KubeletStatus says with which image the kubelet was last wanted.
func KubeletStatus() controller.Controller {
	return controller.Derive[*k8s.KubeletSpec]{
		Name:    "k8s.KubeletStatusController",
		Inputs:  controller.In(k8s.KubeletSpecs.Weak()),
		Outputs: controller.Out(k8s.KubeletStatuses.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (*k8s.KubeletSpec, error) {
			return find(ctx, r, k8s.KubeletSpecs, k8s.KubeletID)
		},
		Plan: func(spec *k8s.KubeletSpec) ([]controller.Item, error) {
			if spec == nil {
				return nil, nil
			}

			return []controller.Item{controller.Want(k8s.KubeletStatuses, k8s.KubeletID, k8s.KubeletStatusSpec{Image: spec.Image})}, nil
		},
	}.Build()
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}

	return err
}
