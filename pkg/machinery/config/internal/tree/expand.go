package tree

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// Get finds the value of a key in a mapping, nil when there is none.
func Get(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}

	return nil
}

// Remove takes a key out of a mapping and reports whether it was there.
func Remove(n *yaml.Node, key string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = append(n.Content[:i:i], n.Content[i+2:]...)

			return true
		}
	}

	return false
}

// Expand replaces aliases and merge keys by copies, so that a part can change
// without changing others. It returns the same tree when there are none.
func Expand(n *yaml.Node) (*yaml.Node, error) {
	if !hasAlias(n) {
		return n, nil
	}

	budget := maxExpanded

	return expand(n, &budget, 0)
}

// Clone is a deep copy.
func Clone(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = make([]*yaml.Node, len(n.Content))

	for i, c := range n.Content {
		out.Content[i] = Clone(c)
	}

	return &out
}

func hasAlias(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		return true
	}

	for _, c := range n.Content {
		if hasAlias(c) {
			return true
		}
	}

	return false
}

func expand(n *yaml.Node, budget *int, depth int) (*yaml.Node, error) {
	*budget--

	switch {
	case *budget < 0:
		return nil, fmt.Errorf("line %d: aliases expand to more than %d values", n.Line, maxExpanded)
	case depth > maxDepth:
		return nil, fmt.Errorf("line %d: nested deeper than %d levels", n.Line, maxDepth)
	}

	if n.Kind == yaml.AliasNode {
		return expand(n.Alias, budget, depth+1)
	}

	out := *n
	out.Anchor = ""
	out.Content = make([]*yaml.Node, 0, len(n.Content))

	var merges []*yaml.Node

	for i := 0; i < len(n.Content); i++ {
		c, err := expand(n.Content[i], budget, depth+1)
		if err != nil {
			return nil, err
		}

		if n.Kind == yaml.MappingNode && i%2 == 0 && c.Tag == "!!merge" && i+1 < len(n.Content) {
			i++

			m, err := expand(n.Content[i], budget, depth+1)
			if err != nil {
				return nil, err
			}

			merges = append(merges, m)

			continue
		}

		out.Content = append(out.Content, c)
	}

	for _, m := range merges {
		sources := []*yaml.Node{m}
		if m.Kind == yaml.SequenceNode {
			sources = m.Content
		}

		for _, s := range sources {
			for i := 0; i+1 < len(s.Content); i += 2 {
				if Get(&out, s.Content[i].Value) == nil {
					out.Content = append(out.Content, s.Content[i], Clone(s.Content[i+1]))
				}
			}
		}
	}

	return &out, nil
}
