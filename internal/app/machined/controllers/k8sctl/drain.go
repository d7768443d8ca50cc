package k8sctl

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
)

// CordonAndDrain keeps new pods off this node and evicts those it runs, before
// the machine goes down for a while. Pods of daemon sets and static pods stay:
// they would come right back. A node that never joined has nothing to drain.
//
// It calls as the kubelet, who may do all that to its own node and no other.
func CordonAndDrain(ctx context.Context) error {
	kubeconfig, err := os.ReadFile(kubeletKubeconfigFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}

	if err != nil {
		return err
	}

	name, err := kubeletNodename(kubeletClientFile)
	if err != nil {
		return err
	}

	client, err := kubeclient.FromKubeconfigText(kubeconfig)
	if err != nil {
		return err
	}

	defer client.Close()

	if err = cordon(ctx, client, name); err != nil {
		return fmt.Errorf("cordon %s: %w", name, err)
	}

	log := slog.With("node", name)
	log.Info("node takes no new pods")

	return drain(ctx, client, name, log)
}

// kubeletNodename is the name the kubelet's certificate is for.
func kubeletNodename(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}

	block, _ := pem.Decode(text)
	if block == nil {
		return "", fmt.Errorf("%s holds no certificate", path)
	}

	crt, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}

	name, ok := strings.CutPrefix(crt.Subject.CommonName, "system:node:")
	if !ok {
		return "", fmt.Errorf("%s is not a kubelet's certificate", path)
	}

	return name, nil
}

func cordon(ctx context.Context, client *kubeclient.Client, name string) error {
	path := "/api/v1/nodes/" + url.PathEscape(name)

	var node kubeclient.Object
	if err := client.Get(ctx, path, &node); err != nil {
		return err
	}

	if done, _ := field(node, "spec")["unschedulable"].(bool); done { //nolint:errcheck
		return nil
	}

	// The annotation says that the node did it, and may undo it after the boot.
	return client.MergePatch(ctx, path, map[string]any{
		"metadata": map[string]any{"annotations": map[string]any{cordonedKey: "true"}},
		"spec":     map[string]any{"unschedulable": true},
	}, nil)
}

// evictable tells whether a pod is worth evicting, and gone once it was.
func evictable(pod kubeclient.Object) bool {
	md := field(pod, "metadata")

	if _, mirror := field(md, "annotations")["kubernetes.io/config.mirror"]; mirror {
		return false
	}

	for _, owner := range list(md, "ownerReferences") {
		if text(owner, "kind") == "DaemonSet" {
			return false
		}
	}

	switch text(field(pod, "status"), "phase") {
	case "Succeeded", "Failed":
		return false
	default:
		return true
	}
}

const drainPause = 2 * time.Second

func drain(ctx context.Context, client *kubeclient.Client, name string, log *slog.Logger) error {
	pods, err := client.List(ctx, "/api/v1/pods", url.Values{"fieldSelector": {"spec.nodeName=" + name}})
	if err != nil {
		return fmt.Errorf("list pods of %s: %w", name, err)
	}

	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
	)

	for _, pod := range pods {
		if !evictable(pod) {
			continue
		}

		wg.Go(func() {
			if err := evict(ctx, client, pod); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}

	wg.Wait()

	if err = errors.Join(errs...); err != nil {
		return err
	}

	log.Info("node is drained", "pods", len(pods))

	return nil
}

// evict asks until a disruption budget allows it, then waits for the pod to go.
func evict(ctx context.Context, client *kubeclient.Client, pod kubeclient.Object) error {
	md := field(pod, "metadata")
	ns, name, uid := text(md, "namespace"), text(md, "name"), text(md, "uid")
	path := "/api/v1/namespaces/" + url.PathEscape(ns) + "/pods/" + url.PathEscape(name)

	evicted := false

	for {
		if !evicted {
			err := client.Create(ctx, path+"/eviction", map[string]any{
				"apiVersion": "policy/v1", "kind": "Eviction",
				"metadata":      map[string]any{"name": name, "namespace": ns},
				"deleteOptions": map[string]any{"preconditions": map[string]any{"uid": uid}},
			}, nil)

			switch {
			case kubeclient.IsNotFound(err), kubeclient.IsConflict(err):
				return nil
			case err == nil:
				evicted = true
			case !kubeclient.IsTooManyRequests(err):
				return fmt.Errorf("evict %s/%s: %w", ns, name, err)
			}
		} else {
			var now kubeclient.Object

			err := client.Get(ctx, path, &now)
			if kubeclient.IsNotFound(err) || err == nil && text(field(now, "metadata"), "uid") != uid {
				return nil
			}
		}

		select {
		case <-ctx.Done():
			return fmt.Errorf("evict %s/%s: %w", ns, name, ctx.Err())
		case <-time.After(drainPause):
		}
	}
}
