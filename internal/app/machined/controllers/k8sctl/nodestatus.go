package k8sctl

import (
	"context"
	"net/netip"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
)

// NodeStatus follows the node's own object in Kubernetes.
func NodeStatus(d Deps) controller.Controller {
	const name = "k8s.NodeStatusController"

	return watching{
		name:    name,
		inputs:  append(credentialInputs(), k8s.Nodenames.Weak(idOf(k8s.NodenameID))),
		outputs: controller.Out(k8s.NodeStatuses.Exclusive()),
		target: func(ctx context.Context, rt cosi.Runtime) (t target, err error) {
			nodename, err := find(ctx, rt, k8s.Nodenames, k8s.NodenameID)
			if err != nil || nodename == nil || nodename.SkipNodeRegistration {
				return t, err
			}

			t.path, t.selector = "/api/v1/nodes", "metadata.name="+nodename.Nodename
			t.credentials, err = observeCredentials(ctx, rt, d.Root)

			return t, err
		},
		write: func(ctx context.Context, rt cosi.Runtime, nodes []kubeclient.Object) error {
			if len(nodes) == 0 {
				return retain(ctx, rt, k8s.NodeStatuses, name)
			}

			status := nodeStatus(nodes[0])

			if err := modify(ctx, rt, k8s.NodeStatuses, status.Nodename, status); err != nil {
				return err
			}

			return retain(ctx, rt, k8s.NodeStatuses, name, status.Nodename)
		},
	}.build()
}

func nodeStatus(node kubeclient.Object) k8s.NodeStatusSpec {
	md, spec, status := field(node, "metadata"), field(node, "spec"), field(node, "status")

	out := k8s.NodeStatusSpec{
		Nodename:    text(md, "name"),
		Labels:      texts(field(md, "labels")),
		Annotations: texts(field(md, "annotations")),
	}

	out.Unschedulable, _ = spec["unschedulable"].(bool) //nolint:errcheck

	for _, c := range list(status, "conditions") {
		if text(c, "type") == "Ready" {
			out.NodeReady = text(c, "status") == "True"
		}
	}

	cidrs, _ := spec["podCIDRs"].([]any) //nolint:errcheck
	for _, c := range cidrs {
		s, _ := c.(string) //nolint:errcheck
		if p, err := netip.ParsePrefix(s); err == nil {
			out.PodCIDRs = append(out.PodCIDRs, p)
		}
	}

	return out
}

// Reading objects: what is missing or of another type is the zero value.

func field(m map[string]any, key string) map[string]any {
	out, _ := m[key].(map[string]any) //nolint:errcheck

	return out
}

func text(m map[string]any, key string) string {
	out, _ := m[key].(string) //nolint:errcheck

	return out
}

func texts(m map[string]any) map[string]string {
	out := make(map[string]string, len(m))

	for k, v := range m {
		if s, ok := v.(string); ok {
			out[k] = s
		}
	}

	return out
}

func list(m map[string]any, key string) []map[string]any {
	items, _ := m[key].([]any) //nolint:errcheck

	var out []map[string]any

	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			out = append(out, o)
		}
	}

	return out
}
