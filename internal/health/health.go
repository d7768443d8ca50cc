// Package health says whether a cluster works: the API of every node, its stage
// and services, that the members of etcd agree, and that Kubernetes answers and
// its nodes are ready.
//
// It asks what anybody can ask over the API of one control plane node. talosctl
// runs it at a person's desk, machined for a client that wants it run in the cluster.
package health

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/talos-os/talos/internal/kube"
	"github.com/talos-os/talos/pkg/machinery/client"
)

// Options are the nodes to check and how.
type Options struct {
	// ControlPlanes are addresses; without any it is who is in etcd.
	ControlPlanes []string
	// Workers are addresses; without any it is the other nodes of Kubernetes.
	Workers []string
	// Poll is how long to wait between two attempts.
	Poll time.Duration
	// Explain puts an error into words; nil is the error's own.
	Explain func(error) string
	// Kubeconfig gives an administrator's; nil asks a control plane node for it.
	Kubeconfig func(ctx context.Context) ([]byte, error)
	// Kubernetes makes a client from a kubeconfig; nil is for one that goes where
	// the kubeconfig says.
	Kubernetes func(kubeconfig []byte) (*kube.Client, error)
}

// Check tries one check after the other until it succeeds or ctx ends. tell gets
// a line whenever what it waits for changes.
func Check(ctx context.Context, c *client.Client, o Options, tell func(line string)) error {
	if o.Explain == nil {
		o.Explain = error.Error
	}

	if o.Kubernetes == nil {
		o.Kubernetes = func(kubeconfig []byte) (*kube.Client, error) { return kube.New(kubeconfig, "") }
	}

	h := &checkup{Client: c, options: o, controlPlanes: o.ControlPlanes, workers: o.Workers}

	if len(h.controlPlanes) == 0 {
		if err := h.check(ctx, "control plane nodes found in etcd", h.findControlPlanes, tell); err != nil {
			return err
		}
	}

	for _, step := range []struct {
		what string
		try  func(ctx context.Context) error
	}{
		{"control plane nodes running", func(ctx context.Context) error { return h.running(ctx, h.controlPlanes) }},
		{"services of the control plane healthy", func(ctx context.Context) error { return h.services(ctx, h.controlPlanes) }},
		{"members of etcd agree", h.etcdAgrees},
		{"Kubernetes API ready", h.kubernetesReady},
		{"nodes of Kubernetes ready", h.nodesReady},
		{"worker nodes running", func(ctx context.Context) error { return h.running(ctx, h.workers) }},
		{"services of the workers healthy", func(ctx context.Context) error { return h.services(ctx, h.workers) }},
	} {
		if err := h.check(ctx, step.what, step.try, tell); err != nil {
			return err
		}
	}

	tell(fmt.Sprintf("all is well: %d control plane and %d worker nodes", len(h.controlPlanes), len(h.workers)))

	return nil
}

// attempt bounds one try in polls: a node that is gone must not use up all the time.
const attempt = 10

func (h *checkup) check(ctx context.Context, what string, try func(ctx context.Context) error, tell func(string)) error {
	var (
		last  string
		cause error
	)

	for {
		once, cancel := context.WithTimeout(ctx, attempt*h.options.Poll)
		err := try(once)

		cancel()

		if err == nil {
			tell(what + ": OK")

			return nil
		}

		// A try that the end of the time has cut short says nothing about the cluster.
		if ctx.Err() != nil && cause != nil {
			return fmt.Errorf("%s: %w", what, cause)
		}

		cause = err

		if reason := strings.ReplaceAll(h.options.Explain(err), "\n", ";"); reason != last {
			tell(what + ": waiting: " + reason)

			last = reason
		}

		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", what, err)
		case <-time.After(h.options.Poll):
		}
	}
}

// MachineStatus is the stage of a machine and what it lacks to be ready there.
func MachineStatus(ctx context.Context, c *client.Client) (stage, unmet string, err error) {
	var s struct {
		Stage  string `yaml:"stage"`
		Status struct {
			Ready           bool `yaml:"ready"`
			UnmetConditions []struct {
				Name   string `yaml:"name"`
				Reason string `yaml:"reason"`
			} `yaml:"unmetConditions"`
		} `yaml:"status"`
	}

	if err = c.Spec(ctx, "runtime", "MachineStatuses.runtime.talos.dev", "machine", &s); err != nil {
		return "", "", err
	}

	var reasons []string
	for _, u := range s.Status.UnmetConditions {
		reasons = append(reasons, u.Name+": "+u.Reason)
	}

	if len(reasons) == 0 && !s.Status.Ready {
		reasons = []string{"not ready yet"}
	}

	return s.Stage, strings.Join(reasons, "; "), nil
}
