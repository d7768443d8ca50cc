package imager

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Manifest lists the assets of a build.
type Manifest struct {
	Name    string  `json:"name"`
	Version string  `json:"version"`
	Arch    string  `json:"arch"`
	Kernel  string  `json:"kernel"`
	Assets  []Asset `json:"assets"`
}

// Asset is one file of a build. Its path is relative to the manifest.
type Asset struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

func describe(dir, path string) (Asset, error) {
	f, err := os.Open(path)
	if err != nil {
		return Asset{}, err
	}
	defer f.Close() //nolint:errcheck

	sum := sha256.New()

	size, err := io.Copy(sum, f)
	if err != nil {
		return Asset{}, err
	}

	rel, err := filepath.Rel(dir, path)

	return Asset{Path: filepath.ToSlash(rel), Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))}, err
}

// WriteManifest describes the files, given by name below Out.
func (b *Builder) WriteManifest(names []string) (*Manifest, error) {
	m := &Manifest{Name: b.Name, Version: b.Version, Arch: b.Arch, Kernel: b.Parts.KernelVersion}

	for _, name := range names {
		a, err := describe(b.Out, b.out(name))
		if err != nil {
			return nil, err
		}

		m.Assets = append(m.Assets, a)
	}

	slices.SortFunc(m.Assets, func(x, y Asset) int { return strings.Compare(x.Path, y.Path) })

	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}

	return m, writeFile(b.out("manifest.json"), func(w io.Writer) error {
		_, err := w.Write(append(data, '\n'))

		return err
	})
}
