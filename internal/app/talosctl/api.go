package talosctl

import (
	"context"
	"errors"
	"fmt"

	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

// connection is a client and the nodes that the command is about; an empty
// list is the endpoint itself.
type connection struct {
	*client.Client
	nodes []string
}

// connect makes a client from the flags and the client configuration.
func (a *app) connect() (*connection, error) {
	cfg, err := talosconfig.Open(a.talosconfig)
	if err != nil {
		return nil, err
	}

	selected, err := cfg.Select(a.context)
	if err != nil {
		return nil, fmt.Errorf("%w; make one with `talosctl gen config` and `talosctl config merge`, or name a file with --talosconfig", err)
	}

	opts := []client.Option{client.WithContext(selected)}
	if len(a.endpoints) > 0 {
		opts = append(opts, client.WithEndpoints(a.endpoints...))
	}

	c, err := client.New(opts...)
	if err != nil {
		return nil, err
	}

	nodes := a.nodes
	if len(nodes) == 0 {
		nodes = selected.Nodes
	}

	return &connection{c, nodes}, nil
}

// connectInsecure makes a client for a node in maintenance mode, which has no
// CA that could vouch for it.
func (a *app) connectInsecure(fingerprints []string) (*connection, error) {
	where := a.endpoints
	if len(where) == 0 {
		where = a.nodes
	}

	if len(where) == 0 {
		return nil, errors.New("name the machine with --nodes: in maintenance mode there is no endpoint that could pass calls on")
	}

	c, err := client.New(client.WithMaintenance(fingerprints...), client.WithEndpoints(where...))
	if err != nil {
		return nil, err
	}

	return &connection{Client: c}, nil
}

// eachNode calls f for every node of the command, and joins what failed, each
// with the node's name.
func (c *connection) eachNode(ctx context.Context, f func(ctx context.Context, node string) error) error {
	if len(c.nodes) == 0 {
		return f(ctx, "")
	}

	var errs []error

	for _, n := range c.nodes {
		if err := f(client.WithNode(ctx, n), n); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", n, err))
		}
	}

	return errors.Join(errs...)
}
