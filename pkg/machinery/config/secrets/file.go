package secrets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
