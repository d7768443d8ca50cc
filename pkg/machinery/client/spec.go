package client

import (
	"context"
	"fmt"

	"github.com/cosi-project/runtime/pkg/resource"
	"go.yaml.in/yaml/v4"
)

// Spec reads a resource into a struct by the names of its YAML form. The
// packages of resource kinds would do it with types, and cost every start of a
// program that only looks at a few fields several milliseconds.
func (c *Client) Spec(ctx context.Context, namespace, typ, id string, into any) error {
	r, err := c.State.Get(ctx, resource.NewMetadata(namespace, typ, id, resource.VersionUndefined))
	if err != nil {
		return err
	}

	raw, err := yaml.Marshal(r.Spec())
	if err != nil {
		return err
	}

	if err = yaml.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("read %s %s: %w", typ, id, err)
	}

	return nil
}
