package impact_test

import (
	"encoding/json"
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
		{"a name server", "machine: {network: {nameservers: [10.0.0.1]}}", impact.Live, "", "+ v1alpha1: machine.network.nameservers[0]: 10.0.0.1  [live]\n"},
		{"a host name", "machine: {network: {hostname: b}}", impact.Restart, "kubelet", "+ v1alpha1: machine.network.hostname: b  [restart: kubelet]\n"},
		{"the same host name as a document", "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: b\n", impact.Restart, "kubelet", "+ v1alpha1: machine.network.hostname: b  [restart: kubelet]\n"},
		{"what only a document can say", "apiVersion: v1alpha1\nkind: KubeEtcdEncryptionConfig\nconfig: {resources: [{providers: [x]}]}\n", impact.Restart, "kube-apiserver", "+ KubeEtcdEncryptionConfig: config.resources: (secret)  [restart: kube-apiserver]\n"},
		{
			"what both can say, and what only a document can", "apiVersion: v1alpha1\nkind: KubeAPIServerConfig\nimage: i\nstartupProbes: false\n", impact.Restart, "kube-apiserver",
			"~ v1alpha1: cluster.apiServer.image: registry.k8s.io/kube-apiserver:v1.37.1 -> i  [restart: kube-apiserver]\n+ KubeAPIServerConfig: startupProbes: false  [restart: kube-apiserver]\n",
		},
		{
			"a name server that only a document can describe", "apiVersion: v1alpha1\nkind: ResolverConfig\nnameservers: [{address: 192.0.2.1, protocol: DoT}]\n", impact.Live, "",
			"+ v1alpha1: machine.network.nameservers[0]: 192.0.2.1  [live]\n+ ResolverConfig: nameservers[0].address: 192.0.2.1  [live]\n+ ResolverConfig: nameservers[0].protocol: DoT  [live]\n",
		},
		{
			"two discovery services", "apiVersion: v1alpha1\nkind: DiscoveryServiceConfig\nname: a\nendpoint: https://a\n---\napiVersion: v1alpha1\nkind: DiscoveryServiceConfig\nname: b\nendpoint: https://b\n", impact.Live, "",
			"~ v1alpha1: cluster.discovery.enabled: false -> true  [live]\n~ v1alpha1: cluster.discovery.registries.service.endpoint: https://discovery.talos.dev/ -> https://a  [live]\n" +
				"+ DiscoveryServiceConfig a: name: a  [live]\n+ DiscoveryServiceConfig a: endpoint: https://a  [live]\n+ DiscoveryServiceConfig b: name: b  [live]\n+ DiscoveryServiceConfig b: endpoint: https://b  [live]\n",
		},
		{"credentials of a registry, and its certificate", "machine: {registries: {config: {a.b: {auth: {username: c}, tls: {insecureSkipVerify: true}}}}}", impact.Restart, "cri", "+ v1alpha1: machine.registries.config[\"a.b\"].tls.insecureSkipVerify: true  [live]\n+ v1alpha1: machine.registries.config[\"a.b\"].auth.username: c  [restart: cri]\n"},
		{"kubelet", "machine: {kubelet: {extraArgs: {v: \"2\"}}}", impact.Restart, "kubelet", "+ v1alpha1: machine.kubelet.extraArgs.v: \"2\"  [restart: kubelet]\n"},
		{"etcd and kubelet", "machine: {kubelet: {image: \"k:v1.36.0\"}}\ncluster: {etcd: {image: e}}", impact.Restart, "etcd,kubelet", "~ v1alpha1: machine.kubelet.image: k:v1.37.1 -> k:v1.36.0  [restart: kubelet]\n~ v1alpha1: cluster.etcd.image: registry.k8s.io/etcd:3.7.3 -> e  [restart: etcd]\n"},
		{"a disk", "machine: {disks: [{device: /dev/vdb}]}", impact.Reboot, "", "+ v1alpha1: machine.disks[0].device: /dev/vdb  [reboot]\n"},
		{"a link", "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 9000\n", impact.Live, "", "+ LinkConfig eth0: mtu: 9000  [live]\n"},
		{"a secret is not shown", "machine: {token: bbb}", impact.Live, "", "~ v1alpha1: machine.token (secret)  [live]\n"},
		{"a document that waits for a reboot", "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning: {minSize: 2GB}\n", impact.Reboot, "", "+ VolumeConfig EPHEMERAL: name: EPHEMERAL  [reboot]\n+ VolumeConfig EPHEMERAL: provisioning.minSize: 2GB  [reboot]\n"},
		{"part of containerd's settings", "apiVersion: v1alpha1\nkind: CRICustomizationConfig\nname: a\ncontent: b\n", impact.Restart, "cri", "+ CRICustomizationConfig a: name: a  [restart: cri]\n+ CRICustomizationConfig a: content: b  [restart: cri]\n"},
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

func TestReport(t *testing.T) {
	t.Parallel()

	load := func(text string) *config.Config {
		c, err := config.Load([]byte(text))
		if err != nil {
			t.Fatal(err)
		}

		return c
	}

	next := load("machine: {type: worker, token: a, env: {a: b}}\ncluster: {controlPlane: {endpoint: https://a:6443}}\n")

	// A machine without a config has nothing that runs.
	if r := impact.Between(nil, next); len(r.Changes) > 0 || r.Effect() != impact.Live || r.Services() != nil || r.Reasons() != nil {
		t.Errorf("got %v", r)
	}

	r := impact.Between(load("machine: {type: controlplane}"), next)

	want := "v1alpha1 machine.type: decides which services a machine has\nv1alpha1 machine.env.a: processes get their environment at start"
	if got := strings.Join(r.Reasons(), "\n"); got != want || r.Effect() != impact.Reboot {
		t.Errorf("reasons are\n%s\nwant\n%s", got, want)
	}

	if !strings.HasSuffix(r.String(), "endpoint: https://a:6443  [restart: kubelet, kube-apiserver]\n") {
		t.Errorf("got\n%s", r)
	}

	raw, err := json.Marshal(r.Changes[1])
	if want := `{"document":"v1alpha1","path":"machine.token","new":"(secret)","secret":true,"effect":"live","reason":"used at the next certificate request"}`; err != nil || string(raw) != want {
		t.Errorf("got  %s %v\nwant %s", raw, err, want)
	}
}
