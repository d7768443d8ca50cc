package talosctl

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/talos-os/talos/internal/authz/certtest"
)

// fakeKube is an API server with the node cp1, and pods that go when they are evicted
// for the second time: the first time a budget is in the way.
type fakeKube struct {
	mu    sync.Mutex
	ready bool
	log   []string
	asked map[string]int
}

func startKube(t *testing.T) (*fakeKube, string) {
	t.Helper()

	k := &fakeKube{ready: true, asked: map[string]int{}}
	ca := certtest.NewCA(t, "kubernetes")

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	srv := &http.Server{Handler: k}

	go srv.Serve(tls.NewListener(listener, &tls.Config{ //nolint:errcheck,gosec // ends with the test
		Certificates: []tls.Certificate{certtest.TLS(t, ca.Server(t, "127.0.0.1"))},
		ClientCAs:    ca.Pool(), ClientAuth: tls.RequireAndVerifyClientCert,
	}))

	t.Cleanup(func() { srv.Close() }) //nolint:errcheck

	pair, b64 := ca.Client(t, []string{"system:masters"}), base64.StdEncoding.EncodeToString

	return k, fmt.Sprintf(`current-context: c
clusters: [{name: c, cluster: {server: "https://%s", certificate-authority-data: %s}}]
users: [{name: u, user: {client-certificate-data: %s, client-key-data: %s}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
`, listener.Addr(), b64(ca.PEM), b64(pair.Crt), b64(pair.Key))
}

