package explain_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/explain"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

// commentLines are the comments of a text with their indentation, in order.
func commentLines(text string) (out []string) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			out = append(out, strings.TrimRight(line, "\n"))
		}
	}

	return out
}

// TestPatchesLeaveCommentsWhereTheyAre patches commented configs in all their sections:
// what the patches do not delete keeps its comments, in their order and as far in as
// they were.
func TestPatchesLeaveCommentsWhereTheyAre(t *testing.T) {
	t.Parallel()

	patches := []string{
		"machine: {certSANs: [a.example.org]}",
		"machine: {sysctls: {vm.nr_hugepages: '1'}}",
		"machine: {kubelet: {extraArgs: {v: '4'}, extraMounts: [{destination: /a, type: bind, source: /a, options: [bind]}]}}",
		"machine: {network: {nameservers: [1.1.1.1], interfaces: [{interface: eth0, dhcp: true}]}}",
		"machine: {install: {disk: /dev/vda, extraKernelArgs: [a=b]}}",
		"machine: {features: {rbac: true, kubePrism: {port: 7446}}}",
		"machine: {nodeLabels: {a: b}, nodeTaints: {a: 'b:NoSchedule'}}",
		"machine: {registries: {mirrors: {ghcr.io: {endpoints: [https://m.example.org]}}}}",
		"machine: {disks: [{device: /dev/sdb, partitions: [{mountpoint: /var/mnt/a}]}]}",
		"cluster: {apiServer: {extraArgs: {v: '2'}, certSANs: [b.example.org]}}",
		"cluster: {network: {podSubnets: [10.1.0.0/16]}, controllerManager: {extraArgs: {v: '2'}}}",
		"cluster: {proxy: {disabled: true}, discovery: {enabled: true}, allowSchedulingOnControlPlanes: true}",
		"cluster: {etcd: {extraArgs: {a: b}}, extraManifests: [https://example.org/a.yaml]}",
		"debug: true",
		"apiVersion: v1alpha1\nkind: KubeletConfig\nextraArgs: {v: '4'}\n",
		"apiVersion: v1alpha1\nkind: HostnameConfig\nauto: \"off\"\n",
		"apiVersion: v1alpha1\nkind: KubeAPIServerConfig\nextraArgs: {v: '4'}\nresources: {requests: {cpu: 10m}}\n",
		"apiVersion: v1alpha1\nkind: KubeNetworkConfig\nnodeCIDRMaskSizeIPv4: 25\n",
		"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth9\n",
	}

	for _, line := range []string{"v1.0", "v1.11", "v1.14"} {
		c, err := contract.Parse(line)
		if err != nil {
			t.Fatal(err)
		}

		in, err := generate.New("test", "https://10.0.0.1:6443", "", generate.WithContract(c),
			generate.WithRegistryMirror("docker.io", "https://mirror.example.org"))
		if err != nil {
			t.Fatal(err)
		}

		for _, typ := range []generate.MachineType{generate.ControlPlane, generate.Worker} {
			cfg, err := in.Config(typ)
			if err != nil {
				t.Fatal(err)
			}

			for _, o := range []explain.Options{{Docs: true}, {Examples: true}, {Docs: true, Examples: true}} {
				text, err := explain.Comment(cfg.Bytes(), o)
				if err != nil {
					t.Fatal(err)
				}

				base, err := config.Load(text)
				if err != nil {
					t.Fatal(err)
				}

				all := base

				for _, p := range patches {
					all = patched(t, all, p)

					if o.Docs && o.Examples {
						sameComments(t, line+" "+string(typ)+" after "+p, text, patched(t, base, p).Bytes())
					}
				}

				sameComments(t, line+" "+string(typ)+" after all", text, all.Bytes())
			}
		}
	}
}

func patched(t *testing.T, c *config.Config, text string) *config.Config {
	t.Helper()

	p, err := patch.Parse("p", []byte(text))
	if err != nil {
		t.Fatal(err)
	}

	out, err := config.ApplyPatches(c, p)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}

	return out
}

func sameComments(t *testing.T, name string, before, after []byte) {
	t.Helper()

	was, is := commentLines(string(before)), commentLines(string(after))

	for i := range was {
		if i >= len(is) || was[i] != is[i] {
			got := "nothing"
			if i < len(is) {
				got = is[i]
			}

			t.Errorf("%s: comment %d is\n%s\nand was\n%s", name, i, got, was[i])

			return
		}
	}
}
