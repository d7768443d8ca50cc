package gap

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
)

func parse(t *testing.T, text string) *config.Config {
	t.Helper()

	cfg, err := config.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}

	return cfg
}

// quiet is a main document that asks for nothing that is not there.
const quiet = "machine: {type: worker}\ncluster: {discovery: {enabled: false}}\n"

func doc(kind, rest string) string {
	return quiet + "---\napiVersion: v1alpha1\nkind: " + kind + "\n" + rest + "\n"
}

// samples has, for each gap that a path names, a config that falls into it and
// the path that it shall be told about.
var samples = map[string]struct{ text, path string }{
	"persist":                                               {"persist: false\nmachine: {type: worker}\ncluster: {discovery: {enabled: false}}", "persist"},
	"machine.install.bootloader":                            {"machine: {install: {bootloader: false}}", "machine.install.bootloader"},
	"FilesystemTrimConfig:interval":                         {doc("FilesystemTrimConfig", "interval: 24h"), "interval"},
	"SecurityProfileConfig:workloadIsolation":               {doc("SecurityProfileConfig", "workloadIsolation: true"), "workloadIsolation"},
	"TimeSyncConfig:ntp.useNTS":                             {doc("TimeSyncConfig", "ntp: {useNTS: true}"), "ntp.useNTS"},
	"machine.env":                                           {"machine: {env: {A: b}}", "machine.env"},
	"machine.udev.rules":                                    {"machine: {udev: {rules: [a]}}", "machine.udev.rules"},
	"machine.disks":                                         {"machine: {disks: [{device: /dev/vdb}]}", "machine.disks"},
	"machine.systemDiskEncryption.state":                    {"machine: {systemDiskEncryption: {state: {provider: luks2}}}", "machine.systemDiskEncryption.state"},
	"machine.systemDiskEncryption.ephemeral":                {"machine: {systemDiskEncryption: {ephemeral: {provider: luks2}}}", "machine.systemDiskEncryption.ephemeral"},
	"machine.install.extensions":                            {"machine: {install: {extensions: [{image: a}]}}", "machine.install.extensions"},
	"machine.install.legacyBIOSSupport":                     {"machine: {install: {legacyBIOSSupport: true}}", "machine.install.legacyBIOSSupport"},
	"machine.logging.destinations":                          {"machine: {logging: {destinations: [{endpoint: 'udp://10.0.0.1:5', format: json_lines}]}}", "machine.logging.destinations"},
	"machine.network.kubespan.enabled":                      {"machine: {network: {kubespan: {enabled: true}}}", "machine.network.kubespan.enabled"},
	"machine.network.interfaces[].bond.adActorSystem":       {"machine: {network: {interfaces: [{interface: a}, {interface: b, bond: {adActorSystem: '02:00:00:00:00:01'}}]}}", "machine.network.interfaces[1].bond.adActorSystem"},
	"machine.network.interfaces[].vip.equinixMetal":         {"machine: {network: {interfaces: [{interface: a, vip: {ip: 10.0.0.9, equinixMetal: {apiToken: t}}}]}}", "machine.network.interfaces[0].vip.equinixMetal"},
	"machine.network.interfaces[].vip.hcloud":               {"machine: {network: {interfaces: [{interface: a, vip: {ip: 10.0.0.9, hcloud: {apiToken: t}}}]}}", "machine.network.interfaces[0].vip.hcloud"},
	"machine.network.interfaces[].vlans[].vip.equinixMetal": {"machine: {network: {interfaces: [{interface: a, vlans: [{vlanId: 5, vip: {ip: 10.0.0.9, equinixMetal: {apiToken: t}}}]}]}}", "machine.network.interfaces[0].vlans[0].vip.equinixMetal"},
	"machine.network.interfaces[].vlans[].vip.hcloud":       {"machine: {network: {interfaces: [{interface: a, vlans: [{vlanId: 5, vip: {ip: 10.0.0.9, hcloud: {apiToken: t}}}]}]}}", "machine.network.interfaces[0].vlans[0].vip.hcloud"},
	"machine.features.imageCache.localEnabled":              {"machine: {features: {imageCache: {localEnabled: true}}}", "machine.features.imageCache.localEnabled"},
	"machine.features.kubernetesTalosAPIAccess.enabled":     {"machine: {features: {kubernetesTalosAPIAccess: {enabled: true}}}", "machine.features.kubernetesTalosAPIAccess.enabled"},
	"machine.features.rbac":                                 {"machine: {features: {rbac: false}}", "machine.features.rbac"},
	"machine.features.apidCheckExtKeyUsage":                 {"machine: {features: {apidCheckExtKeyUsage: false}}", "machine.features.apidCheckExtKeyUsage"},
	"ImageCacheConfig:local.enabled":                        {doc("ImageCacheConfig", "local: {enabled: true}"), "local.enabled"},
	"KubeSpanConfig:enabled":                                {doc("KubeSpanConfig", "enabled: true"), "enabled"},
	"machine.files":                                         {"machine: {files: [{path: /etc/a, op: create, content: x}]}", "machine.files[0]"},
	"cluster.discovery":                                     {"machine: {type: worker}\ncluster: {discovery: {enabled: true, registries: {kubernetes: {disabled: false}}}}", "cluster.discovery"},
	"VolumeConfig:encryption":                               {doc("VolumeConfig", "name: EPHEMERAL\nencryption: {provider: luks2}"), "encryption"},
}

