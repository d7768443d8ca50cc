package config

import (
	"bytes"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/masked"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// Redacted stands in place of a secret.
const Redacted = masked.Text

// Redacted is the text with every secret masked, for showing to whoever may see
// the rest. What is a secret follows from the declarations. Keys of certificate
// pairs are masked, the certificates are not: they are public.
func (c *Config) Redacted() []byte {
	var b bytes.Buffer

	for _, p := range c.parts {
		root, err := p.editable()
		if err != nil {
			continue // cannot be: it was parsed before
		}

		redact(root, p.declared())
		stripComments(root)

		text, err := tree.Marshal(root)
		if err != nil {
			continue
		}

		if b.Len() > 0 {
			b.WriteString("---\n")
		}

		b.Write(text)
	}

	return b.Bytes()
}

func redact(n *yaml.Node, t reflect.Type) {
	tree.EachField(n, t, func(f *tree.Field, v *yaml.Node) bool {
		switch {
		case f.Secret:
			mask(v)

			return false
		case f.SecretQuery:
			if base, _, ok := strings.Cut(v.Value, "?"); ok {
				*v = *tree.Text(base + "?" + Redacted)
			}
		}

		return true
	})
}

// mask hides every value of a secret, except the public half of a pair.
func mask(n *yaml.Node) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag != "!!null" && n.Value != "" {
			*n = *tree.Text(Redacted)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value != "crt" {
				mask(n.Content[i+1])
			}
		}
	default:
		for _, c := range n.Content {
			mask(c)
		}
	}
}

// stripComments drops comments: people note old secrets in them.
func stripComments(n *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""

	for _, c := range n.Content {
		stripComments(c)
	}
}
