package imager

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/talos-os/talos/internal/imager/tree"
)

// InstallerReference is the name of a version's installer image.
func InstallerReference(version string) string { return "ghcr.io/siderolabs/installer:" + version }

// Installer writes the image a node installs and upgrades itself from, as an OCI
// layout directory and as an archive for "docker load".
func (b *Builder) Installer(uki, dir, archive string) error {
	t := tree.New()
	base := path.Join("usr/install", b.Arch)

	t.Dir("tmp", 0o777)

	for to, from := range map[string]string{
		"usr/bin/installer":                 filepath.Join(b.Binaries, "installer"),
		path.Join(base, "vmlinuz.efi"):      uki,
		path.Join(base, "systemd-boot.efi"): b.efi("systemd-boot%s.efi"),
	} {
		mode := os.FileMode(0o644)
		if path.Base(to) == "installer" {
			mode = 0o755
		}

		if err := t.File(to, from, mode); err != nil {
			return err
		}
	}

	image, err := b.image(t)
	if err != nil {
		return fmt.Errorf("installer image: %w", err)
	}

	if err = writeLayout(image, dir, InstallerReference(b.Version)); err != nil {
		return fmt.Errorf("installer image: %w", err)
	}

	ref, err := name.NewTag(InstallerReference(b.Version))
	if err != nil {
		return err
	}

	return writeFile(archive, func(w io.Writer) error { return tarball.Write(ref, image, w) })
}

func (b *Builder) image(t *tree.Tree) (v1.Image, error) {
	var layer bytes.Buffer
	if err := t.WriteTar(&layer, b.Epoch); err != nil {
		return nil, err
	}

	// The content is compressed already.
	l, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(layer.Bytes())), nil
	}, tarball.WithCompressionLevel(1), tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}

	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)

	image, err = mutate.Append(image, mutate.Addendum{
		Layer:   l,
		History: v1.History{Created: v1.Time{Time: b.Epoch.UTC()}, CreatedBy: b.Name + " imager"},
	})
	if err != nil {
		return nil, err
	}

	return mutate.ConfigFile(image, &v1.ConfigFile{
		Architecture: b.Arch,
		OS:           "linux",
		Created:      v1.Time{Time: b.Epoch.UTC()},
		Config: v1.Config{
			Entrypoint: []string{"/usr/bin/installer"},
			Labels: map[string]string{
				"org.opencontainers.image.version": b.Version,
				"org.opencontainers.image.title":   b.Name + " installer",
			},
		},
		RootFS:  must(image.ConfigFile()).RootFS,
		History: must(image.ConfigFile()).History,
	})
}

// must is for values that come from memory.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}

	return v
}

func writeLayout(image v1.Image, dir, reference string) error {
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(filepath.Dir(dir), 0o755)); err != nil {
		return err
	}

	l, err := layout.Write(dir, empty.Index)
	if err != nil {
		return err
	}

	return l.AppendImage(image, layout.WithAnnotations(map[string]string{
		"org.opencontainers.image.ref.name": reference,
		"io.containerd.image.name":          reference,
	}))
}
