package talosctl

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/internal/kube"
	"github.com/talos-os/talos/internal/provision"
)

// TestPodImage answers over HTTP, or asks another pod that does; it is part of
// the bundle of cluster images.
const testPodImage = "ghcr.io/talos-os/testpod:v1"

const verifyNamespace = "talos-verify"

func newClusterVerifyCmd(a *app, name *string) *cobra.Command {
	var timeout time.Duration

	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Run a pod in a local cluster that asks another one over a Service",
		Long: `Starts a pod with a Service in front, and a second pod that asks it by the
Service's DNS name. An answer takes scheduling, images, pod network, DNS and
Service routing: what a cluster is for.`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()

			return a.clusterVerify(ctx, *name)
		},
	}

	cmd.Flags().DurationVar(&timeout, "timeout", 10*time.Minute, "how long to wait for the answer")

	return cmd
}

type object = map[string]any

func verifyPod(name, restart string, args ...string) object {
	return object{
		"apiVersion": "v1", "kind": "Pod",
		"metadata": object{"name": name, "namespace": verifyNamespace, "labels": object{"app": name}},
		"spec": object{
			"restartPolicy": restart,
			"containers":    []object{{"name": "main", "image": testPodImage, "args": args}},
		},
	}
}

func (a *app) clusterVerify(ctx context.Context, name string) error {
	s, err := provision.Load(name)
	if err != nil {
		return err
	}

	raw, err := os.ReadFile(filepath.Join(s.Dir(), "kubeconfig"))
	if err != nil {
		return err
	}

	kc, err := kube.New(raw, "https://"+net.JoinHostPort("127.0.0.1", strconv.Itoa(s.Nodes[0].KubernetesPort)))
	if err != nil {
		return err
	}

	start := time.Now()
	cl := &localCluster{app: a, state: s, say: func(format string, args ...any) { a.progress(start, format, args...) }}

	namespace := "/api/v1/namespaces/" + verifyNamespace
	client := "ask-" + strconv.FormatInt(start.Unix(), 36)
	url := fmt.Sprintf("http://hello.%s.svc.cluster.local/", verifyNamespace)

	for _, o := range []struct {
		path   string
		object object
	}{
		{namespace, object{"apiVersion": "v1", "kind": "Namespace", "metadata": object{"name": verifyNamespace}}},
		{namespace + "/services/hello", object{
			"apiVersion": "v1", "kind": "Service",
			"metadata": object{"name": "hello", "namespace": verifyNamespace},
			"spec":     object{"selector": object{"app": "hello"}, "ports": []object{{"port": 80, "targetPort": 8080}}},
		}},
		{namespace + "/pods/hello", verifyPod("hello", "Always", "serve", ":8080")},
		{namespace + "/pods/" + client, verifyPod(client, "OnFailure", "ask", url)},
	} {
		// The service account of a new namespace takes a moment to appear.
		if err = cl.wait(ctx, o.path, func(ctx context.Context) error { return kc.Apply(ctx, o.path, o.object) }); err != nil {
			return err
		}
	}

	cl.say("pods are on their way; %s asks %s", client, url)

	if err = cl.wait(ctx, "pod "+client, func(ctx context.Context) error {
		phase, why, err := kc.PodPhase(ctx, verifyNamespace, client)
		if err == nil && phase != "Succeeded" {
			err = errors.New(strings.TrimSpace(phase + " " + why))
		}

		return err
	}); err != nil {
		return err
	}

	answer, err := kc.Logs(ctx, verifyNamespace, client)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}

	cl.say("the pod's answer over the Service:")
	fmt.Fprintln(a.stdout, strings.TrimSpace(answer)) //nolint:errcheck

	return kc.Delete(ctx, namespace+"/pods/"+client)
}
