package k8sctl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
)

// Annotations by which the node remembers what on its object is its own.
const (
	ownedLabels      = "talos.dev/owned-labels"
	ownedAnnotations = "talos.dev/owned-annotations"
	ownedTaints      = "talos.dev/owned-taints"
	cordonedKey      = "talos.dev/cordoned"
)

// nodeWant is what the node says about itself in Kubernetes.
type nodeWant struct {
	labels, annotations map[string]string
	taints              []k8s.NodeTaintSpec
	cordoned            bool
	// limited tells that the caller is the kubelet, whom the API server lets
	// change few labels and no taints.
	limited bool
}

type nodeApplyView struct {
	credentials nodeCredentials
	nodename    string
	present     bool
	want        nodeWant
}

func (v nodeApplyView) String() string {
	return fmt.Sprintf("%s: labels %v, %d annotations, taints %v, cordoned %t",
		v.nodename, v.want.labels, len(v.want.annotations), v.want.taints, v.want.cordoned)
}

// NodeApply brings labels, annotations, taints and the cordon to the node's
// object. What somebody else put there stays.
func NodeApply(d Deps) controller.Controller {
	return controller.Reconcile[nodeApplyView, nodeApplyView]{
		Name: "k8s.NodeApplyController",
		Inputs: append(credentialInputs(),
			k8s.NodeAnnotationSpecs.Weak(), k8s.NodeLabelSpecs.Weak(), k8s.NodeTaintSpecs.Weak(),
			k8s.NodeCordonedSpecs.Weak(), k8s.NodeStatuses.Weak(), k8s.Nodenames.Weak(idOf(k8s.NodenameID)),
		),
		Observe: func(ctx context.Context, r cosi.Reader) (nodeApplyView, error) { return observeNode(ctx, r, d.Root) },
		Plan:    func(v nodeApplyView) nodeApplyView { return v },
		Apply: func(ctx context.Context, w *controller.Writer, v nodeApplyView) error {
			if v.nodename == "" || !v.present || v.credentials.text == "" {
				return nil
			}

			return applyNode(ctx, w, v)
		},
	}.Build()
}

func observeNode(ctx context.Context, r cosi.Reader, root string) (v nodeApplyView, err error) {
	var errs [6]error

	nodename, err := find(ctx, r, k8s.Nodenames, k8s.NodenameID)
	if errs[0] = err; nodename != nil {
		v.nodename = nodename.Nodename
	}

	v.credentials, errs[1] = observeCredentials(ctx, r, root)
	v.want = nodeWant{labels: map[string]string{}, annotations: map[string]string{}, limited: !v.credentials.admin}

	labels, err := k8s.NodeLabelSpecs.List(ctx, r)
	errs[2] = err

	for _, l := range controller.Running(labels) {
		v.want.labels[l.TypedSpec().Key] = l.TypedSpec().Value
	}

	annotations, err := k8s.NodeAnnotationSpecs.List(ctx, r)
	errs[3] = err

	for _, a := range controller.Running(annotations) {
		v.want.annotations[a.TypedSpec().Key] = a.TypedSpec().Value
	}

	taints, err := k8s.NodeTaintSpecs.List(ctx, r)
	errs[4] = err

	for _, t := range controller.Running(taints) {
		v.want.taints = append(v.want.taints, *t.TypedSpec())
	}

	cordoned, err := find(ctx, r, k8s.NodeCordonedSpecs, k8s.NodeCordonedID)
	errs[5], v.want.cordoned = err, cordoned != nil

	if nodename != nil {
		status, err := find(ctx, r, k8s.NodeStatuses, v.nodename)
		if err != nil {
			return v, err
		}

		v.present = status != nil
	}

	return v, errors.Join(errs[:]...)
}

func applyNode(ctx context.Context, w *controller.Writer, v nodeApplyView) error {
	client, err := v.credentials.client()
	if err != nil {
		return err
	}

	defer client.Close()

	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	path := "/api/v1/nodes/" + url.PathEscape(v.nodename)

	for range 5 {
		var node kubeclient.Object
		if err = client.Get(ctx, path, &node); err != nil {
			return err
		}

		patch := nodePatch(node, v.want)
		if patch == nil {
			return nil
		}

		err = client.MergePatch(ctx, path, patch, nil)

		switch {
		case err == nil:
			w.Log.Info("changed node", "name", v.nodename)

			return nil
		case kubeclient.IsDenied(err) && v.want.limited:
			// Asking again changes nothing; the rest of the node works.
			w.Log.Warn("the API server does not let this node change itself so", "error", err)

			return nil
		case !kubeclient.IsConflict(err):
			return err
		}
	}

	return err
}

