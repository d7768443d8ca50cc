package installer

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/containerd/containerd/v2/core/remotes"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// registry is a registry of one image that may lie about its blobs.
type registry struct {
	blobs map[digest.Digest][]byte
	root  ocispec.Descriptor
}

func (r *registry) add(mediaType string, b []byte) ocispec.Descriptor {
	d := ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(b), Size: int64(len(b))}
	r.blobs[d.Digest] = b

	return d
}

func (r *registry) Resolve(_ context.Context, ref string) (string, ocispec.Descriptor, error) {
	return ref, r.root, nil
}

func (r *registry) Fetcher(context.Context, string) (remotes.Fetcher, error) { return r, nil }

func (r *registry) Pusher(context.Context, string) (remotes.Pusher, error) {
	return nil, errors.New("read only")
}

func (r *registry) Fetch(_ context.Context, d ocispec.Descriptor) (io.ReadCloser, error) {
	b, ok := r.blobs[d.Digest]
	if !ok {
		return nil, os.ErrNotExist
	}

	return io.NopCloser(bytes.NewReader(b)), nil
}

type entry struct {
	name, link, body string
	typ              byte
}

func newRegistry(t *testing.T, layers ...[]entry) *registry {
	t.Helper()

	r := &registry{blobs: map[digest.Digest][]byte{}}
	manifest := ocispec.Manifest{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest}

	for _, layer := range layers {
		var buf bytes.Buffer

		gz := gzip.NewWriter(&buf)
		tw := tar.NewWriter(gz)

		for _, e := range layer {
			if err := tw.WriteHeader(&tar.Header{Name: e.name, Linkname: e.link, Typeflag: e.typ, Mode: 0o755, Size: int64(len(e.body))}); err != nil {
				t.Fatal(err)
			}

			tw.Write([]byte(e.body)) //nolint:errcheck
		}

		tw.Close() //nolint:errcheck
		gz.Close() //nolint:errcheck
		manifest.Layers = append(manifest.Layers, r.add(ocispec.MediaTypeImageLayerGzip, buf.Bytes()))
	}

	raw, _ := json.Marshal(manifest)
	d := r.add(ocispec.MediaTypeImageManifest, raw)
	other := d
	other.Platform = &ocispec.Platform{OS: "linux", Architecture: "s390x"}
	d.Platform = &ocispec.Platform{OS: "linux", Architecture: runtime.GOARCH}
	raw, _ = json.Marshal(ocispec.Index{Versioned: specs.Versioned{SchemaVersion: 2}, Manifests: []ocispec.Descriptor{other, d}})
	r.root = r.add(ocispec.MediaTypeImageIndex, raw)

	return r
}

func TestLayersAreUnpackedOnTopOfEachOther(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	r := newRegistry(t,
		[]entry{{name: "usr/bin/installer", body: "one", typ: tar.TypeReg}, {name: "usr/bin/gone", body: "x", typ: tar.TypeReg}},
		[]entry{{name: "usr/bin/installer", body: "two", typ: tar.TypeReg}, {name: "usr/bin/.wh.gone", typ: tar.TypeReg}, {name: "bin", link: "usr/bin", typ: tar.TypeSymlink}})

	var done, total int64

	if err := Unpack(t.Context(), r, "example.org/installer:v1", dir, func(d, n int64) { done, total = d, n }); err != nil {
		t.Fatal(err)
	}

	if got, _ := os.ReadFile(filepath.Join(dir, "usr/bin/installer")); string(got) != "two" {
		t.Errorf("the upper layer did not win: %q", got)
	}

	if _, err := os.Stat(filepath.Join(dir, "usr/bin/gone")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a removed file is there: %v", err)
	}

	if done != total || total == 0 {
		t.Errorf("progress ended at %d of %d", done, total)
	}

	if p, err := program(dir); err != nil || p != "/usr/bin/installer" {
		t.Errorf("program: %q, %v", p, err)
	}
}

func TestImagesThatLieAreRefused(t *testing.T) {
	t.Parallel()

	outside := filepath.Join(t.TempDir(), "outside")

	for name, layer := range map[string][]entry{
		"a link that leads out": {{name: "x", link: filepath.Dir(outside), typ: tar.TypeSymlink}, {name: "x/outside", body: "evil", typ: tar.TypeReg}},
	} {
		err := Unpack(t.Context(), newRegistry(t, layer), "i", t.TempDir(), func(int64, int64) {})
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}

	if _, err := os.Stat(outside); err == nil {
		t.Error("something was written outside")
	}

	r := newRegistry(t, []entry{{name: "a", body: strings.Repeat("a", 1000), typ: tar.TypeReg}})
	for d, b := range r.blobs {
		if b[0] == 0x1f { // the layer
			other := newRegistry(t, []entry{{name: "a", body: strings.Repeat("b", 1000), typ: tar.TypeReg}})
			for _, ob := range other.blobs {
				if ob[0] == 0x1f {
					r.blobs[d] = ob
				}
			}
		}
	}

	if err := Unpack(t.Context(), r, "i", t.TempDir(), func(int64, int64) {}); err == nil {
		t.Error("a layer with another content than its digest was accepted")
	}
}

func TestCommandLine(t *testing.T) {
	t.Parallel()

	got := strings.Join(arguments(Options{Disk: "/dev/vda", Platform: "metal", Wipe: true, ExtraKernelArgs: []string{"a=b"}}), " ")
	want := "install --disk /dev/vda --platform metal --arch " + runtime.GOARCH + " --zero --extra-kernel-arg a=b"

	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}

	if env, _ := metaEnv(map[uint8]string{10: "secret"}); !strings.HasPrefix(env, "INSTALLER_META_BASE64=") || strings.Contains(env, "secret") {
		t.Errorf("env %q", env)
	} else if raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(env, "INSTALLER_META_BASE64=")); string(raw) != "\"0x0a\": secret\n" {
		t.Errorf("meta %q", raw)
	}

	if slices.Contains(arguments(Options{}), "--upgrade") {
		t.Error("an upgrade nobody asked for")
	}
}
