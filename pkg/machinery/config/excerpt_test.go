package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// TestExcerptsArePlainText checks that a config cannot steer a terminal.
func TestExcerptsArePlainText(t *testing.T) {
	t.Parallel()

	_, err := config.Load([]byte("machine:\n  nope: \"a\u0085\x7f\"\n  type: a\x1b[2J\n"))
	if err == nil || strings.ContainsAny(err.Error(), "\x1b\x7f\u0085") {
		t.Errorf("%q", err)
	}
}

func TestLoadShowsTheLine(t *testing.T) {
	t.Parallel()

	_, err := config.Load([]byte("machine:\n  kubelt: {}\n"), config.WithName("cp.yaml"))

	want := "cp.yaml: v1alpha1: line 2, column 3: machine.kubelt: unknown key; did you mean \"kubelet\"?\n" +
		"  2 |   kubelt: {}\n" +
		"    |   ^"
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}

// The excerpt of a line stops where it would show a secret, or become too long.
func TestExcerpts(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ text, want string }{
		{"machine:\n  sysctls:\n    a: {nope: https://host/?token=hidden}\n", "a: {nope: https://host/?…"},
		{"machine:\n  certSANs: [{a: https://user:hidden@host/}]\n", "https://…@host/"},
		{"apiVersion: v1alpha1\nkind: SideroLinkConfig\napiUrl: https://[a/?jointoken=hidden\n", "apiUrl: the value: not a URL: missing ']' in host"},
		{"machine:\n  token: [hidden]\n", "  token: …"},
		{"machine:\n  tokn: hidden\n  token: a\n  token: hidden\n", "tokn: …"},
		{"machine:\n  registries: {config: {a: {auth: {\n    pass: hidden}}}}\n", "pass: …"},
		{"machine:\n  certSANs: {" + strings.Repeat("a", 200) + ": b}\n", "certSANs: {" + strings.Repeat("a", 107) + "…"},
		{"machine:\n\tcertSANs: a\n", " | \tcertSANs: a"},
		{"machine:\n  token:\n    - hidden\n", "3 | …"},
		{"- |\n  " + strings.Repeat("hidden", 7) + "\n", "  1 | - |"},
		{"machine:\n  ca:\n    key: |\n      " + strings.Repeat("hidden", 7) + "\n     ? x\n", "line 5"},
	} {
		_, err := config.Load([]byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s:\n%v\nwant %s", tt.text, err, tt.want)
		}
	}
}

// Of many mistakes the first are shown, and all are counted.
func TestManyProblems(t *testing.T) {
	t.Parallel()

	text := "machine:\n"
	for i := range 52 {
		text += fmt.Sprintf("  nope%d: 1\n", i)
	}

	_, err := config.Load([]byte(text))
	if err == nil || !strings.HasPrefix(err.Error(), "config has 52 errors:\nv1alpha1: line 2,") || !strings.HasSuffix(err.Error(), "\n… and 2 more") ||
		!strings.Contains(err.Error(), "nope49") || strings.Contains(err.Error(), "nope50") || len(config.Problems(err)) != 52 {
		t.Error(err)
	}

	if config.Problems(fmt.Errorf("another")) != nil {
		t.Error("another error has problems")
	}

	_, err = config.Load([]byte("machine:\n  sysctls: {" + strings.Repeat("a: 1, ", 1100) + "}\n"))
	if got := len(config.Problems(err)); got != 1000 || !strings.HasPrefix(err.Error(), "config has 1000 errors or more:\n") {
		t.Errorf("%d: %.100s", got, err)
	}

	if _, err = config.Load([]byte("nope: 1\n")); !strings.HasPrefix(err.Error(), "config: line 1") || !config.IsProblem(err) {
		t.Error(err)
	}
}
