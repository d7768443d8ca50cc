package config

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// Make writes documents as text and loads it. The main document may be nil.
func Make(main *v1alpha1.Config, docs ...document.Document) (*Config, error) {
	var b bytes.Buffer

	if main != nil {
		n, err := tree.Encode(main)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", MainKind, err)
		}

		// Something has to say that this is the main document.
		if len(n.Content) == 0 {
			n.Content = append(n.Content, tree.Text("version"), tree.Text("v1alpha1"))
		}

		text, err := tree.Marshal(n)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", MainKind, err)
		}

		b.Write(text)
	}

	for _, d := range docs {
		n, err := tree.Encode(d)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", d.DocumentKind(), err)
		}

		n.Content = append([]*yaml.Node{
			tree.Text("apiVersion"), tree.Text("v1alpha1"), tree.Text("kind"), tree.Text(d.DocumentKind()),
		}, n.Content...)

		text, err := tree.Marshal(n)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", d.DocumentKind(), err)
		}

		if b.Len() > 0 {
			b.WriteString("---\n")
		}

		b.Write(text)
	}

	return Load(b.Bytes())
}
