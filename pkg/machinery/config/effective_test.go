package config_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// TestEffective says what documents and the main one mean together.
func TestEffective(t *testing.T) {
	t.Parallel()

	doc := func(kind, rest string) string { return "---\napiVersion: v1alpha1\nkind: " + kind + "\n" + rest + "\n" }
	install := func(match string) string {
		return doc("UnattendedInstallConfig", "installer: {image: x}\nprovisioning:\n    diskSelector:\n        match: |-\n            "+match)
	}

	disk := func(c *v1alpha1.Config) any { return c.Machine.Install.Disk }
	overrides := func(c *v1alpha1.Config) any { return c.Folded.MirrorOverrides }
	manifests := func(c *v1alpha1.Config) any { return c.Folded.ExternalManifests }
	hostname := func(c *v1alpha1.Config) any { return c.Machine.Network.Hostname }
	endpoint := func(c *v1alpha1.Config) any { return c.Cluster.ControlPlane.Endpoint.String() }
	manifestsDirectoryOff := func(c *v1alpha1.Config) any { return *c.Machine.Kubelet.DisableManifestsDirectory }
	probes := func(c *v1alpha1.Config) any { return c.Folded.APIServerStartupProbes }
	caOf := func(c *v1alpha1.Config) any { return string(c.Cluster.CA.Crt) }
	kubeletConfig := func(c *v1alpha1.Config) any { return c.Machine.Kubelet.ExtraConfig }

	for _, tt := range []struct {
		name, text string
		get        func(*v1alpha1.Config) any
		want       any
	}{
		{"a disk", install(`disk.dev_path == "/dev/sda"`), disk, "/dev/sda"},
		{"a disk in other quotes", install(`disk.dev_path=='/dev/sda'`), disk, "/dev/sda"},
		{"one of two disks", install(`disk.dev_path == "/dev/sda" || disk.dev_path == "/dev/sdb"`), disk, ""},
		{"a disk and more", install(`disk.dev_path == "/dev/sda" && disk.size > 1u`), disk, ""},
		{"half of a comparison", install(`disk.dev_path ==`), disk, ""},
		{"half of a text", install(`disk.dev_path == "`), disk, ""},
		{"any other disk", install(`disk.dev_path != "/dev/sda"`), disk, ""},
		{"no reboot after the install", install("true"), func(c *v1alpha1.Config) any { return c.Folded.InstallReboot }, false},

		{"a mirror with a path", "machine: {registries: {mirrors: {a.io: {endpoints: ['https://b.io/v2'], overridePath: true}, c.io: {endpoints: ['https://d.io']}}}}", overrides, map[string][]string{"a.io": {"https://b.io/v2"}}},
		{"a mirror of which one has a path", doc("RegistryMirrorConfig", "name: a.io\nendpoints: [{url: https://b.io/v2, overridePath: true}, {url: https://c.io}]"), overrides, map[string][]string{"a.io": {"https://b.io/v2"}}},
		{"a mirror of which one has a path is none of which all have", doc("RegistryMirrorConfig", "name: a.io\nendpoints: [{url: https://b.io/v2, overridePath: true}, {url: https://c.io}]"), func(c *v1alpha1.Config) any { return *c.Machine.Registries.Mirrors["a.io"].OverridePath }, false},
		{"a mirror without a path takes the place of one with it", "machine: {registries: {mirrors: {a.io: {endpoints: ['https://b.io/v2'], overridePath: true}}}}\n" + doc("RegistryMirrorConfig", "name: a.io\nendpoints: [{url: https://c.io}]"), overrides, map[string][]string{}},
		{"mirrors add up", "machine: {registries: {mirrors: {a.io: {endpoints: ['https://b.io']}}}}\n" + doc("RegistryMirrorConfig", "name: c.io\nendpoints: [{url: https://d.io}]"), func(c *v1alpha1.Config) any { return len(c.Machine.Registries.Mirrors) }, 2},
		{"credentials and certificates of a registry", doc("RegistryAuthConfig", "name: a.io\nusername: u\npassword: p") + doc("RegistryTLSConfig", "name: a.io\ninsecureSkipVerify: true"), func(c *v1alpha1.Config) any {
			r := c.Machine.Registries.Config["a.io"]

			return r.Auth.Username == "u" && *r.TLS.InsecureSkipVerify
		}, true},

		{"manifests", "cluster: {extraManifests: ['https://a'], extraManifestHeaders: {b: c}, externalCloudProvider: {manifests: ['https://d']}}", manifests, []v1alpha1.ExternalManifest{
			{Name: "https://a", URL: "https://a", Headers: map[string]string{"b": "c"}}, {Name: "https://d", URL: "https://d", Headers: map[string]string{"b": "c"}},
		}},

		{"a host name stays beside what says nothing of it", "machine: {network: {hostname: a}}\n" + doc("HostnameConfig", "auto: 'off'"), hostname, "a"},
		{"an endpoint stays beside what says nothing of it", "cluster: {controlPlane: {endpoint: 'https://a:6443'}}\n" + doc("KubeAPIServerConfig", "image: x"), endpoint, "https://a:6443"},
		{"an endpoint of a document", doc("KubeClusterConfig", "clusterName: a\nendpoint: https://b:6443"), endpoint, "https://b:6443"},
		{"lists stay beside what says nothing of them", "machine: {kubelet: {clusterDNS: [192.0.2.1]}}\n" + doc("KubeletConfig", "image: x"), func(c *v1alpha1.Config) any { return c.Machine.Kubelet.ClusterDNS }, []string{"192.0.2.1"}},

		{"kernel parameters add up", "machine: {sysctls: {a: b}}\n" + doc("SysctlConfig", "params: {c: d}"), func(c *v1alpha1.Config) any { return c.Machine.Sysctls }, map[string]string{"a": "b", "c": "d"}},
		{"no CNI beside a network of a document", doc("KubeNetworkConfig", "podSubnets: [10.0.0.0/16]\nserviceSubnets: [10.1.0.0/16, 'fd00::/112']"), func(c *v1alpha1.Config) any { return c.Cluster.Network.CNI.Name }, "none"},
		{"addresses of the DNS service", doc("KubeNetworkConfig", "podSubnets: [10.0.0.0/16]\nserviceSubnets: [10.1.0.0/16, 'fd00::/112']"), func(c *v1alpha1.Config) any { return c.Machine.Kubelet.ClusterDNS }, []string{"10.1.0.10", "fd00::a"}},
		{"no address in a network that is too small", "cluster: {network: {serviceSubnets: [10.1.0.0/30]}}", func(c *v1alpha1.Config) any { return len(c.Machine.Kubelet.ClusterDNS) }, 0},
		{"a port for VXLAN only", doc("KubeFlannelCNIConfig", "backendType: host-gw"), func(c *v1alpha1.Config) any { return int(c.Folded.Flannel.Port) }, 0},
		{"pods on control planes by the older name", "cluster: {allowSchedulingOnMasters: true}", func(c *v1alpha1.Config) any { return *c.Cluster.AllowSchedulingOnControlPlanes }, true},

		{"an admission plugin of a document takes the place of another", "cluster: {apiServer: {admissionControl: [{name: b}, {name: a, configuration: {c: d}}]}}\n" + doc("KubeAdmissionControlConfig", "name: a\nconfiguration: {e: f}") + doc("KubeAdmissionControlConfig", "name: g"), func(c *v1alpha1.Config) any {
			var out []string
			for _, p := range c.Cluster.APIServer.AdmissionControl {
				out = append(out, fmt.Sprint(p.Name, p.Configuration))
			}

			return out
		}, []string{"bmap[]", "amap[e:f]", "gmap[]"}},
		{"an aggregator stays beside accepted ones", "cluster: {aggregatorCA: {crt: YQ==, key: Yg==}}\n" + doc("KubeAggregatorCAConfig", "acceptedCAs: [x]"), func(c *v1alpha1.Config) any { return string(c.Cluster.AggregatorCA.Crt) }, "a"},

		{"static pods of a directory", "machine: {type: worker}", manifestsDirectoryOff, false},
		{"static pods of documents", doc("KubeletConfig", "image: x"), manifestsDirectoryOff, true},
		{"static pods of both", "machine: {kubelet: {disableManifestsDirectory: false}}\n" + doc("KubeletConfig", "image: x"), manifestsDirectoryOff, false},

		{"startup probes", "machine: {type: worker}", probes, true},
		{"startup probes of a document that does not name them", doc("KubeAPIServerConfig", "image: x"), probes, true},
		{"no startup probes", doc("KubeAPIServerConfig", "image: x\nstartupProbes: false"), probes, false},

		{"an authority as text", doc("KubeAPIServerCAConfig", "issuingCA: {cert: -- text, key: other}"), caOf, "-- text"},
		{"an authority in base64", doc("KubeAPIServerCAConfig", "issuingCA: {cert: dGV4dHRleHQK, key: other}"), caOf, "texttext\n"},
		{"an authority stays beside accepted ones", "cluster: {ca: {crt: YQ==, key: Yg==}}\n" + doc("KubeAPIServerCAConfig", "acceptedCAs: [x]"), caOf, "a"},

		{"free-form parts are merged", "machine: {kubelet: {extraConfig: {a: {b: 1}, c: [1], d: {e: f}}}}\n" + doc("KubeletConfig", "image: x\nconfig: {a: {g: 2}, c: [2], d: h, i: {j: k}}"), kubeletConfig, value.Object{
			"a": map[string]any{"b": 1, "g": 2}, "c": []any{2}, "d": "h", "i": map[string]any{"j": "k"},
		}},
		{"free-form parts stay", "machine: {kubelet: {extraConfig: {a: b}}}\n" + doc("KubeletConfig", "image: x"), kubeletConfig, value.Object{"a": "b"}},
	} {
		c := mustLoad(t, tt.text)

		if got := tt.get(c.Effective()); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %#v, want %#v", tt.name, got, tt.want)
		}

		if d := config.Diff(c, mustLoad(t, tt.text)); len(d) > 0 {
			t.Errorf("%s: the config itself has changed: %v", tt.name, d)
		}
	}
}
