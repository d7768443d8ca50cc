package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func TestGeneratedConfigsAreValid(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.0", "v1.2", "v1.6", "v1.8", "v1.11", "v1.12", "v1.13", "v1.14", "v1.15"} {
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

			for _, mode := range []config.Mode{config.Metal, config.Cloud, config.Container} {
				warnings, err := config.Validate(cfg, mode)
				if err != nil || len(warnings) > 0 {
					t.Errorf("%s %s %s: %v %v", line, typ, mode, warnings, err)
				}
			}
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	t.Parallel()

	cp := generated(t, "v1.11")
	docs := generated(t, "v1.14")

	for _, tt := range []struct {
		name  string
		base  *config.Config
		patch string
		want  string
	}{
		{"a bad CIDR", cp, "cluster: {network: {podSubnets: [10.244.0.0]}}", `cluster.network.podSubnets[0]: "10.244.0.0" is not a network in CIDR form`},
		{"overlapping networks", cp, "cluster: {network: {podSubnets: [10.96.0.0/16]}}", "overlaps with the service network 10.96.0.0/12"},
		{"a service network too large", cp, "cluster: {network: {serviceSubnets: [10.0.0.0/8], podSubnets: [192.168.0.0/16]}}", "10.0.0.0/8 is too large"},
		{"two pod networks of a family", cp, "cluster: {network: {podSubnets: [10.1.0.0/16, 10.2.0.0/16]}}", "is a second network of its family"},
		{"a bad host name", cp, "machine: {network: {hostname: a_b}}", `"a_b" is not a host name`},
		{"an http endpoint", cp, "cluster: {controlPlane: {endpoint: \"http://a:6443\"}}", "reached by https"},
		{"a disk that is not a device", cp, "machine: {install: {disk: sda}}", `"sda" is not a device`},
		{"a kernel argument with a space", cp, "machine: {install: {extraKernelArgs: [a=b c=d]}}", "space outside double quotes"},
		{"an old Kubernetes", cp, "machine: {kubelet: {image: \"x/kubelet:v1.20.0\"}}", "Kubernetes v1.20.0 is not supported"},
		{"a masked secret", cp, "machine: {token: REDACTED}", "is a placeholder"},
		{"a template that was not filled in", cp, "machine: {token: '{{ .token }}'}", "is a placeholder"},
		{"a variable that was not filled in", cp, "machine: {token: '${TOKEN}'}", "is a placeholder"},
		{"crosses for a secret", cp, "machine: {token: xxxxxx.xxxxxxxxxxxxxxxx}", "is a placeholder"},
		{"an interface without a name", cp, "machine: {network: {interfaces: [{dhcp: true}]}}", "nothing says which interface this is"},
		{"a VLAN twice", cp, "machine: {network: {interfaces: [{interface: eth0, vlans: [{vlanId: 5}, {vlanId: 5}]}]}}", "described"},
		{"a taint without effect", cp, "machine: {nodeTaints: {a: b}}", "no effect of a taint"},
		{"a key with two methods", cp, "machine: {systemDiskEncryption: {state: {provider: luks2, keys: [{slot: 0, nodeID: {}, tpm: {}}]}}}", "a key has 2 methods"},
		{"the same link twice", docs, "apiVersion: v1alpha1\nkind: LinkConfig\nname: a\n---\napiVersion: v1alpha1\nkind: DummyLinkConfig\nname: a\n", `the link "a" is already described by`},
		{"a required field", docs, "apiVersion: v1alpha1\nkind: VLANConfig\nname: v\nparent: eth0\n", "VLANConfig v: "},
		{"a key that is empty", cp, "machine: {nodeLabels: {\"\": b}}", "is not a label name"},
		{"an endpoint that is nowhere", cp, "cluster: {controlPlane: {endpoint: \"https://0.0.0.0:6443\"}}", "0.0.0.0 is not the address of a machine"},
		{"an endpoint that is no host", cp, "cluster: {controlPlane: {endpoint: \"https://a_b:6443\"}}", "is not a host name"},
		{"a bootstrap token of another form", cp, "cluster: {token: abc.def}", "not a bootstrap token"},
		{"a short cluster secret", cp, "cluster: {secret: YWJj}", "has 3 bytes, not 32"},
		{"an encryption secret that is no base64", cp, "cluster: {secretboxEncryptionSecret: \"a b\"}", "not base64"},
		{"a service account without key", cp, "cluster: {serviceAccount: {key: YWJj}}", "cluster.serviceAccount.key: not a private key"},
		{"a certificate that is none", docs, "apiVersion: v1alpha1\nkind: KubeAggregatorCAConfig\nissuingCA: {cert: abc}\n", "not a certificate"},
		{"KubeSpan without discovery", cp, "machine: {network: {kubespan: {enabled: true}}}\ncluster: {discovery: {enabled: false}}", "by discovery, which is off"},
		{"a bond of itself", docs, "apiVersion: v1alpha1\nkind: BondConfig\nname: b\nbondMode: 802.3ad\nlinks: [b]\n", "cannot be part of itself"},
		{"a link in two others", docs, "apiVersion: v1alpha1\nkind: BridgeConfig\nname: b\nlinks: [eth1]\n---\napiVersion: v1alpha1\nkind: VRFConfig\nname: v\ntable: 17\nlinks: [eth1]\n", `"eth1" is a part of BridgeConfig b already`},
		{"a slot twice", docs, "apiVersion: v1alpha1\nkind: VolumeConfig\nname: STATE\nencryption: {provider: luks2, keys: [{slot: 0, nodeID: {}}, {slot: 0, tpm: {}}]}\n", "slot 0 is used by another key"},
		{"a bond of no known mode", cp, "machine: {network: {interfaces: [{interface: b, bond: {mode: lacp, interfaces: [a]}}]}}", `bond.mode: "lacp" is not known; use one of balance-rr, `},
		{"a WireGuard key of another form", cp, "machine: {network: {interfaces: [{interface: w, wireguard: {privateKey: abc}}]}}", "wireguard.privateKey: not a WireGuard key"},
		{"a WireGuard peer that is nowhere", cp, "machine: {network: {interfaces: [{interface: w, wireguard: {privateKey: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=, peers: [{publicKey: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=, endpoint: a}]}}]}}", `peers[0].endpoint: "a" is not host:port`},
		{"a static pod without a name", cp, "machine: {pods: [{kind: Pod}]}", "machine.pods[0].metadata.name: missing"},
		{"a module file", cp, "machine: {kernel: {modules: [{name: nbd.ko}]}}", "machine.kernel.modules[0].name"},
		{"a profile outside its folder", cp, "machine: {seccompProfiles: [{name: ../a, value: {a: b}}]}", "is not a file name"},
		{"a URL in certSANs", cp, "machine: {certSANs: ['https://a']}", "machine.certSANs[0]"},
		{"a bad variable", cp, "machine: {env: {'a b': c}}", "is not the name of an environment variable"},
		{"an unknown authorizer", cp, "cluster: {apiServer: {authorizationConfig: [{type: ABAC, name: a}]}}", `"ABAC" is not a type of authorizer`},
		{"a relative volume of the API server", cp, "cluster: {apiServer: {extraVolumes: [{hostPath: a, mountPath: /b}]}}", `hostPath: "a" is not an absolute path`},
		{"manifests of a cloud that cannot be fetched", cp, "cluster: {externalCloudProvider: {enabled: true, manifests: [a]}}", "cluster.externalCloudProvider.manifests[0]"},
		{"a static key without one", cp, "machine: {systemDiskEncryption: {state: {provider: luks2, keys: [{static: {}}]}}}", "static.passphrase: missing"},
		{"access to the API from a worker", docs, "apiVersion: v1alpha1\nkind: KubeTalosAPIAccessConfig\n---\nmachine: {type: worker}\n", "works on control plane machines only"},
		{"a field that disks have not", docs, "apiVersion: v1alpha1\nkind: UnattendedInstallConfig\nprovisioning: {diskSelector: {match: disk.modell == 'a'}}\n", `disk has no field "modell"; did you mean "model"?`},
		{"a field that links have not", docs, "apiVersion: v1alpha1\nkind: LinkAliasConfig\nname: a\nselector: {match: \"link.mac == 'a'\"}\n", `link has no field "mac"`},
		{"overlapping networks of IPv6", cp, "cluster: {network: {podSubnets: [10.244.0.0/16, 'fd00:10::/56'], serviceSubnets: [10.96.0.0/12, 'fd00:10::/112']}}", "podSubnets[1]: fd00:10::/56 overlaps with the service network fd00:10::/112"},
		{"overlapping networks of a document", docs, "apiVersion: v1alpha1\nkind: KubeNetworkConfig\nserviceSubnets: [10.244.128.0/20]\n", "podSubnets[0]: 10.244.0.0/16 overlaps with the service network 10.244.128.0/20"},
		{"node networks larger than that of pods", docs, "apiVersion: v1alpha1\nkind: KubeNetworkConfig\nnodeCIDRMaskSizeIPv4: 8\n", "cannot be cut into node networks of /8"},
		{"an IPv6 service network too large", cp, "cluster: {network: {podSubnets: ['fd00:10::/56'], serviceSubnets: ['fd00:20::/64']}}", "fd00:20::/64 is too large"},
		{"a host name that begins with a dash", cp, "machine: {network: {hostname: -a}}", `"-a" is not a host name`},
		{"a host name that ends with a dash", cp, "machine: {network: {hostname: a-.b}}", `"a-.b" is not a host name`},
		{"a host name with an empty label", cp, "machine: {network: {hostname: a..b}}", `"a..b" is not a host name`},
		{"a host name in another script", cp, "machine: {network: {hostname: ä}}", `is not a host name`},
		{"a label of 64 letters", cp, "machine: {network: {hostname: " + strings.Repeat("a", 64) + "}}", `is not a host name`},
		{"a host name of 254 letters", cp, "machine: {network: {hostname: " + strings.Repeat("a.", 127) + "}}", `is longer than 253 characters`},
		{"a host name in a document", docs, "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a b\nauto: {$patch: delete}\n", `HostnameConfig: line 21, column 11: hostname: "a b" is not a host name`},
		{"two kinds of host name", docs, "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n", "auto: excludes a fixed hostname"},
		{"an open quote in a kernel argument", cp, "machine: {install: {extraKernelArgs: [console=tty0, 'a=\"b']}}", "extraKernelArgs[1]: \"a=\\\"b\" has a double quote without another one"},
		{"a line break in a kernel argument", cp, "machine: {install: {extraKernelArgs: [\"a=b\\n\"]}}", "has a line break"},
		{"a kernel argument without a name", cp, "machine: {install: {extraKernelArgs: [=b]}}", "is not a kernel argument"},
		{"a kernel argument to take away without a name", cp, "machine: {install: {extraKernelArgs: ['-']}}", "is not a kernel argument"},
		{"an endpoint with a user", cp, "cluster: {controlPlane: {endpoint: 'https://a:b@c:6443'}}", "has a user, a query or a fragment"},
		{"an endpoint with a query", docs, "apiVersion: v1alpha1\nkind: KubeClusterConfig\nendpoint: https://c:6443/?a=b\n", "has a user, a query or a fragment"},
		{"an endpoint without a scheme", cp, "cluster: {controlPlane: {endpoint: '10.0.0.1:6443'}}", "not a URL with a scheme and a host, like https://10.0.0.1:6443"},
		{"an endpoint with a port too large", cp, "cluster: {controlPlane: {endpoint: 'https://a:65536'}}", "65536 is not a port"},
		{"an accepted authority that is none", cp, "machine: {acceptedCAs: [{crt: YWJj}]}", "machine.acceptedCAs[0]: not a certificate"},
		{"an accepted authority of extensions that is none", docs, "apiVersion: v1alpha1\nkind: KubeAggregatorCAConfig\nacceptedCAs: [abc]\n", "acceptedCAs[0]: not a certificate"},
		{"a control plane without the key of its authority", docs, "apiVersion: v1alpha1\nkind: KubeAPIServerCAConfig\nissuingCA: {key: {$patch: delete}}\n", "a control plane signs certificates of Kubernetes"},
		{"a control plane that cannot sign for nodes", cp, "machine: {ca: {key: {$patch: delete}}}", "machine.ca.key: missing: a control plane signs certificates of other nodes"},
		{"no authority of etcd", cp, "cluster: {etcd: {ca: {$patch: delete}}}", "cluster.etcd.ca: missing"},
		{"a time server with a space", cp, "machine: {time: {servers: ['a b']}}", `machine.time.servers[0]: "a b" is not a host name`},
		{"a clock as a time server of a document", docs, "apiVersion: v1alpha1\nkind: TimeSyncConfig\nntp: {servers: [/dev/ptp0]}\n", `ntp.servers[0]: "/dev/ptp0" is not a host name`},
		{"a time to wait that is negative", cp, "machine: {time: {bootTimeout: -1s}}", "machine.time.bootTimeout: -1s is negative"},
		{"an expression that does not end, with its place", docs, "apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: v\nprovisioning:\n  minSize: 1GiB\n  diskSelector:\n    match: |-\n      disk.size > 1u &&\n        disk.modell == 'a'\n", "column 16: provisioning.diskSelector.match: line 2, character 8: disk has no field"},
		{"encryption in two places", cp, "machine: {systemDiskEncryption: {state: {provider: luks2, keys: [{nodeID: {}}]}}}\n---\napiVersion: v1alpha1\nkind: VolumeConfig\nname: STATE\nencryption: {provider: luks2, keys: [{nodeID: {}}]}\n", "machine.systemDiskEncryption.state: is set here while a VolumeConfig STATE document sets it too"},
		{"one name of a volume for two", docs, "apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: v\nvolumeType: directory\n---\napiVersion: v1alpha1\nkind: ExternalVolumeConfig\nname: v\nfilesystemType: virtiofs\nmount: {virtiofs: {tag: a}}\n", `the volume "v" is already described by UserVolumeConfig v`},
		{"the other end of a cable twice", docs, "apiVersion: v1alpha1\nkind: VethConfig\nname: a\npeer: {name: b}\n---\napiVersion: v1alpha1\nkind: DummyLinkConfig\nname: b\n", `the link "b" is already described by`},
		{"a slot twice in the main document", cp, "machine: {systemDiskEncryption: {state: {provider: luks2, keys: [{slot: 1, nodeID: {}}, {slot: 1, tpm: {}}]}}}", "keys[1].slot: slot 1 is used by another key"},
		{"encryption without a key", cp, "machine: {systemDiskEncryption: {ephemeral: {provider: luks2}}}", "ephemeral.keys: an encrypted volume needs a key"},
		{"encryption of another kind", cp, "machine: {systemDiskEncryption: {ephemeral: {provider: luks1, keys: [{nodeID: {}}]}}}", `"luks1" is not`},
		{"an unnamed document", docs, "apiVersion: v1alpha1\nkind: LinkConfig\nmtu: 1500\n", "missing: the name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			p, err := patch.Parse("patch", []byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}

			c, err := config.ApplyPatches(tt.base, p)
			if err == nil {
				_, err = config.Validate(c, config.Metal)
			}

			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v\nwant in it %s", err, tt.want)
			}

			for _, p := range config.Problems(err) {
				if p.Line == 0 {
					t.Errorf("no line: %v", p)
				}
			}
		})
	}
}

