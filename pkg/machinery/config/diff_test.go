package config_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
)

func TestDiffNamesEveryChange(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ name, old, next, want string }{
		{"a label without a value", "machine: {nodeLabels: {b: c}}", "machine: {nodeLabels: {b: c, a.b/c: ''}}", `+ v1alpha1: machine.nodeLabels["a.b/c"]: ""`},
		{"a label that loses its value", "machine: {nodeLabels: {b: c}}", "machine: {nodeLabels: {b: ''}}", `~ v1alpha1: machine.nodeLabels.b: c -> ""`},
		{
			"a label without a value gets another name", "machine: {nodeLabels: {b.c: ''}}", "machine: {nodeLabels: {b.d: ''}}",
			`- v1alpha1: machine.nodeLabels["b.c"]: ""` + "\n" + `+ v1alpha1: machine.nodeLabels["b.d"]: ""`,
		},
		{
			"a key with dots gets another name", "machine: {sysctls: {net.a.b: '1'}}", "machine: {sysctls: {net.a.c: '1'}}",
			`- v1alpha1: machine.sysctls["net.a.b"]: "1"` + "\n" + `+ v1alpha1: machine.sysctls["net.a.c"]: "1"`,
		},
		{
			"keys that look like parts of a path", `machine: {sysctls: {'a"b': '1', 'a[0]': b}}`, "machine: {type: worker}",
			"+ v1alpha1: machine.type: worker\n" + `- v1alpha1: machine.sysctls["a\"b"]: "1"` + "\n" + `- v1alpha1: machine.sysctls["a[0]"]: b`,
		},
		{
			"empty values of free-form parts", "machine: {kubelet: {extraConfig: {a: 1, b: null, c: 0, d: '', e: false, f: [], g: {}}}}",
			"machine: {kubelet: {extraConfig: {a: '1'}}}",
			`~ v1alpha1: machine.kubelet.extraConfig.a: 1 -> "1"
- v1alpha1: machine.kubelet.extraConfig.b: null
- v1alpha1: machine.kubelet.extraConfig.c: 0
- v1alpha1: machine.kubelet.extraConfig.d: ""
- v1alpha1: machine.kubelet.extraConfig.e: false
- v1alpha1: machine.kubelet.extraConfig.f: []
- v1alpha1: machine.kubelet.extraConfig.g: {}`,
		},
		{"an empty value becomes another one", "machine: {kubelet: {extraConfig: {a: {}}}}", "machine: {kubelet: {extraConfig: {a: []}}}", "~ v1alpha1: machine.kubelet.extraConfig.a: {} -> []"},
		{"an empty item", "machine: {certSANs: [a, '', b]}", "machine: {certSANs: [a, b]}", `- v1alpha1: machine.certSANs[1]: ""`},
		{"one item in the middle", "machine: {certSANs: [a, c]}", "machine: {certSANs: [a, b, c]}", "+ v1alpha1: machine.certSANs[1]: b"},
		{"an empty section under another key", "machine: {registries: {mirrors: {a.io: {}}}}", "machine: {registries: {mirrors: {b.io: {}}}}", `- v1alpha1: machine.registries.mirrors["a.io"]: {}` + "\n" + `+ v1alpha1: machine.registries.mirrors["b.io"]: {}`},
		{
			"a secret under another key", "machine: {registries: {config: {a.io: {auth: {password: x}}}}}", "machine: {registries: {config: {b.io: {auth: {password: x}}}}}",
			`- v1alpha1: machine.registries.config["a.io"].auth.password: (secret)` + "\n" + `+ v1alpha1: machine.registries.config["b.io"].auth.password: (secret)`,
		},
		{"another secret", "machine: {token: a}", "machine: {token: b}", "~ v1alpha1: machine.token (secret)"},
		{"headers are secret, their names are not", "cluster: {extraManifestHeaders: {a: b}}", "cluster: {extraManifestHeaders: {a: '', c: d}}", "~ v1alpha1: cluster.extraManifestHeaders.a (secret)\n+ v1alpha1: cluster.extraManifestHeaders.c: (secret)"},
		{"false is not the same as left out", "machine: {features: {rbac: false}}", "machine: {features: {}}", "- v1alpha1: machine.features.rbac: false"},
		{"an empty field is the same as left out", "machine: {network: {hostname: '', interfaces: [{interface: a, mtu: 0}]}}", "machine: {network: {interfaces: [{interface: a}]}}", ""},
		{"the order of a list", "machine: {certSANs: [a, b]}", "machine: {certSANs: [b, a]}", "~ v1alpha1: machine.certSANs[0]: a -> b\n~ v1alpha1: machine.certSANs[1]: b -> a"},
		{
			"a document gets another name", "apiVersion: v1alpha1\nkind: LinkConfig\nname: a.b\n", "apiVersion: v1alpha1\nkind: LinkConfig\nname: a.c\n",
			"- LinkConfig a.b: name: a.b\n+ LinkConfig a.c: name: a.c",
		},
		{"certificates, which may come with a key", "machine: {type: worker}", "machine: {type: worker, acceptedCAs: [{crt: YQ==}]}", "+ v1alpha1: machine.acceptedCAs[0]: (secret)"},
		{"a long text, cut between letters", "machine: {type: worker}", "machine: {nodeAnnotations: {a: x" + strings.Repeat("é", 120) + "}}", "- v1alpha1: machine.type: worker\n+ v1alpha1: machine.nodeAnnotations.a: x" + strings.Repeat("é", 99) + "…"},
		{"lines of a text", "machine: {type: worker}", "machine: {type: worker, files: [{path: /a, content: \"a\\nb\\n\"}]}", `+ v1alpha1: machine.files[0].content: "a\nb\n"` + "\n+ v1alpha1: machine.files[0].path: /a"},
		{"a document that said nothing", "machine: {}\n---\napiVersion: v1alpha1\nkind: HostnameConfig\n", "machine: {}", "- HostnameConfig: (document)"},
		{"a document that says nothing", "machine: {}", "machine: {}\n---\napiVersion: v1alpha1\nkind: HostnameConfig\n", "+ HostnameConfig: (document)"},
	} {
		a, b := mustLoad(t, tt.old), mustLoad(t, tt.next)
		list := config.Diff(a, b)

		var lines []string
		for _, c := range list {
			lines = append(lines, c.String())
		}

		if got := strings.Join(lines, "\n"); got != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, tt.want)
		}

		if len(config.Diff(a, a)) > 0 {
			t.Errorf("%s: it differs from itself", tt.name)
		}

		// As JSON a change is the same, its path as it is.
		raw, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}

		var back []config.Change
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}

		for i := range back {
			if back[i] != list[i] {
				t.Errorf("%s: as JSON it is %+v", tt.name, back[i])
			}
		}
	}
}
