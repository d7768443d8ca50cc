package talosctl

import (
	"errors"
	"io"
	"io/fs"
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
		there   map[string]string // a directory if empty; full, null and link are links to what they say
		want    map[string]string
		refused string
	}{
		{"new files are made", false, nil, map[string]string{"a": "new", "b": "new"}, ""},
		{"one that exists keeps the other away", false, map[string]string{"b": "old"}, map[string]string{"b": "old"}, "b exists already; use --force"},
		{"force replaces", true, map[string]string{"b": "old"}, map[string]string{"a": "new", "b": "new"}, ""},
		{"a directory is kept", true, map[string]string{"a": "old", "b": ""}, map[string]string{"a": "old", "b": ""}, "b: it is a directory; name a file in it"},
		{"what was replaced comes back", true, map[string]string{"a": "old", "b": "full"}, map[string]string{"a": "old", "b": "full"}, "b: no space left on device"},
		{"what was made goes", false, map[string]string{"b": "full"}, map[string]string{"b": "full"}, "b: no space left on device"},
		{"a device stays one", true, map[string]string{"b": "null"}, map[string]string{"a": "new", "b": "null"}, ""},
		{"what a link leads to is replaced", true, map[string]string{"b": "link"}, map[string]string{"a": "new", "b": "link", "target": "new"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()

			dir := t.TempDir()

			for name, text := range tc.there {
				path := filepath.Join(dir, name)

				var err error

				switch text {
				case "":
					err = os.Mkdir(path, 0o700)
				case "full", "null":
					err = os.Symlink("/dev/"+text, path)
				case "link":
					err = errors.Join(os.Symlink("target", path), os.WriteFile(filepath.Join(dir, "target"), []byte("old"), 0o600))
				default:
					err = os.WriteFile(path, []byte(text), 0o600)
				}

				if err != nil {
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

				if e.Type() == fs.ModeSymlink {
					got[e.Name()] = tc.there[e.Name()]

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

func TestPlacesThatCannotBeWritten(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	a := &app{stdout: io.Discard, stderr: io.Discard}

	for path, want := range map[string]string{
		"":                        "the name of the file is empty",
		filepath.Join(dir, "x/y"): "there is no directory " + dir + "/x; make it first",
		filepath.Join(dir, strings.Repeat("n", 300)): ": file name too long",
	} {
		err := a.create(true, outFile{path, []byte("new")})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "-new") {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}

	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}
