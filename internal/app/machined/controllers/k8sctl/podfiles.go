package k8sctl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/atomicfile"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

const (
	manifestsDir = "/etc/kubernetes/manifests"
	// podFilePrefix tells this node's files in the directory from others'.
	podFilePrefix = "talos-"
)

type podFilesView struct {
	// ready tells that /etc/kubernetes can be written.
	ready bool
	pods  map[string]map[string]any
	have  map[string][]byte
}

type podFilesPlan struct {
	write  map[string][]byte
	remove []string
	// audit tells that the API server is among them.
	audit bool
}

func (p podFilesPlan) String() string {
	return fmt.Sprintf("write %v, remove %v", slices.Sorted(maps.Keys(p.write)), p.remove)
}

// StaticPodFiles puts the static pods into the directory that the kubelet
// watches. A file is seen at once, where a URL is polled every twenty seconds.
//
// Files of an earlier boot go before the kubelet starts, which waits for the same
// container runtime: the secrets of their pods are on tmpfs and not there yet.
func StaticPodFiles(d Deps) controller.Controller {
	dir := filepath.Join(d.Root, manifestsDir)

	return controller.Reconcile[podFilesView, podFilesPlan]{
		Name: "k8s.StaticPodServerController",
		Inputs: controller.In(
			k8s.StaticPods.Weak(),
			runtime.Services.Weak(idOf(serviceCRI)),
		),
		Observe: func(ctx context.Context, r cosi.Reader) (podFilesView, error) { return observePodFiles(ctx, r, dir) },
		Plan:    planPodFiles,
		Apply: func(_ context.Context, w *controller.Writer, p podFilesPlan) error {
			return applyPodFiles(w, d.Root, dir, p)
		},
	}.Build()
}

func observePodFiles(ctx context.Context, r cosi.Reader, dir string) (v podFilesView, err error) {
	// The CRI starts when EPHEMERAL, on which the directory is, has been mounted.
	if v.ready, err = serviceUp(ctx, r, serviceCRI); err != nil || !v.ready {
		return v, err
	}

	list, err := k8s.StaticPods.List(ctx, r)
	if err != nil {
		return v, err
	}

	v.pods = map[string]map[string]any{}
	for _, p := range controller.Running(list) {
		v.pods[p.ID()] = p.TypedSpec().Pod
	}

	v.have = map[string][]byte{}

	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return v, err
	}

	for _, e := range entries {
		if strings.HasPrefix(e.Name(), podFilePrefix) && e.Type().IsRegular() {
			if v.have[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
				return v, err
			}
		}
	}

	return v, nil
}

func planPodFiles(v podFilesView) podFilesPlan {
	p := podFilesPlan{write: map[string][]byte{}}

	if !v.ready {
		return p
	}

	wanted := map[string]bool{}

	for id, pod := range v.pods {
		name := podFileName(id)
		wanted[name] = true

		if text := mustYAML(pod); !bytes.Equal(text, v.have[name]) {
			p.write[name] = text
			p.audit = p.audit || id == k8s.APIServerID
		}
	}

	for _, name := range slices.Sorted(maps.Keys(v.have)) {
		if !wanted[name] {
			p.remove = append(p.remove, name)
		}
	}

	return p
}

func applyPodFiles(w *controller.Writer, root, dir string, p podFilesPlan) error {
	if len(p.write)+len(p.remove) == 0 {
		return nil
	}

	errs := []error{os.MkdirAll(dir, 0o755)}

	if p.audit {
		audit := filepath.Join(root, auditLogDir)
		errs = append(errs, os.MkdirAll(audit, 0o700), chown(audit, apiServerUser))
	}

	// Fewer first: a pod that moved to another name must not run twice.
	for _, name := range p.remove {
		err := os.Remove(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			err = nil
		}

		if errs = append(errs, err); err == nil {
			w.Log.Info("removed static pod", "file", name)
		}
	}

	for _, name := range slices.Sorted(maps.Keys(p.write)) {
		err := atomicfile.Write(filepath.Join(dir, name), p.write[name], 0o600)
		if errs = append(errs, err); err == nil {
			w.Log.Info("wrote static pod", "file", name)
		}
	}

	return errors.Join(errs...)
}

func podFileName(id string) string { return podFilePrefix + strings.ReplaceAll(id, "/", "-") + ".yaml" }
