package criclient

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/containerd/containerd/api/services/tasks/v1"
	"github.com/containerd/containerd/api/types/task"
	"golang.org/x/sys/unix"
)

// StopAll ends every running container of a namespace: what pods run first, each
// given grace to end by itself, then what holds the pods together. It is for the
// way down; nothing is removed, and the network is not asked to forget the pods.
func (c *Client) StopAll(ctx context.Context, namespace string, grace time.Duration) error {
	list, err := c.List(ctx, namespace)
	if err != nil {
		return err
	}

	ctx, a, err := c.in(ctx, namespace)
	if err != nil {
		return err
	}

	var errs []error

	for _, sandboxes := range []bool{false, true} {
		var (
			wg sync.WaitGroup
			mu sync.Mutex
		)

		for _, k := range list {
			if k.Sandbox != sandboxes || k.Status != task.Status_RUNNING.String() && k.Status != task.Status_PAUSED.String() {
				continue
			}

			wg.Go(func() {
				if err := a.end(ctx, k.InternalID, grace); err != nil {
					mu.Lock()
					defer mu.Unlock()

					errs = append(errs, fmt.Errorf("stop %s: %w", k.ID, err))
				}
			})
		}

		wg.Wait()
	}

	return errors.Join(errs...)
}

func (a api) end(ctx context.Context, id string, grace time.Duration) error {
	if err := a.kill(ctx, id, unix.SIGTERM); err != nil {
		return err
	}

	limit, cancel := context.WithTimeout(ctx, grace)
	defer cancel()

	_, err := a.tasks.Wait(limit, &tasks.WaitRequest{ContainerID: id})
	if err == nil || IsNotFound(err) || ctx.Err() != nil {
		return ctx.Err()
	}

	if err = a.kill(ctx, id, unix.SIGKILL); err != nil {
		return err
	}

	limit, cancel = context.WithTimeout(ctx, killTime)
	defer cancel()

	if _, err = a.tasks.Wait(limit, &tasks.WaitRequest{ContainerID: id}); err != nil && !IsNotFound(err) {
		return err
	}

	return nil
}

// Terminate asks a container to end.
func (c *Client) Terminate(ctx context.Context, namespace, id string) error {
	ctx, a, err := c.in(ctx, namespace)
	if err != nil {
		return err
	}

	return a.kill(ctx, id, unix.SIGTERM)
}
