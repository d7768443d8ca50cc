package config_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// TestPatchesInTheOldStyleReachTheDocuments checks that a patch of the main
// document has the same effect on configs of both styles.
func TestPatchesInTheOldStyleReachTheDocuments(t *testing.T) {
	t.Parallel()

	ca := generated(t, "v1.12").Effective().Cluster.CA
	otherCA := struct{ crt, key string }{base64.StdEncoding.EncodeToString(ca.Crt), base64.StdEncoding.EncodeToString(ca.Key)}

	for _, tt := range []struct {
		name, patch string
		effect      func(*v1alpha1.Config) bool
		absent      string // a kind that is gone
	}{
		{"kube-proxy off", "cluster: {proxy: {disabled: true}}", func(c *v1alpha1.Config) bool { return *c.Cluster.Proxy.Disabled }, ""},
		{"no CNI", "cluster: {network: {cni: {name: none}}}", func(c *v1alpha1.Config) bool { return c.Cluster.Network.CNI.Name == "none" }, "KubeFlannelCNIConfig"},
		{"CoreDNS off", "cluster: {coreDNS: {disabled: true}}", func(c *v1alpha1.Config) bool { return *c.Cluster.CoreDNS.Disabled }, ""},
		{"host name", "machine: {network: {hostname: a}}", func(c *v1alpha1.Config) bool { return c.Machine.Network.Hostname == "a" }, ""},
		{"a name made up", "machine: {features: {stableHostname: false}}", func(c *v1alpha1.Config) bool { return !*c.Machine.Features.StableHostname }, ""},
		{"flannel by its name", "cluster: {network: {cni: {name: flannel}}}", func(c *v1alpha1.Config) bool { return c.Cluster.Network.CNI.Name == "flannel" }, ""},
		{"install disk and image", "machine: {install: {disk: /dev/vda, image: x, wipe: true}}", func(c *v1alpha1.Config) bool {
			return c.Machine.Install.Disk == "/dev/vda" && c.Machine.Install.Image == "x" && *c.Machine.Install.Wipe
		}, ""},
		{"kernel arguments stay", "machine: {install: {extraKernelArgs: [a=b]}}", func(c *v1alpha1.Config) bool {
			return len(c.Machine.Install.ExtraKernelArgs) == 1 && c.Machine.Install.Disk == "/dev/sda"
		}, ""},
		{"kubelet", "machine: {kubelet: {extraArgs: {v: \"4\"}, extraConfig: {maxPods: 50}, nodeIP: {validSubnets: [10.0.0.0/8]}}}", func(c *v1alpha1.Config) bool {
			k := c.Machine.Kubelet

			return k.ExtraArgs["v"][0] == "4" && k.ExtraConfig["maxPods"] == 50 && k.NodeIP.ValidSubnets[0] == "10.0.0.0/8"
		}, ""},
		{"name servers", "machine: {network: {nameservers: [9.9.9.9]}}", func(c *v1alpha1.Config) bool { return c.Machine.Network.Nameservers[0] == "9.9.9.9" }, ""},
		{"host DNS", "machine: {features: {hostDNS: {forwardKubeDNSToHost: false}}}", func(c *v1alpha1.Config) bool {
			h := c.Machine.Features.HostDNS

			return *h.Enabled && !*h.ForwardKubeDNSToHost
		}, ""},
		{"pod networks", "cluster: {network: {podSubnets: [10.42.0.0/16], serviceSubnets: [10.43.0.0/16]}}", func(c *v1alpha1.Config) bool {
			return len(c.Cluster.Network.PodSubnets) == 1 && c.Cluster.Network.PodSubnets[0] == "10.42.0.0/16"
		}, ""},
		{"API server", "cluster: {apiServer: {certSANs: [127.0.0.1], extraArgs: {v: \"2\"}}}", func(c *v1alpha1.Config) bool {
			return slices.Contains(c.Cluster.APIServer.CertSANs, "127.0.0.1") && c.Cluster.APIServer.ExtraArgs["v"][0] == "2"
		}, ""},
		{"admission", "cluster: {apiServer: {admissionControl: [{name: PodSecurity, configuration: {exemptions: {namespaces: [rook-ceph]}}}]}}", func(c *v1alpha1.Config) bool {
			a := c.Cluster.APIServer.AdmissionControl
			ns := a[0].Configuration["exemptions"].(map[string]any)["namespaces"].([]any)

			return len(a) == 1 && len(ns) == 2 && ns[1] == "rook-ceph"
		}, ""},
		{"admission off", "cluster: {apiServer: {admissionControl: [{name: PodSecurity, $patch: delete}]}}", func(c *v1alpha1.Config) bool {
			return len(c.Cluster.APIServer.AdmissionControl) == 0
		}, ""},
		{"KubePrism off", "machine: {features: {kubePrism: {enabled: false}}}", func(c *v1alpha1.Config) bool { return !*c.Machine.Features.KubePrism.Enabled }, ""},
		{"the discovery service off", "cluster: {discovery: {enabled: true, registries: {service: {disabled: true}}}}", func(c *v1alpha1.Config) bool {
			return !*c.Cluster.Discovery.Enabled || *c.Cluster.Discovery.Registries.Service.Disabled
		}, "DiscoveryServiceConfig"},
		{"another registry of discovery", "cluster: {discovery: {registries: {kubernetes: {disabled: true}}}}", func(c *v1alpha1.Config) bool {
			return *c.Cluster.Discovery.Enabled && *c.Cluster.Discovery.Registries.Kubernetes.Disabled
		}, ""},
		{"an install disk by its properties", "machine: {install: {diskSelector: {size: '>= 1TB', model: 'WDC*', type: ssd, busPath: /pci0000:00/*}}}", func(c *v1alpha1.Config) bool {
			want := `disk.size >= 1000000000000u && disk.model.matches("^WDC.*$") && !disk.rotational && disk.transport != "nvme" && disk.transport != "mmc" && disk.bus_path.matches("^/pci0000:00/.*$")`

			return c.Machine.Install.DiskSelector != nil || string(c.Folded.InstallMatch) == want
		}, ""},
		{"discovery off", "cluster: {discovery: {enabled: false}}", func(c *v1alpha1.Config) bool { return !*c.Cluster.Discovery.Enabled }, ""},
		{"another authority of the cluster", "cluster: {ca: {crt: " + otherCA.crt + ", key: " + otherCA.key + "}}", func(c *v1alpha1.Config) bool {
			return base64.StdEncoding.EncodeToString(c.Cluster.CA.Crt) == otherCA.crt && base64.StdEncoding.EncodeToString(c.Cluster.CA.Key) == otherCA.key
		}, ""},
		{"another aggregator", "cluster: {aggregatorCA: {crt: " + otherCA.crt + ", key: " + otherCA.key + "}}", func(c *v1alpha1.Config) bool {
			return base64.StdEncoding.EncodeToString(c.Cluster.AggregatorCA.Crt) == otherCA.crt
		}, ""},
		{"an accepted authority", "cluster: {acceptedCAs: [{crt: " + otherCA.crt + "}]}", func(c *v1alpha1.Config) bool {
			return len(c.Cluster.AcceptedCAs) == 1 && base64.StdEncoding.EncodeToString(c.Cluster.AcceptedCAs[0].Crt) == otherCA.crt
		}, ""},
		{"another key of service accounts", "cluster: {serviceAccount: {key: " + otherCA.key + "}}", func(c *v1alpha1.Config) bool {
			return base64.StdEncoding.EncodeToString(c.Cluster.ServiceAccount.Key) == otherCA.key
		}, ""},
		{"node labels", "machine: {nodeLabels: {a: b}}", func(c *v1alpha1.Config) bool {
			return c.Machine.NodeLabels["a"] == "b" && len(c.Machine.NodeLabels) == 2
		}, ""},
		{"a label is taken away", "machine: {nodeLabels: {node.kubernetes.io/exclude-from-external-load-balancers: {$patch: delete}}}", func(c *v1alpha1.Config) bool {
			return len(c.Machine.NodeLabels) == 0
		}, ""},
		{
			"a patch that deletes the document sets the main one",
			"machine: {kubelet: {image: x}}\n---\napiVersion: v1alpha1\nkind: KubeletConfig\n$patch: delete\n",
			func(c *v1alpha1.Config) bool { return c.Machine.Kubelet.Image == "x" }, "KubeletConfig",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			for _, line := range []string{"v1.11", "v1.14"} {
				p, err := patch.Parse("p", []byte(tt.patch))
				if err != nil {
					t.Fatal(err)
				}

				c, err := config.ApplyPatches(generated(t, line), p)
				if err != nil {
					t.Fatal(err)
				}

				if !tt.effect(c.Effective()) {
					t.Errorf("%s: it has no effect:\n%s", line, c.Redacted())
				}

				if _, err := config.Validate(c, config.Metal); err != nil {
					t.Errorf("%s: %v", line, err)
				}

				if tt.absent != "" && strings.Contains(string(c.Bytes()), "kind: "+tt.absent) {
					t.Errorf("%s: %s is still there", line, tt.absent)
				}
			}
		})
	}
}

// TestDiscoveryOffIsOff checks that no document is left that turns it on.
func TestDiscoveryOffIsOff(t *testing.T) {
	t.Parallel()

	c := apply(t, generated(t, "v1.14"), []byte("apiVersion: v1alpha1\nkind: DiscoveryServiceConfig\nname: second\nendpoint: https://d.example.org\n"))
	c = apply(t, c, []byte("cluster: {discovery: {enabled: false}}"))

	if *c.Effective().Cluster.Discovery.Enabled || strings.Contains(string(c.Bytes()), "DiscoveryServiceConfig") {
		t.Errorf("it is on:\n%s", c.Redacted())
	}
}

func TestTwoPlacesAtOnceAreRefused(t *testing.T) {
	t.Parallel()

	c, err := config.Make(&v1alpha1.Config{
		Machine: v1alpha1.MachineConfig{Type: "worker", Network: v1alpha1.NetworkConfig{Hostname: "a"}},
	}, &document.HostnameConfig{Hostname: "b"})
	if err != nil {
		t.Fatal(err)
	}

	_, err = config.Validate(c, config.Metal)
	if err == nil || !strings.Contains(err.Error(), "machine.network.hostname: is set here while a HostnameConfig document sets it too") {
		t.Error(err)
	}
}
