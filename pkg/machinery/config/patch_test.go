package config_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func TestApplyPatches(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, base, patch, want string
	}{
		{
			"interface is found by name, a new one is appended",
			"machine:\n    network:\n        interfaces:\n            - interface: eth0 # uplink\n              dhcp: false\n              addresses:\n                - 192.168.10.3/24\n",
			"machine:\n  network:\n    interfaces:\n    - interface: eth0\n      vip: {ip: 192.168.10.50}\n    - interface: eth1\n      dhcp: true\n",
			"machine:\n    network:\n        interfaces:\n            - interface: eth0 # uplink\n              dhcp: false\n              addresses:\n                - 192.168.10.3/24\n              vip:\n                ip: 192.168.10.50\n            - interface: eth1\n              dhcp: true\n",
		},
		{
			"a block that begins with indentation is kept",
			"machine:\n    files:\n        - path: /a\n          op: create\n          content: |2\n              a\n            b\n",
			"machine: {sysctls: {a: b}}",
			"machine:\n    files:\n        - path: /a\n          op: create\n          content: \"  a\\nb\\n\"\n    sysctls:\n        a: b\n",
		},
		{
			"subnets are replaced",
			"cluster:\n    network:\n        dnsDomain: cluster.local\n        podSubnets:\n            - 10.244.0.0/16\n",
			"cluster:\n  network:\n    podSubnets: [192.168.0.0/16]\n    cni:\n      name: none\n",
			"cluster:\n    network:\n        dnsDomain: cluster.local\n        podSubnets:\n            - 192.168.0.0/16\n        cni:\n            name: none\n",
		},
		{
			"free-form lists are appended to, the plugin is found by name",
			"cluster:\n    apiServer:\n        admissionControl:\n            - name: PodSecurity\n              configuration:\n                exemptions:\n                    namespaces:\n                        - kube-system\n                    usernames: []\n",
			"cluster: {apiServer: {admissionControl: [{name: PodSecurity, configuration: {exemptions: {namespaces: [rook-ceph]}}}]}}",
			"cluster:\n    apiServer:\n        admissionControl:\n            - name: PodSecurity\n              configuration:\n                exemptions:\n                    namespaces:\n                        - kube-system\n                        - rook-ceph\n                    usernames: []\n",
		},
		{
			"a section is deleted",
			"machine:\n    type: worker\n    network:\n        hostname: a\n",
			"machine:\n  network:\n    $patch: delete\n",
			"machine:\n    type: worker\n",
		},
		{
			"a list item is deleted by what it names",
			"machine:\n    network:\n        interfaces:\n            - interface: eth0\n              dhcp: true\n            - interface: eth1\n              dhcp: true\n",
			"machine:\n  network:\n    interfaces:\n      - interface: eth0\n        $patch: delete\n",
			"machine:\n    network:\n        interfaces:\n            - interface: eth1\n              dhcp: true\n",
		},
		{
			"comments at the end of a section stay on their level",
			"machine:\n  ca:\n    crt: YQ==\n    # in ca\n  # in machine\n# after all\ncluster:\n  etcd:\n    ca:\n      crt: YQ==\n    # in etcd\n  # in cluster\n",
			"machine: {type: worker}",
			"machine:\n    ca:\n        crt: YQ==\n        # in ca\n    # in machine\n\n    type: worker\n# after all\ncluster:\n    etcd:\n        ca:\n            crt: YQ==\n        # in etcd\n    # in cluster\n",
		},
		{
			"comments about items of lists stay on their level",
			"machine:\n  network:\n    interfaces:\n    # first\n    - interface: eth0\n      mtu: 1500\n      # of eth0\n    # - interface: eth1\n  # of machine\n  certSANs:\n  - a\n  # - b\n",
			"machine: {type: worker}",
			"machine:\n    network:\n        interfaces:\n            # first\n            - interface: eth0\n              mtu: 1500\n              # of eth0\n            # - interface: eth1\n    # of machine\n    certSANs:\n        - a\n        # - b\n    type: worker\n",
		},
		{
			"what looks like a comment in a block is none",
			"machine:\n  files:\n  - path: /a\n    content: |\n      # a\n        # b\n      c |\n      # d\n    # comment\n    op: create\n",
			"machine: {type: worker}",
			"machine:\n    files:\n        - path: /a\n          content: |\n            # a\n              # b\n            c |\n            # d\n          # comment\n          op: create\n    type: worker\n",
		},
		{
			"a list of texts is deleted and set again",
			"machine:\n    type: worker\n    certSANs:\n        - a\n        - b\n",
			"machine:\n  certSANs:\n    $patch: delete\n---\nmachine:\n  certSANs: [b]\n",
			"machine:\n    type: worker\n    certSANs:\n        - b\n",
		},
		{
			"a document is deleted, others keep their text",
			"machine:\n  type:    worker   # odd spacing\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 9000\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\n",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n$patch: delete\n",
			"machine:\n  type:    worker   # odd spacing\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\n",
		},
		{
			"a document that is not there is appended",
			"machine:\n    type: worker\n",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n",
			"machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n",
		},
		{
			"a document that is new keeps its comments",
			"machine:\n    type: worker\n",
			"# why\napiVersion: v1alpha1 # of it\n# what\nkind: HostnameConfig\nhostname: a # here\n",
			"machine:\n    type: worker\n---\n# why\napiVersion: v1alpha1 # of it\n# what\nkind: HostnameConfig\nhostname: a # here\n",
		},
		{
			"a main document that is new keeps its comments",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n",
			"# all\n\n# why\nmachine:\n    # what\n    type: worker # here\n",
			"# all\n\n# why\nmachine:\n    # what\n    type: worker # here\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n",
		},
		{
			"comments between documents stay, also where one is deleted",
			"# all\n---\nmachine:\n    type: worker\n---\n# of links\n--- # more\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\n---\n# last\n",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n$patch: delete\n",
			"# all\n---\nmachine:\n    type: worker\n---\n# of links\n--- # more\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\n---\n# last\n",
		},
		{
			"comments around the document of a JSON patch stay",
			"# all\n---\n# head\n\nmachine:\n    type: worker\n# of machine\n\n# foot\n---\n# last\n",
			"[{op: add, path: /machine/token, value: a}]",
			"# all\n---\n# head\n\nmachine:\n    type: worker\n    token: a\n# of machine\n\n# foot\n---\n# last\n",
		},
		{
			"a comment beside a value stays, unless there is a new one",
			"machine:\n    type: worker # what\n    token: a # old\n",
			"machine:\n    type: controlplane\n    token: b # new\n",
			"machine:\n    type: controlplane # what\n    token: b # new\n",
		},
		{
			"comments of a patch move no others",
			"machine:\n    ca:\n        crt: YQ==\n        # in ca\n    # in machine\n",
			"machine:\n    ca:\n        # new\n        key: Yg==\n",
			"machine:\n    ca:\n        crt: YQ==\n        # in ca\n\n        # new\n        key: Yg==\n    # in machine\n",
		},
		{
			"what a patch has in braces is written like the rest",
			"machine:\n    network: {hostname: a}\n    certSANs: [a]\n",
			"machine: {network: {kubespan: {filters: {endpoints: [0.0.0.0/0]}}}, certSANs: [b], nodeLabels: {a: b}}",
			"machine:\n    network:\n        hostname: a\n        kubespan:\n            filters:\n                endpoints:\n                    - 0.0.0.0/0\n    certSANs:\n        - a\n        - b\n    nodeLabels:\n        a: b\n",
		},
		{
			"a document is deleted and said anew",
			"machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 9000\n",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n$patch: delete\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nup: true\n",
			"machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nup: true\n",
		},
		{
			"the main document is deleted, whatever else the patch says of it",
			"machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n",
			"machine: {network: {hostname: b}}\n$patch: delete\n",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n",
		},
		{
			"no main document is added for what another one has",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n",
			"machine: {network: {hostname: b}}\n",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: b\n",
		},
		{
			"what the main document has already stays there",
			"machine:\n    time:\n        servers:\n            - a\n---\napiVersion: v1alpha1\nkind: TimeSyncConfig\nbootTimeout: 3m0s\n",
			"machine: {time: {servers: [b], bootTimeout: 5m0s}}",
			"machine:\n    time:\n        servers:\n            - a\n            - b\n---\napiVersion: v1alpha1\nkind: TimeSyncConfig\nbootTimeout: 5m0s\n",
		},
		{
			"an empty patch is identity",
			"machine:\n  type:    worker   # odd spacing\n",
			"machine:\n  network: {}\n",
			"machine:\n  type:    worker   # odd spacing\n",
		},
		{
			"a JSON patch in YAML",
			"machine:\n    type: worker\n    certSANs:\n        - a\n",
			"- op: add\n  path: /machine/certSANs/-\n  value: b\n- op: replace\n  path: /machine/type\n  value: controlplane\n- op: test\n  path: /machine/type\n  value: controlplane\n",
			"machine:\n    type: controlplane\n    certSANs:\n        - a\n        - b\n",
		},
		{
			"a JSON patch in JSON",
			"machine:\n    type: worker\n    sysctls:\n        a.b/c: \"1\"\n",
			"[\n\t{\"op\": \"remove\", \"path\": \"/machine/sysctls/a.b~1c\"},\n\t{\"op\": \"add\", \"path\": \"/machine/network\", \"value\": {\"hostname\": \"x\"}}\n]",
			"machine:\n    type: worker\n    sysctls: {}\n    network:\n        hostname: x\n",
		},
		{
			"a JSON patch of keys with slashes and tildes",
			"machine:\n    nodeLabels:\n        a/b: c\n        a~b: d\n        a~1b: e\n        \"\": f\n",
			"- {op: replace, path: /machine/nodeLabels/a~1b, value: x}\n- {op: replace, path: /machine/nodeLabels/a~0b, value: y}\n- {op: replace, path: /machine/nodeLabels/a~01b, value: z}\n- {op: remove, path: /machine/nodeLabels/}\n",
			"machine:\n    nodeLabels:\n        a/b: x\n        a~b: y\n        a~1b: z\n",
		},
		{
			"a JSON patch by index",
			"machine:\n    certSANs:\n        - a\n        - b\n        - c\n",
			"- {op: add, path: /machine/certSANs/1, value: x}\n- {op: add, path: /machine/certSANs/-, value: y}\n- {op: remove, path: /machine/certSANs/0}\n- {op: add, path: /machine/certSANs/4, value: z}\n- {op: move, from: /machine/certSANs/0, path: /machine/certSANs/2}\n- {op: copy, from: /machine/certSANs/0, path: /machine/certSANs/-}\n",
			"machine:\n    certSANs:\n        - b\n        - c\n        - x\n        - y\n        - z\n        - b\n",
		},
		{
			"a JSON patch after a byte order mark",
			"machine:\n    type: worker\n",
			"\ufeff- op: add\n  path: /machine/token\n  value: a\n",
			"machine:\n    type: worker\n    token: a\n",
		},
		{
			"a JSON patch of the whole document",
			"machine:\n    type: worker\n",
			"[{op: add, path: '', value: {machine: {type: controlplane}}}]",
			"{machine: {type: controlplane}}\n",
		},
		{
			"a strategic patch of other lines, with aliases",
			"machine:\n    certSANs:\n        - a\n",
			"\ufeffmachine: # c\r\n  certSANs: &c [d]\r\ncluster: {apiServer: {certSANs: *c}}\r\n",
			"machine:\n    certSANs:\n        - a\n        - d\ncluster:\n    apiServer:\n        certSANs:\n            - d\n",
		},
		{
			"a whole section of the main document is deleted",
			"machine:\n    type: worker\ncluster:\n    token: a\n",
			"machine: {$patch: delete}\n",
			"cluster:\n    token: a\n",
		},
		{
			"the last section is deleted and the document with it",
			"machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n",
			"machine: {$patch: delete}\n",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n",
		},
		{
			"documents of a patch go one after the other",
			"machine:\n    type: worker\n",
			"machine: {sysctls: {a: b}}\n---\nmachine: {sysctls: {a: c}}\n---\nmachine: {sysctls: {d: e, a: {$patch: delete}}}\n",
			"machine:\n    type: worker\n    sysctls:\n        d: e\n",
		},
		{
			"a JSON patch that changes nothing",
			"machine:\n  type:    worker   # odd spacing\n",
			"- {op: test, path: /machine/type, value: worker}\n- {op: replace, path: /machine/type, value: worker}\n",
			"machine:\n  type:    worker   # odd spacing\n",
		},
		{
			"a JSON patch into sections and lists that are not there",
			"machine:\n    type: worker\n",
			"- {op: add, path: /machine/network/hostname, value: a}\n- {op: add, path: /machine/certSANs/-, value: b}\n- {op: add, path: /cluster/apiServer/extraArgs/v, value: \"2\"}\n",
			"machine:\n    type: worker\n    network:\n        hostname: a\n    certSANs:\n        - b\ncluster:\n    apiServer:\n        extraArgs:\n            v: \"2\"\n",
		},
		{
			"a JSON patch into a section that is empty",
			"machine:\n    type: worker\n    network: {}\n    sysctls:\n",
			"- {op: add, path: /machine/network/nameservers/0, value: 1.1.1.1}\n- {op: add, path: /machine/sysctls/net.core.somaxconn, value: \"2\"}\n",
			"machine:\n    type: worker\n    network:\n        nameservers:\n            - 1.1.1.1\n    sysctls:\n        net.core.somaxconn: \"2\"\n",
		},
		{
			"documents on the lines of their markers stay there",
			"--- {machine: {type: worker}}\n--- # a link\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n---\n  apiVersion: v1alpha1\n  kind: LinkConfig\n  name: eth1\n",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth2\n",
			"--- {machine: {type: worker}}\n--- # a link\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n---\n  apiVersion: v1alpha1\n  kind: LinkConfig\n  name: eth1\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth2\n",
		},
		{
			"a main document goes before a byte order mark",
			"\ufeffapiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n",
			"machine: {type: worker}",
			"machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n",
		},
		{
			"an aliased value is copied before it changes",
			"machine:\n    sysctls: &s\n        a: \"1\"\n    sysfs: *s\n",
			"machine: {sysfs: {a: \"2\"}}",
			"machine:\n    sysctls:\n        a: \"1\"\n    sysfs:\n        a: \"2\"\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			c, err := config.Load([]byte(tt.base))
			if err != nil {
				t.Fatal(err)
			}

			p, err := patch.Parse("patch", []byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}

			got, err := config.ApplyPatches(c, p)
			if err != nil {
				t.Fatal(err)
			}

			if strings.TrimSpace(string(got.Bytes())) != strings.TrimSpace(tt.want) {
				t.Errorf("got:\n%s\nwant:\n%s", got.Bytes(), tt.want)
			}
		})
	}
}

