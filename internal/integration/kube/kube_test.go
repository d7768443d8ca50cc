//go:build k8s

package kube_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller/runtime"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"github.com/siderolabs/crypto/x509"
	"go.uber.org/zap"

	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/k8sctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/secretsctl"
	"github.com/talos-os/talos/internal/app/machined/etcdclient"
	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/machine"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

const (
	nodeIP   = "10.5.0.2"
	nodeName = "cp-1"
)

// TestControlPlane starts real etcd and Kubernetes processes with the arguments,
// files and certificates that the controllers make of a generated config, and
// has them apply the bootstrap manifests. It finds what no golden file can: an
// argument that a program does not take, or a certificate that another refuses.
//
// It needs root, for a network namespace, and the programs in $K8S_BIN_DIR.
func TestControlPlane(t *testing.T) {
	bin := os.Getenv("K8S_BIN_DIR")
	if bin == "" {
		t.Skip("K8S_BIN_DIR does not say where etcd and kube-apiserver are")
	}

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()

	n := newNode(t, ctx, bin)
	n.facts()
	n.startEtcd()

	// Etcd is up: static pods follow.
	n.put(runtime.Services.New("etcd", runtime.ServiceSpec{Running: true, Healthy: true}))

	started := time.Now()

	for _, id := range []string{k8s.APIServerID, k8s.ControllerManagerID, k8s.SchedulerID} {
		n.startPod(id)
	}

	n.wait("manifests applied", 5*time.Minute, func() (bool, string) {
		status, err := k8s.ManifestStatuses.Find(ctx, n.st, k8s.ManifestStatusID)
		if err != nil || status == nil {
			return false, fmt.Sprint(err)
		}

		want, err := k8s.Manifests.List(ctx, n.st)
		if err != nil {
			return false, err.Error()
		}

		return len(status.TypedSpec().ManifestsApplied) == len(want) && len(want) > 9, fmt.Sprint(status.TypedSpec().ManifestsApplied)
	})

	t.Logf("manifests were applied %s after the API server's start", time.Since(started).Round(100*time.Millisecond))

	admin := n.admin()

	for _, path := range []string{
		"/api/v1/namespaces/kube-system/configmaps/kubeconfig-in-cluster",
		"/api/v1/namespaces/kube-system/configmaps/talos-bootstrap-manifests-inventory",
		"/api/v1/namespaces/kube-system/services/kube-dns",
		"/apis/apps/v1/namespaces/kube-system/daemonsets/kube-flannel",
		"/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy",
		"/apis/apps/v1/namespaces/kube-system/deployments/coredns",
	} {
		if err := admin.Get(ctx, path, nil); err != nil {
			t.Error(err)
		}
	}

	n.encrypted(admin)
	node := n.joinKubelet()
	n.nodeFollows(admin, node)
	n.kubePrism()
	n.anonymous()
}

type node struct {
	t    *testing.T
	ctx  context.Context
	st   state.State
	root string
	bin  string
}

func newNode(t *testing.T, ctx context.Context, bin string) *node {
	t.Helper()

	in, err := generate.New("test", "https://"+nodeIP+":6443", "")
	if err != nil {
		t.Fatal(err)
	}

	cfg, err := in.Config(generate.ControlPlane)
	if err != nil {
		t.Fatal(err)
	}

	n := &node{
		t: t, ctx: ctx, bin: bin, root: t.TempDir(),
		st: state.WrapCore(namespaced.NewState(func(ns resource.Namespace) state.CoreState { return inmem.Build(ns) })),
	}

	// The programs run as root, but their files belong to others who could not
	// pass a directory that is root's alone.
	for dir := n.root; dir != "/tmp" && dir != "/"; dir = filepath.Dir(dir) {
		os.Chmod(dir, 0o755) //nolint:errcheck
	}

	engine, err := cosi.NewRuntime(n.st, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}

	pki := filepath.Join(n.root, "etcd-pki")

	controllers := slices.Concat(
		secretsctl.Controllers(secretsctl.Deps{}),
		[]controller.Controller{etcdctl.Config(), etcdctl.Spec(), etcdctl.PKI(pki)},
		k8sctl.Controllers(k8sctl.Deps{Root: n.root, Lock: func(ctx context.Context, key string, do func(context.Context) error) error {
			client, clientErr := n.etcd(ctx)
			if clientErr != nil {
				return clientErr
			}

			defer client.Close() //nolint:errcheck

			return client.WithLock(ctx, key, do)
		}}))

	for _, c := range controllers {
		if err = engine.RegisterController(c); err != nil {
			t.Fatal(err)
		}
	}

	engineCtx, stop := context.WithCancel(ctx)
	done := make(chan struct{})

	go func() {
		defer close(done)

		engine.Run(engineCtx) //nolint:errcheck
	}()

	t.Cleanup(func() {
		stop()
		<-done
	})

	n.put(machineconfig.MachineConfigs.New(machineconfig.Active, machineconfig.Of(cfg)))

	return n
}

