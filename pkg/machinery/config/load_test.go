package config_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
)

func TestLoadReportsEverything(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, text string
		want       []string // parts of each problem, in order
	}{
		{
			"unknown keys get the nearest valid one",
			"machine:\n  kubelt: {}\n  network:\n    hostnme: a\n",
			[]string{`v1alpha1: line 2, column 3: machine.kubelt: unknown key; did you mean "kubelet"?`, `line 4, column 5: machine.network.hostnme: unknown key; did you mean "hostname"?`},
		},
		{
			"a key of another section is found",
			"machine:\n  etcd: {}\n",
			[]string{`machine.etcd: unknown key; it is set as cluster.etcd`},
		},
		{
			"an unknown kind",
			"apiVersion: v1alpha1\nkind: LinkConfg\nname: a\n",
			[]string{`line 2, column 7: kind: unknown kind "LinkConfg"; did you mean LinkConfig?`},
		},
		{
			"an unknown apiVersion",
			"apiVersion: v1beta1\nkind: LinkConfig\nname: a\n",
			[]string{`LinkConfig a: line 1, column 13: apiVersion: unknown apiVersion "v1beta1"`},
		},
		{
			"wrong types",
			"machine:\n  type: worker\n  certSANs: a\n  network: []\n  install:\n    wipe: \"yes\"\n",
			[]string{"line 3, column 13: machine.certSANs: expected a list, found a single value", "machine.network: expected a mapping, found a list", `machine.install.wipe: expected true or false, found "yes"`},
		},
		{
			"a repeated key",
			"machine:\n  type: worker\n  type: worker\n",
			[]string{"line 3, column 3: machine.type: key is repeated, first used on line 2"},
		},
		{
			"a repeated document",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: a\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: a\n",
			[]string{"LinkConfig a: line 5, column 1: document is repeated, first on line 1"},
		},
		{
			"errors of all documents, also after bad syntax",
			"machine: {\n---\nmachine:\n  nope: 1\n",
			[]string{"line 2: not YAML", "line 4, column 3: machine.nope: unknown key"},
		},
		{
			"text after a document",
			"{machine: {type: worker}}\nmachine: {type: controlplane}\n",
			[]string{"line 2: not YAML: did not find expected <document start>"},
		},
		{
			"a document after the end of one",
			"machine: {type: worker}\n...\nmachine: {type: controlplane}\n",
			[]string{"line 3: not YAML: did not find expected <document start>"},
		},
		{
			"not a config",
			"foo: bar\n",
			[]string{"not a config document"},
		},
		{
			"an unknown enum value",
			"machine:\n  type: controlplan\n",
			[]string{`line 2, column 9: machine.type: "controlplan" is not a known value; did you mean "controlplane"?`},
		},
		{
			"bad scalars of documents",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: a\nmtu: -1\naddresses:\n  - address: 10.0.0.1\nroutes:\n  - gateway: x\n    table: 300\n",
			[]string{"mtu: expected a number that is not negative", "addresses[0].address: \"10.0.0.1\": not a network in CIDR form", "routes[0].gateway", "routes[0].table"},
		},
		{
			"a URL that may hold a token is not shown",
			"apiVersion: v1alpha1\nkind: SideroLinkConfig\napiUrl: //a?jointoken=b\n",
			[]string{"apiUrl: the value: not a URL with a scheme and a host"},
		},
		{
			"text in another encoding",
			"\xff\xfem\x00a\x00",
			[]string{"is UTF-16 text; save it as UTF-8"},
		},
		{
			"lines of other systems",
			"machine:\r\n  type: worker\r\n  kubelt: {}\r\n---\r\napiVersion: v1alpha1\r\nkind: HostnameConfig\r\nhostnam: a\r\n",
			[]string{`v1alpha1: line 3, column 3: machine.kubelt: unknown key; did you mean "kubelet"?`, `HostnameConfig: line 7, column 1: hostnam: unknown key; did you mean "hostname"?`},
		},
		{
			"a byte order mark counts for nothing",
			"\ufeffmachine: {nope: 1}\n",
			[]string{"v1alpha1: line 1, column 11: machine.nope: unknown key"},
		},
		{
			"directives before a document",
			"%YAML 1.2\n# c\n---\nmachine:\n  nope: 1\n",
			[]string{"v1alpha1: line 5, column 3: machine.nope: unknown key"},
		},
		{
			"a tab",
			"machine:\n\ttype: worker\n---\nmachine:\n  type: worker\n  \tnope: 1\n",
			[]string{"line 2: not YAML: found character that cannot start any token; indent with spaces, not with a tab", "line 6"},
		},
		{
			"bytes that are no text",
			"machine: {}\n---\napiVersion: v1alpha1\nkind: \xff\n---\napiVersion: v1alpha1\nkind: Host\x00\n",
			[]string{"line 4, column 7: not YAML: invalid leading UTF-8 octet", "line 7, column 11: not YAML: control characters are not allowed"},
		},
		{
			"repeated keys at any depth, in free-form parts and beside merge keys",
			"machine:\n  sysctls: &s\n    a: b\n    a: c\n  sysfs:\n    <<: *s\n    d: e\n    d: f\n  kubelet:\n    extraConfig:\n      x: [{y: 1, y: 2}]\n",
			[]string{
				"line 4, column 5: machine.sysctls.a: key is repeated, first used on line 3",
				"line 8, column 5: machine.sysfs.d: key is repeated, first used on line 7",
				"line 4, column 5: machine.sysfs.a: key is repeated, first used on line 3",
				"line 11, column 18: machine.kubelet.extraConfig.x[0].y: key is repeated, first used on line 11",
			},
		},
		{
			"an anchor that is not there",
			"machine:\n  sysfs:\n    <<: *nope\n",
			[]string{"line 3, column 10: not YAML: unknown anchor 'nope' referenced"},
		},
		{
			"a merge of something else",
			"machine:\n  token: &t a\n  sysfs:\n    <<: *t\n",
			[]string{"only a mapping can be merged with <<, found a single value"},
		},
		{
			"a misspelt section",
			"machin: {type: worker}\n---\nClusters: {}\n",
			[]string{`line 1, column 1: not a config document; did you mean "machine"?`, `line 3, column 1: not a config document; did you mean "cluster"?`},
		},
		{
			"misspelt headers",
			"apiVersion: v1alpha1\nKind: LinkConfig\n---\napiversion: v1alpha1\nkind: LinkConfig\nname: a\n",
			[]string{`line 2, column 1: document has an apiVersion but no kind; did you mean "kind"?`, "line 5, column 7: document has a kind but no apiVersion", `line 4, column 1: apiversion: unknown key; did you mean "apiVersion"?`},
		},
		{
			"headers of another type",
			"apiVersion: [a]\nkind: {a: b}\n",
			[]string{"line 1, column 13: apiVersion has to be a single value", "line 2, column 7: kind has to be a single value"},
		},
		{
			"marks of another order of bytes",
			"\xfe\xff\x00m",
			[]string{"is UTF-16 text; save it as UTF-8"},
		},
		{
			"two documents without a marker",
			"[a]\n...\nmachine: {type: worker}\n",
			[]string{"not YAML: "},
		},
		{
			"a kind of nothing near, and no kind",
			"apiVersion: v1alpha1\nkind: Zzz\n---\napiVersion: v1alpha1\n",
			[]string{`line 2, column 7: kind: unknown kind "Zzz"`, "line 4, column 13: document has an apiVersion but no kind"},
		},
		{
			"something that looks like nothing of a config",
			"foo: bar\n",
			[]string{"not a config document; a document has either apiVersion and kind, or machine and cluster"},
		},
		{
			"a value in place of a document",
			"a\n---\n- a\n",
			[]string{"line 1, column 1: a config document is a mapping of keys to values", "line 3, column 1: a config document is a mapping"},
		},
		{
			"aliases are followed to their mistakes",
			"machine:\n  sysctls: &m\n    a: [b]\n  sysfs: *m\n  certSANs: &l [{a: b}]\n  network:\n    nameservers: *l\n",
			[]string{"line 3, column 8: machine.sysctls.a: expected text, found a list", "line 3, column 8: machine.sysfs.a", "machine.certSANs[0]: expected text, found a mapping", "line 5, column 17: machine.network.nameservers[0]: expected text, found a mapping"},
		},
		{
			"shapes of maps, arguments, keys and free-form parts",
			"machine:\n  nodeLabels: [a]\n  ca: [a]\n  kubelet:\n    extraArgs: {a: {b: c}, d: [{e: f}]}\n    extraConfig: []\n  pods: [a]\n",
			[]string{
				"line 2, column 15: machine.nodeLabels: expected a mapping, found a list", "line 3, column 7: machine.ca: expected a mapping, found a list",
				"machine.kubelet.extraArgs.a: expected text or a list of texts, found a mapping", "machine.kubelet.extraArgs.d[0]: expected text, found a mapping",
				"machine.kubelet.extraConfig: expected a mapping, found a list", "machine.pods[0]: expected a mapping, found a single value",
			},
		},
		{
			"keys of certificates",
			"machine:\n  ca: {cert: YQ==, crt: '?'}\n",
			[]string{`machine.ca.cert: unknown key; did you mean "crt"?`, "machine.ca.crt: \"?\": not base64"},
		},
		{
			"a key of a certificate that nobody shall see",
			"machine:\n  ca: {crt: YQ==, key: hidden-key-of-the-authority}\n  token: [hidden]\n",
			[]string{"machine.ca.key: the value: not base64", "machine.token: expected text, found a list"},
		},
		{
			"numbers, durations and switches that are none",
			"apiVersion: v1alpha1\nkind: KubeSpanConfig\nmtu: \"1420\"\nenabled: 1\n---\napiVersion: v1alpha1\nkind: TimeSyncConfig\nbootTimeout: 5\n---\napiVersion: v1alpha1\nkind: VLANConfig\nname: v\nvlanID: 70000\n---\nmachine: {type: x}\n",
			[]string{
				`line 3, column 6: mtu: expected a number that is not negative, found "1420"`, `line 4, column 10: enabled: expected true or false, found "1"`,
				`line 8, column 14: bootTimeout: expected a duration like 30s or 1h30m, found "5"`, `line 13, column 9: vlanID: expected a number from 0 to 65535, found "70000"`,
				`line 15, column 17: machine.type: "x" is not a known value; use one of controlplane, worker`,
			},
		},
		{
			"addresses that are none",
			"apiVersion: v1alpha1\nkind: KubeNetworkConfig\npodSubnets: [10.0.0.1]\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: a\nroutes: [{gateway: 10.0.0.0/8}]\n",
			[]string{`podSubnets[0]: "10.0.0.1": not a network in CIDR form, like 10.0.0.0/24`, `routes[0].gateway: "10.0.0.0/8": not an IP address, like 10.0.0.1 or fd00::1`},
		},
		{
			"a long value is cut",
			"machine: {type: " + strings.Repeat("a", 61) + "}\n",
			[]string{`"` + strings.Repeat("a", 60) + `…" is not a known value`},
		},
		{
			"keys of a small section are listed",
			"machine: {time: {nope: 1}}\n",
			[]string{"machine.time.nope: unknown key; known keys are "},
		},
		{
			"letters that changed places, and a key where none can be",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: a\nmut: 1\nUP: true\n---\napiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nencryption: {provider: luks2, keys: [{nodeID: {a: 1}}]}\n",
			[]string{`mut: unknown key; did you mean "mtu"?`, `UP: unknown key; did you mean "up"?`, "keys[0].nodeID.a: unknown key; nothing can be set here"},
		},
		{
			"a list in place of a section counts once",
			"machine: {features: [rbac, no, 1, 2]}\n---\n[a, b]\n",
			[]string{"machine.features: expected a mapping, found a list", "a config document is a mapping"},
		},
		{
			"nothing near",
			"machine:\n  nope: 1\n",
			[]string{"machine.nope: unknown key"},
		},
		{
			"an alias that contains itself",
			"machine: &a\n  pods:\n    - *a\n",
			[]string{"nested deeper than"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			_, err := config.Load([]byte(tt.text))

			got := config.Problems(err)
			if len(got) != len(tt.want) {
				t.Fatalf("got %d problems, want %d:\n%v", len(got), len(tt.want), err)
			}

			for i, p := range got {
				if !strings.Contains(p.Error(), tt.want[i]) {
					t.Errorf("problem %d is\n%s\nwant in it\n%s", i, p.Error(), tt.want[i])
				}
			}
		})
	}
}