// TestPatchedLinesAreRight checks the places of what is wrong and deprecated in
// documents that a patch has moved but not touched, and in new ones.
func TestPatchedLinesAreRight(t *testing.T) {
	t.Parallel()

	const bond = "--- # bond\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\nmtu: 7\n"

	for _, tt := range []struct{ base, patch string }{
		{"machine:\n  type: worker\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 5\n" + bond, "machine:\n  sysctls: {a: b}\n  certSANs: [a, b]\n"},
		{"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 5\n---\n# note\n---\nmachine:\n  type: join\n", "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\naddresses: [{address: 192.0.2.1/24}]\nup: true\n"},
		{"--- {machine: {type: worker}}\n" + bond, "machine:\n  sysctls: {a: b}\n"},
		{"machine:\n  type: worker", "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\nmtu: 7\n"},
	} {
		c := apply(t, mustLoad(t, tt.base), []byte(tt.patch))
		again := mustLoad(t, string(c.Bytes()))

		gotWarnings, got := config.Validate(c, config.Metal)
		wantWarnings, want := config.Validate(again, config.Metal)

		if got == nil || got.Error() != want.Error() || !reflect.DeepEqual(gotWarnings, wantWarnings) {
			t.Errorf("got  %v %v\nwant %v %v", got, gotWarnings, want, wantWarnings)
		}
	}
}

