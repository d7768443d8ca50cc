package secrets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// Parse reads a bundle. Keys are matched without regard to case, which makes the
// JSON form of the same file readable too.
func Parse(data []byte) (*Bundle, error) {
	var n yaml.Node

	if len(data) > 1<<20 {
		return nil, fmt.Errorf("secrets bundle is larger than 1 MiB")
	}

	switch err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&n); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("secrets bundle is empty")
	case err != nil:
		return nil, fmt.Errorf("parse secrets bundle: %w", err)
	}

	root := &n
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		root = n.Content[0]
	}

	lowerKeys(root, 0)

	var (
		b Bundle
		d tree.Decoder
	)

	d.Decode(root, &b)

	if len(d.Problems) > 0 {
		errs := make([]error, 0, len(d.Problems))
		for _, p := range d.Problems {
			errs = append(errs, p)
		}

		return nil, fmt.Errorf("parse secrets bundle: %w", errors.Join(errs...))
	}

	return &b, nil
}

func lowerKeys(n *yaml.Node, depth int) {
	if depth > 5 {
		return
	}

	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			c.Value = strings.ToLower(c.Value)
		}

		lowerKeys(c, depth+1)
	}
}

// Marshal writes the bundle in the file format.
func (b *Bundle) Marshal() ([]byte, error) {
	n, err := tree.Encode(b)
	if err != nil {
		return nil, fmt.Errorf("encode secrets bundle: %w", err)
	}

	return tree.Marshal(n)
}

// Load reads a bundle from a file.
func Load(path string) (*Bundle, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}

	b, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}

	return b, nil
}

// Save writes a bundle to a file only its owner can read. The file is complete
// or absent; one that exists is replaced only with overwrite.
func (b *Bundle) Save(path string, overwrite bool) (err error) {
	data, err := b.Marshal()
	if err != nil {
		return err
	}

	f, err := os.CreateTemp(filepath.Dir(path), ".secrets-*")
	if err != nil {
		return err
	}

	defer os.Remove(f.Name()) //nolint:errcheck // gone after a rename

	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}

	if cerr := f.Close(); err == nil {
		err = cerr
	}

	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}

	if overwrite {
		return os.Rename(f.Name(), path)
	}

	// A hard link fails when the name is taken, which a rename does not.
	return os.Link(f.Name(), path)
}
