package config

import (
	"encoding/base64"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// Certificates and keys are base64 of PEM text in the main document, and the text
// itself in newer ones.

func pemNode(n *yaml.Node) *yaml.Node {
	if b, err := base64.StdEncoding.DecodeString(n.Value); err == nil && len(b) > 0 {
		return tree.Text(string(b))
	}

	return n
}

// renamed is a mapping of PEM texts with other keys.
func renamed(n *yaml.Node, keys map[string]string) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}

	for i := 0; i+1 < len(n.Content); i += 2 {
		if key, ok := keys[n.Content[i].Value]; ok {
			out.Content = append(out.Content, tree.Text(key), pemNode(n.Content[i+1]))
		}
	}

	return out
}

func authority(n *yaml.Node) *yaml.Node {
	return renamed(n, map[string]string{"crt": "cert", "key": "key"})
}

func issuer(n *yaml.Node) *yaml.Node {
	return renamed(n, map[string]string{"key": "privateKey"})
}

// accepted lists what a patch adds. What it deletes is for withdrawn.
func accepted(n *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode}

	for _, c := range n.Content {
		crt := tree.Get(c, "crt")
		if crt == nil {
			continue
		}

		text := pemNode(crt)
		if !tree.Deletes(c) {
			out.Content = append(out.Content, text)

			continue
		}

		out.Content = slices.DeleteFunc(out.Content, func(o *yaml.Node) bool { return sameText(o.Value, text.Value) })
	}

	return out
}

// withdrawn lists the certificates that a patch deletes one by one. In a document they
// are texts, which cannot carry a directive.
func withdrawn(n *yaml.Node) (out []string) {
	for _, c := range n.Content {
		if crt := tree.Get(c, "crt"); crt != nil && tree.Deletes(c) {
			out = append(out, pemNode(crt).Value)
		}
	}

	return out
}

// dropTexts takes texts out of a list of a document.
func dropTexts(doc *yaml.Node, key string, texts []string) bool {
	list := tree.Get(doc, key)
	if list == nil {
		return false
	}

	had := len(list.Content)
	list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool {
		return slices.ContainsFunc(texts, func(s string) bool { return sameText(n.Value, s) })
	})

	return len(list.Content) < had
}

// sameText compares PEM texts: the line break at the end is often lost.
func sameText(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }
