package config

import (
	"encoding/base64"

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

func accepted(n *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode}

	for _, c := range n.Content {
		if crt := tree.Get(c, "crt"); crt != nil && !tree.Deletes(c) {
			out.Content = append(out.Content, pemNode(crt))
		}
	}

	return out
}
