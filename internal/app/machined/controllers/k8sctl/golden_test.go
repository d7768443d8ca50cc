package k8sctl

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/siderolabs/crypto/x509"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	kubelet "k8s.io/kubelet/config/v1beta1"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()

	path := filepath.Join("testdata", name)

	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}

		return
	}

	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	if !bytes.Equal(got, want) {
		t.Errorf("%s changed; look at what -update makes of it:\n%s", path, got)
	}
}

func load(t *testing.T, file string) *config.Config {
	t.Helper()

	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}

	cfg, err := config.Load(text)
	if err != nil {
		t.Fatal(err)
	}

	return cfg
}

var testRoot = secrets.KubernetesRootSpec{
	Name:                      "test",
	Endpoint:                  &url.URL{Scheme: "https", Host: "10.5.0.1:6443"},
	LocalEndpoint:             &url.URL{Scheme: "https", Host: "localhost:6443"},
	IssuerURL:                 "https://10.5.0.1:6443",
	APIAudiences:              []string{"https://10.5.0.1:6443"},
	AcceptedIssuers:           []string{"https://old.example.org"},
	BootstrapTokenID:          "abcdef",
	BootstrapTokenSecret:      "0123456789abcdef",
	SecretboxEncryptionSecret: "c2VjcmV0",
	IssuingCA:                 &x509.PEMEncodedCertificateAndKey{Crt: []byte("crt"), Key: []byte("key")},
}

var testVersions = map[string]string{
	annotationSecretsVersion: "1111", annotationConfigFileVersion: "2222",
}

func TestStaticPods(t *testing.T) {
	t.Parallel()

	cfg := load(t, "controlplane.yaml").Effective()

	api := apiServerConfig(cfg)
	api.Args = apiServerArgs(api, testRoot)

	manager := managerConfig(cfg)
	manager.Args = managerArgs(manager)

	scheduler := schedulerConfig(cfg)
	scheduler.Args = schedulerArgs(scheduler)

	for name, pod := range map[string]map[string]any{
		"kube-apiserver":          apiServerPod(api, testVersions),
		"kube-controller-manager": managerPod(manager, testVersions),
		"kube-scheduler":          schedulerPod(scheduler, testVersions),
	} {
		strict(t, pod, new(corev1.Pod))
		golden(t, "pod-"+name+".yaml", mustYAML(pod))
	}

	golden(t, "scheduler-config.yaml", mustYAML(schedulerConfigFile(scheduler.Config)))
}

func TestKubelet(t *testing.T) {
	t.Parallel()

	for _, file := range []string{"controlplane", "worker"} {
		c := kubeletConfig(load(t, file+".yaml").Effective())

		role, err := machine.ParseType(file)
		if err != nil {
			t.Fatal(err)
		}

		spec := kubeletSpec(kubeletView{
			config: &c, nodename: &k8s.NodenameSpec{Nodename: "node-1"}, role: role,
			ips: &k8s.NodeIPSpec{Addresses: []netip.Addr{netip.MustParseAddr("10.5.0.2"), netip.MustParseAddr("fd00::2")}},
		})

		strict(t, spec.Config, new(kubelet.KubeletConfiguration))
		golden(t, "kubelet-"+file+".yaml", mustYAML(map[string]any{"args": spec.Args, "config": spec.Config}))
	}
}

func TestManifests(t *testing.T) {
	t.Parallel()

	for _, file := range []string{"controlplane", "dualstack"} {
		c, err := bootstrapManifests(load(t, file+".yaml").Effective())
		if err != nil {
			t.Fatal(err)
		}

		rendered, err := renderManifests(c, testRoot)
		if err != nil {
			t.Fatal(err)
		}

		var out bytes.Buffer

		for _, id := range slices.Sorted(maps.Keys(rendered)) {
			for _, m := range rendered[id] {
				if object := typed[text(m.Object, "kind")]; object != nil {
					strict(t, m.Object, object())
				}

				out.WriteString("--- # " + id + "\n")
				out.Write(mustYAML(m.Object))
			}
		}

		if bytes.Contains(out.Bytes(), []byte("${")) {
			t.Errorf("%s: something was not filled in", file)
		}

		golden(t, "manifests-"+file+".yaml", out.Bytes())
	}
}

var typed = map[string]func() any{
	"ConfigMap":          func() any { return new(corev1.ConfigMap) },
	"Secret":             func() any { return new(corev1.Secret) },
	"Service":            func() any { return new(corev1.Service) },
	"ServiceAccount":     func() any { return new(corev1.ServiceAccount) },
	"DaemonSet":          func() any { return new(appsv1.DaemonSet) },
	"Deployment":         func() any { return new(appsv1.Deployment) },
	"ClusterRole":        func() any { return new(rbacv1.ClusterRole) },
	"ClusterRoleBinding": func() any { return new(rbacv1.ClusterRoleBinding) },
	"Role":               func() any { return new(rbacv1.Role) },
	"RoleBinding":        func() any { return new(rbacv1.RoleBinding) },
}

// strict checks that an object has no field that its type does not know.
func strict(t *testing.T, object map[string]any, into any) {
	t.Helper()

	data, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}

	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()

	if err = dec.Decode(into); err != nil {
		t.Errorf("%s %s: %v", text(object, "kind"), text(field(object, "metadata"), "name"), err)
	}
}
