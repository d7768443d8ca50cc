//go:build loop

package mount

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func TestOverlayAndBind(t *testing.T) {
	dir := t.TempDir()
	if err := Filesystem("tmpfs", "tmpfs", dir, Flags{}, Option{"size", "16m"}, Option{"mode", "0755"}); err != nil {
		t.Skipf("cannot mount: %v", err)
	}

	defer Detach(dir) //nolint:errcheck

	lower, target := filepath.Join(dir, "lower"), filepath.Join(dir, "target")
	for _, d := range []string{lower, target} {
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}

	if err := os.WriteFile(filepath.Join(lower, "a"), []byte("a"), 0o644); err != nil {
		t.Fatal(err)
	}

	if err := Overlay([]string{lower}, filepath.Join(dir, "up"), filepath.Join(dir, "work"), target, Flags{}); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(filepath.Join(target, "b"), []byte("b"), 0o644); err != nil {
		t.Fatal(err)
	}

	if _, err := os.Stat(filepath.Join(dir, "up/b")); err != nil {
		t.Fatal(err)
	}

	if ok, err := IsMountPoint(target); !ok || err != nil {
		t.Fatalf("mount point: %v, %v", ok, err)
	}

	file := filepath.Join(dir, "single")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}

	if err := Bind(filepath.Join(lower, "a"), file, false, Flags{ReadOnly: true, NoAtime: true}); err != nil {
		t.Fatal(err)
	}

	if err := os.WriteFile(file, []byte("x"), 0o644); !errors.Is(err, unix.EROFS) {
		t.Fatalf("write through a read-only bind: %v", err)
	}

	open, err := os.Open(filepath.Join(target, "b"))
	if err != nil {
		t.Fatal(err)
	}

	if err := Unmount(target); !errors.Is(err, ErrBusy) {
		t.Fatalf("unmount of a busy overlay: %v", err)
	}

	if got := fmt.Sprint(Holders(target)); !strings.Contains(got, "open "+target+"/b") {
		t.Fatalf("holders: %s", got)
	}

	_ = open.Close()

	for _, m := range []string{target, file, file} {
		if err := Unmount(m); err != nil {
			t.Fatal(err)
		}
	}
}

func TestErrorCarriesTheKernelsWords(t *testing.T) {
	err := Filesystem("tmpfs", "tmpfs", t.TempDir(), Flags{}, Option{"nonsense", "1"})
	if err == nil || !strings.Contains(err.Error(), "nonsense") {
		t.Fatalf("got %v", err)
	}

	t.Log(err)
}
