package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/talos-os/talos/api/machine"
)

func TestDiskUsage(t *testing.T) {
	t.Parallel()

	n := start(t)
	dir := t.TempDir()

	// Directories take different space on different file systems: sizes are
	// compared with each other.
	for path, size := range map[string]int{"a/large": 300 << 10, "a/b/small": 5000, "a/b/c/none": 0} {
		path = filepath.Join(dir, path)

		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, make([]byte, size), 0o600)); err != nil {
			t.Fatal(err)
		}
	}

	if err := errors.Join(
		os.Link(filepath.Join(dir, "a/large"), filepath.Join(dir, "a/b/again")),
		os.Symlink("a", filepath.Join(dir, "link")),
		os.WriteFile(filepath.Join(dir, "sparse"), nil, 0o600),
		os.Truncate(filepath.Join(dir, "sparse"), 1<<40),
	); err != nil {
		t.Fatal(err)
	}

	for _, tt := range []struct {
		name string
		req  *machine.DiskUsageRequest
		want string
	}{
		{"directories", &machine.DiskUsageRequest{}, "a/b/c a/b a ."},
		{"one level", &machine.DiskUsageRequest{RecursionDepth: 1}, "a ."},
		{"files too", &machine.DiskUsageRequest{All: true}, "a/b/again a/b/c/none a/b/c a/b/small a/b a/large a link sparse ."},
		{"large ones", &machine.DiskUsageRequest{Threshold: 250 << 10}, "a/b a ."},
		{"small ones", &machine.DiskUsageRequest{Threshold: -(250 << 10)}, "a/b/c"},
	} {
		tt.req.Paths = []string{dir}

		if got, _ := diskUsage(t, n, tt.req); strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}

	_, sizes := diskUsage(t, n, &machine.DiskUsageRequest{Paths: []string{dir}, All: true})
	if large := sizes["a/b/again"] + sizes["a/large"]; large < 300<<10 || large > 400<<10 || sizes["a"] <= sizes["a/b"] || sizes["."] > 2<<20 {
		t.Errorf("got %v", sizes)
	}

	got, _ := diskUsage(t, n, &machine.DiskUsageRequest{Paths: []string{filepath.Join(dir, "gone"), filepath.Join(dir, "link")}})
	if want := "error:no such file . b/c b ."; strings.Join(got, " ") != want {
		t.Errorf("got %q, want %q", got, want)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	u := &usage{ctx: ctx, root: dir}
	_, err := u.add(dir, dir, 0)
	wantCode(t, "a client that went away", withCode(err), codes.Canceled, "")
}

func diskUsage(t *testing.T, n *node, req *machine.DiskUsageRequest) (names []string, sizes map[string]int64) {
	t.Helper()

	stream, err := n.client.DiskUsage(as(t.Context(), "os:reader"), req)
	if err != nil {
		t.Fatal(err)
	}

	sizes = map[string]int64{}

	for {
		i, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return names, sizes
		}

		if err != nil {
			t.Fatal(err)
		}

		if i.Error != "" {
			names = append(names, fmt.Sprintf("error:%.12s", i.Error[strings.LastIndex(i.Error, ": ")+2:]))
		}

		names = append(names, i.RelativeName)
		sizes[i.RelativeName] = i.Size
	}
}
