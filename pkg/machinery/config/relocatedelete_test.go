package config_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

// TestDeletedSectionsReachTheDocuments deletes whole sections in the main document.
func TestDeletedSectionsReachTheDocuments(t *testing.T) {
	t.Parallel()

	full := apply(t, generated(t, "v1.14"), []byte(further))

	for _, tt := range []struct {
		patch, gone string // gone: kinds that are no more
		refused     string // or what is answered
		left        string
		goneText    string
	}{
		{patch: "cluster: {apiServer: {$patch: delete}}", gone: "KubeAPIServerConfig KubeAdmissionControlConfig KubeAuditPolicyConfig KubeAuthorizerConfig"},
		{patch: "cluster: {apiServer: {admissionControl: {$patch: delete}}}", gone: "KubeAdmissionControlConfig"},
		{patch: "cluster: {apiServer: {authorizationConfig: {$patch: delete}}}", gone: "KubeAuthorizerConfig"},
		{patch: "cluster: {apiServer: {authorizationConfig: [{type: Webhook, $patch: delete}]}}", gone: "KubeAuthorizerConfig"},
		{patch: "cluster: {apiServer: {authorizationConfig: [{type: RBAC, $patch: delete}]}}", left: "kind: KubeAuthorizerConfig"},
		{patch: "cluster: {apiServer: {auditPolicy: {$patch: delete}}}", gone: "KubeAuditPolicyConfig"},
		{patch: "cluster: {apiServer: {image: {$patch: delete}}}", gone: "KubeAPIServerConfig"},
		{patch: "apiVersion: v1alpha1\nkind: KubeAPIServerConfig\napiPort: 7443\n---\ncluster: {apiServer: {image: {$patch: delete}}}", refused: "p: cluster.apiServer.image cannot be deleted: it is in the document KubeAPIServerConfig, which needs image; set another value, or delete that document"},
		{patch: "apiVersion: v1alpha1\nkind: KubeAPIServerConfig\napiPort: 7443\n---\ncluster: {apiServer: {$patch: delete}}", refused: "p: cluster.apiServer cannot be deleted: it is in the document KubeAPIServerConfig, which needs image"},
		{patch: "cluster: {proxy: {$patch: delete}, coreDNS: {$patch: delete}}", gone: "KubeProxyConfig KubeCoreDNSConfig"},
		{patch: "cluster: {controllerManager: {$patch: delete}}", gone: "KubeControllerManagerConfig"},
		{patch: "machine: {controlPlane: {scheduler: {disabled: true}}}\n---\ncluster: {scheduler: {$patch: delete}}", refused: "KubeSchedulerConfig, which needs image"},
		{patch: "cluster: {discovery: {$patch: delete}}", gone: "DiscoveryServiceConfig"},
		{patch: "cluster: {discovery: {registries: {service: {$patch: delete}}}}", refused: "cluster.discovery.registries.service cannot be deleted: it is in the document DiscoveryServiceConfig default, which needs endpoint"},
		{patch: "cluster: {network: {cni: {flannel: {$patch: delete}}}}", left: "kind: KubeFlannelCNIConfig"},
		{patch: "cluster: {network: {cni: {$patch: delete}}}", left: "kind: KubeFlannelCNIConfig"},
		{patch: "cluster: {network: {cni: {name: {$patch: delete}}}}", left: "kind: KubeFlannelCNIConfig"},
		{patch: "cluster: {network: {cni: {name: ''}}}", left: "kind: KubeFlannelCNIConfig"},
		{patch: "cluster: {$patch: delete}", gone: "KubeClusterConfig KubeNetworkConfig KubeAPIServerCAConfig KubeAPIServerConfig KubeProxyConfig KubeServiceAccountConfig DiscoveryIdentityConfig"},
		{patch: "cluster: {secretboxEncryptionSecret: {$patch: delete}}", left: "kind: KubeEtcdEncryptionConfig"},
		{patch: "machine: {features: {kubePrism: {$patch: delete}, kubernetesTalosAPIAccess: {$patch: delete}}}", gone: "KubePrismConfig KubeTalosAPIAccessConfig"},
		{patch: "machine: {features: {kubePrism: {port: {$patch: delete}}}}", refused: "KubePrismConfig, which needs port"},
		{patch: "machine: {kubelet: {$patch: delete}}", gone: "KubeletConfig KubeCredentialProviderConfig", left: "kind: KubeNodeConfig"},
		{patch: "machine: {install: {$patch: delete}}", gone: "UnattendedInstallConfig"},
		{patch: "machine: {install: {disk: /dev/vda, diskSelector: {$patch: delete}}}", left: `match: disk.dev_path == "/dev/vda"`},
		{patch: "machine: {install: {diskSelector: {type: nvme}, disk: {$patch: delete}}}", left: `match: disk.transport == "nvme"`},
		{patch: "machine: {time: {$patch: delete}, baseRuntimeSpecOverrides: {$patch: delete}}", gone: "TimeSyncConfig CRIBaseRuntimeSpecConfig"},
		{patch: "machine: {systemDiskEncryption: {$patch: delete}}", gone: "VolumeConfig"},
		{patch: "machine: {network: {hostname: {$patch: delete}}}", left: "auto: stable"},
		{patch: "machine: {network: {hostname: ''}}", left: "auto: stable"},
		{patch: "machine: {network: {hostname: a}, features: {stableHostname: true}}", left: "kind: HostnameConfig\nhostname: a\n"},
		{patch: "machine: {network: {kubespan: {$patch: delete}}}", gone: "KubeSpanConfig"},
		{patch: "cluster: {proxy: {disabled: null}, discovery: {enabled: null}}", left: "kind: DiscoveryServiceConfig"},
		{patch: "cluster: {discovery: {enabled: yes}}", left: "kind: DiscoveryServiceConfig"},
		{patch: "machine: {install: {disk: ''}}", left: `match: disk.dev_path == "/dev/sda"`},
		{patch: "machine: {install: {diskSelector: {}}}", left: `match: disk.dev_path == "/dev/sda"`},
		{patch: "machine: {install: {diskSelector: {name: 'nvme0n?', type: SD, serial: 'a[bc].d*', model: x y}}}", left: `match: disk.dev_path.matches("^/dev/nvme0n.$") && disk.transport == "mmc" && disk.serial.matches("^a[bc]\\.d.*$") && disk.model == "x y"`},
		{patch: "cluster: {proxy: {$patch: delete}}\n---\ncluster: {proxy: {image: x}}", gone: "KubeProxyConfig", left: "image: x"},
		{patch: "apiVersion: v1alpha1\nkind: DiscoveryServiceConfig\nname: second\nendpoint: https://s.example.org/\n---\ncluster: {discovery: {registries: {service: {endpoint: https://d.example.org/}}}}", left: "name: second\nendpoint: https://s.example.org/"},
		{patch: "cluster: {apiServer: {authorizationConfig: [{type: RBAC}]}}", left: "kind: KubeAuthorizerConfig\ntype: RBAC\nname: rbac\n"},
		{patch: "apiVersion: v1alpha1\nkind: LinkConfig\nname: PodSecurity\n---\ncluster: {apiServer: {admissionControl: [{name: PodSecurity, $patch: delete}]}}", gone: "KubeAdmissionControlConfig", left: "kind: LinkConfig\nname: PodSecurity\n"},
		{patch: "cluster: {apiServer: {admissionControl: [{name: a}, {configuration: {a: b}}]}}", refused: "p: cluster.apiServer.admissionControl[1] cannot go to a document KubeAdmissionControlConfig: it has no name; give it one"},
		{patch: "cluster: {apiServer: {authorizationConfig: [{webhook: {timeout: 3s}}]}}", refused: "p: cluster.apiServer.authorizationConfig[0] cannot go to a document KubeAuthorizerConfig: it has no name"},
		{patch: "apiVersion: v1alpha1\nkind: KubeFlannelCNIConfig\nextraArgs: [--a]\n---\ncluster: {network: {cni: {flannel: {extraArgs: {$patch: delete}}}}}", left: "kind: KubeFlannelCNIConfig", goneText: "--a"},
		{patch: "machine: {sysctls: {$patch: delete}}"},
		{patch: "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a: b}\n---\nmachine: {sysctls: {$patch: delete}}", refused: "p: machine.sysctls cannot be deleted: the main document does not have it, the document SysctlConfig does; delete that document"},
		{patch: "machine: {sysctls: {a: b}}\n---\napiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a: b}\n---\nmachine: {sysctls: {$patch: delete}}", left: "kind: SysctlConfig"},
		{patch: "apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: ghcr.io\nendpoints: [{url: https://m.example.org}]\n---\nmachine: {registries: {$patch: delete}}", refused: "p: machine.registries cannot be deleted: the main document does not have it, the document RegistryMirrorConfig ghcr.io does"},
		{patch: "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a.x: b, c.y: d}\n---\nmachine: {sysctls: {a.x: {$patch: delete}}}", left: "kind: SysctlConfig\nparams:\n    c.y: d\n"},
		{patch: "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a.x: b}\n---\nmachine: {sysctls: {a.x: {$patch: delete}, c.y: e}}", gone: "SysctlConfig", left: "c.y: e"},
		{patch: "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a.x: b}\n---\nmachine: {sysctls: {other: {$patch: delete}}}", left: "a.x: b"},
		{patch: "apiVersion: v1alpha1\nkind: SysfsConfig\nparams: {a.x: b}\n---\nmachine: {sysfs: {a.x: {$patch: delete}}}", gone: "SysfsConfig"},
		{patch: "apiVersion: v1alpha1\nkind: EnvironmentConfig\nvariables: {a: b, c: d}\n---\nmachine: {env: {c: {$patch: delete}}}", left: "variables:\n    a: b\n"},
		{patch: "apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: a.io\nendpoints: [{url: https://m.example.org}]\n---\napiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: b.io\nendpoints: [{url: https://m.example.org}]\n---\nmachine: {registries: {mirrors: {a.io: {$patch: delete}}}}", left: "name: b.io", goneText: "name: a.io"},
		{patch: "apiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: a.io\nendpoints: [{url: https://m.example.org}]\n---\nmachine: {registries: {mirrors: {a.io: {endpoints: {$patch: delete}}}}}", refused: "p: machine.registries.mirrors.a.io.endpoints cannot be deleted: the document RegistryMirrorConfig a.io has it; change that document, or delete it"},
		{patch: "apiVersion: v1alpha1\nkind: RegistryAuthConfig\nname: a.io\nusername: a\npassword: b\n---\napiVersion: v1alpha1\nkind: RegistryTLSConfig\nname: a.io\ninsecureSkipVerify: true\n---\nmachine: {registries: {config: {a.io: {auth: {$patch: delete}}}}}", gone: "RegistryAuthConfig", left: "kind: RegistryTLSConfig"},
		{patch: "apiVersion: v1alpha1\nkind: RegistryAuthConfig\nname: a.io\nusername: a\npassword: b\n---\napiVersion: v1alpha1\nkind: RegistryTLSConfig\nname: a.io\ninsecureSkipVerify: true\n---\nmachine: {registries: {config: {a.io: {$patch: delete}}}}", gone: "RegistryAuthConfig RegistryTLSConfig"},
		{patch: "apiVersion: v1alpha1\nkind: KernelModuleConfig\nname: a\n---\napiVersion: v1alpha1\nkind: KernelModuleConfig\nname: b\nparameters: [x=y]\n---\nmachine: {kernel: {modules: [{name: b, $patch: delete}]}}", left: "name: a\n", goneText: "name: b\n"},
		{patch: "apiVersion: v1alpha1\nkind: StaticHostConfig\nname: 192.0.2.1\nhostnames: [a, b]\n---\nmachine: {network: {extraHostEntries: [{ip: 192.0.2.1, $patch: delete}]}}", gone: "StaticHostConfig"},
		{patch: "apiVersion: v1alpha1\nkind: KubeInlineManifestConfig\nname: a\nmanifest: x\n---\ncluster: {inlineManifests: [{name: a, $patch: delete}]}", gone: "KubeInlineManifestConfig"},
		{patch: "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a.x: b}\n---\napiVersion: v1alpha1\nkind: SysctlConfig\n$patch: delete\n---\nmachine: {sysctls: {a.x: {$patch: delete}}}", gone: "SysctlConfig"},
	} {
		t.Run(tt.patch, func(t *testing.T) {
			t.Parallel()

			p, err := patch.Parse("p", []byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}

			c, err := config.ApplyPatches(full, p)
			if tt.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tt.refused) {
					t.Errorf("%v instead of %q", err, tt.refused)
				}

				return
			}

			if err != nil {
				t.Fatal(err)
			}

			text := string(c.Bytes())

			for _, kind := range strings.Fields(tt.gone) {
				if strings.Contains(text, "kind: "+kind+"\n") {
					t.Errorf("%s is still there", kind)
				}
			}

			if !strings.Contains(text, tt.left) {
				t.Errorf("%q is gone:\n%s", tt.left, c.Redacted())
			}

			if tt.goneText != "" && strings.Contains(text, tt.goneText) {
				t.Errorf("%q is still there:\n%s", tt.goneText, c.Redacted())
			}
		})
	}
}

