package config_test

import (
	"reflect"
	"testing"

	"go.yaml.in/yaml/v4"
)

// TestStrategicPatches has the rules by which a patch is laid over a document.
func TestStrategicPatches(t *testing.T) {
	t.Parallel()

	const (
		links  = "machine: {network: {interfaces: [{interface: eth0, mtu: 1}, {interface: eth1, mtu: 2}]}}"
		rules  = "{apiVersion: v1alpha1, kind: ImageVerificationConfig, rules: [{image: a, skip: true}, {image: b, skip: true}]}"
		picked = "machine: {network: {interfaces: [{deviceSelector: {driver: a, busPath: b}, mtu: 1}]}}"
	)

	ingress := func(rules string) string {
		return "{apiVersion: v1alpha1, kind: NetworkRuleConfig, name: a, portSelector: {ports: [1]}, ingress: " + rules + "}"
	}

	for _, tt := range []struct {
		name, base, patch string
		want              string // nothing: the patch changes nothing
	}{
		{"an empty text and a zero say nothing", "machine: {network: {hostname: a, kubespan: {mtu: 1400}, interfaces: [{interface: eth0, mtu: 9000}]}}", "machine: {network: {hostname: '', kubespan: {mtu: 0}, interfaces: [{interface: eth0, mtu: 0}]}}", ""},
		{"false says something", "machine: {features: {rbac: true}}", "machine: {features: {rbac: false}}", "machine: {features: {rbac: false}}"},
		{"an empty text is the value of a label", "machine: {nodeLabels: {a: b}}", "machine: {nodeLabels: {a: ''}}", "machine: {nodeLabels: {a: ''}}"},
		{"empty values of free-form parts", "machine: {kubelet: {extraConfig: {a: 5, b: c}}}", "machine: {kubelet: {extraConfig: {a: 0, b: ''}}}", "machine: {kubelet: {extraConfig: {a: 0, b: ''}}}"},
		{"null says nothing", "machine: {type: worker, network: {hostname: a}}", "machine: {type: null, network: ~, sysctls: null}\ncluster:\n", ""},
		{"a number is not its text", "machine: {kubelet: {extraConfig: {a: 1}}}", "machine: {kubelet: {extraConfig: {a: '1'}}}", "machine: {kubelet: {extraConfig: {a: '1'}}}"},
		{"free-form parts may change their form", "machine: {kubelet: {extraConfig: {a: {b: c}, d: [e], f: g}}}", "machine: {kubelet: {extraConfig: {a: h, d: {i: j}, f: [k]}}}", "machine: {kubelet: {extraConfig: {a: h, d: {i: j}, f: [k]}}}"},
		{"free-form parts are merged, their lists grow", "machine: {kubelet: {extraConfig: {a: {b: c}, d: [e]}}}", "machine: {kubelet: {extraConfig: {a: {f: g}, d: [e, h]}}}", "machine: {kubelet: {extraConfig: {a: {b: c, f: g}, d: [e, e, h]}}}"},
		{"an argument is replaced", "machine: {kubelet: {extraArgs: {a: [b, c], d: e}}}", "machine: {kubelet: {extraArgs: {a: [f], d: [g]}}}", "machine: {kubelet: {extraArgs: {a: [f], d: [g]}}}"},
		{"sections that set nothing are not added", "machine: {type: worker}", "machine: {network: {kubespan: {filters: {endpoints: []}}, interfaces: []}, nodeLabels: {}}", ""},
		{"sections that mean something are added", "machine: {network: {interfaces: [{interface: eth0}]}}", "machine: {network: {interfaces: [{interface: eth0, vip: {}}]}}", "machine: {network: {interfaces: [{interface: eth0, vip: {}}]}}"},
		{"a new section with something in it", "machine: {type: worker}", "machine: {network: {kubespan: {filters: {}, enabled: true}}}", "machine: {type: worker, network: {kubespan: {filters: {}, enabled: true}}}"},
		{"a pair of keys is merged", "machine: {ca: {crt: YQ==, key: Yg==}}", "machine: {ca: {crt: Yw==}}", "machine: {ca: {crt: Yw==, key: Yg==}}"},
		{"what is not there is deleted", "machine: {type: worker}", "machine: {network: {hostname: {$patch: delete}, interfaces: [{interface: eth0, $patch: delete}]}, sysctls: {a: {$patch: delete}}}", ""},
		{"a new item beside a deleted one", "machine: {type: worker}", "machine: {network: {interfaces: [{interface: eth0, $patch: delete}, {interface: eth1, mtu: 9, vip: {$patch: delete}}]}}", "machine: {type: worker, network: {interfaces: [{interface: eth1, mtu: 9}]}}"},
		{"a new item of which a part is deleted", links, "machine: {network: {interfaces: [{interface: eth2, addresses: [192.0.2.1/24], vip: {$patch: delete}}]}}", "machine: {network: {interfaces: [{interface: eth0, mtu: 1}, {interface: eth1, mtu: 2}, {interface: eth2, addresses: [192.0.2.1/24]}]}}"},
		{"an item of a free-form list is deleted", "machine: {pods: [{a: b}, {a: c}]}", "machine: {pods: [{a: b, $patch: delete}]}", "machine: {pods: [{a: c}]}"},
		{"a new item that only deletes", links, "machine: {network: {interfaces: [{vip: {$patch: delete}}]}}", ""},
		{"a new list that only deletes", "machine: {type: worker}", "machine: {network: {interfaces: [{vip: {$patch: delete}}]}, kubelet: {extraConfig: {a: {b: {$patch: delete}}}}}", ""},
		{"new parts of free-form ones", "machine: {kubelet: {extraConfig: {a: 1}}}", "machine: {kubelet: {extraConfig: {b: {c: d}, e: [], f: {}, g: 0}}}", "machine: {kubelet: {extraConfig: {a: 1, b: {c: d}, e: [], f: {}, g: 0}}}"},
		{"the first of two labels is changed", "machine: {nodeLabels: {a: b, c: d}}", "machine: {nodeLabels: {a: x, c: d}}", "machine: {nodeLabels: {a: x, c: d}}"},
		{"the second item is meant", links, "machine: {network: {interfaces: [{interface: eth1, mtu: 3}]}}", "machine: {network: {interfaces: [{interface: eth0, mtu: 1}, {interface: eth1, mtu: 3}]}}"},
		{"the first of two items is changed", links, "machine: {network: {interfaces: [{interface: eth0, mtu: 3}, {interface: eth1, mtu: 2}]}}", "machine: {network: {interfaces: [{interface: eth0, mtu: 3}, {interface: eth1, mtu: 2}]}}"},
		{"the first of two items is deleted", links, "machine: {network: {interfaces: [{interface: eth0, $patch: delete}, {interface: eth1, mtu: 2}]}}", "machine: {network: {interfaces: [{interface: eth1, mtu: 2}]}}"},
		{"items that are there already", links, links, ""},
		{"an item is found by its selector", picked, "machine: {network: {interfaces: [{interface: ~, deviceSelector: {busPath: b, driver: a}, mtu: 2}]}}", "machine: {network: {interfaces: [{deviceSelector: {driver: a, busPath: b}, mtu: 2}]}}"},
		{"another selector is another item", picked, "machine: {network: {interfaces: [{deviceSelector: {driver: a, busPath: c}}, {deviceSelector: {driver: a}}, {deviceSelector: {driver: a, physical: true}}]}}", "machine: {network: {interfaces: [{deviceSelector: {driver: a, busPath: b}, mtu: 1}, {deviceSelector: {driver: a, busPath: c}}, {deviceSelector: {driver: a}}, {deviceSelector: {driver: a, physical: true}}]}}"},
		{"an item with a name is none with a selector", picked, "machine: {network: {interfaces: [{interface: eth0, deviceSelector: {driver: a, busPath: b}}]}}", "machine: {network: {interfaces: [{deviceSelector: {driver: a, busPath: b}, mtu: 1}, {interface: eth0, deviceSelector: {driver: a, busPath: b}}]}}"},
		{"an item without a name is another one", links, "machine: {network: {interfaces: [{mtu: 1}]}}", "machine: {network: {interfaces: [{interface: eth0, mtu: 1}, {interface: eth1, mtu: 2}, {mtu: 1}]}}"},
		{"a list of texts grows", "machine: {certSANs: [a]}", "machine: {certSANs: [a, b]}", "machine: {certSANs: [a, a, b]}"},
		{"the whole of an item is replaced", rules, "{apiVersion: v1alpha1, kind: ImageVerificationConfig, rules: [{image: a, deny: true}, {image: b, skip: true}, {image: c}]}", "{apiVersion: v1alpha1, kind: ImageVerificationConfig, rules: [{image: a, deny: true}, {image: b, skip: true}, {image: c}]}"},
		{"all of a list is replaced", ingress("[{subnet: 192.0.2.0/24}]"), ingress("[{subnet: 10.0.0.0/8}]"), ingress("[{subnet: 10.0.0.0/8}]")},
		{"an item of a list that is replaced", ingress("[{subnet: 192.0.2.0/24}, {subnet: 10.0.0.0/8}]"), ingress("[{subnet: 192.0.2.0/24, $patch: delete}]"), ingress("[{subnet: 10.0.0.0/8}]")},
		{"an item of a list that is replaced is not there", ingress("[{subnet: 10.0.0.0/8}]"), ingress("[{subnet: 192.0.2.0/24, $patch: delete}]"), ""},
		{"an item of a list goes, another takes the place of the rest", ingress("[{subnet: 192.0.2.0/24}, {subnet: 10.0.0.0/8}]"), ingress("[{subnet: 192.0.2.0/24, $patch: delete}, {subnet: 198.51.100.0/24}]"), ingress("[{subnet: 198.51.100.0/24}]")},
		{"an item of a list goes, the rest is said again", ingress("[{subnet: 192.0.2.0/24}, {subnet: 10.0.0.0/8}]"), ingress("[{subnet: 192.0.2.0/24, $patch: delete}, {subnet: 10.0.0.0/8}]"), ingress("[{subnet: 10.0.0.0/8}]")},
		{"a part of an item that is replaced goes away", rules, "{apiVersion: v1alpha1, kind: ImageVerificationConfig, rules: [{image: a, skip: {$patch: delete}, deny: true}]}", "{apiVersion: v1alpha1, kind: ImageVerificationConfig, rules: [{image: a, deny: true}, {image: b, skip: true}]}"},
		{"a key of a part that is replaced goes away", "cluster: {apiServer: {auditPolicy: {a: b, c: {d: e, f: g}}}}", "cluster: {apiServer: {auditPolicy: {a: {$patch: delete}, c: {d: {$patch: delete}}, h: {i: {$patch: delete}}}}}", "cluster: {apiServer: {auditPolicy: {c: {f: g}}}}"},
		{"an item in a part that is replaced goes away", "cluster: {apiServer: {auditPolicy: {a: [{b: c}, {b: d}], e: f}}}", "cluster: {apiServer: {auditPolicy: {a: [{b: c, $patch: delete}], e: [{g: h, $patch: delete}]}}}", "cluster: {apiServer: {auditPolicy: {a: [{b: d}], e: f}}}"},
		{"a key goes, another takes the place of the rest", "cluster: {apiServer: {auditPolicy: {a: b, c: d}}}", "cluster: {apiServer: {auditPolicy: {a: {$patch: delete}, e: f}}}", "cluster: {apiServer: {auditPolicy: {e: f}}}"},
		{"a text becomes a section that deletes something", "machine: {kubelet: {extraConfig: {a: b, c: d}}}", "machine: {kubelet: {extraConfig: {a: {e: {$patch: delete}}, c: {e: {$patch: delete}, f: g}}}}", "machine: {kubelet: {extraConfig: {a: b, c: {f: g}}}}"},
		{"merged keys become the mapping's own", "machine: {sysctls: &s {a: b, c: d}, sysfs: {<<: *s, c: e}}", "machine: {sysfs: {f: g}}", "machine: {sysctls: {a: b, c: d}, sysfs: {c: e, a: b, f: g}}"},
		{"of merged mappings the first wins", "machine: {sysctls: &s {a: b}, nodeLabels: &n {a: c, d: e}, sysfs: {<<: [*s, *n]}}", "machine: {sysfs: {d: {$patch: delete}}}", "machine: {sysctls: {a: b}, nodeLabels: {a: c, d: e}, sysfs: {a: b}}"},
		{"a merged mapping is another one", "machine: {kubelet: {extraConfig: {a: &a {b: {c: d}}, e: {<<: *a}, f: {<<: *a}}}}", "machine: {kubelet: {extraConfig: {e: {b: {c: x}}}}}", "machine: {kubelet: {extraConfig: {a: {b: {c: d}}, e: {b: {c: x}}, f: {b: {c: d}}}}}"},
		{"merged keys of a patch", "machine: {type: worker}", "machine: {sysctls: &s {a: b}, sysfs: {<<: *s, c: d}}", "machine: {type: worker, sysctls: {a: b}, sysfs: {c: d, a: b}}"},
		{"a fixed name stays one", "{apiVersion: v1alpha1, kind: HostnameConfig, hostname: a}", "machine: {features: {stableHostname: false}}", "{apiVersion: v1alpha1, kind: HostnameConfig, hostname: a, auto: 'off'}"},
		{"a made-up name stays one", "{apiVersion: v1alpha1, kind: HostnameConfig, auto: 'off'}", "machine: {features: {stableHostname: true}}", "{apiVersion: v1alpha1, kind: HostnameConfig, auto: stable}"},
		{"a fixed name takes the place of a made-up one", "{apiVersion: v1alpha1, kind: HostnameConfig, auto: stable}", "machine: {network: {hostname: a}}", "{apiVersion: v1alpha1, kind: HostnameConfig, hostname: a}"},
		{"flannel without arguments is still on", "{apiVersion: v1alpha1, kind: KubeFlannelCNIConfig, extraArgs: [--a]}", "cluster: {network: {cni: {flannel: {extraArgs: {$patch: delete}}}}}", "{apiVersion: v1alpha1, kind: KubeFlannelCNIConfig}"},
		{"access without roles is still on", "{apiVersion: v1alpha1, kind: KubeTalosAPIAccessConfig, allowedRoles: [a]}", "machine: {features: {kubernetesTalosAPIAccess: {allowedRoles: {$patch: delete}}}}", "{apiVersion: v1alpha1, kind: KubeTalosAPIAccessConfig}"},
		{"what says nothing goes away, with nulls in it", "{apiVersion: v1alpha1, kind: TimeSyncConfig, bootTimeout: 3m0s, ntp: null}\n---\n{apiVersion: v1alpha1, kind: HostnameConfig, hostname: a}", "machine: {time: {bootTimeout: {$patch: delete}}}", "{apiVersion: v1alpha1, kind: HostnameConfig, hostname: a}"},
		{"a free-form part is replaced", "cluster: {apiServer: {auditPolicy: {a: b}}}", "cluster: {apiServer: {auditPolicy: {c: d}}}", "cluster: {apiServer: {auditPolicy: {c: d}}}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			base := mustLoad(t, tt.base)
			got := apply(t, base, []byte(tt.patch))

			if tt.want == "" {
				if got != base {
					t.Errorf("it becomes\n%s", got.Bytes())
				}

				return
			}

			if got == base {
				t.Error("nothing changes")
			}

			if have, want := plain(t, got.Bytes()), plain(t, []byte(tt.want)); !reflect.DeepEqual(have, want) {
				t.Errorf("got\n%s\nwant\n%s", got.Bytes(), tt.want)
			}
		})
	}
}

func plain(t *testing.T, text []byte) (out any) {
	t.Helper()

	if err := yaml.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}

	return out
}
