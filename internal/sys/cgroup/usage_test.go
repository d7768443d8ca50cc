package cgroup

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestOf(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		text string
		want Group
		ok   bool
	}{
		{"0::/podruntime/etcd\n", "podruntime/etcd", true},
		{"12:cpu:/old\n0::/kubepods/burstable/pod1/abc\n", "kubepods/burstable/pod1/abc", true},
		{"0::/\n", "", true},
		{"12:cpu:/old\n", "", false},
	} {
		if got, err := parseOf(tt.text); got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q: got %q, %v", tt.text, got, err)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	write := func(file, text string) {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	write("memory.current", "1000\n")
	write("memory.stat", "anon 500\ninactive_anon 7\ninactive_file 300\n")
	write("cpu.stat", "usage_usec 2000000\nuser_usec 1\n")

	if got, err := usage(dir); err != nil || got != (Usage{Memory: 700, CPU: 2 * time.Second}) {
		t.Errorf("got %+v, %v", got, err)
	}

	// The figures are not read at the same moment.
	write("memory.stat", "inactive_file 3000\n")

	if got, err := usage(dir); err != nil || got.Memory != 0 {
		t.Errorf("got %+v, %v", got, err)
	}

	write("cpu.stat", "user_usec 1\n")

	if _, err := usage(dir); err == nil {
		t.Error("no error for a file without the figure")
	}
}