func (k *fakeKube) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()

	body, _ := io.ReadAll(r.Body) //nolint:errcheck // what is missing fails the test

	switch pod := strings.TrimSuffix(strings.TrimPrefix(r.URL.Path, "/api/v1/namespaces/default/pods/"), "/eviction"); {
	case r.URL.Path == "/readyz":
	case r.Method == http.MethodPatch:
		k.log = append(k.log, string(body))
		fmt.Fprint(w, "{}")
	case r.Method == http.MethodPost:
		if k.asked[pod]++; k.asked[pod] < 2 {
			w.WriteHeader(http.StatusTooManyRequests)

			return
		}

		k.log = append(k.log, "evict "+pod)
	case r.URL.Path == "/api/v1/nodes":
		status := map[bool]string{true: "True", false: "False"}[k.ready]
		k.ready = true
		fmt.Fprintf(w, `{"items": [{"metadata": {"name": "cp1", "labels": {"node-role.kubernetes.io/control-plane": ""}},
			"status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.2"}], "conditions": [{"type": "Ready", "status": %q, "reason": "KubeletNotReady", "message": "no network"}]}},
			{"metadata": {"name": "w1"}, "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.3"}], "conditions": [{"type": "Ready", "status": "True"}]}}]}`, status)
	case r.URL.Path == "/api/v1/pods":
		items := []string{
			`{"metadata": {"name": "static", "namespace": "kube-system", "annotations": {"kubernetes.io/config.mirror": "x"}}}`,
			`{"metadata": {"name": "flannel", "namespace": "kube-system", "ownerReferences": [{"kind": "DaemonSet"}]}}`,
			`{"metadata": {"name": "done", "namespace": "default"}, "status": {"phase": "Succeeded"}}`,
		}
		if k.asked["web"] < 2 {
			items = append(items, `{"metadata": {"name": "web", "namespace": "default", "ownerReferences": [{"kind": "ReplicaSet"}]}}`)
		}

		fmt.Fprintf(w, `{"items": [%s]}`, strings.Join(items, ","))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// session runs the command line against a node, in this process.
func session(t *testing.T, config []byte, args ...string) (code int, stdout, stderr string) {
	t.Helper()

	path := filepath.Join(t.TempDir(), "talosconfig")
	if err := os.WriteFile(path, config, 0o600); err != nil {
		t.Fatal(err)
	}

	var out, errs strings.Builder

	code = execute(t.Context(), append(args, "--talosconfig", path), &out, &errs)

	return code, out.String(), errs.String()
}

func contains(t *testing.T, text string, want ...string) {
	t.Helper()

	rest := text

	for _, w := range want {
		_, after, found := strings.Cut(rest, w)
		if !found {
			t.Errorf("%q does not come (in this order) in:\n%s", w, text)
		}

		rest = after
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()

	n, _, config := startNode(t)
	k, kubeconfig := startKube(t)
	n.kubeconfig, n.services, k.ready = kubeconfig, "Running", false

	code, _, stderr := session(t, config, "health", "--wait-timeout", "1s")
	if code != 1 {
		t.Error("exit code", code)
	}

	contains(t, stderr, "control plane nodes found in etcd: OK", "control plane nodes running: OK",
		"services of the control plane healthy: waiting: 10.0.0.2: service kubelet is not healthy: connection refused")

	n.mu.Lock()
	n.healthy = true
	n.mu.Unlock()

	code, _, stderr = session(t, config, "health", "--wait-timeout", "30s")
	if code != 0 {
		t.Error("exit code", code)
	}

	contains(t, stderr, "healthy: OK", "members of etcd agree: OK", "Kubernetes API ready: OK",
		"nodes of Kubernetes ready: waiting: cp1: KubeletNotReady: no network", "nodes of Kubernetes ready: OK",
		"worker nodes running: OK", "all is well: 1 control plane and 1 worker nodes")
}

func TestHealthGivesUpWithTheReason(t *testing.T) {
	t.Parallel()

	n, _, config := startNode(t)
	_, n.kubeconfig = startKube(t)
	n.services, n.healthy = "Running", true

	code, _, stderr := session(t, config, "health", "--wait-timeout", "300ms", "--control-plane-nodes", "10.0.0.2,10.0.0.3")
	if code != 1 {
		t.Error("exit code", code)
	}

	contains(t, stderr, "error: members of etcd agree", "etcd has 1 members, the control plane 2 nodes")
}

func TestRebootDrainsAndTakesPodsAgain(t *testing.T) {
	t.Parallel()

	n, _, config := startNode(t)
	n.put(t, "k8s", "Nodenames.kubernetes.talos.dev", "nodename", "nodename: cp1\n")

	var k *fakeKube
	k, n.kubeconfig = startKube(t)

	code, _, stderr := session(t, config, "reboot", "--drain", "--timeout", "30s")
	if code != 0 {
		t.Error("exit code", code)
	}

	contains(t, stderr, "1 pods to go: default/web", "drained", "stopServices", "booted again", "ready")

	if got := strings.Join(k.log, " "); got != `{"spec":{"unschedulable":true}} evict web {"spec":{"unschedulable":false}}` {
		t.Error(got)
	}
}

func TestGetShowsChangesAsTheyHappen(t *testing.T) {
	t.Parallel()

	n, _, config := startNode(t)

	path := filepath.Join(t.TempDir(), "talosconfig")
	if err := os.WriteFile(path, config, 0o600); err != nil {
		t.Fatal(err)
	}

	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()

	r, w := io.Pipe()
	done := make(chan int, 1)

	go func() {
		done <- execute(ctx, []string{"get", "bootids", "-w", "--talosconfig", path}, w, io.Discard)

		w.Close() //nolint:errcheck
	}()

	lines := make(chan string, 100)

	go func() {
		for scanner := bufio.NewScanner(r); scanner.Scan(); {
			lines <- strings.Join(strings.Fields(scanner.Text()), " ")
		}

		close(lines)
	}()

	next := func(want string) {
		t.Helper()

		if got := <-lines; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}

	next("* NODE NAMESPACE TYPE ID VERSION BOOT ID")
	next("+ 10.0.0.2 runtime BootID boot-id 1 boot-0")

	go n.put(t, "runtime", "BootIDs.runtime.talos.dev", "boot-id", "bootID: boot-1\n")

	next("- 10.0.0.2 runtime BootID boot-id 1 boot-0")
	next("+ 10.0.0.2 runtime BootID boot-id 1 boot-1")

	stop()

	for line := range lines {
		t.Errorf("more: %q", line)
	}

	if code := <-done; code != 130 {
		t.Error("exit code", code)
	}
}
