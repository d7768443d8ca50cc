package k8sctl

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/etcdclient"
	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

const (
	manifestLock       = "talos:v1:manifestApplyMutex"
	fieldManager       = "talos"
	inventoryNamespace = "kube-system"
	inventoryName      = "talos-bootstrap-manifests-inventory"
	inventoryLabel     = "cli-utils.sigs.k8s.io/inventory-id"
)

// Pauses of the applier.
const (
	readyPause    = 2 * time.Second
	readyPatience = time.Minute
	// brokenPause is before what the API server refused is tried again: it may
	// have been about something that was not there yet.
	brokenPause = 30 * time.Second
)

type manifest struct {
	id     string
	object kubeclient.Object
}

type applyView struct {
	etcdUp     bool
	kubeconfig string
	manifests  []manifest
}

func (v applyView) String() string {
	return fmt.Sprintf("etcd up %t, %d objects", v.etcdUp, len(v.manifests))
}

type applyPlan struct {
	view  *applyView
	again *time.Time
}

func (p applyPlan) String() string          { return p.view.String() }
func (p applyPlan) CheckAgainAt() time.Time { return *p.again }

// Locker runs a function while the node holds a lock of the whole cluster.
type Locker func(ctx context.Context, key string, do func(ctx context.Context) error) error

// ManifestApply brings the manifests to the API server, one node at a time.
//
// They are applied by server-side apply without force: where somebody changed a
// field since, that field is theirs and the object is left as it is, with a line
// in the log. Objects applied once are not applied again until they change here.
func ManifestApply(d Deps) controller.Controller {
	a := &applier{done: map[kubeclient.Ref][32]byte{}, lock: d.Lock}
	if a.lock == nil {
		a.lock = etcdLock
	}

	return controller.Reconcile[applyView, applyPlan]{
		Name: "k8s.ManifestApplyController",
		Inputs: controller.In(
			secrets.KubernetesSecrets.Weak(idOf(secrets.KubernetesID)),
			k8s.Manifests.Weak(),
			runtime.Services.Weak(idOf(serviceEtcd)),
		),
		Outputs: controller.Out(k8s.ManifestStatuses.Exclusive()),
		Observe: observeApply,
		Plan:    func(v applyView) applyPlan { return applyPlan{&v, new(time.Time)} },
		Apply: func(ctx context.Context, w *controller.Writer, p applyPlan) error {
			if !p.view.etcdUp || p.view.kubeconfig == "" || len(p.view.manifests) == 0 {
				return nil
			}

			client, err := kubeclient.FromKubeconfigText([]byte(p.view.kubeconfig))
			if err != nil {
				return err
			}

			defer client.Close()

			if !waitReady(ctx, client) {
				*p.again = time.Now()

				return nil
			}

			applied, err := a.apply(ctx, client, p.view.manifests, w.Log)
			if err != nil {
				w.Log.Warn("not all manifests are applied, will retry", "error", err)

				*p.again = time.Now().Add(brokenPause)
			}

			return w.Want(controller.Want(k8s.ManifestStatuses, k8s.ManifestStatusID,
				k8s.ManifestStatusSpec{ManifestsApplied: applied}))
		},
	}.Build()
}

func observeApply(ctx context.Context, r cosi.Reader) (v applyView, err error) {
	if v.etcdUp, err = serviceUp(ctx, r, serviceEtcd); err != nil {
		return v, err
	}

	certs, err := find(ctx, r, secrets.KubernetesSecrets, secrets.KubernetesID)
	if err != nil {
		return v, err
	}

	if certs != nil {
		v.kubeconfig = certs.LocalhostAdminKubeconfig
	}

	manifests, err := k8s.Manifests.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, m := range controller.Running(manifests) { // by id, which is the order
		for _, item := range m.TypedSpec().Items {
			v.manifests = append(v.manifests, manifest{m.ID(), item.Object})
		}
	}

	return v, nil
}

// waitReady waits for the API server, for a while. On a slow machine that takes
// minutes, in which it is normal and nothing to report.
func waitReady(ctx context.Context, client *kubeclient.Client) bool {
	deadline := time.Now().Add(readyPatience)

	for ctx.Err() == nil && time.Now().Before(deadline) {
		ask, cancel := context.WithTimeout(ctx, 15*time.Second)
		err := client.Ready(ask)

		cancel()

		if err == nil {
			return true
		}

		select {
		case <-ctx.Done():
		case <-time.After(readyPause):
		}
	}

	return false
}