func TestValidateWarns(t *testing.T) {
	t.Parallel()

	cp := generated(t, "v1.11")

	for _, tt := range []struct {
		mode        config.Mode
		patch, want string
	}{
		{config.Metal, "machine: {network: {interfaces: [{interface: eth0, addresses: [10.244.7.1/24]}]}}", "the address 10.244.7.1 is in the pod network 10.244.0.0/16"},
		{config.Metal, "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\naddresses: [{address: 10.96.0.5/24}]\n", "LinkConfig eth0: line 100, column 16: addresses[0].address: the address 10.96.0.5 is in the service network"},
		{config.Metal, "cluster: {controlPlane: {endpoint: \"https://127.0.0.1:6443\"}}", "leads every machine to itself"},
		{config.Metal, "cluster: {network: {podSubnets: ['fd00:10::/56']}}", "serviceSubnets[0]: no pod can answer at a service of 10.96.0.0/12"},
		{config.Metal, "machine: {type: worker}", "machine.ca.key: a worker signs nothing"},
		{config.Metal, "machine: {disks: [{device: /dev/sdb}]}", "machine.disks: deprecated; write a UserVolumeConfig"},
		{config.Metal, "machine: {systemDiskEncryption: {state: {provider: luks2, keys: [{slot: 0, nodeID: {}}]}}}", "write it as encryption of a VolumeConfig"},
		{config.Metal, "cluster: {apiServer: {image: 'registry.k8s.io/kube-apiserver:v1.36.0'}}", "machine.kubelet.image: v1.37.1 does not work with an API server of 1.36; use a version from 1.33 to 1.36"},
		{config.Metal, "cluster: {scheduler: {image: 'registry.k8s.io/kube-scheduler:v1.35.0'}}", "cluster.scheduler.image: v1.35.0 does not work"},
		{config.Metal, "cluster: {inlineManifests: [{name: a, contents: 'a: [b'}]}", "inlineManifests[0].contents: document 1 of the manifest is not YAML"},
		{config.Metal, "cluster: {inlineManifests: [{name: a, contents: \"a: b\\n---\\n- c\"}]}", "document 2 of the manifest is not an object"},
		{config.Metal, "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: block\n", "nothing lets TCP port 50000 through"},
		{config.Metal, "machine: {sysctls: {a: b}}\n---\napiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a: c}\n", "SysctlConfig sets it to something else, which wins"},
		{config.Metal, "machine: {network: {interfaces: [{interface: eth0, dhcp: true}]}}\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n", "LinkConfig eth0 describes it too"},
		{config.Metal, "machine: {registries: {mirrors: {a.io: {endpoints: ['https://b']}}}}\n---\napiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: a.io\n", "RegistryMirrorConfig a.io replaces it"},
		{config.Container, "machine: {kernel: {modules: [{name: nbd}]}}", "machine.kernel: has no effect in a container"},
		{config.Container, "apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ndevice: /dev/watchdog0\n", "WatchdogTimerConfig: line"},
		{config.Metal, "machine: {sysfs: {a: b}}\n---\napiVersion: v1alpha1\nkind: SysfsConfig\nparams: {a: c}\n", "SysfsConfig sets it to something else, which wins"},
		{config.Metal, "machine: {env: {a: b}}\n---\napiVersion: v1alpha1\nkind: EnvironmentConfig\nvariables: {a: c}\n", "EnvironmentConfig sets it to something else, which wins"},
		{config.Metal, "machine: {registries: {config: {a.io: {auth: {username: a, password: b}}}}}\n---\napiVersion: v1alpha1\nkind: RegistryAuthConfig\nname: a.io\nidentityToken: t\n", "RegistryAuthConfig a.io replaces it"},
		{config.Metal, "machine: {registries: {config: {a.io: {tls: {insecureSkipVerify: true}}}}}\n---\napiVersion: v1alpha1\nkind: RegistryTLSConfig\nname: a.io\ninsecureSkipVerify: true\n", "RegistryTLSConfig a.io replaces it"},
		{config.Metal, "machine: {kernel: {modules: [{name: a}, {name: b}]}}\n---\napiVersion: v1alpha1\nkind: KernelModuleConfig\nname: b\n", "machine.kernel.modules[1]: KernelModuleConfig b is about the same module"},
		{config.Metal, "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: block\n---\napiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: ssh\nportSelector: {protocol: tcp, ports: [22, 50001-50010]}\ningress: [{subnet: 10.0.0.0/8}]\n", "nothing lets TCP port 50000 through"},
		{config.Metal, "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: block\n---\napiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: api\nportSelector: {protocol: udp, ports: [50000]}\ningress: [{subnet: 10.0.0.0/8}]\n", "nothing lets TCP port 50000 through"},
		{config.Metal, "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: block\n---\napiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: api\nportSelector: {protocol: tcp, ports: [50000]}\n", "nothing lets TCP port 50000 through"},
		{config.Metal, "machine: {network: {interfaces: [{interface: eth0, addresses: [10.96.7.1]}]}}", "the address 10.96.7.1 is in the service network 10.96.0.0/12"},
		{config.Metal, "machine: {network: {interfaces: [{interface: eth0, cidr: 10.1.0.1/24}]}}", "interfaces[0].cidr: deprecated; write it as an item of addresses"},
		{config.Metal, "machine: {systemDiskEncryption: {ephemeral: {provider: luks2, keys: [{slot: 0, nodeID: {}}]}}}", "systemDiskEncryption.ephemeral: deprecated; write it as encryption of a VolumeConfig"},
		{config.Metal, "machine: {install: {extensions: [{image: a}]}}", "extensions are not added at install time"},
		{config.Metal, "machine: {install: {disk: {$patch: delete}}}", "machine.install: nothing says which disk to install to"},
		{config.Metal, "machine: {install: {diskSelector: {model: a}}}", "is ignored while machine.install.disk is set"},
		{config.Metal, "cluster: {etcd: {subnet: 10.0.0.0/8}}", "cluster.etcd.subnet: deprecated; write it as an item of cluster.etcd.advertisedSubnets"},
		{config.Metal, "cluster: {allowSchedulingOnMasters: true}", "cluster.allowSchedulingOnMasters: deprecated; write cluster.allowSchedulingOnControlPlanes"},
		{config.Metal, "cluster: {inlineManifests: [{name: a, contents: ' '}]}", "inlineManifests[0].contents: is empty"},
		{config.Metal, "cluster: {controllerManager: {image: 'registry.k8s.io/kube-controller-manager:v1.35.0'}}", "cluster.controllerManager.image: v1.35.0 does not work with an API server of 1.37"},
		{config.Metal, "apiVersion: v1alpha1\nkind: KubeInlineManifestConfig\nname: a\nmanifest: '- a'\n", "document 1 of the manifest is not an object"},
		{config.Container, "machine: {disks: [{device: /dev/sdb}]}", "machine.disks: has no effect in a container"},
		{config.Container, "machine: {udev: {rules: [a]}}", "machine.udev: has no effect in a container"},
		{config.Container, "machine: {sysfs: {a: b}}", "machine.sysfs: has no effect in a container"},
		{config.Container, "machine: {systemDiskEncryption: {ephemeral: {provider: luks2, keys: [{slot: 0, nodeID: {}}]}}}", "machine.systemDiskEncryption: has no effect in a container"},
	} {
		c := apply(t, cp, []byte(tt.patch))

		warnings, err := config.Validate(c, tt.mode)
		if err != nil {
			t.Errorf("%s: %v", tt.patch, err)
		}

		var all strings.Builder
		for _, w := range warnings {
			all.WriteString(w.Error() + "\n")
		}

		if !strings.Contains(all.String(), tt.want) {
			t.Errorf("%s:\ngot  %swant %s", tt.patch, all.String(), tt.want)
		}

		if left, err := config.Validate(c, tt.mode, config.Strict()); err == nil || len(left) > 0 {
			t.Errorf("%s: no error when strict", tt.patch)
		}
	}
}