func TestEveryGapIsToldWithItsPath(t *testing.T) {
	t.Parallel()

	for _, g := range All() {
		t.Run(g.At, func(t *testing.T) {
			t.Parallel()

			s, ok := samples[g.At]
			if !ok {
				kind, known := document.Lookup(g.At)
				if !known {
					t.Fatalf("there is no kind %q, and no sample for such a path", g.At)
				}

				s.text = doc(kind.Name, "")
				if kind.Named {
					s.text = doc(kind.Name, "name: a")
				}
			} else if strings.HasPrefix(s.text, "machine:") && !strings.Contains(s.text, "\n") {
				s.text += "\ncluster: {discovery: {enabled: false}}\n"
			}

			got := In(parse(t, s.text))
			if len(got) != 1 || got[0].Path != s.path || got[0].Message != "not supported yet: "+g.Reason {
				t.Errorf("got %v, want one warning at %q", got, s.path)
			}
		})
	}
}

func TestWhatIsSupportedIsNotWarnedAbout(t *testing.T) {
	t.Parallel()

	for _, text := range []string{
		quiet,
		"machine: {network: {kubespan: {enabled: false}}, features: {rbac: true, apidCheckExtKeyUsage: true}}\ncluster: {discovery: {registries: {service: {disabled: true}}}}\n",
		"machine: {files: [{path: /etc/cri/conf.d/20-customization.part, op: create, content: x}]}\ncluster: {discovery: {enabled: false}}\n",
		doc("HostnameConfig", "hostname: a"),
		doc("VolumeConfig", "name: EPHEMERAL\nprovisioning: {maxSize: 10GiB}"),
		"apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n",
	} {
		if got := In(parse(t, text)); len(got) > 0 {
			t.Errorf("%s\ngot %v", text, got)
		}
	}
}

func TestUnsupportedDiscoveryAndFiles(t *testing.T) {
	t.Parallel()

	got := In(parse(t, "machine: {type: worker, files: [{path: /var/a, op: create, content: x}]}\ncluster: {discovery: {enabled: true, registries: {service: {endpoint: https://d.example.org/}}}}\n"))

	var lines []string
	for _, w := range got {
		lines = append(lines, w.Error())
	}

	const want = "v1alpha1: machine.files[0]: not supported yet: only " + criCustomization + " is written\n" +
		"v1alpha1: cluster.discovery: not supported yet: members of the cluster are not told of each other"
	if strings.Join(lines, "\n") != want {
		t.Errorf("got\n%s", strings.Join(lines, "\n"))
	}
}

// TestGeneratedConfigsAskForLittleInVain keeps warnings worth reading: a config as
// generated brings none, but for a promise of safety that is not kept.
func TestGeneratedConfigsAskForLittleInVain(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.0", "v1.6", "v1.11", "v1.12", "v1.13", "v1.14"} {
		c, err := contract.Parse(line)
		if err != nil {
			t.Fatal(err)
		}

		in, err := generate.New("test", "https://cp.example.org:6443", "", generate.WithContract(c))
		if err != nil {
			t.Fatal(err)
		}

		for _, typ := range []generate.MachineType{generate.ControlPlane, generate.Worker} {
			cfg, err := in.Config(typ)
			if err != nil {
				t.Fatal(err)
			}

			for _, w := range In(cfg) {
				if w.Document != "SecurityProfileConfig" {
					t.Errorf("%s %s: %v", line, typ, w)
				}
			}
		}
	}
}
