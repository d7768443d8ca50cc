package config_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// TestKindsRefuse has, for each rule of a kind of document, a document that breaks
// it. "ok" is the opposite: what looks alike and is right.
func TestKindsRefuse(t *testing.T) {
	t.Parallel()

	const (
		key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
		ok  = "ok"
	)

	for _, tt := range []struct{ kind, text, want string }{
		{"DummyLinkConfig", "name: a-name-of-17-chars", "name: \"a-name-of-17-chars\" is not the name of a link"},
		{"DummyLinkConfig", "name: a/b", "is not the name of a link"},
		{"LinkConfig", "name: enp0s31f6-a-longer-alternative-name", ok},
		{"VethConfig", "name: a\npeer: {name: b, mtu: 12}", "peer.mtu: 12 is out of range; use 68 to 65536"},
		{"LinkConfig", "name: a\nroutes: [{gateway: 10.0.0.1, source: 'fd00::1'}]", "routes[0].source: fd00::1 is not of the address family"},
		{"LinkConfig", "name: a\nroutes: [{destination: 10.0.0.0/8, source: 10.0.0.1}]", ok},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: active-backup\narpInterval: 5", "nothing says whom"},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: active-backup\narpInterval: 5\narpIpTargets: [10.0.0.1]", ok},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: 802.3ad\narpInterval: 5\narpIpTargets: [10.0.0.1]", "cannot be used in mode 802.3ad"},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: active-backup\nupdelay: 5", "miimon: missing"},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: 802.3ad\nupdelay: 200\nlacpRate: fast", ok},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: balance-rr\nprimary: x", "primary: has no meaning in mode balance-rr"},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: active-backup\nprimary: y", `"y" is not a link of this bond`},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: balance-rr\nlacpRate: fast", "lacpRate: has no meaning"},
		{"WireguardConfig", "name: w\nprivateKey: " + key + "\npeers: [{publicKey: abc}]", "peers[0].publicKey: not a WireGuard key"},
		{"WireguardConfig", "name: w\nprivateKey: " + key + "\nfirewallMark: 0xffffffff", ok},
		{"WireguardConfig", "name: w\nprivateKey: " + key + "\nfirewallMark: 0x100000000", "firewallMark: 4294967296 is out of range; use 0 to 4294967295"},
		{"LinkConfig", "name: a\nroutes: [{gateway: 10.0.0.1, mtu: 65536}]", ok},
		{"LinkConfig", "name: a\nroutes: [{gateway: 10.0.0.1, mtu: 67}]", "routes[0].mtu: 67 is out of range; use 68 to 65536"},
		{"KubeFlannelCNIConfig", "backendMTU: 65536", "backendMTU: 65536 is out of range; use 68 to 65535"},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: 802.3ad\nadUserPortKey: 1024", "adUserPortKey: 1024 is out of range; use 0 to 1023"},
		{"WireguardConfig", "name: w\nprivateKey: " + key + "\nlistenPort: 70000", "listenPort: 70000 is out of range; use 1 to 65535"},
		{"WireguardConfig", "name: w\nprivateKey: " + key + "\npeers: [{publicKey: " + key + "}, {publicKey: " + key + "}]", "another peer's key"},
		{"StaticHostConfig", "name: 10.0.0.1", "hostnames: missing"},
		{"Layer2VIPConfig", "name: 10.0.0.1", "link: missing"},
		{"HCloudVIPConfig", "name: 10.0.0.1\nlink: eth0", "apiToken: missing"},
		{"LinkAliasConfig", "name: net0", "selector.match: missing"},
		{"BlackholeRouteConfig", "name: 10.0.0.0", "is not a network in CIDR form"},
		{"RoutingRuleConfig", "name: first\ntable: main", `"first" is not the priority of a rule`},
		{"RoutingRuleConfig", "name: '32766'\ntable: main", "of the kernel's own"},
		{"RoutingRuleConfig", "name: '1000'\ntable: main\nsrc: 10.0.0.0/8\ndst: fd00::/8", "dst: fd00::/8 is not of the address family"},
		{"NetworkRuleConfig", "name: r\nportSelector: {ports: [22]}", "portSelector.protocol: missing"},
		{"NetworkRuleConfig", "name: r\nportSelector: {ports: [22], protocol: tcp}\ningress: [{subnet: 10.0.0.0/8, except: 192.168.0.0/16}]", "nothing is left out"},
		{"NetworkRuleConfig", "name: r\nportSelector: {ports: [22], protocol: tcp}\ningress: [{except: 192.168.0.0/16}]", "ingress[0].subnet: missing"},
		{"ResolverConfig", "nameservers: [{address: 1.1.1.1, tlsServerName: a_b}]", "nameservers[0].tlsServerName"},
		{"ResolverConfig", "searchDomains: {domains: [a b]}", "searchDomains.domains[0]"},
		{"TimeSyncConfig", "ptp: {devices: [ptp0]}", `"ptp0" is not a device`},
		{"TimeSyncConfig", "bootTimeout: -1s", "bootTimeout: -1s is negative"},
		{"TCPProbeConfig", "name: p\nendpoint: a.example.org", `endpoint: "a.example.org" is not host:port`},
		{"TCPProbeConfig", "name: p\nendpoint: '[fd00::1]:443'\ninterval: 1s\ntimeout: -1s", "timeout: -1s is negative"},
		{"HTTPProbeConfig", "name: p\nurl: https://a\nfailureThreshold: -1", "-1 is out of range; use 0 or more"},
		{"KubeSpanConfig", "mtu: 1000", "mtu: 1000 is out of range; use 1280 or more"},
		{"KubeSpanConfig", "filters: {endpoints: ['!10.0.0.0/8', x]}", "filters.endpoints[1]"},
		{"BGPInstanceConfig", "name: b\nlocalASN: 1\nneighbors: [{link: a, address: 10.0.0.1}]", "set one of address and link"},
		{"BGPInstanceConfig", "name: b\nlocalASN: 1\nneighbors: [{link: a, holdTime: 1s}]", "1s is too short"},
		{"BGPInstanceConfig", "name: b\nlocalASN: 1\nimportRoutes: [{bgpInstance: b, prefixes: [10.0.0.0/8]}]", "its own routes"},

		{"VolumeConfig", "name: STATE\nprovisioning: {minSize: 1GiB}", "the place and size of STATE are fixed"},
		{"VolumeConfig", "name: STATE\nencryption: {provider: luks2, keys: [{nodeID: {}, lockToState: true}]}", "cannot be locked to itself"},
		{"VolumeConfig", "name: EPHEMERAL\nencryption: {provider: luks2, keys: [{kms: {endpoint: kms.example.org}}]}", "is not the URL of a key server"},
		{"VolumeConfig", "name: EPHEMERAL\nencryption: {provider: luks2, keys: [{slot: 32, nodeID: {}}]}", "keys[0].slot: 32 is out of range; use 0 to 31"},
		{"VolumeConfig", "name: EPHEMERAL\nencryption: {provider: luks2, keys: [{tpm: {options: {pcrs: [7, 24]}}}]}", "pcrs[1]: 24 is out of range; use 0 to 23"},
		{"UserVolumeConfig", "name: v\nprovisioning: {minSize: 1GiB}", "provisioning.diskSelector.match: missing"},
		{"UserVolumeConfig", "name: v\nprovisioning: {diskSelector: {match: system_disk}}", "provisioning.minSize: missing"},
		{"UserVolumeConfig", "name: v\nvolumeType: disk\nprovisioning: {diskSelector: {match: '!system_disk'}, minSize: 1GiB}", "takes all of it"},
		{"UserVolumeConfig", "name: v\nvolumeType: disk\nprovisioning: {diskSelector: {match: '!system_disk'}}", ok},
		{"UserVolumeConfig", "name: v\nvolumeType: directory\nprovisioning: {minSize: 1GiB}", "a directory of EPHEMERAL has none"},
		{"UserVolumeConfig", "name: v\nvolumeType: directory", ok},
		{"RawVolumeConfig", "name: v\nprovisioning: {diskSelector: {match: system_disk}, minSize: 2GiB, maxSize: 1GiB}", "is smaller than minSize"},
		{"SwapVolumeConfig", "name: v\nprovisioning: {diskSelector: {match: system_disk}}", "nothing says how large"},
		{"ExistingVolumeConfig", "name: v", "discovery.volumeSelector.match: missing"},
		{"ExistingVolumeConfig", "name: v\ndiscovery: {volumeSelector: {match: 'volume.name == \"xfs\"'}}\ntrim: {interval: -1h}", "trim.interval: -1h0m0s is negative"},
		{"ExternalVolumeConfig", "name: v\nfilesystemType: virtiofs", "mount.virtiofs.tag: missing"},
		{"LVMVolumeGroupConfig", "name: g", "provisioning.volumeSelector.match: missing"},
		{"LVMLogicalVolumeConfig", "name: g", "provisioning.volumeGroup: missing"},
		{"RAIDArrayConfig", "name: g\nprovisioning: {volumeSelector: {match: 'true'}}", "level: missing"},
		{"FilesystemTrimConfig", "interval: -1h", "is negative"},
		{"ZswapConfig", "maxPoolPercent: 101", "maxPoolPercent: 101 is out of range; use 1 to 100"},

		{"KubePrismConfig", "port: 70000", "port: 70000 is out of range; use 1 to 65535"},
		{"KubeAPIServerConfig", "image: i\ncertExtraSANs: ['https://a']", "is neither a host name nor an IP address"},
		{"KubeAPIServerConfig", "image: i\ncertExtraSANs: ['*.example.org', 'fd00::1', 10.0.0.1, a_b]", ok},
		{"KubeEtcdEncryptionConfig", "config: {resources: [{providers: [{identity: {}}, {secretbox: {keys: [{name: a, secret: YWJj}]}}]}]}", "config.resources[0].providers[1].secretbox.keys[0].secret: has 3 bytes, not 32"},
		{"KubeEtcdEncryptionConfig", "config: {resources: [{providers: [{aescbc: {keys: [{name: a, secret: 'a b'}]}}]}]}", "aescbc.keys[0].secret: not base64"},
		{"KubeEtcdEncryptionConfig", "config: {resources: [{providers: [{kms: {name: a}}, 1]}, 2]}", ok},
		{"KubeProxyConfig", "image: i\nmode: userspace", "is not a mode of kube-proxy"},
		{"KubeletConfig", "image: i\nclusterDNS: [dns]", "clusterDNS[0]"},
		{"KubeAuthorizerConfig", "name: a\ntype: Webhook", "webhook: missing"},
		{"KubeAuthorizerConfig", "name: a\ntype: RBAC\nwebhook: {a: b}", "has no meaning for an authorizer of type RBAC"},
		{"KubeStaticPodConfig", "name: p\npod: {kind: Pod, metadata: {namespace: a}}", "pod.metadata.name: missing"},
		{"KubeStaticPodConfig", "name: p\npod: {kind: Service, metadata: {name: a}}", "pod.kind: is not Pod"},
		{"KubeServiceAccountConfig", "issuer: {privateKey: k, issuerURL: https://a}\naccepted: {publicKeys: [abc]}", "accepted.publicKeys[0]: not PEM"},

		{"EnvironmentConfig", "variables: {'a b': c}", "is not the name of an environment variable"},
		{"KernelModuleConfig", "name: nbd.ko", "is not the name of a kernel module"},
		{"WatchdogTimerConfig", "timeout: 1m", "device: missing"},
		{"WatchdogTimerConfig", "device: watchdog0", "is not a device"},
		{"EventSinkConfig", "endpoint: a", "is not host:port"},
		{"KmsgLogConfig", "name: l\nurl: tcp://a", "is not host:port"},
		{"KmsgLogConfig", "name: l", "url: missing"},
		{"SideroLinkConfig", "{}", "apiUrl: missing"},
		{"TrustedRootsConfig", "name: r\ncertificates: abc", "certificates: not PEM text of a certificate"},
		{"ExtensionServiceConfig", "name: e\nconfigFiles: [{content: a, mountPath: etc/a}]", `"etc/a" is not an absolute path`},
		{"ExtensionServiceConfig", "name: e\nenvironment: [A]", "write NAME=value"},
		{"ContainerConfig", "name: c", "image: missing"},
		{"ContainerConfig", "name: c\nimage: i\nmounts: [{tmpfs: {destination: /a}, hostPath: {source: /a, destination: /b}}]", "a mount has 2 sources"},
		{"ContainerConfig", "name: c\nimage: i\nmounts: [{userVolume: {destination: /a}}]", "userVolume.name: missing"},
		{"RegistryAuthConfig", "name: r\nusername: u", "belong together"},
		{"RegistryTLSConfig", "name: r\nca: x", "ca: not PEM"},
		{"ImageVerificationConfig", "rules: [{image: a, skip: true, deny: true}]", "a rule has 2 verdicts"},
		{"ImageVerificationConfig", "rules: [{image: a, keyless: {issuer: i, subjectRegex: '('}}]", "rules[0].keyless.subjectRegex"},
		{"ImageVerificationConfig", "rules: [{image: a, keyless: {issuer: i}}]", "says who signed"},
		{"DummyLinkConfig", "name: ..", "is not the name of a link"},
		{"DummyLinkConfig", "name: a-name-of-15-ch", ok},
		{"DummyLinkConfig", "name: a-name-of-16-chr", "is not the name of a link"},
		{"LinkConfig", "name: a\nroutes: [{destination: 10.0.0.0/8, gateway: 'fd00::1'}]", "routes[0].gateway: fd00::1 is not of the address family"},
		{"LinkConfig", "name: a\nroutes: [{metric: 5}]", "a route needs a destination or a gateway"},
		{"VLANConfig", "name: v\nparent: v\nvlanID: 5", "a VLAN cannot be its own parent"},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: active-backup\nmiimon: 5\narpInterval: 5\narpIpTargets: [10.0.0.1]", "arpInterval: excludes miimon"},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: active-backup\ndowndelay: 5", "miimon: missing"},
		{"BondConfig", "name: b\nlinks: [x]\nbondMode: active-backup\nmiimon: 5\ndowndelay: 5\nprimary: x", ok},
		{"RoutingRuleConfig", "name: '0'\ntable: main", "of the kernel's own"},
		{"RoutingRuleConfig", "name: '32767'\ntable: main", "of the kernel's own"},
		{"RoutingRuleConfig", "name: '1000'\ntable: main\nsrc: 10.0.0.0/8\ndst: 11.0.0.0/8", ok},
		{"NetworkRuleConfig", "name: r\nportSelector: {protocol: icmp}\ningress: [{subnet: 10.0.0.0/8, except: 10.1.0.0/16}]", ok},
		{"NetworkRuleConfig", "name: r\nportSelector: {protocol: tcp}\ningress: [{subnet: 10.0.0.0/8}]", "portSelector.ports: missing"},
		{"HostnameConfig", "{}", "says nothing"},
		{"ResolverConfig", "hostDNS: {forwardKubeDNSToHost: true}", "needs host DNS to be enabled"},
		{"ResolverConfig", "hostDNS: {enabled: true, forwardKubeDNSToHost: true}", ok},
		{"BGPInstanceConfig", "name: b\nlocalASN: 1\nneighbors: [{link: a, holdTime: 3s}]\nimportRoutes: [{bgpInstance: c, prefixes: [10.0.0.0/8]}]", ok},
		{"TimeSyncConfig", "ptp: {devices: [/dev/ptp0]}", ok},
		{"TCPProbeConfig", "name: p\nendpoint: ':443'", "is not host:port"},
		{"TCPProbeConfig", "name: p\nendpoint: 'a:0'", "is not host:port"},
		{"TCPProbeConfig", "name: p\nendpoint: 'a:65536'", "is not host:port"},
		{"UserVolumeConfig", "name: v\nvolumeType: directory\nencryption: {provider: luks2, keys: [{nodeID: {}}]}", "encryption: a directory of EPHEMERAL has none"},
		{"UserVolumeConfig", "name: v\nvolumeType: directory\nfilesystem: {type: xfs}", "filesystem.type: a directory of EPHEMERAL has none"},
		{"UserVolumeConfig", "name: v\nvolumeType: disk\nprovisioning: {diskSelector: {match: '!system_disk'}, grow: true}", "takes all of it"},
		{"UserVolumeConfig", "name: v\nvolumeType: disk\nprovisioning: {diskSelector: {match: '!system_disk'}, maxSize: 1GiB}", "takes all of it"},
		{"UserVolumeConfig", "name: " + strings.Repeat("v", 35) + "\nvolumeType: directory", "is longer than 34 characters"},
		{"UserVolumeConfig", "name: azAZ09-" + strings.Repeat("v", 27) + "\nvolumeType: directory", ok},
		{"UserVolumeConfig", "name: a_b\nvolumeType: directory", "letters, digits and dashes only"},
		{"UserVolumeConfig", "name: a/b\nvolumeType: directory", "letters, digits and dashes only"},
		{"RawVolumeConfig", "name: v\nprovisioning: {diskSelector: {match: system_disk}, minSize: 1GiB, maxSize: 1GiB}", ok},
		{"RawVolumeConfig", "name: v\nprovisioning: {diskSelector: {match: system_disk}, minSize: 1GiB, maxSize: 50%}", ok},
		{"VolumeConfig", "name: EPHEMERAL\nencryption: {provider: luks2}", "an encrypted volume needs a key"},
		{"VolumeConfig", "name: EPHEMERAL\nencryption: {keys: [{nodeID: {}}]}", "encryption.provider: missing"},
		{"VolumeConfig", "name: EPHEMERAL\nencryption: {provider: luks2, keys: [{static: {}}]}", "static.passphrase: missing"},
		{"VolumeConfig", "name: EPHEMERAL\nencryption: {provider: luks2, keys: [{kms: {}}]}", "kms.endpoint: missing"},
		{"VolumeConfig", "name: EPHEMERAL\nencryption: {provider: luks2, keys: [{kms: {endpoint: 'ftp://a'}}]}", "is not the URL of a key server"},
		{"VolumeConfig", "name: EPHEMERAL\nencryption: {provider: luks2, keys: [{kms: {endpoint: 'grpc://a:5000'}}]}", ok},
		{"VolumeConfig", "name: DATA", "is not a system volume"},
		{"ExternalVolumeConfig", "name: v\nfilesystemType: virtiofs\nmount: {virtiofs: {}}", "mount.virtiofs.tag: missing"},
		{"ExternalVolumeConfig", "name: v\nfilesystemType: virtiofs\nmount: {virtiofs: {tag: a}}", ok},
		{"WatchdogTimerConfig", "device: /dev/watchdog0\ntimeout: 9s", "leaves no time"},
		{"WatchdogTimerConfig", "device: /dev/watchdog0\ntimeout: 10s", ok},
		{"ContainerConfig", "name: c\nimage: i\nenvironment: ['=a']", "write NAME=value"},
		{"ImageVerificationConfig", "rules: [{image: a, publicKey: {}}]", "rules[0].publicKey.certificate: missing"},
		{"RegistryAuthConfig", "name: r\nusername: u\npassword: p", ok},
		{"RegistryAuthConfig", "name: r", "username: missing"},
	} {
		c, err := config.Load([]byte("apiVersion: v1alpha1\nkind: " + tt.kind + "\n" + strings.TrimPrefix(tt.text, "{}") + "\n"))
		if err != nil {
			t.Errorf("%s %s: %v", tt.kind, tt.text, err)

			continue
		}

		_, err = config.Validate(c, config.Metal)

		switch {
		case tt.want == ok && err != nil:
			t.Errorf("%s %s: %v", tt.kind, tt.text, err)
		case tt.want != ok && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s %s:\nerror is %v\nwant %s", tt.kind, tt.text, err, tt.want)
		}

		for _, p := range config.Problems(err) {
			if p.Line == 0 {
				t.Errorf("%s %s: no line: %v", tt.kind, tt.text, p)
			}
		}
	}
}
