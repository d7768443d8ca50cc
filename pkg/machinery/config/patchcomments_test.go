package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// TestPatchesKeepEveryComment puts a comment at each place of a text, alone and with
// empty lines around it, and changes the documents.
func TestPatchesKeepEveryComment(t *testing.T) {
	t.Parallel()

	lines := strings.SplitAfter("machine:\n    type: worker\n    certSANs:\n        - a\n    files:\n        - path: /a\n          content: |\n            x\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 9000\n", "\n")
	patches := []string{
		"machine: {token: a}",
		"{apiVersion: v1alpha1, kind: LinkConfig, name: eth0, up: true}",
		"{apiVersion: v1alpha1, kind: LinkConfig, name: eth1}",
	}

	for at := range lines {
		for _, indent := range []string{"", "    "} {
			for _, around := range []string{"C", "\nC", "C\n", "\nC\n", "C\nC", "---\nC", "C---\n"} {
				inserted := strings.ReplaceAll(around, "C", indent+"# note\n")

				text := strings.Join(slices.Insert(slices.Clone(lines), at, inserted), "")

				base, err := config.Load([]byte(text))
				if err != nil {
					continue // a document is cut in two
				}

				c := base
				for _, p := range patches {
					c = apply(t, c, []byte(p))
				}

				if got, want := strings.Count(string(c.Bytes()), "# note"), strings.Count(text, "# note"); got != want {
					t.Errorf("%d of %d comments are left:\n%s\nin\n%s", got, want, c.Bytes(), text)
				}
			}
		}
	}
}
