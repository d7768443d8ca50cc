package config_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// TestMainDocumentRefuses is for the main document what TestKindsRefuse is for the
// others: each text breaks one rule in a control plane config that is right.
func TestMainDocumentRefuses(t *testing.T) {
	t.Parallel()

	const (
		ok        = "ok"
		wireguard = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	)

	cp := generated(t, "v1.11")

	for _, tt := range []struct{ text, want string }{
		{"cluster: {network: {cni: {name: flannel, urls: ['https://a/b']}}}", "cni.urls: is used with a custom CNI only"},
		{"cluster: {network: {cni: {name: custom}}}", "cni.urls: a custom CNI needs the URLs"},
		{"cluster: {network: {cni: {name: custom, urls: ['https://a/b']}}}", ok},
		{"cluster: {network: {cni: {name: calico}}}", `cni.name: "calico" is not a known CNI`},
		{"cluster: {adminKubeconfig: {certLifetime: -1h}}", "certLifetime: -1h0m0s is negative"},
		{"cluster: {controlPlane: {endpoint: 'https://:6443'}}", "controlPlane.endpoint: "},
		{"cluster: {controlPlane: {endpoint: 'https://a:6443/#b'}}", "has a user, a query or a fragment"},
		{"cluster: {controlPlane: {endpoint: 'https://224.0.0.1:6443'}}", "224.0.0.1 is not the address of a machine"},
		{"cluster: {controlPlane: {endpoint: 'https://a:0'}}", "0 is not a port"},
		{"cluster: {etcd: {subnet: 10.0.0.0/8, advertisedSubnets: [10.0.0.0/8]}}", "etcd.subnet: excludes cluster.etcd.advertisedSubnets"},
		{"cluster: {etcd: {subnet: 10.0.0.0}}", "is not a network in CIDR form"},
		{"cluster: {inlineManifests: [{contents: 'a: b'}]}", "inlineManifests[0].name: missing"},
		{"cluster: {inlineManifests: [{name: a, contents: 'a: b'}, {name: b, contents: 'a: b'}, {name: a, contents: 'c: d'}]}", `"a" is used by another manifest`},
		{"cluster: {extraManifests: ['http://a/b', 'https://a/b', ftp://a/b]}", "cluster.extraManifests[2]: "},
		{"cluster: {extraManifests: ['http://a/b']}", ok},
		{"cluster: {apiServer: {authorizationConfig: [{type: Webhook, name: a, webhook: {b: c}}, {type: Node, name: b}, {type: RBAC, name: c}]}}", ok},
		{"cluster: {acceptedCAs: [{crt: YWJj}]}", "cluster.acceptedCAs[0]: not a certificate"},
		{"cluster: {id: '', secret: {$patch: delete}}", "cluster id and secret, which discovery needs"},
		{"cluster: {aggregatorCA: {key: {$patch: delete}}}", "cluster.aggregatorCA: missing"},
		{"cluster: {etcd: {ca: {key: {$patch: delete}}}}", "cluster.etcd.ca: missing"},
		{"cluster: {serviceAccount: {key: {$patch: delete}}}", "cluster.serviceAccount: missing"},
		{"machine: {ca: {crt: {$patch: delete}}}", "machine.ca: missing"},
		{"cluster: {ca: {crt: {$patch: delete}}}", "cluster.ca: missing"},
		{"machine: {ca: {key: YWJj}}", "machine.ca.key: not a private key"},
		{"cluster: {network: {podSubnets: [10.244.0.0/16, 'fd00::/47']}}", "fd00::/47 cannot be cut into node networks of /64"},
		{"cluster: {network: {podSubnets: [10.244.0.0/16, 'fd00::/48'], serviceSubnets: [10.96.0.0/12, 'fd01::/108']}}", ok},
		{"cluster: {network: {podSubnets: [10.244.0.0/24]}}", ok},
		{"cluster: {network: {podSubnets: [10.244.0.0/25]}}", "10.244.0.0/25 cannot be cut into node networks of /24"},

		{"machine: {nodeLabels: {a: " + strings.Repeat("b", 63) + "}}", ok},
		{"machine: {nodeLabels: {a: " + strings.Repeat("b", 64) + "}}", "is not the value of a label"},
		{"machine: {nodeLabels: {" + strings.Repeat("b", 63) + ": a, 'a.example.org/A-b_c.9': '', z: 'a.b-c_D0'}}", ok},
		{"machine: {nodeLabels: {" + strings.Repeat("b", 64) + ": a}}", "is not a label name"},
		{"machine: {nodeLabels: {'a_b/c': d}}", `"a_b/c" has a bad prefix before the slash`},
		{"machine: {nodeLabels: {'a/b/c': d}}", "is not a label name"},
		{"machine: {nodeLabels: {-a: b}}", "is not a label name"},
		{"machine: {nodeLabels: {a.: b}}", "is not a label name"},
		{"machine: {nodeLabels: {a: b c}}", `nodeLabels.a: "b c" is not the value of a label`},
		{"machine: {nodeLabels: {a: -b}}", `"-b" is not the value of a label`},
		{"machine: {nodeAnnotations: {'a b': c}}", "is not a label name"},
		{"machine: {nodeAnnotations: {a: any text}}", ok},
		{"machine: {nodeTaints: {a: ':NoSchedule', b: 'c:NoExecute', d: PreferNoSchedule}}", ok},
		{"machine: {nodeTaints: {a: 'b c:NoSchedule'}}", `"b c" is not the value of a label`},
		{"machine: {nodeTaints: {'a b': NoSchedule}}", "is not a label name"},

		{"machine: {network: {interfaces: [{interface: eth0, deviceSelector: {driver: a}}]}}", "interface and deviceSelector exclude each other"},
		{"machine: {network: {interfaces: [{interface: eth0}, {interface: eth0}]}}", `interfaces[1].interface: "eth0" is item 0 already`},
		{"machine: {network: {interfaces: [{deviceSelector: {driver: a}}, {deviceSelector: {driver: b}}]}}", ok},
		{"machine: {network: {interfaces: [{interface: b, bond: {mode: 802.3ad, interfaces: [a]}, bridge: {interfaces: [c]}}]}}", "cannot be a bond and a bridge"},
		{"machine: {network: {interfaces: [{interface: b, bond: {mode: active-backup, interfaces: [a], arpInterval: 5, arpIPTarget: [a]}}]}}", `bond.arpIPTarget[0]: "a" is not an IP address`},
		{"machine: {network: {interfaces: [{interface: b, bond: {mode: active-backup, deviceSelectors: [{driver: a}]}}]}}", ok},
		{"machine: {network: {interfaces: [{interface: b, bond: {mode: active-backup}}]}}", "a bond needs interfaces"},
		{"machine: {network: {interfaces: [{interface: a, cidr: 10.0.0.1}]}}", `interfaces[0].cidr: "10.0.0.1" is not a network in CIDR form`},
		{"machine: {network: {interfaces: [{interface: a, addresses: [10.0.0.1, 10.0.0.2/8]}]}}", ok},
		{"machine: {network: {interfaces: [{interface: a, addresses: [10.0.0.1/8, x]}]}}", "interfaces[0].addresses[1]"},
		{"machine: {network: {interfaces: [{interface: a, routes: [{gateway: 10.0.0.1}]}]}}", ok},
		{"machine: {network: {interfaces: [{interface: a, routes: [{metric: 5}]}]}}", "a route needs a network or a gateway"},
		{"machine: {network: {interfaces: [{interface: a, routes: [{network: 10.0.0.0/8, source: x}]}]}}", `routes[0].source: "x" is not an IP address`},
		{"machine: {network: {hostname: " + strings.Repeat("a", 63) + "}}", ok},

		{"machine: {files: [{path: /var/a, op: replace, content: a}]}", `files[0].op: "replace" is not an operation`},
		{"machine: {files: [{path: /var/a, op: overwrite, content: a}, {path: /var/b, op: append, content: a}, {path: /var/c, op: create, content: a}]}", ok},
		{"machine: {features: {rbac: false}}", "roles cannot be turned off"},
		{"machine: {features: {hostDNS: {enabled: false, forwardKubeDNSToHost: true}}}", "needs host DNS to be enabled"},
		{"machine: {registries: {mirrors: {a.io: {endpoints: [b.io]}}}}", `endpoints[0]: "b.io" is not a registry endpoint`},
		{"machine: {logging: {destinations: [{endpoint: 'http://a:1', format: json_lines}]}}", "is not a log destination"},
		{"machine: {install: {extraKernelArgs: ['a b=c']}}", "is not a kernel argument"},
		{"machine: {install: {extraKernelArgs: ['a=b c']}}", "has a space outside double quotes"},
		{"machine: {sysctls: {a..b: c}}", "is not the name of a kernel parameter"},
		{"machine: {sysctls: {'': c}}", "is not the name of a kernel parameter"},
		{"machine: {sysctls: {a.b: ''}}", "has no value"},
		{"machine: {certSANs: ['']}", "is neither a host name nor an IP address"},
		{"machine: {pods: [{metadata: {name: a}}]}", ok},
		{"machine: {pods: [{kind: Job, metadata: {name: a}}]}", "pods[0].kind: is not Pod"},
		{"machine: {kubelet: {nodeIP: {validSubnets: [10.0.0.0/8, '!10.0.0.1/32']}}}", ok},
		{"machine: {kubelet: {nodeIP: {validSubnets: ['!!10.0.0.0/8']}}}", "is not a network in CIDR form"},
		{"machine: {kubelet: {extraMounts: [{destination: var/a, source: /var/a}]}}", "is not an absolute path"},
		{"machine: {kernel: {modules: [{parameters: [a]}]}}", "modules[0].name: missing"},
		{"machine: {seccompProfiles: [{name: a}]}", "seccompProfiles[0].value: missing"},
		{"machine: {seccompProfiles: [{value: {a: b}}]}", "seccompProfiles[0].name: missing"},
		{"machine: {sysfs: {a b: c}}", "is not the name of a kernel parameter"},
		{"machine: {kubelet: {clusterDNS: [a]}}", "clusterDNS[0]: \"a\" is not an IP address"},
		{"machine: {network: {nameservers: [a]}}", "nameservers[0]: \"a\" is not an IP address"},
		{"machine: {network: {extraHostEntries: [{ip: a, aliases: [b]}]}}", "extraHostEntries[0].ip: \"a\" is not an IP address"},
		{"machine: {network: {searchDomains: [a_b]}}", "searchDomains[0]: \"a_b\" is not a host name"},
		{"machine: {network: {searchDomains: [a.b.]}}", ok},
		{"machine: {network: {kubespan: {filters: {endpoints: [a]}}}}", "filters.endpoints[0]: \"a\" is not a network"},
		{"machine: {network: {interfaces: [{interface: a, vip: {ip: b}}]}}", "vip.ip: \"b\" is not an IP address"},
		{"machine: {network: {interfaces: [{interface: a, vlans: [{dhcp: true}]}]}}", "vlans[0].vlanId: missing"},
		{"machine: {network: {interfaces: [{interface: a, vlans: [{vlanId: 5, addresses: [b]}]}]}}", "vlans[0].addresses[0]"},
		{"machine: {network: {interfaces: [{interface: a, vlans: [{vlanId: 5, routes: [{network: b}]}]}]}}", "vlans[0].routes[0].network"},
		{"machine: {network: {interfaces: [{interface: a, vlans: [{vlanId: 5, vip: {ip: b}}]}]}}", "vlans[0].vip.ip"},
		{"machine: {network: {interfaces: [{interface: a, routes: [{network: 10.0.0.0/8, gateway: b}]}]}}", "routes[0].gateway: \"b\" is not an IP address"},
		{"machine: {network: {interfaces: [{interface: b, bond: {interfaces: [a]}}]}}", "bond.mode: missing"},
		{"machine: {network: {interfaces: [{interface: w, wireguard: {listenPort: 5}}]}}", "wireguard.privateKey: missing"},
		{"machine: {network: {interfaces: [{interface: w, wireguard: {privateKey: " + wireguard + ", peers: [{endpoint: 'a:5'}]}}]}}", "peers[0].publicKey: missing"},
		{"machine: {network: {interfaces: [{interface: w, wireguard: {privateKey: " + wireguard + ", peers: [{publicKey: abc}]}}]}}", "peers[0].publicKey: not a WireGuard key"},
		{"machine: {network: {interfaces: [{interface: w, wireguard: {privateKey: " + wireguard + ", peers: [{publicKey: " + wireguard + ", allowedIPs: [a]}]}}]}}", "peers[0].allowedIPs[0]"},
		{"machine: {network: {interfaces: [{interface: w, wireguard: {privateKey: " + wireguard + ", peers: [{publicKey: " + wireguard + ", allowedIPs: [10.0.0.0/8]}]}}]}}", ok},
		{"machine: {systemDiskEncryption: {state: {provider: luks2, keys: [{kms: {endpoint: a}}]}}}", "kms.endpoint: \"a\" is not the URL of a key server"},
		{"machine: {token: {$patch: delete}}", "machine.token: missing"},
		{"machine: {type: {$patch: delete}}", "machine.type: missing"},
		{"cluster: {token: {$patch: delete}}", "cluster.token: missing"},
		{"cluster: {controlPlane: {endpoint: {$patch: delete}}}", "cluster.controlPlane.endpoint: missing"},
		{"cluster: {etcd: {advertisedSubnets: [a]}}", "advertisedSubnets[0]"},
		{"cluster: {etcd: {listenSubnets: [a]}}", "listenSubnets[0]"},
		{"cluster: {scheduler: {extraVolumes: [{hostPath: /a, mountPath: b}]}}", "scheduler.extraVolumes[0].mountPath: \"b\" is not an absolute path"},
		{"cluster: {controllerManager: {extraVolumes: [{hostPath: a, mountPath: /b}]}}", "controllerManager.extraVolumes[0].hostPath"},
		{"cluster: {proxy: {mode: userspace}}", "proxy.mode: \"userspace\" is not a mode of kube-proxy"},
		{"cluster: {apiServer: {certSANs: [a b]}}", "apiServer.certSANs["},
		{"cluster: {apiServer: {authorizationConfig: [{type: RBAC}]}}", "authorizationConfig[0].name: missing"},
		{"cluster: {apiServer: {authorizationConfig: [{type: Webhook, name: a}]}}", "authorizationConfig[0].webhook: missing"},
		{"cluster: {apiServer: {authorizationConfig: [{type: RBAC, name: a, webhook: {b: c}}]}}", "webhook: has no meaning"},
		{"cluster: {network: {dnsDomain: a_b}}", "dnsDomain: \"a_b\" is not a host name"},
		{"cluster: {network: {serviceSubnets: [a]}}", "serviceSubnets[0]: \"a\" is not a network"},
		{"cluster: {aescbcEncryptionSecret: YWJj}", "has 3 bytes, not 16, 24, 32"},
		{"cluster: {aescbcEncryptionSecret: MDEyMzQ1Njc4OWFiY2RlZg==}", ok},
		{"cluster: {apiServer: {image: 'x:v1.20.0'}}", "apiServer.image: Kubernetes v1.20.0 is not supported"},
		{"cluster: {controllerManager: {image: 'x:v1.20.0'}}", "controllerManager.image: Kubernetes v1.20.0 is not supported"},
		{"cluster: {scheduler: {image: 'x:v1.20.0'}}", "scheduler.image: Kubernetes v1.20.0 is not supported"},
		{"machine: {kubelet: {image: 'reg:5000/x'}}", ok},
		{"machine: {kubelet: {image: 'x:v2.20.0'}}", ok},
		{"machine: {kubelet: {image: 'x:v1.20.0@sha256:0000'}}", "kubelet.image: Kubernetes v1.20.0 is not supported"},
		{"machine: {token: $(TOKEN)}", "is a placeholder"},
		{"machine: {token: <token>}", "is a placeholder"},
		{"machine: {token: '" + strings.Repeat("x", 100) + "'}", "is a placeholder"},
		{"machine: {registries: {config: {a.io: {auth: {password: hidden-secret-key}}}}}", ok},
	} {
		_, err := config.Validate(apply(t, cp, []byte(tt.text)), config.Metal)

		switch {
		case tt.want == ok && err != nil:
			t.Errorf("%s: %v", tt.text, err)
		case tt.want != ok && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s:\nerror is %v\nwant %s", tt.text, err, tt.want)
		}

		for _, p := range config.Problems(err) {
			if p.Line == 0 {
				t.Errorf("%s: no line: %v", tt.text, p)
			}
		}
	}
}