func etcdLock(ctx context.Context, key string, do func(ctx context.Context) error) error {
	client, err := etcdclient.Local(ctx)
	if err != nil {
		return err
	}

	defer client.Close() //nolint:errcheck

	return client.WithLock(ctx, key, do)
}

type applier struct {
	lock Locker
	// done has digests of what was applied since machined started.
	done map[kubeclient.Ref][32]byte
}

// apply brings all manifests in, keeps going after an error, and returns the ids
// of those that are in completely.
func (a *applier) apply(ctx context.Context, client *kubeclient.Client, manifests []manifest, log *slog.Logger) ([]string, error) {
	var todo []manifest

	for _, m := range manifests {
		if digest, ok := a.done[kubeclient.RefOf(m.object)]; !ok || digest != digestOf(m.object) {
			todo = append(todo, m)
		}
	}

	failed := map[string]bool{}

	var errs []error

	if len(todo) > 0 {
		err := a.lock(ctx, manifestLock, func(ctx context.Context) error {
			// A second round: what a custom resource or a namespace of the first
			// one was missing is there then.
			rest, roundErrs := a.round(ctx, client, inOrder(todo), log)
			if len(rest) > 0 && len(rest) < len(todo) {
				rest, roundErrs = a.round(ctx, client, rest, log)
			}

			for _, m := range rest {
				failed[m.id] = true
			}

			errs = append(errs, roundErrs...)

			return a.writeInventory(ctx, client, manifests, failed)
		})
		errs = append(errs, err)

		if err != nil && len(failed) == 0 {
			for _, m := range todo {
				if _, ok := a.done[kubeclient.RefOf(m.object)]; !ok {
					failed[m.id] = true
				}
			}
		}
	}

	var applied []string

	for _, m := range manifests {
		if !failed[m.id] && !slices.Contains(applied, m.id) {
			applied = append(applied, m.id)
		}
	}

	return applied, errors.Join(errs...)
}

// inOrder puts first what others live in or are made of.
func inOrder(manifests []manifest) []manifest {
	rank := func(m manifest) int {
		switch text(m.object, "kind") {
		case "Namespace":
			return 0
		case "CustomResourceDefinition":
			return 1
		default:
			return 2
		}
	}

	out := slices.Clone(manifests)
	slices.SortStableFunc(out, func(a, b manifest) int { return rank(a) - rank(b) })

	return out
}

func (a *applier) round(ctx context.Context, client *kubeclient.Client, manifests []manifest, log *slog.Logger) (rest []manifest, errs []error) {
	for _, m := range manifests {
		if ctx.Err() != nil {
			return append(rest, m), append(errs, context.Cause(ctx))
		}

		ref := kubeclient.RefOf(m.object)

		one, cancel := context.WithTimeout(ctx, 30*time.Second)
		_, err := client.Apply(one, m.object, kubeclient.ApplyOptions{FieldManager: fieldManager})

		cancel()

		switch {
		case kubeclient.IsConflict(err):
			log.Warn("object was changed by others and stays as it is", "manifest", m.id, "object", ref.String(), "conflict", err)
		case err != nil:
			rest, errs = append(rest, m), append(errs, err)

			continue
		default:
			log.Info("applied", "manifest", m.id, "object", ref.String())
		}

		a.done[ref] = digestOf(m.object)
	}

	return rest, errs
}

func digestOf(obj kubeclient.Object) [32]byte {
	text, _ := json.Marshal(obj) //nolint:errcheck // it came from JSON

	return sha256.Sum256(text)
}

// writeInventory lists what was applied, for tools that look after it later. Its
// form is the one kubectl's and others' pruning uses.
func (a *applier) writeInventory(ctx context.Context, client *kubeclient.Client, manifests []manifest, failed map[string]bool) error {
	data := map[string]any{}

	for _, m := range manifests {
		if failed[m.id] {
			continue
		}

		ref := kubeclient.RefOf(m.object)

		group, _, ok := strings.Cut(ref.APIVersion, "/")
		if !ok {
			group = ""
		}

		// Colons are not allowed in keys of config maps.
		data[fmt.Sprintf("%s_%s_%s_%s", ref.Namespace, strings.ReplaceAll(ref.Name, ":", "__"), group, ref.Kind)] = ""
	}

	_, err := client.Apply(ctx, kubeclient.Object{
		"apiVersion": "v1", "kind": "ConfigMap",
		"metadata": map[string]any{
			"name": inventoryName, "namespace": inventoryNamespace,
			"labels": map[string]any{inventoryLabel: inventoryName},
		},
		"data": data,
	}, kubeclient.ApplyOptions{FieldManager: fieldManager, Force: true})

	return err
}
