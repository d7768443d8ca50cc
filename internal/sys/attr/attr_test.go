package attr

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestRead(t *testing.T) {
	t.Parallel()

	// Around the size of the buffer, and beyond a page.
	for _, size := range []int{0, 1, 511, 512, 513, 4096, 20000} {
		path := filepath.Join(t.TempDir(), "file")
		want := bytes.Repeat([]byte("x"), size)

		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}

		got, err := Read(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d bytes: got %d, %v", size, len(got), err)
		}
	}

	for _, path := range []string{"/proc/sys/kernel/ostype", "/proc/self/mountinfo"} {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}

		if got, err := Read(path); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()

	var where *fs.PathError

	if _, err := Read("/proc/sys/none"); !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &where) || where.Path != "/proc/sys/none" {
		t.Errorf("absent: %v", err)
	}

	if _, err := Read("/proc"); !errors.Is(err, unix.EISDIR) {
		t.Errorf("directory: %v", err)
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		Read("/proc/sys/kernel/ostype") //nolint:errcheck
	}
}
