package bundle

import (
	"archive/tar"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/talos-os/talos/internal/imager/ocimirror"
)

// testLayout has one small image under two references.
func testLayout(t *testing.T) string {
	t.Helper()

	dir := t.TempDir()

	out, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}

	at := time.Unix(0, 0)

	base, err := newLayer(skeleton(), at)
	if err != nil {
		t.Fatal(err)
	}

	img := image{refs: []string{"registry.k8s.io/group/thing:v1", "registry.k8s.io/group/thing:1"}, entrypoint: []string{"/thing"}}
	if _, err = img.write(out, "amd64", base, []entry{{path: "/opt/thing", data: "hello", mode: 0o755}}, at); err != nil {
		t.Fatal(err)
	}

	return dir
}

// fileOf reads a file out of the flattened image; the client checks every hash
// on the way.
func fileOf(t *testing.T, img v1.Image, path string) string {
	t.Helper()

	rc := mutate.Extract(img)
	defer rc.Close() //nolint:errcheck

	for tr := tar.NewReader(rc); ; {
		h, err := tr.Next()
		if err != nil {
			t.Fatalf("look for %s: %v", path, err)
		}

		if h.Name == path {
			data, err := io.ReadAll(tr)
			if err != nil {
				t.Fatal(err)
			}

			return string(data)
		}
	}
}

func TestHandlerServesClients(t *testing.T) {
	t.Parallel()

	srv := httptest.NewServer(ocimirror.Handler(t.TempDir(), testLayout(t)))
	t.Cleanup(srv.Close)

	host := strings.TrimPrefix(srv.URL, "http://")

	for _, tt := range []struct {
		name, ref string
		found     bool
	}{
		{"by name and tag", "group/thing:v1", true},
		{"by the other tag", "group/thing:1", true},
		{"with the upstream host in the name", "registry.k8s.io/group/thing:v1", true},
		{"an unknown tag", "group/thing:v2", false},
		{"an unknown name", "thing:v1", false},
		{"another host", "ghcr.io/group/thing:v1", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			ref, err := name.ParseReference(host + "/" + tt.ref)
			if err != nil {
				t.Fatal(err)
			}

			img, err := remote.Image(ref)
			if !tt.found {
				var e *transport.Error
				if !errors.As(err, &e) || e.StatusCode != http.StatusNotFound {
					t.Fatalf("want not found, have %v", err)
				}

				return
			}

			if err != nil {
				t.Fatal(err)
			}

			if got := fileOf(t, img, "opt/thing"); got != "hello" {
				t.Fatalf("opt/thing is %q", got)
			}

			digest, err := img.Digest()
			if err != nil {
				t.Fatal(err)
			}

			if _, err = remote.Head(ref.Context().Digest(digest.String())); err != nil {
				t.Fatalf("by digest: %v", err)
			}

			tags, err := remote.List(ref.Context())
			if err != nil || strings.Join(tags, " ") != "1 v1" {
				t.Fatalf("tags %v, %v", tags, err)
			}
		})
	}
}

func TestHandlerAnswersAsMirror(t *testing.T) {
	t.Parallel()

	srv := httptest.NewServer(ocimirror.Handler(testLayout(t)))
	t.Cleanup(srv.Close)

	for path, want := range map[string]int{
		"/v2/": 200,
		"/v2/group/thing/manifests/v1?ns=registry.k8s.io":                        200,
		"/v2/group/thing/manifests/v1?ns=ghcr.io":                                404,
		"/v2/group/thing/blobs/sha256:" + strings.Repeat("0", 64):                404,
		"/v2/group/thing/blobs/..%2f..%2findex.json":                             404,
		"/v2/group/thing/manifests/sha256:" + strings.Repeat("0", 64):            404,
		"/v2/group/thing/blobs/uploads/":                                         404,
		"/v2/group/thing/manifests/" + strings.Repeat("x", 10) + "?ns=docker.io": 404,
	} {
		resp, err := http.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}

		io.Copy(io.Discard, resp.Body) //nolint:errcheck
		resp.Body.Close()              //nolint:errcheck

		if resp.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, resp.Status, want)
		}
	}

	resp, err := http.Post(srv.URL+"/v2/group/thing/blobs/uploads/", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck

	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("upload: %s", resp.Status)
	}
}

// The same entries give the same image, whatever order they come in.
func TestLayersAreReproducible(t *testing.T) {
	t.Parallel()

	list := []entry{{path: "/b/c", data: "2", mode: 0o644}, {path: "/a", data: "1", mode: 0o755}}

	var digests [2]v1.Hash

	for i := range digests {
		l, err := newLayer([]entry{list[i], list[1-i]}, time.Unix(7, 0))
		if err != nil {
			t.Fatal(err)
		}

		if digests[i], err = l.Digest(); err != nil {
			t.Fatal(err)
		}
	}

	if digests[0] != digests[1] {
		t.Errorf("%s and %s", digests[0], digests[1])
	}
}