// TestDeletionsAddNoDocument deletes settings of documents that a config does not have.
func TestDeletionsAddNoDocument(t *testing.T) {
	t.Parallel()

	const base = "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a.x: b, c: d}\n"

	for _, tt := range []struct{ patch, want string }{
		{"machine: {sysctls: {other: {$patch: delete}}}", base},
		{"machine: {sysctls: {a.x: {$patch: delete}}}", "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {c: d}\n"},
		{"machine: {sysctls: {a.x: {$patch: delete}, c: {$patch: delete}}}", ""},
		{"{apiVersion: v1alpha1, kind: LinkConfig, name: eth0, mtu: {$patch: delete}}", base},
		{"{apiVersion: v1alpha1, kind: LinkConfig, name: eth0, mtu: {$patch: delete}, up: true}", base + "---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nup: true\n"},
		{"{apiVersion: v1alpha1, kind: KubeFlannelCNIConfig}", base + "---\napiVersion: v1alpha1\nkind: KubeFlannelCNIConfig\n"},
	} {
		c, err := config.Load([]byte(base))
		if err != nil {
			t.Fatal(err)
		}

		if got := string(apply(t, c, []byte(tt.patch)).Bytes()); got != tt.want {
			t.Errorf("%s:\n%s instead of\n%s", tt.patch, got, tt.want)
		}
	}
}
