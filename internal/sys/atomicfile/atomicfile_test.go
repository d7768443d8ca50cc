package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var errPowerCut = errors.New("power cut")

// disk is a file system with a write cache. What has not been synced may or
// may not be there after the cut, independently for data and for names, which
// is the least that XFS promises.
type disk struct {
	stepsLeft int
	// names maps a path to a file id as seen by running programs; durableNames as on the platter.
	names, durableNames map[string]int
	// content of a file id, and how much of it has been synced.
	content, durable map[int]string
	next             int
}

func newDisk(steps int) *disk {
	return &disk{
		stepsLeft: steps,
		names:     map[string]int{"/d/f": 1}, durableNames: map[string]int{"/d/f": 1},
		content: map[int]string{1: "old"}, durable: map[int]string{1: "old"},
		next: 2,
	}
}

func (d *disk) step() error {
	if d.stepsLeft == 0 {
		return errPowerCut
	}

	d.stepsLeft--

	return nil
}

type diskFile struct {
	d  *disk
	id int
}

func (f diskFile) Write(p []byte) (int, error) {
	for i := range p {
		if err := f.d.step(); err != nil {
			return i, err
		}

		f.d.content[f.id] += string(p[i])
	}

	return len(p), nil
}

func (f diskFile) Sync() error {
	if err := f.d.step(); err != nil {
		return err
	}

	f.d.durable[f.id] = f.d.content[f.id]

	return nil
}

func (f diskFile) Close() error { return f.d.step() }

func (d *disk) createTemp(dir string, _ fs.FileMode) (string, tempFile, error) {
	if err := d.step(); err != nil {
		return "", nil, err
	}

	name := fmt.Sprintf("%s/%s%d", dir, tempPrefix, d.next)
	d.names[name] = d.next
	d.content[d.next], d.durable[d.next] = "", ""
	d.next++

	return name, diskFile{d, d.next - 1}, nil
}

func (d *disk) rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}

	d.names[to] = d.names[from]
	delete(d.names, from)

	return nil
}

func (d *disk) remove(name string) error {
	if err := d.step(); err != nil {
		return err
	}

	delete(d.names, name)

	return nil
}

func (d *disk) syncDir(string) error {
	if err := d.step(); err != nil {
		return err
	}

	d.durableNames = maps.Clone(d.names)

	return nil
}

// outcomes lists what /d/f may hold after the cut.
func (d *disk) outcomes() []string {
	var out []string

	for _, names := range []map[string]int{d.durableNames, d.names} {
		id, ok := names["/d/f"]
		if !ok {
			out = append(out, "(missing)")

			continue
		}

		for n := len(d.durable[id]); n <= len(d.content[id]); n++ {
			out = append(out, d.content[id][:n])
		}
	}

	return out
}

func TestPowerCutAtEveryStepLeavesOldOrNew(t *testing.T) {
	t.Parallel()

	for steps := 0; ; steps++ {
		d := newDisk(steps)
		err := write(d, "/d/f", []byte("new!"), 0o600)

		for _, got := range d.outcomes() {
			if got != "old" && got != "new!" {
				t.Fatalf("cut after %d steps: file holds %q", steps, got)
			}

			if err == nil && got != "new!" {
				t.Fatalf("cut after success: file holds %q", got)
			}
		}

		if err == nil {
			break
		}

		if !errors.Is(err, errPowerCut) {
			t.Fatalf("unexpected error: %v", err)
		}
	}
}

func TestWriteOnARealFileSystem(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	path := filepath.Join(dir, "config.yaml")

	for _, content := range []string{"first", "second, longer", ""} {
		if err := Write(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}

		got, err := os.ReadFile(path)
		if err != nil || string(got) != content {
			t.Fatalf("read %q, %v; want %q", got, err, content)
		}
	}

	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", st.Mode(), err)
	}

	left := filepath.Join(dir, tempPrefix+"123")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}

	if err := CleanDir(dir); err != nil {
		t.Fatal(err)
	}

	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("entries %v, %v", entries, err)
	}
}

func TestErrorNamesTheTargetAndLeavesNoTemporaryFile(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	target := filepath.Join(dir, "taken")

	if err := os.MkdirAll(filepath.Join(target, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}

	err := Write(target, []byte("x"), 0o600)
	if err == nil || !strings.Contains(err.Error(), target) {
		t.Fatalf("got %v", err)
	}

	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Fatalf("left behind: %v", entries)
	}
}
