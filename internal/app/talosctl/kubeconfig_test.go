package talosctl

import (
	"strings"
	"testing"
)

const freshKubeconfig = `apiVersion: v1
kind: Config
clusters:
- name: home
  cluster: {server: https://10.0.0.1:6443, certificate-authority-data: Q0E=}
users:
- name: admin@home
  user: {client-certificate-data: NEW, client-key-data: S0VZ}
contexts:
- name: admin@home
  context: {cluster: home, user: admin@home, namespace: default}
current-context: admin@home
`

func TestMergeKubeconfig(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, existing, rename string
		force                  bool
		context                string
		want, not              []string
	}{
		{
			name: "into nothing", context: "admin@home",
			want: []string{"current-context: admin@home", "name: home", "kind: Config", "namespace: default"},
		},
		{
			name: "what is there stays, also what is not known",
			existing: `apiVersion: v1
kind: Config
preferences: {colors: true}
extensions: [{name: x, extension: {y: 1}}]
clusters: [{name: work, cluster: {server: https://work, proxy-url: http://p}}]
users: [{name: me, user: {exec: {command: login, args: [a]}}}]
contexts: [{name: work, context: {cluster: work, user: me, extensions: [{name: z}]}}]
current-context: work
`,
			context: "admin@home",
			want: []string{
				"current-context: admin@home", "server: https://work", "proxy-url: http://p", "command: login",
				"colors: true", "name: x", "name: z", "name: work", "name: home",
			},
		},
		{
			name: "the same cluster again is a renewal", existing: strings.ReplaceAll(freshKubeconfig, "NEW", "OLD"),
			context: "admin@home", want: []string{"NEW"}, not: []string{"OLD", "home-1"},
		},
		{
			name: "another cluster of the name keeps it", existing: strings.NewReplacer("NEW", "OTHER", "10.0.0.1", "10.9.9.9").Replace(freshKubeconfig),
			context: "admin@home-1", want: []string{"10.9.9.9", "OTHER", "10.0.0.1", "NEW", "name: home-1", "cluster: home-1", "user: admin@home-1"},
		},
		{
			name: "force replaces it", force: true, existing: strings.NewReplacer("NEW", "OTHER", "10.0.0.1", "10.9.9.9").Replace(freshKubeconfig),
			context: "admin@home", want: []string{"10.0.0.1", "NEW"}, not: []string{"10.9.9.9", "OTHER", "home-1"},
		},
		{
			name: "the next free number", existing: `clusters:
- {name: home, cluster: {server: https://a}}
- {name: home-1, cluster: {server: https://b}}
`,
			context: "admin@home-2", want: []string{"https://a", "https://b", "name: home-2"},
		},
		{
			name: "a name of one's own", rename: "mine", context: "mine",
			want: []string{"current-context: mine", "name: mine", "cluster: home"},
		},
		{
			name: "a name of one's own that is taken", rename: "work", existing: "contexts: [{name: work, context: {cluster: w, user: w}}]\n",
			context: "work-1", want: []string{"name: work\n", "cluster: w\n", "name: work-1"},
		},
		{
			name: "the context of the name is of another cluster", existing: freshKubeconfig + "", rename: "",
			context: "admin@home", want: []string{"NEW"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			merged, context, err := mergeKubeconfig([]byte(tt.existing), []byte(freshKubeconfig), tt.rename, tt.force)
			if err != nil {
				t.Fatal(err)
			}

			if context != tt.context {
				t.Errorf("context %q, want %q", context, tt.context)
			}

			for _, w := range tt.want {
				if !strings.Contains(string(merged), w) {
					t.Errorf("lost %q in:\n%s", w, merged)
				}
			}

			for _, w := range tt.not {
				if strings.Contains(string(merged), w) {
					t.Errorf("%q is in:\n%s", w, merged)
				}
			}
		})
	}
}

func TestMergeKubeconfigRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()

	for name, in := range map[string][2]string{
		"existing is not YAML": {"{", freshKubeconfig},
		"existing is a list":   {"- a\n", freshKubeconfig},
		"new has no context":   {"", "clusters: []\n"},
	} {
		if merged, _, err := mergeKubeconfig([]byte(in[0]), []byte(in[1]), "", false); err == nil {
			t.Errorf("%s: %s", name, merged)
		}
	}
}