func (n *node) put(r resource.Resource) {
	n.t.Helper()

	if err := n.st.Create(n.ctx, r); err != nil {
		n.t.Fatal(err)
	}
}

// facts are what other controllers would find out about the machine.
func (n *node) facts() {
	prefix := netip.MustParsePrefix(nodeIP + "/24")
	addresses := network.NodeAddressSpec{Addresses: []netip.Prefix{prefix}}

	for _, id := range []string{"accumulative", "current", "routed", "accumulative-no-k8s", "current-no-k8s", "routed-no-k8s"} {
		n.put(network.NodeAddresses.New(id, addresses))
	}

	n.put(network.HostnameStatuses.New(network.HostnameID, network.HostnameStatusSpec{Hostname: nodeName}))
	n.put(network.NetworkStatuses.New(network.StatusID, network.StatusSpec{AddressReady: true, ConnectivityReady: true, HostnameReady: true, EtcFilesReady: true}))
	n.put(timesync.TimeStatuses.New(timesync.StatusID, timesync.StatusSpec{Synced: true}))
	n.put(machineconfig.MachineTypes.New(machineconfig.MachineTypeID, machineconfig.TypeSpec{Type: machine.TypeControlPlane}))
	n.put(runtime.Services.New("cri", runtime.ServiceSpec{Running: true, Healthy: true}))
}

func (n *node) wait(what string, patience time.Duration, ok func() (bool, string)) {
	n.t.Helper()

	var last string

	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		done, state := ok()
		if done {
			return
		}

		last = state
	}

	n.t.Fatalf("%s: not after %s; %s", what, patience, last)
}

func get[T any](n *node, kind *kinds.Kind[T], id string) T {
	n.t.Helper()

	var out T

	n.wait(kind.Type()+"/"+id, time.Minute, func() (bool, string) {
		r, err := kind.Find(n.ctx, n.st, id)
		if err != nil || r == nil {
			return false, fmt.Sprint(err)
		}

		out = *r.TypedSpec()

		return true, ""
	})

	return out
}

// local moves paths of the node below the test's root.
func (n *node) local(args []string) []string {
	out := slices.Clone(args)

	for i, a := range out {
		a = strings.ReplaceAll(a, "/system/secrets/etcd", n.root+"/etcd-pki")
		a = strings.ReplaceAll(a, "/var/lib/etcd", n.root+"/etcd-data")

		for _, dir := range []string{"/system/", "/var/log/"} {
			a = strings.ReplaceAll(a, "="+dir, "="+n.root+dir)
		}

		out[i] = strings.ReplaceAll(a, "$(POD_IP)", nodeIP)
	}

	return out
}

func (n *node) run(name string, args []string) {
	n.t.Helper()

	// Kept after the test when somebody wants to read them.
	dir := os.Getenv("K8S_LOG_DIR")
	if dir == "" {
		dir = n.t.TempDir()
	}

	log, err := os.CreateTemp(dir, name)
	if err != nil {
		n.t.Fatal(err)
	}

	cmd := exec.Command(filepath.Join(n.bin, name), args...)
	cmd.Stdout, cmd.Stderr = log, log
	// Also when the test is killed.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}

	if err = cmd.Start(); err != nil {
		n.t.Fatal(err)
	}

	exited := make(chan error, 1)

	go func() { exited <- cmd.Wait() }()

	n.t.Cleanup(func() {
		select {
		case err := <-exited:
			text, _ := os.ReadFile(log.Name()) //nolint:errcheck
			lines := strings.Split(string(text), "\n")
			n.t.Errorf("%s ended by itself: %v\n%s", name, err, strings.Join(lines[max(0, len(lines)-15):], "\n"))
		default:
			cmd.Process.Signal(os.Interrupt) //nolint:errcheck

			select {
			case <-exited:
			case <-time.After(15 * time.Second):
				cmd.Process.Kill() //nolint:errcheck
			}
		}
	})
}

func (n *node) etcd(ctx context.Context) (*etcdclient.Client, error) {
	pki := n.root + "/etcd-pki/"

	return etcdclient.New(ctx, etcdclient.Options{
		CAFile: pki + "ca.crt", CertFile: pki + "admin.crt", KeyFile: pki + "admin.key",
	})
}

