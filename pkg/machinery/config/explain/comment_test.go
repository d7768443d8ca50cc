package explain_test

import (
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/explain"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

// withoutComments is the text as it was before: no generated config has a comment.
func withoutComments(text string) string {
	var b strings.Builder

	for line := range strings.Lines(text) {
		if text := strings.TrimSpace(line); text != "" && text[0] != '#' {
			b.WriteString(line)
		}
	}

	return b.String()
}

// comments are the comments of a text, wherever they stand on their lines.
func comments(text string) string {
	var b strings.Builder

	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "#") {
			b.WriteString(line + "\n")
		}
	}

	return b.String()
}

// uncommented takes one # and a space away wherever a line begins with them.
func uncommented(text string) string {
	var b strings.Builder

	for line := range strings.Lines(text) {
		trimmed := strings.TrimLeft(line, " ")
		b.WriteString(line[:len(line)-len(trimmed)] + strings.TrimPrefix(trimmed, "# "))
	}

	return b.String()
}

func TestCommentsChangeNothing(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.0", "v1.6", "v1.12", "v1.13", "v1.14"} {
		c, err := contract.Parse(line)
		if err != nil {
			t.Fatal(err)
		}

		in, err := generate.New("test", "https://10.0.0.1:6443", "", generate.WithContract(c),
			generate.WithRegistryMirror("docker.io", "https://mirror.example.org"), generate.WithKubeSpan())
		if err != nil {
			t.Fatal(err)
		}

		for _, typ := range []generate.MachineType{generate.ControlPlane, generate.Worker} {
			cfg, err := in.Config(typ)
			if err != nil {
				t.Fatal(err)
			}

			for _, o := range []explain.Options{{}, {Docs: true}, {Examples: true}, {Docs: true, Examples: true}} {
				text, err := explain.Comment(cfg.Bytes(), o)
				if err != nil {
					t.Fatal(err)
				}

				if got := withoutComments(string(text)); got != string(cfg.Bytes()) {
					t.Fatalf("%s %s %+v: the config is not the same any more:\n%s", line, typ, o, got)
				}

				loaded, err := config.Load(text)
				if err != nil {
					t.Fatalf("%s %s %+v: %v", line, typ, o, err)
				}

				if d := config.Diff(cfg, loaded); len(d) > 0 || len(loaded.Documents()) != len(cfg.Documents()) {
					t.Errorf("%s %s %+v: %v", line, typ, o, d)
				}

				if size, was := len(text), len(cfg.Bytes()); size <= was && o != (explain.Options{}) {
					t.Errorf("%s %s %+v: nothing was added", line, typ, o)
				}

				// A patch keeps them all.
				patched, err := config.ApplyPatches(loaded, patch.Patch{Name: "p", Text: []byte("machine:\n    certSANs: [a.example.org]\n")})
				if err != nil {
					t.Fatal(err)
				}

				if was, is := comments(string(text)), comments(string(patched.Bytes())); was != is {
					t.Errorf("%s %s %+v: a patch loses comments:\n%s\nbefore:\n%s", line, typ, o, is, was)
				}

				// Without descriptions every comment is an example.
				if o == (explain.Options{Examples: true}) {
					whole, err := config.Load([]byte(uncommented(string(text))))
					if err != nil {
						t.Errorf("%s %s %+v: examples are not what can be written there: %v", line, typ, o, err)
					} else if len(config.Diff(cfg, whole)) == 0 {
						t.Errorf("%s %s %+v: no examples", line, typ, o)
					}
				}
			}
		}
	}
}

// TestCommentsInConfigsOfPeople comments every config and patch in the manual of the
// documented system and in operators' notes.
func TestCommentsInConfigsOfPeople(t *testing.T) {
	t.Parallel()

	tried := 0

	for _, file := range []string{"manual.txtar", "notes.txtar"} {
		a, err := txtar.ParseFile("../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}

		for _, f := range a.Files {
			cfg, err := config.Load(f.Data)
			if err != nil {
				continue // a JSON patch, or broken
			}

			tried++

			text, err := explain.Comment(f.Data, explain.Options{Docs: true, Examples: true})
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)

				continue
			}

			loaded, err := config.Load(text)
			if err != nil {
				t.Errorf("%s: %v", f.Name, err)

				continue
			}

			if d := config.Diff(cfg, loaded); len(d) > 0 {
				t.Errorf("%s: %v", f.Name, d)
			}

			if withoutComments(string(text)) != withoutComments(string(f.Data)) {
				t.Errorf("%s: more than comments has changed:\n%s", f.Name, text)
			}
		}
	}

	if tried < 100 {
		t.Errorf("only %d configs were tried", tried)
	}
}

func TestComment(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, in, want string
		o              explain.Options
	}{
		{
			"descriptions stand above keys",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n",
			"# The name of the machine.\napiVersion: v1alpha1\nkind: HostnameConfig\n" +
				"# stable derives it from the machine's identity; off takes what DHCP or the platform say.\nauto: stable\n",
			explain.Options{Docs: true},
		},
		{
			"examples stand at the end of their section",
			"apiVersion: v1alpha1\nkind: BridgeConfig\nname: br0\nlinks: [eth0]\nstp:\n    enabled: true\n",
			"apiVersion: v1alpha1\nkind: BridgeConfig\nname: br0\nlinks: [eth0]\nstp:\n    enabled: true\n" +
				"# addresses:\n#     - address: 10.0.1.10/24\n",
			explain.Options{Examples: true},
		},
		{
			"what an example is stands above it, after two marks",
			"apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ndevice: /dev/watchdog0\n",
			"# Lets hardware reset a machine that hangs.\napiVersion: v1alpha1\nkind: WatchdogTimerConfig\n" +
				"# Path of the timer, such as /dev/watchdog0.\ndevice: /dev/watchdog0\n" +
				"## Time without a sign of life after which the machine is reset, at least 10s. Default 1m.\n# timeout: 2m\n",
			explain.Options{Docs: true, Examples: true},
		},
		{
			"documents that begin where their marker is",
			"--- {apiVersion: v1alpha1, kind: KubePrismConfig, port: 1}\n--- {apiVersion: v1alpha1, kind: EventSinkConfig}\n",
			"# Runs a local load balancer for the API servers on 127.0.0.1.\n" +
				"--- {apiVersion: v1alpha1, kind: KubePrismConfig, port: 1}\n" +
				"# Sends events of the machine elsewhere.\n--- {apiVersion: v1alpha1, kind: EventSinkConfig}\n",
			explain.Options{Docs: true, Examples: true},
		},
		{
			"a comment above the next document stays with it",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n# mine\n---\n# also mine\napiVersion: v1alpha1\nkind: KubePrismConfig\nport: 1\n",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n# mine\n# hostname: worker-01\n---\n" +
				"# also mine\napiVersion: v1alpha1\nkind: KubePrismConfig\nport: 1\n",
			explain.Options{Examples: true},
		},
		{
			"text in blocks is no place for comments",
			"apiVersion: v1alpha1\nkind: EtcFileConfig\nname: a\ncontents: |\n    # a\n    b\n",
			"apiVersion: v1alpha1\nkind: EtcFileConfig\nname: a\ncontents: |\n    # a\n    b\n# mode: 0o644\n",
			explain.Options{Examples: true},
		},
		{
			"a last line without an end",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nauto: stable\n# hostname: worker-01\n",
			explain.Options{Examples: true},
		},
	} {
		got, err := explain.Comment([]byte(tt.in), tt.o)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}

		if string(got) != tt.want {
			t.Errorf("%s: got\n%s", tt.name, got)
		}
	}
}
