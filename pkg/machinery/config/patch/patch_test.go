package patch_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func TestLoadAll(t *testing.T) {
	t.Parallel()

	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, []byte("- op: remove\n  path: /machine/token\n"), 0o600); err != nil {
		t.Fatal(err)
	}

	got, err := patch.LoadAll([]string{"machine: {type: worker}", "@" + file, `[{"op": "copy", "from": "/a", "path": "/b"}]`})
	if err != nil || len(got) != 3 {
		t.Fatalf("got %v %v", got, err)
	}

	if got[0].Name != "patch 1" || got[0].IsJSON() || string(got[0].Text) != "machine: {type: worker}" {
		t.Errorf("the first is %v", got[0])
	}

	if got[1].Name != file || len(got[1].Operations) != 1 || got[1].Operations[0].Path != "/machine/token" {
		t.Errorf("the second is %v", got[1])
	}

	if got[2].Name != "patch 3" || len(got[2].Operations) != 1 || got[2].Operations[0].From != "/a" {
		t.Errorf("the third is %v", got[2])
	}

	for arg, want := range map[string]string{
		"@" + file + ".no":                 file + ".no",
		file:                               "is a text, not a patch; a file is given as @" + file,
		"a: " + strings.Repeat("b", 4<<20): "is more than the limit",
	} {
		if _, err := patch.LoadAll([]string{"machine: {}", arg}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %.200v, want %q in it", err, want)
		}
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()

	const op = "{op: remove, path: /a}"

	for text, json := range map[string]bool{
		"- " + op:                  true,
		"[" + op + "]":             true,
		"# a: b\n\n  # c\n- " + op: true,
		"  - " + op:                true,
		"---\n- " + op:             true,
		"--- # a: b\n- " + op:      true,
		"[]":                       true,
		"\ufeff- " + op:            true,
		"[\n\t{\"op\": \"remove\", \"path\": \"/a\"}\n]": true,
		"":                               false,
		"# a\n":                          false,
		"machine:\n  certSANs:\n  - a\n": false,
		"# a\n---\nmachine: {}\n":        false,
		"{machine: {certSANs: [a]}}":     false,
		"? machine\n: {}\n":              false,
		"a: [":                           false, // said when it is applied
	} {
		p, err := patch.Parse("p", []byte(text))
		if err != nil || p.IsJSON() != json {
			t.Errorf("%q: is JSON: %v, %v", text, p.IsJSON(), err)
		}
	}
}

// TestTheTextIsItsOwn changes what was parsed, as a caller that reuses a buffer does.
func TestTheTextIsItsOwn(t *testing.T) {
	t.Parallel()

	for _, text := range []string{"a: b", "? a\n: b"} {
		data := []byte(text)

		p, err := patch.Parse("p", data)
		if err != nil {
			t.Fatal(err)
		}

		clear(data)

		if string(p.Text) != text {
			t.Errorf("it is %q", p.Text)
		}
	}
}

func TestPrintingShowsNoValue(t *testing.T) {
	t.Parallel()

	p, err := patch.Parse("p", []byte("[{op: add, path: /machine/token, value: hidden}]"))
	if err != nil {
		t.Fatal(err)
	}

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		if got := fmt.Sprintf(verb, p); got != "p" {
			t.Errorf("%s: a patch is %s", verb, got)
		}

		if got := fmt.Sprintf(verb, p.Operations[0]); got != "add /machine/token" {
			t.Errorf("%s: an operation is %s", verb, got)
		}
	}
}
