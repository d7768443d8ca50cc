package talosctl

import (
	"context"

	"github.com/talos-os/talos/pkg/machinery/client"
)

// bootID is another one after each boot.
func bootID(ctx context.Context, c *client.Client) (string, error) {
	var s struct {
		BootID string `yaml:"bootID"`
	}

	if err := c.Spec(ctx, "runtime", "BootIDs.runtime.talos.dev", "boot-id", &s); err != nil {
		return "", err
	}

	return s.BootID, nil
}