// TestDocumentsThatSayNothing checks that they neither count nor disturb.
func TestDocumentsThatSayNothing(t *testing.T) {
	t.Parallel()

	for text, want := range map[string]int{
		"":                        0,
		"\ufeff":                  0,
		"\n\n":                    0,
		"---\n":                   0,
		"---\n---\n---":           0,
		"# only\n":                0,
		"# a\n---\n# b\n---\n":    0,
		"null\n---\n~\n":          0,
		"%YAML 1.2\n---\n":        0,
		"machine: {}\n---\n":      1,
		"machine: {}\n---":        1,
		"machine: {}\n--- # c\n":  1,
		"machine: {}\n---\r\n":    1,
		"---\n\nmachine: {}\n...": 1,
		"machine:\n":              1,
		"\ufeff---\nmachine: {}\n---\n\ufeffapiVersion: v1alpha1\nkind: HostnameConfig\n": 2,
	} {
		c, err := config.Load([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)

			continue
		}

		got := len(c.Documents())
		if c.V1Alpha1() != nil {
			got++
		}

		if got != want || c.IsEmpty() != (want == 0) {
			t.Errorf("%q has %d documents, want %d", text, got, want)
		}
	}
}

// A mistake that is found later, in what an alias stands for, is on the line where it is
// written.
func TestProblemsBehindAliases(t *testing.T) {
	t.Parallel()

	c := mustLoad(t, "machine:\n  type: worker\n  sysctls: &m\n    a..b: c\n  sysfs: *m\n  nodeLabels: &l\n    a: b c\n  nodeAnnotations:\n    x y: z\n")

	_, err := config.Validate(c, config.Container)

	for _, want := range []string{"line 4, column 11: machine.sysctls[\"a..b\"]", "line 4, column 11: machine.sysfs[\"a..b\"]", "line 7, column 8: machine.nodeLabels.a", "line 9, column 10: machine.nodeAnnotations.x y"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()

	c, err := config.Load([]byte("# only a comment\n---\nmachine: {type: worker}\n--- # next\napiVersion: v1alpha1\nkind: LinkConfig\nname: a\nmtu: 9000\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: b\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: n1\n"))
	if err != nil {
		t.Fatal(err)
	}

	if links := config.Docs[document.LinkConfig](c); len(links) != 2 || links[0].MTU != 9000 || links[1].Name != "b" {
		t.Errorf("links are %+v", links)
	}

	if l, ok := config.Named[document.LinkConfig](c, "b"); !ok || l.Name != "b" {
		t.Error("link b is not found")
	}

	if h, ok := config.Doc[document.HostnameConfig](c); !ok || h.Hostname != "n1" {
		t.Error("no host name")
	}

	if c.Effective().Machine.Network.Hostname != "n1" {
		t.Error("the host name is not folded")
	}

	if c.V1Alpha1().Machine.Network.Hostname != "" {
		t.Error("folding changed the document")
	}
}

func TestOlderSpellingsAreAcceptedWithAWarning(t *testing.T) {
	t.Parallel()

	c, err := config.Load([]byte("machine:\n  type: join\n"))
	if err != nil {
		t.Fatal(err)
	}

	if c.V1Alpha1().Machine.Type != "worker" {
		t.Errorf("type is %q", c.V1Alpha1().Machine.Type)
	}

	warnings, _ := config.Validate(c, config.Cloud)
	if len(warnings) != 1 || !strings.Contains(warnings[0].Error(), `line 2, column 9: machine.type: "join" is an older spelling; write worker`) {
		t.Errorf("warnings are %v", warnings)
	}
}

// TestEmptyValuesInFreeFormParts checks that null is copied wherever a document is laid
// over defaults or another one.
func TestEmptyValuesInFreeFormParts(t *testing.T) {
	t.Parallel()

	for _, text := range []string{
		"apiVersion: v1alpha1\nkind: KubeControllerManagerConfig\nresources: {limits: {cpu: null}, requests: ~}\n",
		"apiVersion: v1alpha1\nkind: KubeSchedulerConfig\nconfig: {a: null}\nresources: {limits: {cpu: }}\n",
		"apiVersion: v1alpha1\nkind: KubeletConfig\nconfig: {a: null, b: [null]}\n",
		"machine: {kubelet: {extraConfig: {a: null}}, pods: [null, {}]}\ncluster: {apiServer: {resources: {limits: {cpu: ~}}}}\n",
	} {
		c := mustLoad(t, text)
		if c.Effective() == nil || len(config.DiffEffective(c, c)) > 0 {
			t.Errorf("%s: differs from itself", text)
		}
	}
}
