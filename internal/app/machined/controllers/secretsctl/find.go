package secretsctl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"

	kinds "github.com/talos-os/talos/pkg/machinery/resource"
)

var idOf = kinds.ID

// find gives the spec of a running resource, nil when there is none.
func find[T any](ctx context.Context, r cosi.Reader, kind *kinds.Kind[T], id resource.ID) (*T, error) {
	res, err := kind.Find(ctx, r, id)
	if err != nil || res == nil || res.Metadata().Phase() != resource.PhaseRunning {
		return nil, err
	}

	return res.TypedSpec(), nil
}
