package config_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// TestOperatorsPatchesDoWhatTheySay applies the patches from operators' notes to
// generated configs and looks for what the notes say each setting does. It covers
// both styles: configs that describe Kubernetes in the main document and those that
// have documents for it.
func TestOperatorsPatchesDoWhatTheySay(t *testing.T) {
	t.Parallel()

	type effect struct {
		file, what string
		got        func(c *v1alpha1.Config) any
		want       any
	}

	effects := []effect{
		{"000-home_10.yaml", "kubelets rotate their server certificates", func(c *v1alpha1.Config) any {
			return c.Machine.Kubelet.ExtraArgs["rotate-server-certificates"][0]
		}, "true"},
		{"000-home_10.yaml", "images are collected above 60 percent", func(c *v1alpha1.Config) any {
			return c.Machine.Kubelet.ExtraConfig["imageGCHighThresholdPercent"]
		}, 60},
		{"000-home_10.yaml", "down to 50 percent", func(c *v1alpha1.Config) any {
			return c.Machine.Kubelet.ExtraConfig["imageGCLowThresholdPercent"]
		}, 50},
		{"000-home_10.yaml", "a writable bind mount", func(c *v1alpha1.Config) any {
			m := c.Machine.Kubelet.ExtraMounts[len(c.Machine.Kubelet.ExtraMounts)-1]

			return []string{m.Source, m.Destination, m.Type, m.Options[2]}
		}, []string{"/var/mnt/extra", "/var/mnt/extra", "bind", "rw"}},
		{"000-home_10.yaml", "host DNS is on", func(c *v1alpha1.Config) any { return *c.Machine.Features.HostDNS.Enabled }, true},
		{"000-home_10.yaml", "but pods do not use it", func(c *v1alpha1.Config) any { return *c.Machine.Features.HostDNS.ForwardKubeDNSToHost }, false},
		{"000-home_10.yaml", "members are resolved", func(c *v1alpha1.Config) any { return *c.Machine.Features.HostDNS.ResolveMemberNames }, true},
		{"000-home_10.yaml", "no CNI", func(c *v1alpha1.Config) any { return c.Cluster.Network.CNI.Name }, "none"},
		{"000-home_10.yaml", "no kube-proxy", func(c *v1alpha1.Config) any { return *c.Cluster.Proxy.Disabled }, true},

		{"000-home_11.yaml", "workloads on control planes", func(c *v1alpha1.Config) any { return *c.Cluster.AllowSchedulingOnControlPlanes }, true},
		{"000-home_11.yaml", "no CoreDNS", func(c *v1alpha1.Config) any { return *c.Cluster.CoreDNS.Disabled }, true},
		{"000-home_11.yaml", "localhost in the API server's certificate", func(c *v1alpha1.Config) any {
			return slices.Contains(c.Cluster.APIServer.CertSANs, "127.0.0.1")
		}, true},
		{"000-home_11.yaml", "the issuer of tokens", func(c *v1alpha1.Config) any { return c.Cluster.APIServer.ExtraArgs["service-account-issuer"][0] }, "https://issuer.example.org/cluster"},
		{"000-home_11.yaml", "where keys are published", func(c *v1alpha1.Config) any { return c.Cluster.APIServer.ExtraArgs["service-account-jwks-uri"][0] }, "https://k8s.example.org:6443/openid/v1/jwks"},

		{"000-home_12.yaml", "the host name", func(c *v1alpha1.Config) any { return c.Machine.Network.Hostname }, "worker-01"},
		{"000-home_12.yaml", "the install image", func(c *v1alpha1.Config) any { return c.Machine.Install.Image }, "factory.talos.dev/installer/f19ad7b4:v1.12.4"},
		{"000-home_12.yaml", "DHCP on the physical link", func(c *v1alpha1.Config) any { return *c.Machine.Network.Interfaces[0].DHCP }, true},
		{"000-home_12.yaml", "the virtual address", func(c *v1alpha1.Config) any { return c.Machine.Network.Interfaces[0].VIP.IP }, "192.168.0.200"},

		{"000-home_13.yaml", "the host name", func(c *v1alpha1.Config) any { return c.Machine.Network.Hostname }, "worker-pi-1"},
		{"000-home_13.yaml", "the kernel argument", func(c *v1alpha1.Config) any { return c.Machine.Install.ExtraKernelArgs }, []string{"initcall_blacklist=sensors_nct6683_init"}},
		{"000-home_13.yaml", "no virtual address", func(c *v1alpha1.Config) any { return c.Machine.Network.Interfaces[0].VIP == nil }, true},

		{"001-ops_4.yaml", "no workloads on control planes", func(c *v1alpha1.Config) any { return *c.Cluster.AllowSchedulingOnControlPlanes }, false},
		{"001-ops_4.yaml", "no kube-proxy", func(c *v1alpha1.Config) any { return *c.Cluster.Proxy.Disabled }, true},
		{"001-ops_4.yaml", "no CoreDNS", func(c *v1alpha1.Config) any { return *c.Cluster.CoreDNS.Disabled }, true},

		{"001-ops_6.yaml", "the feature gate", func(c *v1alpha1.Config) any { return c.Machine.Kubelet.ExtraArgs["feature-gates"][0] }, "ImageVolume=true"},
		{"001-ops_6.yaml", "images are pulled in parallel", func(c *v1alpha1.Config) any { return c.Machine.Kubelet.ExtraConfig["serializeImagePulls"] }, false},
		{"001-ops_6.yaml", "the network of node addresses", func(c *v1alpha1.Config) any { return c.Machine.Kubelet.NodeIP.ValidSubnets }, []string{"192.168.0.0/24"}},
		{"001-ops_6.yaml", "pods use host DNS", func(c *v1alpha1.Config) any { return *c.Machine.Features.HostDNS.ForwardKubeDNSToHost }, true},
		{"001-ops_6.yaml", "no search domain", func(c *v1alpha1.Config) any { return *c.Machine.Network.DisableSearchDomain }, true},
		{"001-ops_6.yaml", "the name server", func(c *v1alpha1.Config) any { return c.Machine.Network.Nameservers }, []string{"192.168.0.1"}},
		{"001-ops_6.yaml", "the address on lo", func(c *v1alpha1.Config) any {
			return []string{c.Machine.Network.Interfaces[0].Interface, c.Machine.Network.Interfaces[0].Addresses[0]}
		}, []string{"lo", "169.254.116.108/32"}},
		{"001-ops_6.yaml", "the time is kept", func(c *v1alpha1.Config) any { return *c.Machine.Time.Disabled }, false},
		{"001-ops_6.yaml", "the time server", func(c *v1alpha1.Config) any { return c.Machine.Time.Servers }, []string{"time.example.org"}},
	}

	files := archive(t, "notes.txtar")

	for _, line := range []string{"v1.6", "v1.12", "v1.14"} {
		base := generated(t, line)

		for _, f := range files {
			p, err := patch.Parse(f.Name, f.Data)
			if err != nil {
				t.Fatal(err)
			}

			c, err := config.ApplyPatches(base, p)
			if err != nil {
				t.Error(err)

				continue
			}

			if _, err = config.Validate(c, config.Metal); err != nil {
				t.Errorf("%s %s: %v", line, f.Name, err)
			}

			checked := 0

			for _, e := range effects {
				if e.file == f.Name {
					checked++

					if got := e.got(c.Effective()); !reflect.DeepEqual(got, e.want) {
						t.Errorf("%s %s: %s: got %v, want %v", line, f.Name, e.what, got, e.want)
					}
				}
			}

			if checked == 0 {
				t.Errorf("%s: nothing is said about it", f.Name)
			}
		}
	}
}
