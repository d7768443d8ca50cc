package talosctl

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/kube"
	"github.com/talos-os/talos/internal/provision"
	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
)

// localCluster is a cluster on its way up.
type localCluster struct {
	app                     *app
	state                   *provision.State
	say                     func(format string, args ...any)
	talosconfig, kubeconfig string
}

func (c *localCluster) writeTalosconfig(input *generate.Input, path string) error {
	raw, err := input.Talosconfig()
	if err != nil {
		return err
	}

	own, err := talosconfig.Parse(raw)
	if err != nil {
		return err
	}

	selected, err := own.Select("")
	if err != nil {
		return err
	}

	selected.Endpoints = nil

	for _, n := range c.state.Nodes {
		if n.ControlPlane {
			selected.Endpoints = append(selected.Endpoints, net.JoinHostPort("127.0.0.1", strconv.Itoa(n.APIPort)))
		}
	}

	if c.talosconfig = path; path == "" {
		c.talosconfig = filepath.Join(c.state.Dir(), "talosconfig")
	}

	merged, err := talosconfig.Open(c.talosconfig)
	if err != nil {
		return err
	}

	merged.Merge(own)

	return merged.Save(c.talosconfig)
}

// wait calls try until it succeeds, telling about a new reason for waiting at
// most every 15 seconds, so that a slow step is seen to be alive.
func (c *localCluster) wait(ctx context.Context, what string, try func(ctx context.Context) error) error {
	var (
		last string
		told time.Time
	)

	for {
		attempt, cancel := context.WithTimeout(ctx, 20*time.Second)
		err := try(attempt)

		cancel()

		if err == nil {
			return nil
		}

		if reason := err.Error(); reason != last && time.Since(told) > 15*time.Second {
			c.say("waiting for %s: %s", what, reason)

			last, told = reason, time.Now()
		}

		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w", what, err)
		case <-time.After(time.Second):
		}
	}
}

func (c *localCluster) bringUp(ctx context.Context, kubeconfigPath string) error {
	cfg, err := talosconfig.Open(c.talosconfig)
	if err != nil {
		return err
	}

	first := c.state.Nodes[0]

	// One node only: two that are bootstrapped are two clusters.
	api, err := client.New(client.WithConfig(cfg, ""), client.WithEndpoints(net.JoinHostPort("127.0.0.1", strconv.Itoa(first.APIPort))))
	if err != nil {
		return err
	}
	defer api.Close() //nolint:errcheck

	if err = c.wait(ctx, "the API of "+first.Name, func(ctx context.Context) error {
		_, err := api.Machine.Version(ctx, &emptypb.Empty{})

		return err
	}); err != nil {
		return err
	}

	c.say("the API of %s answers", first.Name)

	if err = c.wait(ctx, "bootstrap", func(ctx context.Context) error {
		_, err := api.Machine.Bootstrap(ctx, &machine.BootstrapRequest{})
		if status.Code(err) == codes.AlreadyExists {
			return nil
		}

		return err
	}); err != nil {
		return err
	}

	c.say("etcd is bootstrapped")

	var raw []byte

	if err = c.wait(ctx, "the kubeconfig", func(ctx context.Context) (err error) {
		raw, err = api.Kubeconfig(ctx)

		return err
	}); err != nil {
		return err
	}

	return c.waitKubernetes(ctx, raw, kubeconfigPath)
}

func (c *localCluster) waitKubernetes(ctx context.Context, raw []byte, path string) error {
	first := c.state.Nodes[0]
	server := "https://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(first.KubernetesPort))

	// The cluster's own address exists inside its network only.
	inside := "https://" + net.JoinHostPort(first.Address.String(), "6443")
	raw = []byte(strings.ReplaceAll(string(raw), inside, server))

	if c.kubeconfig = path; path == "" {
		c.kubeconfig = filepath.Join(c.state.Dir(), "kubeconfig")
	}

	if err := c.app.writeOutput(c.kubeconfig, raw, true); err != nil {
		return err
	}

	kc, err := kube.New(raw, server)
	if err != nil {
		return err
	}

	if err = c.wait(ctx, "the Kubernetes API", kc.Ready); err != nil {
		return err
	}

	c.say("the Kubernetes API is ready")

	ready := map[string]bool{}

	return c.wait(ctx, "the nodes", func(ctx context.Context) error {
		nodes, err := kc.Nodes(ctx)
		if err != nil {
			return err
		}

		var missing []string

		for _, n := range nodes {
			switch {
			case n.Ready && !ready[n.Name]:
				ready[n.Name] = true
				c.say("node %s is Ready", n.Name)
			case !n.Ready:
				missing = append(missing, n.Name+": "+n.Reason)
			}
		}

		if len(nodes) < len(c.state.Nodes) {
			missing = append(missing, fmt.Sprintf("%d of %d nodes are registered", len(nodes), len(c.state.Nodes)))
		}

		if len(missing) > 0 {
			return errors.New(strings.Join(missing, "; "))
		}

		return nil
	})
}
