package tree

import (
	"math"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// pairs calls yield for each key of a mapping in order. A repeated key is a
// problem. Keys of merged mappings (<<) come after the mapping's own, which win.
func (d *Decoder) pairs(n *yaml.Node, p *Path, depth int, yield func(k, v *yaml.Node)) {
	var (
		seen   map[string]int
		merges []*yaml.Node
	)

	isNew := func(k *yaml.Node, i int) bool {
		// Small mappings are compared pairwise: that is faster than a map.
		if seen == nil && len(n.Content) > 32 {
			seen = make(map[string]int, len(n.Content)/2)
			for j := 0; j < i; j += 2 {
				seen[n.Content[j].Value] = n.Content[j].Line
			}
		}

		line, dup := 0, false

		if seen != nil {
			line, dup = seen[k.Value]
			if !dup {
				seen[k.Value] = k.Line
			}
		} else {
			for j := 0; j < i; j += 2 {
				if n.Content[j].Value == k.Value {
					line, dup = n.Content[j].Line, true

					break
				}
			}
		}

		if dup {
			at := p.Key(k.Value)
			d.Report(k, &at, "", "key is repeated, first used on line %d", line)
		}

		return !dup
	}

	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]

		if k.Kind == yaml.AliasNode && k.Alias.Kind == yaml.ScalarNode {
			k = k.Alias
		}

		if k.Kind != yaml.ScalarNode {
			d.Report(k, p, "", "a key must be a single value, found %s", kindName(k))

			continue
		}

		if k.Tag == "!!merge" {
			merges = append(merges, v)

			continue
		}

		if isNew(k, i) {
			yield(k, v)
		}
	}

	for _, m := range merges {
		d.merged(n, m, p, depth, yield)
	}
}

func (d *Decoder) merged(n, m *yaml.Node, p *Path, depth int, yield func(k, v *yaml.Node)) {
	if m = d.enter(m, p, depth); m == nil {
		return
	}

	switch m.Kind {
	case yaml.AliasNode:
		d.inAlias++
		d.merged(n, m.Alias, p, depth+1, yield)
		d.inAlias--
	case yaml.SequenceNode:
		for _, c := range m.Content {
			d.merged(n, c, p, depth+1, yield)
		}
	case yaml.MappingNode:
		d.pairs(m, p, depth+1, func(k, v *yaml.Node) {
			for i := 0; i < len(n.Content); i += 2 {
				if n.Content[i].Value == k.Value {
					return
				}
			}

			d.inAlias++
			yield(k, v)
			d.inAlias--
		})
	default:
		d.Report(m, p, "", "only a mapping can be merged with <<, found %s", kindName(m))
	}
}

// free decodes a free-form value into plain Go forms.
func (d *Decoder) free(n *yaml.Node, p *Path, depth int) any {
	if n = d.enter(n, p, depth); n == nil {
		return nil
	}

	switch n.Kind {
	case yaml.AliasNode:
		d.inAlias++
		defer func() { d.inAlias-- }()

		return d.free(n.Alias, p, depth+1)
	case yaml.MappingNode:
		out := make(map[string]any, len(n.Content)/2)

		d.pairs(n, p, depth, func(k, v *yaml.Node) {
			at := p.Key(k.Value)
			out[k.Value] = d.free(v, &at, depth+1)
		})

		return out
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))

		for i, c := range n.Content {
			at := p.Index(i)
			out[i] = d.free(c, &at, depth+1)
		}

		return out
	}

	return freeScalar(n)
}

func freeScalar(n *yaml.Node) any {
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		b, ok := Bool(n)
		if ok {
			return b
		}
	case "!!int":
		if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return int(i)
		}

		if u, err := strconv.ParseUint(n.Value, 0, 64); err == nil {
			return u
		}
	case "!!float":
		switch n.Value {
		case ".inf", ".Inf", ".INF", "+.inf":
			return math.Inf(1)
		case "-.inf", "-.Inf", "-.INF":
			return math.Inf(-1)
		case ".nan", ".NaN", ".NAN":
			return math.NaN()
		}

		if f, err := strconv.ParseFloat(n.Value, 64); err == nil {
			return f
		}
	}

	return n.Value
}
