package services

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/sys/cgroup"
)

// fifoDir has the pipes of containers' output.
const fifoDir = "/run/machined/fifo"

// pullPause is between attempts to pull a service's image.
const pullPause = 10 * time.Second

// Container runs a container in containerd's namespace for the system's own.
type Container struct {
	Client *criclient.Client
	criclient.Container
	Limits cgroup.Limits
	Cgroup cgroup.Group
}

func (c Container) String() string { return "container " + c.ID }

// Run implements Runner.
func (c Container) Run(ctx context.Context, up func(int)) error {
	if err := c.Cgroup.Create(c.Limits); err != nil {
		slog.Warn("service runs without some of its limits", "service", c.ID, "error", err)
	}

	return c.Client.Run(ctx, c.Container, up)
}

// pull fetches a service's image, as long as it takes: a registry that is away
// is no reason to pause longer and longer. One that is there is not asked for
// again, so that a node starts without its registry.
func pull(ctx context.Context, client *criclient.Client, image string) error {
	for {
		if has, err := client.Has(ctx, criclient.System, image); err == nil && has {
			return nil
		}

		Report(ctx, "Pulling image "+image)

		err := client.Pull(ctx, criclient.System, image)
		if err == nil || ctx.Err() != nil {
			return err
		}

		slog.Warn("cannot pull image, will retry", "image", image, "error", err)
		Report(ctx, fmt.Sprintf("Cannot pull image, will retry: %v", err))

		select {
		case <-ctx.Done():
			return fmt.Errorf("%w, after: %w", ctx.Err(), err)
		case <-time.After(pullPause):
		}
	}
}
