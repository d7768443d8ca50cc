package talosctl

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAllOutputsOrNone(t *testing.T) {
	t.Parallel()

	for _, tc := range []struct {
		name    string
		force   bool
		there   map[string]string // a directory if empty
		want    map[string]string
		refused string
	}{
		{"new files are made", false, nil, map[string]string{"a": "new", "b": "new"}, ""},
		{"one that exists keeps the other away", false, map[string]string{"b": "old"}, map[string]string{"b": "old"}, "b exists already; use --force"},
		{"force replaces", true, map[string]string{"b": "old"}, map[string]string{"a": "new", "b": "new"}, ""},
		{"what was replaced comes back", true, map[string]string{"a": "old", "b": ""}, map[string]string{"a": "old", "b": ""}, "write "},
		{"what was made goes", true, map[string]string{"b": ""}, map[string]string{"b": ""}, "write "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()

			dir := t.TempDir()

			for name, text := range tc.there {
				path := filepath.Join(dir, name)

				if text == "" {
					if err := os.Mkdir(path, 0o700); err != nil {
						t.Fatal(err)
					}
				} else if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}

			a := &app{stdout: io.Discard, stderr: io.Discard}

			err := a.create(tc.force, outFile{filepath.Join(dir, "a"), []byte("new")}, outFile{filepath.Join(dir, "b"), []byte("new")})
			if (err == nil) != (tc.refused == "") || err != nil && !strings.Contains(err.Error(), tc.refused) {
				t.Errorf("%v, want %q", err, tc.refused)
			}

			got := map[string]string{}

			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}

			for _, e := range entries {
				if e.IsDir() {
					got[e.Name()] = ""

					continue
				}

				raw, err := os.ReadFile(filepath.Join(dir, e.Name()))
				if err != nil {
					t.Fatal(err)
				}

				if info, err := e.Info(); err != nil || info.Mode() != 0o600 {
					t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
				}

				got[e.Name()] = string(raw)
			}

			if !maps.Equal(got, tc.want) {
				t.Errorf("there is %q, want %q", got, tc.want)
			}
		})
	}
}
