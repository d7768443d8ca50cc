// Package installer pulls an installer image and runs the installer in it.
//
// This happens before there is a disk, so the image goes to memory and
// containerd is not involved: layers are unpacked as they arrive, and the
// program runs in a chroot with the node's devices.
package installer

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/containerd/containerd/v2/core/images"
	"github.com/containerd/containerd/v2/core/remotes"
	"github.com/klauspost/compress/zstd"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

const (
	// maxManifest bounds manifests and indexes; real ones have a few kilobytes.
	maxManifest = 4 << 20
	// maxUnpacked bounds the unpacked image: it lives in memory.
	maxUnpacked = 1 << 30
)

// Unpack pulls an image for this architecture and unpacks it into dir, which
// must be empty. progress is called with bytes done and bytes in total.
func Unpack(ctx context.Context, resolver remotes.Resolver, ref, dir string, progress func(done, total int64)) error {
	name, desc, err := resolver.Resolve(ctx, ref)
	if err != nil {
		return fmt.Errorf("resolve image %s: %w", ref, err)
	}

	fetcher, err := resolver.Fetcher(ctx, name)
	if err != nil {
		return fmt.Errorf("reach registry of %s: %w", ref, err)
	}

	manifest, err := fetchManifest(ctx, fetcher, desc, 0)
	if err != nil {
		return fmt.Errorf("pull image %s: %w", ref, err)
	}

	var total, done int64
	for _, l := range manifest.Layers {
		total += l.Size
	}

	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck

	budget := int64(maxUnpacked)

	for _, l := range manifest.Layers {
		err := unpackLayer(ctx, fetcher, l, root, &budget, func(n int64) {
			done += n
			progress(done, total)
		})
		if err != nil {
			return fmt.Errorf("pull image %s: layer %s: %w", ref, l.Digest, err)
		}
	}

	return nil
}

// fetchManifest follows an index to the manifest of this architecture.
func fetchManifest(ctx context.Context, f remotes.Fetcher, desc ocispec.Descriptor, depth int) (*ocispec.Manifest, error) {
	if depth > 2 {
		return nil, errors.New("image indexes are nested too deep")
	}

	raw, err := fetchBlob(ctx, f, desc)
	if err != nil {
		return nil, err
	}

	if images.IsManifestType(desc.MediaType) {
		var m ocispec.Manifest

		return &m, json.Unmarshal(raw, &m)
	}

	if !images.IsIndexType(desc.MediaType) {
		return nil, fmt.Errorf("%s is neither a manifest nor an index", desc.MediaType)
	}

	var index ocispec.Index
	if err := json.Unmarshal(raw, &index); err != nil {
		return nil, err
	}

	for _, d := range index.Manifests {
		if d.Platform == nil || d.Platform.OS == "linux" && d.Platform.Architecture == runtime.GOARCH {
			return fetchManifest(ctx, f, d, depth+1)
		}
	}

	return nil, fmt.Errorf("there is no image for linux/%s", runtime.GOARCH)
}

func fetchBlob(ctx context.Context, f remotes.Fetcher, desc ocispec.Descriptor) ([]byte, error) {
	if desc.Size > maxManifest {
		return nil, fmt.Errorf("%s has %d bytes, more than any manifest", desc.Digest, desc.Size)
	}

	rc, err := f.Fetch(ctx, desc)
	if err != nil {
		return nil, err
	}
	defer rc.Close() //nolint:errcheck

	raw, err := io.ReadAll(io.LimitReader(rc, maxManifest))
	if err != nil {
		return nil, err
	}

	if got := digest.FromBytes(raw); got != desc.Digest {
		return nil, fmt.Errorf("manifest is %s, not %s as announced", got, desc.Digest)
	}

	return raw, nil
}

type counter struct {
	r     io.Reader
	count func(int64)
}

func (c counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.count(int64(n))

	return n, err
}

func unpackLayer(ctx context.Context, f remotes.Fetcher, desc ocispec.Descriptor, root *os.Root, budget *int64, count func(int64)) error {
	rc, err := f.Fetch(ctx, desc)
	if err != nil {
		return err
	}
	defer rc.Close() //nolint:errcheck

	verifier := desc.Digest.Verifier()
	compressed := io.TeeReader(counter{io.LimitReader(rc, desc.Size), count}, verifier)

	var plain io.Reader

	switch {
	case strings.HasSuffix(desc.MediaType, "gzip"):
		gz, err := gzip.NewReader(compressed)
		if err != nil {
			return err
		}

		plain = gz
	case strings.HasSuffix(desc.MediaType, "zstd"):
		zr, err := zstd.NewReader(compressed, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return err
		}
		defer zr.Close()

		plain = zr
	default:
		plain = compressed
	}

	if err = untar(plain, root, budget); err != nil {
		return err
	}

	// The rest of the stream belongs to the digest, too.
	if _, err = io.Copy(io.Discard, compressed); err != nil {
		return err
	}

	if !verifier.Verified() {
		return errors.New("its content is not what its digest says")
	}

	return nil
}

// untar unpacks into root; os.Root keeps every name, also through symbolic
// links in the image, inside.
func untar(r io.Reader, root *os.Root, budget *int64) error {
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}

		name := strings.TrimPrefix(path.Clean("/"+h.Name), "/")
		if name == "" {
			continue
		}

		if base := path.Base(name); strings.HasPrefix(base, ".wh.") {
			if err = root.RemoveAll(path.Join(path.Dir(name), strings.TrimPrefix(base, ".wh."))); err != nil {
				return err
			}

			continue
		}

		if err = root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}

		if *budget -= h.Size; *budget < 0 {
			return fmt.Errorf("the image unpacks to more than %d MiB", maxUnpacked>>20)
		}

		if err = extract(tr, root, h, name); err != nil {
			return fmt.Errorf("unpack %s: %w", name, err)
		}
	}
}

func extract(tr *tar.Reader, root *os.Root, h *tar.Header, name string) error {
	switch h.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o755)
	case tar.TypeSymlink:
		root.Remove(name) //nolint:errcheck // an earlier layer may have it

		return root.Symlink(h.Linkname, name)
	case tar.TypeLink:
		root.Remove(name) //nolint:errcheck

		return root.Link(strings.TrimPrefix(path.Clean("/"+h.Linkname), "/"), name)
	case tar.TypeReg:
		f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, os.FileMode(h.Mode)&0o777)
		if err != nil {
			return err
		}

		_, err = io.Copy(f, tr)

		return errors.Join(err, f.Close())
	default:
		slog.Debug("left out of the image", "name", name, "type", string(h.Typeflag))

		return nil
	}
}

// program finds the installer in the unpacked image.
func program(dir string) (string, error) {
	for _, p := range []string{"/usr/bin/installer", "/bin/installer"} {
		if st, err := os.Stat(filepath.Join(dir, p)); err == nil && st.Mode().IsRegular() {
			return p, nil
		}
	}

	return "", errors.New("the image has no /usr/bin/installer: it is not an installer image")
}
