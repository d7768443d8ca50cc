package etcdctl

import (
	"os"
	"path/filepath"
	"testing"
)

func TestRestoredDataCountsOnceAllOfItIsThere(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	has := func() bool {
		t.Helper()

		full, err := notEmpty(dir)
		if err != nil {
			t.Fatal(err)
		}

		return full
	}

	db := filepath.Join(dir, restoreDir, "member", "snap", "db")
	if err := os.MkdirAll(filepath.Dir(db), 0o700); err != nil {
		t.Fatal(err)
	}

	if err := PlaceRestored(t.TempDir(), os.Getuid()); err == nil {
		t.Error("placed what is not there")
	}

	if has() {
		t.Error("half a restore counts as a member's data")
	}

	if err := os.WriteFile(db, []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}

	if err := PlaceRestored(dir, os.Getuid()); err != nil {
		t.Fatal(err)
	}

	if got, err := os.ReadFile(filepath.Join(dir, "member", "snap", "db")); err != nil || string(got) != "data" || !has() {
		t.Errorf("got %q, %v", got, err)
	}

	if _, err := os.Stat(filepath.Join(dir, restoreDir)); !os.IsNotExist(err) {
		t.Errorf("left behind: %v", err)
	}

	if err := PlaceRestored(dir, os.Getuid()); err == nil {
		t.Error("placed twice")
	}
}
