package k8sctl

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
)

func TestMinorOf(t *testing.T) {
	t.Parallel()

	for image, want := range map[string]int{
		"registry.k8s.io/kube-apiserver:v1.33.2":               33,
		"10.5.0.1:5000/kube-apiserver:v1.36.0-rc.1":            36,
		"registry.k8s.io/kube-apiserver:v1.34.0@sha256:abcdef": 34,
		"registry.k8s.io/kube-apiserver@sha256:abcdef":         newestMinor,
		"10.5.0.1:5000/kube-apiserver":                         newestMinor,
		"registry.k8s.io/kube-apiserver:latest":                newestMinor,
	} {
		if got := minorOf(image); got != want {
			t.Errorf("%s: %d, want %d", image, got, want)
		}
	}
}

func TestNodeIPs(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, addrs, valid, exclude, have, want string
	}{
		{"the first address", "10.5.0.2 10.6.0.2", "0.0.0.0/0", "", "", "10.5.0.2"},
		{"one of each family", "10.5.0.2 fd00::2", "0.0.0.0/0 ::/0", "", "", "10.5.0.2 fd00::2"},
		{"in the order of the services", "10.5.0.2 fd00::2", "::/0 0.0.0.0/0", "", "", "fd00::2 10.5.0.2"},
		{"not a pod's", "10.244.0.1 10.5.0.2", "0.0.0.0/0", "10.244.0.0/16", "", "10.5.0.2"},
		{"the one in use stays", "10.4.0.2 10.5.0.2", "0.0.0.0/0", "", "10.5.0.2", "10.5.0.2"},
		{"in the configured network", "10.4.0.2 10.5.0.2", "10.5.0.0/24", "", "", "10.5.0.2"},
		{"none there", "10.4.0.2", "10.5.0.0/24", "", "", ""},
	} {
		var have *k8s.NodeIPSpec
		if tt.have != "" {
			have = &k8s.NodeIPSpec{Addresses: addrs(tt.have)}
		}

		got, err := nodeIPs(addrs(tt.addrs), k8s.NodeIPConfigSpec{
			ValidSubnets: strings.Fields(tt.valid), ExcludeSubnets: strings.Fields(tt.exclude),
		}, have)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}

		if !slices.Equal(got, addrs(tt.want)) {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
}

func addrs(text string) []netip.Addr {
	var out []netip.Addr
	for _, f := range strings.Fields(text) {
		out = append(out, netip.MustParseAddr(f))
	}

	return out
}

func TestTaints(t *testing.T) {
	t.Parallel()

	for text, want := range map[string][2]string{
		"storage:NoExecute": {"storage", "NoExecute"},
		"NoSchedule":        {"", "NoSchedule"},
		":NoSchedule":       {"", "NoSchedule"},
	} {
		if value, effect := parseTaint(text); value != want[0] || effect != want[1] {
			t.Errorf("%s: %q %q", text, value, effect)
		}
	}
}

