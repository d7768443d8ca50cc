package talosctl

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/metadata"
)

// drainNode moves the pods of a node away, and returns how to allow new ones again.
// Static pods and those of daemon sets stay: they belong to the node.
func (t *takingDown) drainNode(ctx context.Context) (undo func(), err error) {
	// Workers have no kubeconfig to give; the endpoint, of the control plane, does.
	raw, err := t.node.Kubeconfig(metadata.NewOutgoingContext(ctx, metadata.MD{}))
	if err != nil {
		return nil, fmt.Errorf("fetch a kubeconfig: %w", err)
	}

	kc, err := t.app.kubernetesClient(raw, "")
	if err != nil {
		return nil, err
	}

	var name struct {
		Name string `yaml:"nodename"`
	}

	if err = t.node.Client.Spec(ctx, "k8s", "Nodenames.kubernetes.talos.dev", "nodename", &name); err != nil {
		return nil, fmt.Errorf("ask for the node's name: %w", err)
	}

	if err = kc.Cordon(ctx, name.Name, true); err != nil {
		return nil, err
	}

	allow := func() {
		// Also when the wait was cut short: a node that takes no pods is easily forgotten.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()

		if err := kc.Cordon(ctx, name.Name, false); err != nil {
			t.say("still takes no pods: %v; `kubectl uncordon %s` changes that", err, name.Name)
		}
	}

	ctx, cancel := context.WithTimeout(ctx, t.drainTimeout)
	defer cancel()

	last := 0

	for {
		left, err := kc.Evict(ctx, name.Name)

		switch {
		case err == nil && len(left) == 0:
			t.say("drained")

			return allow, nil
		case err == nil && len(left) != last:
			t.say("%d pods to go: %s", len(left), strings.Join(left[:min(3, len(left))], ", "))

			last = len(left)
		}

		if sleep(ctx, poll) != nil {
			allow()

			return nil, errors.Join(fmt.Errorf("%d pods are still there after %s", last, t.drainTimeout), err)
		}
	}
}