// nodePatch is a merge patch from the node as it is to what is wanted, nil when
// nothing is to change. It names the version it was made for.
func nodePatch(node kubeclient.Object, want nodeWant) map[string]any {
	md, spec := field(node, "metadata"), field(node, "spec")
	have := texts(field(md, "annotations"))

	annotations := map[string]any{}
	labels := own(texts(field(md, "labels")), want.labels, have, ownedLabels, annotations)

	for k, v := range own(have, want.annotations, have, ownedAnnotations, annotations) {
		annotations[k] = v
	}

	patchSpec := map[string]any{}

	if !want.limited {
		if taints, changed := ownTaints(list(spec, "taints"), want.taints, have, annotations); changed {
			patchSpec["taints"] = taints
		}
	}

	unschedulable, _ := spec["unschedulable"].(bool) //nolint:errcheck

	switch _, ours := have[cordonedKey]; {
	case want.cordoned && !ours && !unschedulable:
		patchSpec["unschedulable"] = true
		annotations[cordonedKey] = "true"
	case !want.cordoned && ours:
		patchSpec["unschedulable"] = nil
		annotations[cordonedKey] = nil
	}

	if len(labels)+len(annotations)+len(patchSpec) == 0 {
		return nil
	}

	out := map[string]any{"metadata": map[string]any{
		"resourceVersion": text(md, "resourceVersion"), "labels": labels, "annotations": annotations,
	}}

	if len(patchSpec) > 0 {
		out["spec"] = patchSpec
	}

	return out
}

// own compares one map with what is wanted of it. Keys that the node does not own
// and that have another value already are left to whoever set them. The new list
// of owned keys goes into annotations when it changed.
func own(have, want, remembered map[string]string, record string, annotations map[string]any) map[string]any {
	var before []string

	json.Unmarshal([]byte(remembered[record]), &before) //nolint:errcheck // unreadable means nothing is owned

	patch := map[string]any{}

	var now []string

	for _, k := range slices.Sorted(maps.Keys(want)) {
		value, exists := have[k]

		switch {
		case exists && value != want[k] && !slices.Contains(before, k):
			continue
		case !exists || value != want[k]:
			patch[k] = want[k]
		}

		now = append(now, k)
	}

	for _, k := range before {
		if _, still := want[k]; still {
			continue
		}

		if _, exists := have[k]; exists {
			patch[k] = nil
		}
	}

	remember(record, before, now, annotations)

	return patch
}

func remember(record string, before, now []string, annotations map[string]any) {
	switch {
	case slices.Equal(before, now):
	case len(now) == 0:
		annotations[record] = nil
	default:
		text, _ := json.Marshal(now) //nolint:errcheck // strings
		annotations[record] = string(text)
	}
}

func ownTaints(have []map[string]any, want []k8s.NodeTaintSpec, remembered map[string]string, annotations map[string]any) (out []any, changed bool) {
	var before []string

	json.Unmarshal([]byte(remembered[ownedTaints]), &before) //nolint:errcheck // unreadable means nothing is owned

	var now []string

	wanted := map[string]k8s.NodeTaintSpec{}
	for _, t := range want {
		wanted[t.Key] = t
		now = append(now, t.Key)
	}

	slices.Sort(now)

	for _, t := range have {
		key := text(t, "key")
		w, ok := wanted[key]

		switch {
		case !ok && slices.Contains(before, key):
			changed = true

			continue
		case ok && (text(t, "effect") != w.Effect || text(t, "value") != w.Value):
			changed = true

			continue // added below as it should be
		case ok:
			delete(wanted, key)
		}

		out = append(out, t)
	}

	for _, key := range slices.Sorted(maps.Keys(wanted)) {
		t := map[string]any{"key": key, "effect": wanted[key].Effect}
		if wanted[key].Value != "" {
			t["value"] = wanted[key].Value
		}

		out = append(out, t)
		changed = true
	}

	remember(ownedTaints, before, now, annotations)

	if out == nil {
		out = []any{}
	}

	return out, changed
}
