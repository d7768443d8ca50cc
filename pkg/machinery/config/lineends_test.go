package config_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
)

func TestPatchesKeepLineEnds(t *testing.T) {
	t.Parallel()

	windows := func(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

	const base = "machine:\n    type: worker # a\n    # b\n    sysctls:\n        a.b: \"1\"\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n"

	c, err := config.Load(windows(base))
	if err != nil {
		t.Fatal(err)
	}

	for _, tt := range []struct{ patch, want string }{
		{"machine:\n    # c\n    sysctls:\n        # d\n        c.d: \"2\"\n", strings.Replace(base, "\"1\"\n", "\"1\"\n        # d\n        c.d: \"2\"\n", 1)},
		{"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n", base + "---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n"},
		{"machine:\n    type: worker\n", base},
	} {
		for _, text := range [][]byte{[]byte(tt.patch), windows(tt.patch)} {
			if got := string(apply(t, c, text).Bytes()); got != string(windows(tt.want)) {
				t.Errorf("%q:\n%q instead of\n%q", text, got, windows(tt.want))
			}
		}
	}
}
