package secretsctl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/internal/controller"
)

type pair = *x509.PEMEncodedCertificateAndKey

// wanted is a plan to have certificates, and the resource that carries them.
type wanted struct {
	leaves map[string]leaf
	have   map[string]pair
	item   func(certs map[string]pair) controller.Item

	again time.Time
}

// CheckAgainAt is set while the plan is carried out.
func (w *wanted) CheckAgainAt() time.Time {
	if w == nil {
		return time.Time{}
	}

	return w.again
}

// issuing is a controller that keeps the certificates of one resource fresh.
// plan returns nil while something it needs is missing: then there are none.
func issuing[V any](
	name string, inputs []cosi.Input, out cosi.Output, now func() time.Time,
	observe func(ctx context.Context, r cosi.Reader) (V, error), plan func(V) *wanted,
) controller.Controller {
	return controller.Reconcile[V, *wanted]{
		Name:    name,
		Inputs:  inputs,
		Outputs: controller.Out(out),
		Observe: observe,
		Plan:    plan,
		Apply: func(_ context.Context, w *controller.Writer, p *wanted) error {
			if p == nil {
				return nil
			}

			k := keeper{now: now()}
			certs := map[string]pair{}

			var errs []error

			for _, name := range slices.Sorted(maps.Keys(p.leaves)) {
				crt, err := k.get(p.have[name], p.leaves[name])
				if err != nil {
					errs = append(errs, err)

					continue
				}

				certs[name] = crt
			}

			if err := errors.Join(errs...); err != nil {
				return err
			}

			if k.issued > 0 {
				w.Log.Info("issued certificates", "count", k.issued, "renew", k.again.Format(time.RFC3339))
			}

			p.again = k.again

			return w.Want(p.item(certs))
		},
	}.Build()
}

// String names what is wanted; never the keys.
func (w *wanted) String() string {
	if w == nil {
		return "nothing yet"
	}

	return fmt.Sprint(slices.Sorted(maps.Keys(w.leaves)))
}
