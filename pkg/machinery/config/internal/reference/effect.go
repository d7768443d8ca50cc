package reference

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/explain"
	"github.com/talos-os/talos/pkg/machinery/config/impact"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// effectSentence says what a change takes. Those of one section share a reason or
// tell none.
func effectSentence(c impact.Change) string {
	text := ""

	switch c.Effect {
	case impact.Live:
		text = "A change needs no restart"
	case impact.Restart:
		text = "A change restarts " + and(c.Services)
	default:
		text = "A change takes effect at the next boot"
	}

	if c.Reason != "" {
		text += ": " + c.Reason
	}

	return text + "."
}

// effectWord is the same for a column.
func effectWord(c impact.Change) string {
	switch c.Effect {
	case impact.Live:
		return "no restart"
	case impact.Restart:
		return "restarts " + and(c.Services)
	}

	return "at the next boot"
}

// and lists names as a sentence does.
func and(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}

	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// mainEffects is what a change of each path of the main document takes. A section has
// an entry when all in it take the same.
func (s *Source) mainEffects() map[string]impact.Change {
	out := map[string]impact.Change{}
	rows := s.rows(reflect.TypeFor[v1alpha1.Config](), "")

	for i := len(rows) - 1; i >= 0; i-- {
		path := rows[i].path

		var below []impact.Change

		mixed := false

		for _, r := range rows[i+1:] {
			if !strings.HasPrefix(r.path, path+".") && !strings.HasPrefix(r.path, path+"[].") {
				break
			}

			c, ok := out[r.path]
			below, mixed = append(below, c), mixed || !ok
		}

		if len(below) == 0 {
			out[path] = impact.Of(config.MainKind, concrete(path))
		} else if c, ok := common(below); ok && !mixed {
			out[path] = c
		}
	}

	return out
}

// common is what all changes take. The reason is told only if all have it.
func common(list []impact.Change) (impact.Change, bool) {
	out := list[0]

	for _, c := range list {
		if effectWord(c) != effectWord(out) {
			return out, false
		}

		if c.Reason != out.Reason {
			out.Reason = ""
		}
	}

	return out, true
}

// documentEffects is what a change of each row takes. What is folded into the main
// document is compared as a node would do it, with the example as the change; its
// fields are told apart by their first key only.
func documentEffects(kind string, rows []row) ([]impact.Change, error) {
	out := make([]impact.Change, len(rows))

	if !config.IsFolded(kind) {
		for i, r := range rows {
			out[i] = impact.Of(kind, concrete(r.path))
		}

		return out, nil
	}

	byKey, err := exampleEffects(kind)
	if err != nil {
		return nil, err
	}

	for i, r := range rows {
		top, _, _ := strings.Cut(plainPath(r.path), ".")

		c, ok := byKey[top]
		if !ok {
			// Rarely set: as the key that takes most.
			for _, other := range byKey {
				if c.Document == "" || other.Effect > c.Effect {
					c = other
				}
			}
		}

		out[i] = c
	}

	return out, nil
}

// exampleEffects is what a change takes by the first keys of the example of a kind.
func exampleEffects(kind string) (map[string]impact.Change, error) {
	text, _, _ := explain.Example(kind)

	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) != 1 {
		return nil, fmt.Errorf("the example of %s is not a document: %w", kind, err)
	}

	out := map[string]impact.Change{}
	header, rest := doc.Content[0].Content[:4], doc.Content[0].Content[4:]

	for i := 0; i < len(rest); i += 2 {
		c, err := keyEffect(header, rest[i], rest[i+1])
		if err != nil {
			return nil, fmt.Errorf("example of %s: %w", kind, err)
		}

		if c.Document != "" {
			out[rest[i].Value] = c
		}
	}

	if len(out) == 0 {
		return nil, fmt.Errorf("the example of %s changes nothing", kind)
	}

	return out, nil
}

// concrete is a path with a place in every list and map.
func concrete(path string) string { return strings.NewReplacer("[]", "[0]", ".*", ".x").Replace(path) }

// keyEffect compares a machine without the document with one that has one key of it.
func keyEffect(header []*yaml.Node, key, val *yaml.Node) (impact.Change, error) {
	const base = "machine:\n    type: controlplane\n"

	with := func(v *yaml.Node) (*config.Config, error) {
		text, err := tree.Marshal(&yaml.Node{Kind: yaml.MappingNode, Content: append(header[:4:4], key, v)})
		if err != nil {
			return nil, err
		}

		return config.Load([]byte(base + "---\n" + string(text)))
	}

	old, err := config.Load([]byte(base))

	// One of the two values of a switch is the default and changes nothing.
	if val.Tag == "!!bool" {
		old, err = with(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(val.Value != "true")})
	}

	if err != nil {
		return impact.Change{}, err
	}

	next, err := with(val)
	if err != nil {
		return impact.Change{}, err
	}

	var worst impact.Change

	for _, c := range impact.Between(old, next).Changes {
		if c.Effect > worst.Effect || worst.Document == "" {
			worst = c
		}
	}

	return worst, nil
}