func TestAuthorizers(t *testing.T) {
	t.Parallel()

	webhook := v1alpha1.AuthorizationConfigAuthorizerConfig{Type: "Webhook", Name: "hook"}
	node := v1alpha1.AuthorizationConfigAuthorizerConfig{Type: "Node", Name: "nodes"}
	rbac := v1alpha1.AuthorizationConfigAuthorizerConfig{Type: "RBAC", Name: "roles"}

	for _, tt := range []struct {
		name  string
		given []v1alpha1.AuthorizationConfigAuthorizerConfig
		want  string
	}{
		{"by default nodes and roles", nil, "node rbac"},
		{"a webhook comes after both", []v1alpha1.AuthorizationConfigAuthorizerConfig{webhook}, "node rbac hook"},
		{"unless the config places them", []v1alpha1.AuthorizationConfigAuthorizerConfig{webhook, rbac, node}, "hook roles nodes"},
		{"one of them", []v1alpha1.AuthorizationConfigAuthorizerConfig{webhook, rbac}, "node hook roles"},
	} {
		var names []string
		for _, a := range authorizers(tt.given) {
			names = append(names, a.Name)
		}

		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestAPIServerArgsGiveWayToFlags(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ name, flag, without, with string }{
		{"authentication by flags", "oidc-issuer-url", "--authentication-config", "--anonymous-auth=false"},
		{"anonymous by flag", "anonymous-auth", "--authentication-config", "--anonymous-auth=x"},
		{"authorization by flags", "authorization-webhook-config-file", "--authorization-config", "--authorization-mode=Node,RBAC"},
		{"nothing by flags", "v", "--anonymous-auth", "--authentication-config=" + authenticationFile},
	} {
		extra := map[string]k8s.ArgValues{tt.flag: {Values: []string{"x"}}}
		got := apiServerArgs(k8s.APIServerConfigSpec{ExtraArgs: extra, UseAuthenticationConfig: useAuthenticationConfig(extra)}, testRoot)

		if slices.ContainsFunc(got, func(a string) bool { return strings.HasPrefix(a, tt.without+"=") }) {
			t.Errorf("%s: %s is still there", tt.name, tt.without)
		}

		if !slices.Contains(got, tt.with) {
			t.Errorf("%s: %s is missing in %s", tt.name, tt.with, got)
		}
	}
}

func TestPlanPods(t *testing.T) {
	t.Parallel()

	full := podsView{
		apiServer: &k8s.APIServerConfigSpec{}, manager: &k8s.ControllerManagerConfigSpec{Enabled: true},
		scheduler: &k8s.SchedulerConfigSpec{Enabled: true}, secrets: &k8s.SecretsStatusSpec{}, configs: &k8s.ConfigStatusSpec{},
	}

	for _, tt := range []struct {
		name   string
		change func(*podsView)
		want   string
	}{
		{"nothing without etcd", func(*podsView) {}, ""},
		{"first the API server", func(v *podsView) { v.etcdUp = true }, "kube-apiserver"},
		{
			"then its clients", func(v *podsView) { v.etcdUp, v.serverUp = true, true },
			"kube-apiserver kube-controller-manager kube-scheduler",
		},
		{
			"which stay when it is gone for a while", func(v *podsView) { v.etcdUp, v.have, v.haveClients = true, true, true },
			"kube-apiserver kube-controller-manager kube-scheduler",
		},
		{"as all do without etcd", func(v *podsView) { v.have = true }, "kube-apiserver"},
		{"a disabled one is not run", func(v *podsView) {
			v.etcdUp, v.serverUp = true, true
			v.scheduler = &k8s.SchedulerConfigSpec{}
		}, "kube-apiserver kube-controller-manager"},
		{"secrets come first", func(v *podsView) { v.etcdUp, v.secrets = true, nil }, ""},
	} {
		v := full
		tt.change(&v)

		p := planPods(v)

		if got := p.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPlanPodFiles(t *testing.T) {
	t.Parallel()

	pod := map[string]any{"kind": "Pod"}

	for _, tt := range []struct {
		name string
		view podFilesView
		want string
	}{
		{"nothing is touched before the disk is there", podFilesView{pods: map[string]map[string]any{"a": pod}}, "write [], remove []"},
		{"a new pod", podFilesView{ready: true, pods: map[string]map[string]any{"a": pod}}, "write [talos-a.yaml], remove []"},
		{"one as it should be", podFilesView{
			ready: true, pods: map[string]map[string]any{"a": pod}, have: map[string][]byte{"talos-a.yaml": mustYAML(pod)},
		}, "write [], remove []"},
		{"leftovers of an earlier boot", podFilesView{ready: true, have: map[string][]byte{"talos-b.yaml": nil}}, "write [], remove [talos-b.yaml]"},
	} {
		if got := planPodFiles(tt.view).String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestPrismEndpoints(t *testing.T) {
	t.Parallel()

	member := func(port int, list string) cluster.MemberSpec {
		return cluster.MemberSpec{Addresses: addrs(list), ControlPlane: &cluster.ControlPlane{APIServerPort: port}}
	}

	for _, tt := range []struct {
		name string
		view prismView
		want string
	}{
		{"a worker that knows nobody", prismView{cfg: load(t, "worker.yaml")}, "10.5.0.1:6443"},
		{"a control plane node goes to itself first", prismView{cfg: load(t, "controlplane.yaml")}, "127.0.0.1:6443 10.5.0.1:6443"},
		{"members come before the endpoint", prismView{
			cfg: load(t, "worker.yaml"), members: []cluster.MemberSpec{member(6443, "10.5.0.2"), {Addresses: addrs("10.5.0.9")}},
			servers: []k8s.EndpointSpec{{Addresses: addrs("10.5.0.2 10.5.0.3")}},
		}, "10.5.0.2:6443 10.5.0.3:6443 10.5.0.1:6443"},
		{"an endpoint without a port", prismView{cfg: load(t, "dualstack.yaml")}, "127.0.0.1:6443 api.example.org:443"},
	} {
		var got []string
		for _, e := range prismEndpoints(tt.view) {
			got = append(got, e.Host+":"+itoa(e.Port))
		}

		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
}

func itoa(n uint32) string {
	if n == 443 {
		return "443"
	}

	return "6443"
}

func TestParseManifests(t *testing.T) {
	t.Parallel()

	got, err := parseManifests([]byte(`# a comment only
---
apiVersion: v1
kind: Namespace
metadata: {name: one}
--- # with a comment
apiVersion: v1
kind: ConfigMap
metadata: {name: two}
data:
  text: |
    first
     --- indented is no separator
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret, metadata: {name: three}}
---
`))
	if err != nil {
		t.Fatal(err)
	}

	var names []string
	for _, m := range got {
		names = append(names, text(field(m.Object, "metadata"), "name"))
	}

	if strings.Join(names, " ") != "one two three" {
		t.Errorf("%v", names)
	}

	for _, bad := range []string{"kind: X", "a: b: c", "- list", "apiVersion: v1\nkind: Pod"} {
		if _, err = parseManifests([]byte(bad)); err == nil {
			t.Errorf("%q was taken for a manifest", bad)
		}
	}
}

func TestNodeName(t *testing.T) {
	t.Parallel()

	for host, want := range map[string]string{"CP-1": "cp-1", "node_1.example.org": "node-1.example.org", "a.": "a"} {
		if got := nodeName(host); got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
}