func TestProblemsComeInTheOrderOfTheText(t *testing.T) {
	t.Parallel()

	c := mustLoad(t, "machine:\n  type: worker\n  sysctls:\n    a b: c\n    d: \"\"\n  nodeLabels:\n    \"!\": a\n    \"?\": b\n    \"&\": c\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: a\nmtu: 5\n---\napiVersion: v1alpha1\nkind: DummyLinkConfig\nname: a\nmtu: 6\n")

	for range 5 {
		last := 0

		_, err := config.Validate(c, config.Metal)
		for _, p := range config.Problems(err) {
			if p.Line < last {
				t.Fatalf("line %d after line %d:\n%v", p.Line, last, err)
			}

			last = p.Line
		}

		if last < 18 {
			t.Fatalf("line %d is the last: %v", last, err)
		}
	}

	c = mustLoad(t, "machine:\n  sysctls: {a: b,\n    c: d,\n    e: f,\n    g: h}\n---\napiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a: 1, c: 1, e: 1, g: 1}\n")

	for range 5 {
		warnings, _ := config.Validate(c, config.Cloud)
		if len(warnings) != 4 {
			t.Fatal(warnings)
		}

		for i, w := range warnings {
			if w.Line != i+2 {
				t.Fatalf("warning %d is about line %d", i, w.Line)
			}
		}
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.11", "v1.14"} {
		c, other := generated(t, line), generated(t, "v1.12")

		for days, want := range map[int]string{-2: "is valid from", 0: "", 365*10 - 30: "expires on", 365*10 + 5: "expired on"} {
			warnings, err := config.Validate(c, config.Metal, config.WithTime(time.Now().AddDate(0, 0, days)))

			text := ""
			for _, p := range append(warnings, config.Problems(err)...) {
				text += p.Error() + "\n"
			}

			if (want == "") != (text == "") || !strings.Contains(text, want) {
				t.Errorf("%s: after %d days: %s, want %q", line, days, text, want)
			}

			if line == "v1.14" && want != "" && !strings.Contains(text, "issuingCA.cert: "+want) {
				t.Errorf("after %d days nothing leads to the document: %s", days, text)
			}
		}

		// The key of another authority.
		main := *c.Effective()
		ca := *main.Machine.CA
		ca.Key = other.Effective().Machine.CA.Key
		main.Machine.CA = &ca

		made, err := config.Make(&main)
		if err != nil {
			t.Fatal(err)
		}

		if _, err = config.Validate(made, config.Metal); err == nil || !strings.Contains(err.Error(), "machine.ca.key: does not belong to the certificate") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// TestArgumentsAndServersThatAreFine lists what must not be refused.
func TestArgumentsAndServersThatAreFine(t *testing.T) {
	t.Parallel()

	for _, text := range []string{
		`machine: {install: {extraKernelArgs: ['a="b c"', 'x=a,"b c",d', '"x=a b"', -console, a, 'a=', 'dyndbg="file a +p; file b +p"', '-a.b']}}`,
		"machine: {time: {servers: [/dev/ptp0]}}",
		"machine: {time: {servers: [time.example.org., 10.0.0.1, 'fd00::1']}}",
		"cluster: {controlPlane: {endpoint: 'https://[fd00::1]:6443'}}",
		"cluster: {controlPlane: {endpoint: 'https://a.example.org/path'}}",
		"cluster: {network: {podSubnets: [10.244.0.0/16, 'fd00:10::/56'], serviceSubnets: [10.96.0.0/12]}}",
		"cluster: {network: {podSubnets: [10.244.0.0/16, 'fd00:10::/56'], serviceSubnets: [10.96.0.0/12, 'fd00:20::/108']}}",
		"machine: {network: {hostname: A.b-C.example.org}}",
		"apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: block\n---\napiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: api\nportSelector: {protocol: tcp, ports: [49990-50000]}\ningress: [{subnet: 10.0.0.0/8}]\n",
		"apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: accept\n",
		"machine: {sysctls: {a: b}, sysfs: {c: d}, env: {e: f}}\n---\napiVersion: v1alpha1\nkind: SysctlConfig\nparams: {a: b, c: d}\n",
		"machine: {kernel: {modules: [{name: a}]}, registries: {config: {a.io: {auth: {username: a, password: b}}}}}\n---\napiVersion: v1alpha1\nkind: KernelModuleConfig\nname: b\n---\napiVersion: v1alpha1\nkind: RegistryTLSConfig\nname: a.io\ninsecureSkipVerify: true\n",
		"machine: {registries: {mirrors: {a.io: {endpoints: ['https://b']}}, config: {a.io: {tls: {insecureSkipVerify: true}}}}}\n---\napiVersion: v1alpha1\nkind: RegistryMirrorConfig\nname: b.io\n---\napiVersion: v1alpha1\nkind: RegistryAuthConfig\nname: a.io\nidentityToken: t\n",
		"machine: {network: {interfaces: [{interface: eth1}, {deviceSelector: {driver: a}}]}}\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n",
		"apiVersion: v1alpha1\nkind: VolumeConfig\nname: STATE\nencryption: {provider: luks2, keys: [{nodeID: {}}]}\n---\napiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\n",
		"cluster: {inlineManifests: [{name: a, contents: \"a: b\\n---\\n---\\nnull\\n---\\n# c\"}]}",
		"machine: {pods: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]}",
	} {
		if warnings, err := config.Validate(apply(t, generated(t, "v1.11"), []byte(text)), config.Metal); err != nil || len(warnings) > 0 {
			t.Errorf("%s: %v %v", text, warnings, err)
		}
	}
}

func TestRedactedHasNoSecret(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.11", "v1.14"} {
		c := generated(t, line)
		e := c.Effective()
		red := string(c.Redacted())

		for _, s := range []string{e.Machine.Token, e.Cluster.Token, e.Cluster.Secret, "PRIVATE KEY", "LS0tLS1CRUdJTiBFQyBQUklWQVRF", "secret: m"} {
			if strings.Contains(red, s) {
				t.Errorf("%s: %q is in the redacted text", line, s)
			}
		}

		if strings.Count(red, config.Redacted) < 9 {
			t.Errorf("%s: too little is masked:\n%s", line, red)
		}

		if _, err := config.Load([]byte(red)); err != nil && !strings.Contains(err.Error(), "base64") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

func TestKubernetesOfOtherReleases(t *testing.T) {
	t.Parallel()

	old, err := contract.Parse("v1.6")
	if err != nil {
		t.Fatal(err)
	}

	const text = "machine: {type: worker, kubelet: {image: 'x/kubelet:v1.%d.0'}}"

	unknown, err := contract.Parse("v1.1")
	if err != nil {
		t.Fatal(err)
	}

	if _, err = config.Validate(mustLoad(t, fmt.Sprintf(text, 20)), config.Container, config.ForContract(unknown)); strings.Contains(fmt.Sprint(err), "Kubernetes v") {
		t.Errorf("nobody knows what v1.1 runs: %v", err)
	}

	for minor, want := range map[int]string{23: "use a version from 1.24 to 1.29", 24: "", 29: "", 30: "use a version from 1.24 to 1.29"} {
		c, err := config.Load(fmt.Appendf(nil, text, minor))
		if err != nil {
			t.Fatal(err)
		}

		_, err = config.Validate(c, config.Container, config.ForContract(old))
		if got := fmt.Sprint(err); strings.Contains(got, "Kubernetes v") != (want != "") || !strings.Contains(got, want) {
			t.Errorf("1.%d for v1.6: %v, want %q", minor, err, want)
		}
	}
}