func TestApplyPatchesRefuses(t *testing.T) {
	t.Parallel()

	two := "machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n"

	for _, tt := range []struct {
		name, base, patch, want string
	}{
		{"unknown key", "machine: {type: worker}", "machine:\n  netwrok: {}\n", `did you mean "network"?`},
		{"unknown key, for a file of Windows", "machine:\r\n  type: worker\r\n", "machine:\n  netwrok: {}\n", `did you mean "network"?`},
		{"JSON patch of two documents", two, "[{op: remove, path: /machine/type}]", "strategic merge patch"},
		{"missing path", "machine: {type: worker}", "[{op: replace, path: /machine/typo, value: x}]", `did you mean "type"?`},
		{"failed test", "machine: {type: worker}", "[{op: test, path: /machine/type, value: x}]", "the value there is another one"},
		{"unknown directive", "machine: {type: worker}", "machine: {network: {$patch: replace}}", "the only directive is delete"},
		{"an unknown directive for a document", two, "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n$patch: replace\n", "LinkConfig eth0: line 4, column 9: unknown $patch directive"},
		{"a misspelt directive", "machine: {type: worker}", "machine: {$pacth: delete}", "machine.$pacth: unknown key"},
		{"an index that is too large", "machine: {certSANs: [a]}", "[{op: add, path: /machine/certSANs/2, value: x}]", "the list ends at index 1"},
		{"an index with a sign", "machine: {certSANs: [a, b]}", "[{op: remove, path: /machine/certSANs/+1}]", `"+1" is not an index of a list`},
		{"an index from the end", "machine: {certSANs: [a, b]}", "[{op: remove, path: /machine/certSANs/-1}]", `"-1" is not an index of a list`},
		{"an index with zeros", "machine: {certSANs: [a, b]}", "[{op: remove, path: /machine/certSANs/01}]", `"01" is not an index of a list`},
		{"what is after the end", "machine: {certSANs: [a, b]}", "[{op: remove, path: /machine/certSANs/-}]", `"-" is not an index of a list`},
		{"a tilde alone", "machine: {type: worker}", "[{op: add, path: /machine/nodeLabels/a~2b, value: x}]", `"a~2b" has a ~ that is neither ~0, for ~, nor ~1, for /`},
		{"a path without a slash", "machine: {type: worker}", "[{op: remove, path: machine}]", "a path starts with /"},
		{"a move into itself", "machine: {certSANs: [a]}", "[{op: move, from: /machine/certSANs, path: /machine/certSANs/0}]", "cannot move /machine/certSANs into itself"},
		{"the whole document", "machine: {type: worker}", "[{op: remove, path: ''}]", "a whole document cannot be removed"},
		{"an unknown operation", "machine: {type: worker}", "[{op: set, path: /machine}]", "is not an operation; known are add, remove"},
		{"an addition without a value", "machine: {type: worker}", `[{"op": "add", "path": "/machine/token"}]`, "has no value"},
		{"a test of what is not there", "machine: {type: worker}", "[{op: test, path: /machine/token, value: x}]", "/machine/token: is not there"},
		{"wrong result", "machine: {type: worker}", "[{op: add, path: /machine/nope, value: x}]", "unknown key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			c, err := config.Load([]byte(tt.base))
			if err != nil {
				t.Fatal(err)
			}

			p, err := patch.Parse("patch", []byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}

			_, err = config.ApplyPatches(c, p)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q in it", err, tt.want)
			}
		})
	}
}

func TestJSONPatchesThatAreIncomplete(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]string{
		"[{path: /a}]":                           "p: line 1: operation 1 has no op",
		"[{op: remove, path: /a}, {op: remove}]": "p: line 1: operation 2 has no path",
		"- op: move\n  path: /a\n":               "p: line 1: operation 1 has no from",
		`[{"path": "/a"}]`:                       "p: operation 1 has no op",
		`[{"op": "add", "value": "/a"}]`:         "p: operation 1 has no path",
		`[{"op": "copy", "path": "/a"}]`:         "p: operation 1 has no from",
		"- op: add\n  path: /a\n  valeu: b\n":    `p: line 3: operation 1: unknown key "valeu"; known are op, path, from, value`,
		"- a\n":                                  "p: line 1: operation 1 is not a mapping",
	} {
		if _, err := patch.Parse("p", []byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s: error is %v, want %s", text, err, want)
		}
	}
}
