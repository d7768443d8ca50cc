package bundle

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"time"

	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/talos-os/talos/internal/imager/parts"
)

const (
	// recipe is part of the key: raise it when images change without their parts.
	recipe = "1"
	// refName is the annotation of a layout's entry that holds its reference.
	refName = "org.opencontainers.image.ref.name"
	// keyFile in the layout says what it was made from.
	keyFile = "talos-bundle-key"
)

// Build makes the layout in dir, unless it is there already and made from the
// same parts.
func Build(ctx context.Context, set *parts.Set, dir string, progress io.Writer) error {
	begun := time.Now()

	list, err := images(set)
	if err != nil {
		return err
	}

	sort.Slice(list, func(i, j int) bool { return list[i].refs[0] < list[j].refs[0] })

	at, err := sourceDate()
	if err != nil {
		return err
	}

	layers := make([][]entry, len(list))
	for i, img := range list {
		if layers[i], err = img.entries(set); err != nil {
			return fmt.Errorf("image %s: %w", img.refs[0], err)
		}
	}

	key := bundleKey(list, layers, at)
	if have, err := os.ReadFile(filepath.Join(dir, keyFile)); err == nil && string(have) == key {
		return nil
	}

	fmt.Fprintf(progress, "bundle: packing %d images (about half a minute)\n", len(list))

	tmp, err := os.MkdirTemp(mkdir(filepath.Dir(dir)), ".bundle-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp) //nolint:errcheck

	out, err := layout.Write(tmp, empty.Index)
	if err != nil {
		return err
	}

	base, err := newLayer(skeleton(), at)
	if err != nil {
		return err
	}

	var total int64

	for i, img := range list {
		if err = ctx.Err(); err != nil {
			return err
		}

		size, err := img.write(out, set.Arch, base, layers[i], at)
		if err != nil {
			return fmt.Errorf("image %s: %w", img.refs[0], err)
		}

		total += size

		fmt.Fprintf(progress, "bundle: %-58s %6.1f MB\n", img.refs[0], float64(size)/1e6)
	}

	if err = os.WriteFile(filepath.Join(tmp, keyFile), []byte(key), 0o644); err != nil {
		return err
	}

	if err = replaceDir(tmp, dir); err != nil {
		return err
	}

	fmt.Fprintf(progress, "bundle: %d images, %.0f MB, in %.1fs\n", len(list), float64(total)/1e6, time.Since(begun).Seconds())

	return nil
}

// entries are the files of an image that are its own.
func (img image) entries(set *parts.Set) ([]entry, error) {
	var list []entry

	for place, name := range img.programs {
		list = append(list, entry{path: place, source: set.Go(name), mode: 0o755})
	}

	var tools []string

	for _, tool := range img.tools {
		p, _, err := set.FindInDebs(tool)
		if err != nil {
			return nil, err
		}

		tools = append(tools, p)
	}

	files, err := set.Closure(tools...)
	if err != nil {
		return nil, err
	}

	for _, f := range files {
		list = append(list, entry{path: f.Path, source: f.Source, link: f.Link, mode: 0o755})
	}

	if img.certs {
		list = append(list, entry{path: "/etc/ssl/certs/ca-certificates.crt", source: set.CACertificates, mode: 0o644})
	}

	return list, nil
}

func (img image) write(out layout.Path, arch string, base v1.Layer, list []entry, at time.Time) (int64, error) {
	own, err := newLayer(list, at)
	if err != nil {
		return 0, err
	}

	built := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	built = mutate.ConfigMediaType(built, types.OCIConfigJSON)

	built, err = mutate.AppendLayers(built, base, own)
	if err != nil {
		return 0, err
	}

	cfg, err := built.ConfigFile()
	if err != nil {
		return 0, err
	}

	cfg = cfg.DeepCopy()
	cfg.OS, cfg.Architecture = "linux", arch
	cfg.Created = v1.Time{Time: at}
	cfg.Config = v1.Config{
		User:       img.user,
		Entrypoint: img.entrypoint,
		Env:        []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/opt/bin"},
		WorkingDir: "/",
	}

	if built, err = mutate.ConfigFile(built, cfg); err != nil {
		return 0, err
	}

	for _, ref := range img.refs {
		err = out.AppendImage(built,
			layout.WithAnnotations(map[string]string{refName: ref}),
			layout.WithPlatform(v1.Platform{OS: "linux", Architecture: arch}))
		if err != nil {
			return 0, err
		}
	}

	return own.Size()
}

// newLayer compresses with zstd: unpacking is what a slow machine waits for when
// it starts, and gzip takes it several times as long.
func newLayer(list []entry, at time.Time) (v1.Layer, error) {
	var buf bytes.Buffer
	if err := writeLayer(&buf, list, at); err != nil {
		return nil, err
	}

	return tarball.LayerFromOpener(
		func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(buf.Bytes())), nil },
		tarball.WithCompression(compression.ZStd),
		tarball.WithCompressionLevel(3),
		tarball.WithMediaType(types.OCILayerZStd),
		tarball.WithCompressedCaching,
	)
}

// bundleKey names everything that the images are made of. Sources are in the
// cache under names made from their content, so paths will do.
func bundleKey(list []image, layers [][]entry, at time.Time) string {
	h := sha256.New()
	fmt.Fprintln(h, recipe, at.Unix(), skeleton())

	for i, img := range list {
		sort.Slice(layers[i], func(a, b int) bool { return layers[i][a].path < layers[i][b].path })
		fmt.Fprintln(h, img.refs, img.entrypoint, img.user, layers[i])
	}

	return hex.EncodeToString(h.Sum(nil))
}

func sourceDate() (time.Time, error) {
	s := os.Getenv("SOURCE_DATE_EPOCH")
	if s == "" {
		return time.Unix(0, 0).UTC(), nil
	}

	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}

	return time.Unix(n, 0).UTC(), nil
}

func mkdir(dir string) string {
	os.MkdirAll(dir, 0o755) //nolint:errcheck // the next step says what is wrong

	return dir
}

// replaceDir puts a finished directory in the place of an older one.
func replaceDir(from, to string) error {
	if err := os.Chmod(from, 0o755); err != nil {
		return err
	}

	old := to + ".old"

	if err := os.RemoveAll(old); err != nil {
		return err
	}

	if err := os.Rename(to, old); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}

	if err := os.Rename(from, to); err != nil {
		return err
	}

	return os.RemoveAll(old)
}