func (n *node) startEtcd() {
	n.t.Helper()

	get(n, etcd.PKIStatuses, etcd.PKIID)
	spec := get(n, etcd.EtcdSpecs, etcd.SpecID)

	n.run("etcd", n.local(etcdctl.Args(spec, etcdctl.ModeNew, map[string][]string{nodeName: {"https://" + nodeIP + ":2380"}})))

	n.wait("etcd", time.Minute, func() (bool, string) {
		client, err := n.etcd(n.ctx)
		if err != nil {
			return false, err.Error()
		}

		defer client.Close() //nolint:errcheck

		err = client.Healthy(n.ctx)

		return err == nil, fmt.Sprint(err)
	})
}

// startPod runs a static pod's command as a bare process.
func (n *node) startPod(id string) {
	n.t.Helper()

	pod := get(n, k8s.StaticPods, id).Pod
	spec := pod["spec"].(map[string]any)                        //nolint:forcetypeassert
	container := spec["containers"].([]any)[0].(map[string]any) //nolint:forcetypeassert

	var args []string
	for _, a := range container["command"].([]any)[1:] { //nolint:forcetypeassert
		args = append(args, a.(string)) //nolint:forcetypeassert
	}

	if _, err := os.Stat(n.root + "/etc/kubernetes/manifests/talos-" + id + ".yaml"); err != nil {
		n.wait("manifest file of "+id, 10*time.Second, func() (bool, string) {
			_, err := os.Stat(n.root + "/etc/kubernetes/manifests/talos-" + id + ".yaml")

			return err == nil, fmt.Sprint(err)
		})
	}

	n.relocateFiles()
	n.run(id, n.local(args))
}

// relocateFiles has files that name other files name those below the root.
func (n *node) relocateFiles() {
	path := n.root + "/system/config/kubernetes/kube-scheduler/scheduler-config.yaml"

	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}

	moved := strings.ReplaceAll(string(text), " /system/", " "+n.root+"/system/")
	if err = os.WriteFile(path, []byte(moved), 0o644); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) admin() *kubeclient.Client {
	n.t.Helper()

	text, err := k8sctl.AdminKubeconfig(n.ctx, n.st, time.Now())
	if err != nil {
		n.t.Fatal(err)
	}

	client, err := kubeclient.FromKubeconfigText(text)
	if err != nil {
		n.t.Fatal(err)
	}

	return client
}

// encrypted checks that secrets do not lie in etcd as they are.
func (n *node) encrypted(admin *kubeclient.Client) {
	n.t.Helper()

	const secret = "a-very-secret-text"

	if err := admin.Create(n.ctx, "/api/v1/namespaces/default/secrets", map[string]any{
		"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "probe"},
		"stringData": map[string]any{"key": secret},
	}, nil); err != nil {
		n.t.Fatal(err)
	}

	client, err := n.etcd(n.ctx)
	if err != nil {
		n.t.Fatal(err)
	}

	defer client.Close() //nolint:errcheck

	resp, err := client.Get(n.ctx, "/registry/secrets/default/probe")
	if err != nil || len(resp.Kvs) != 1 {
		n.t.Fatalf("%v %v", resp, err)
	}

	raw := string(resp.Kvs[0].Value)
	if strings.Contains(raw, secret) || strings.Contains(raw, base64.StdEncoding.EncodeToString([]byte(secret))) {
		n.t.Error("secrets are stored in clear")
	}

	if !strings.HasPrefix(raw, "k8s:enc:secretbox:") {
		n.t.Errorf("secrets are stored as %.30q", raw)
	}
}

