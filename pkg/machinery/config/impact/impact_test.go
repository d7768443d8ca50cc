package impact_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/impact"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func TestBetween(t *testing.T) {
	t.Parallel()

	base := "machine:\n  type: controlplane\n  token: aaa\n  kubelet:\n    image: k:v1.37.1\ncluster:\n  clusterName: a\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n"

	for _, tt := range []struct {
		name, patch string
		effect      impact.Effect
		services    string
		want        string
	}{
		{"nothing", "machine: {type: controlplane}", impact.Live, "", ""},
		{"a host name", "machine: {network: {hostname: b}}", impact.Live, "", "+ v1alpha1: machine.network.hostname: b  [live]\n"},
		{"the same host name as a document", "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: b\n", impact.Live, "", "+ v1alpha1: machine.network.hostname: b  [live]\n"},
		{"kubelet", "machine: {kubelet: {extraArgs: {v: \"2\"}}}", impact.Restart, "kubelet", "+ v1alpha1: machine.kubelet.extraArgs.v: \"2\"  [restart: kubelet]\n"},
		{"etcd and kubelet", "machine: {kubelet: {image: \"k:v1.36.0\"}}\ncluster: {etcd: {image: e}}", impact.Restart, "etcd,kubelet", "~ v1alpha1: machine.kubelet.image: k:v1.37.1 -> k:v1.36.0  [restart: kubelet]\n~ v1alpha1: cluster.etcd.image: registry.k8s.io/etcd:3.7.3 -> e  [restart: etcd]\n"},
		{"a file", "machine: {files: [{path: /var/a, op: create, content: x}]}", impact.Reboot, "", "+ v1alpha1: machine.files[0].content: x  [reboot]\n+ v1alpha1: machine.files[0].path: /var/a  [reboot]\n+ v1alpha1: machine.files[0].op: create  [reboot]\n"},
		{"a link", "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 9000\n", impact.Live, "", "+ LinkConfig eth0: mtu: 9000  [live]\n"},
		{"a secret is not shown", "machine: {token: bbb}", impact.Live, "", "~ v1alpha1: machine.token (secret)  [live]\n"},
		{"a document that waits for a reboot", "apiVersion: v1alpha1\nkind: CRICustomizationConfig\nname: a\ncontent: b\n", impact.Reboot, "", "+ CRICustomizationConfig a: name: a  [reboot]\n+ CRICustomizationConfig a: content: b  [reboot]\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			old, err := config.Load([]byte(base))
			if err != nil {
				t.Fatal(err)
			}

			p, err := patch.Parse("p", []byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}

			next, err := config.ApplyPatches(old, p)
			if err != nil {
				t.Fatal(err)
			}

			r := impact.Between(old, next)
			if r.String() != tt.want {
				t.Errorf("got\n%swant\n%s", r, tt.want)
			}

			if r.Effect() != tt.effect || strings.Join(r.Services(), ",") != tt.services {
				t.Errorf("effect is %s %v, want %s %s", r.Effect(), r.Services(), tt.effect, tt.services)
			}
		})
	}
}