// joinKubelet does what a kubelet does with its bootstrap kubeconfig: the request
// must be approved and signed without anybody's help.
func (n *node) joinKubelet() *kubeclient.Client {
	n.t.Helper()

	s := get(n, secrets.KubeletSecrets, secrets.KubeletID)

	boot, err := kubeclient.New(kubeclient.Config{
		Server: "https://" + nodeIP + ":6443", CA: s.AcceptedCAs[0].Crt, Token: s.BootstrapTokenID + "." + s.BootstrapTokenSecret,
	})
	if err != nil {
		n.t.Fatal(err)
	}

	csr, identity, err := x509.NewECDSACSRAndIdentity(x509.CommonName("system:node:"+nodeName), x509.Organization("system:nodes"))
	if err != nil {
		n.t.Fatal(err)
	}

	const path = "/apis/certificates.k8s.io/v1/certificatesigningrequests"

	if err = boot.Create(n.ctx, path, map[string]any{
		"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
		"metadata": map[string]any{"name": "node-csr"},
		"spec": map[string]any{
			"request":    base64.StdEncoding.EncodeToString(csr.X509CertificateRequestPEM),
			"signerName": "kubernetes.io/kube-apiserver-client-kubelet",
			"usages":     []string{"digital signature", "client auth"},
		},
	}, nil); err != nil {
		n.t.Fatal(err)
	}

	var crt []byte

	n.wait("the kubelet's certificate", 2*time.Minute, func() (bool, string) {
		var got struct{ Status struct{ Certificate []byte } }
		if err := boot.Get(n.ctx, path+"/node-csr", &got); err != nil {
			return false, err.Error()
		}

		crt = got.Status.Certificate

		return len(crt) > 0, "no certificate"
	})

	client, err := kubeclient.New(kubeclient.Config{
		Server: "https://" + nodeIP + ":6443", CA: s.AcceptedCAs[0].Crt, Cert: crt, Key: identity.Key,
	})
	if err != nil {
		n.t.Fatal(err)
	}

	if err = client.Create(n.ctx, "/api/v1/nodes", map[string]any{
		"apiVersion": "v1", "kind": "Node", "metadata": map[string]any{"name": nodeName},
		"spec": map[string]any{"taints": []any{map[string]any{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}}},
	}, nil); err != nil {
		n.t.Fatal(err)
	}

	return client
}

// nodeFollows checks what flows between the node's object and state.
func (n *node) nodeFollows(admin, kubelet *kubeclient.Client) {
	n.t.Helper()

	n.wait("the node's label", time.Minute, func() (bool, string) {
		var got kubeclient.Object
		if err := admin.Get(n.ctx, "/api/v1/nodes/"+nodeName, &got); err != nil {
			return false, err.Error()
		}

		labels, _ := got["metadata"].(map[string]any)["labels"].(map[string]any) //nolint:errcheck,forcetypeassert
		_, ok := labels["node-role.kubernetes.io/control-plane"]

		return ok, fmt.Sprint(labels)
	})

	n.wait("the node's status", time.Minute, func() (bool, string) {
		s, err := k8s.NodeStatuses.Find(n.ctx, n.st, nodeName)
		if err != nil || s == nil {
			return false, fmt.Sprint(err)
		}

		_, ok := s.TypedSpec().Labels["node-role.kubernetes.io/control-plane"]

		return ok && len(s.TypedSpec().PodCIDRs) == 1, fmt.Sprintf("%+v", *s.TypedSpec())
	})

	// A worker learns of API servers with no more than a kubelet's rights.
	if _, err := kubelet.List(n.ctx, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
		map[string][]string{"fieldSelector": {"metadata.name=kubernetes"}}); err != nil {
		n.t.Error(err)
	}

	if got := get(n, k8s.Endpoints, k8s.ControlPlaneKubernetesEndpointsID); !slices.Equal(got.Addresses, []netip.Addr{netip.MustParseAddr(nodeIP)}) {
		n.t.Errorf("API servers: %v", got.Addresses)
	}
}

func (n *node) kubePrism() {
	n.t.Helper()

	n.wait("KubePrism", time.Minute, func() (bool, string) {
		s, err := k8s.KubePrismStatuses.Find(n.ctx, n.st, k8s.KubePrismStatusesID)

		return err == nil && s != nil && s.TypedSpec().Healthy, fmt.Sprint(s, err)
	})

	s := get(n, secrets.KubeletSecrets, secrets.KubeletID)
	if s.Endpoint.String() != "https://127.0.0.1:7445" {
		n.t.Fatalf("kubelets use %s", s.Endpoint)
	}

	client, err := kubeclient.New(kubeclient.Config{Server: s.Endpoint.String(), CA: s.AcceptedCAs[0].Crt})
	if err != nil {
		n.t.Fatal(err)
	}

	if err = client.Ready(n.ctx); err != nil {
		n.t.Errorf("through KubePrism: %v", err)
	}
}

// anonymous checks that a caller without credentials gets nothing but health.
func (n *node) anonymous() {
	n.t.Helper()

	client, err := kubeclient.New(kubeclient.Config{
		Server: "https://" + nodeIP + ":6443", CA: get(n, secrets.KubeletSecrets, secrets.KubeletID).AcceptedCAs[0].Crt,
	})
	if err != nil {
		n.t.Fatal(err)
	}

	if err = client.Get(n.ctx, "/version", nil); !kubeclient.IsDenied(err) {
		n.t.Errorf("/version without credentials: %v", err)
	}
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo})))

	if os.Getenv("K8S_BIN_DIR") == "" || os.Geteuid() != 0 || os.Getenv("IN_NAMESPACE") != "" {
		os.Exit(m.Run())
	}

	os.Exit(inNamespace())
}
