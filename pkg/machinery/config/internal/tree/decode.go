package tree

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// Limits on what one document may nest and what its aliases may expand to. The
// deepest real documents (admission and audit policies) nest about 20 levels.
const (
	maxDepth    = 200
	maxExpanded = 100_000
	// MaxProblems is how many are reported of one document.
	MaxProblems = 1000
)

// Decoder decodes one document and collects everything wrong with it.
type Decoder struct {
	Problems []Problem
	Warnings []Problem

	root     reflect.Type
	expanded int // nodes visited through aliases
	inAlias  int
}

// Decode fills the struct that out points to from a mapping node. The keys in
// skip are left alone.
func (d *Decoder) Decode(n *yaml.Node, out any, skip ...string) {
	v := reflect.ValueOf(out).Elem()
	d.root = v.Type()
	d.structure(n, v, nil, 0, skip)
}

// quote is a value for a message: not if it is a secret.
func quote(n *yaml.Node, f *Field) string {
	if f != nil && (f.Secret || f.SecretQuery) {
		return "the value"
	}

	return strconv.Quote(short(n.Value))
}

// Report adds a problem at a node, unless there are plenty already.
func (d *Decoder) Report(n *yaml.Node, p *Path, hint, format string, args ...any) {
	if len(d.Problems) == MaxProblems {
		return
	}

	d.Problems = append(d.Problems, Problem{
		Path: p.String(), Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...), Hint: hint,
	})
}

// enter follows aliases and checks the bounds; nil means stop.
func (d *Decoder) enter(n *yaml.Node, p *Path, depth int) *yaml.Node {
	if depth > maxDepth {
		d.Report(n, nil, "", "nested deeper than %d levels", maxDepth)

		return nil
	}

	if n.Kind == yaml.AliasNode || d.inAlias > 0 {
		d.expanded++
		if d.expanded > maxExpanded {
			if d.expanded == maxExpanded+1 {
				d.Report(n, p, "", "aliases expand to more than %d values", maxExpanded)
			}

			return nil
		}
	}

	return n
}

func (d *Decoder) value(n *yaml.Node, v reflect.Value, f *Field, p *Path, depth int) {
	if n = d.enter(n, p, depth); n == nil {
		return
	}

	if n.Kind == yaml.AliasNode {
		d.inAlias++
		d.value(n.Alias, v, f, p, depth+1)
		d.inAlias--

		return
	}

	if isNull(n) {
		return
	}

	t := v.Type()

	switch t {
	case argType:
		d.arg(n, v, p, depth)

		return
	case objectType:
		if n.Kind != yaml.MappingNode {
			d.wrongKind(n, p, "a mapping")

			return
		}

		v.Set(reflect.ValueOf(value.Object(d.free(n, p, depth).(map[string]any))))

		return
	}

	if IsScalar(t) {
		d.scalar(n, v, f, p)

		return
	}

	switch t.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(t.Elem()))
		}

		d.value(n, v.Elem(), f, p, depth)
	case reflect.Struct:
		d.structure(n, v, p, depth, nil)
	case reflect.Map:
		d.mapping(n, v, f, p, depth)
	case reflect.Slice:
		d.list(n, v, f, p, depth)
	default:
		panic("config declares a field of type " + t.String())
	}
}

func (d *Decoder) structure(n *yaml.Node, v reflect.Value, p *Path, depth int, skip []string) {
	if n.Kind != yaml.MappingNode {
		d.wrongKind(n, p, "a mapping")

		return
	}

	if fields, keys, ok := reshape(v); ok {
		d.pem(n, fields, keys, p, depth)

		return
	}

	plan := PlanOf(v.Type())

	d.pairs(n, p, depth, func(k, val *yaml.Node) {
		f := plan.Field(k.Value)
		if f == nil {
			for _, s := range skip {
				if s == k.Value {
					return
				}
			}

			at := p.Key(k.Value)
			d.Report(k, &at, d.hint(k.Value, append(plan.Keys(), skip...)), "unknown key")

			return
		}

		at := p.Key(k.Value)
		d.value(val, v.FieldByIndex(f.Index), f, &at, depth+1)
	})
}

func (d *Decoder) pem(n *yaml.Node, fields []reflect.Value, keys []string, p *Path, depth int) {
	d.pairs(n, p, depth, func(k, val *yaml.Node) {
		at := p.Key(k.Value)

		for i, key := range keys {
			if key == k.Value {
				var b value.Base64

				d.value(val, reflect.ValueOf(&b).Elem(), &Field{Secret: key == "key"}, &at, depth+1)
				fields[i].SetBytes(b)

				return
			}
		}

		d.Report(k, &at, didYouMean(k.Value, keys), "unknown key")
	})
}

func (d *Decoder) mapping(n *yaml.Node, v reflect.Value, f *Field, p *Path, depth int) {
	if n.Kind != yaml.MappingNode {
		d.wrongKind(n, p, "a mapping")

		return
	}

	t := v.Type()
	out := reflect.MakeMapWithSize(t, len(n.Content)/2)

	d.pairs(n, p, depth, func(k, val *yaml.Node) {
		at := p.Key(k.Value)
		e := reflect.New(t.Elem()).Elem()
		d.value(val, e, f, &at, depth+1)
		out.SetMapIndex(reflect.ValueOf(k.Value).Convert(t.Key()), e)
	})

	v.Set(out)
}

func (d *Decoder) list(n *yaml.Node, v reflect.Value, f *Field, p *Path, depth int) {
	if n.Kind != yaml.SequenceNode {
		d.wrongKind(n, p, "a list")

		return
	}

	out := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))

	for i, c := range n.Content {
		at := p.Index(i)
		d.value(c, out.Index(i), f, &at, depth+1)
	}

	v.Set(out)
}

func (d *Decoder) arg(n *yaml.Node, v reflect.Value, p *Path, depth int) {
	switch n.Kind {
	case yaml.ScalarNode:
		v.Set(reflect.ValueOf(value.ArgValue{n.Value}))
	case yaml.SequenceNode:
		var list []string

		d.list(n, reflect.ValueOf(&list).Elem(), nil, p, depth)
		v.Set(reflect.ValueOf(value.ArgValue(list)))
	default:
		d.wrongKind(n, p, "text or a list of texts")
	}
}

func (d *Decoder) wrongKind(n *yaml.Node, p *Path, want string) {
	d.Report(n, p, "", "expected %s, found %s", want, kindName(n))
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias"
	}

	if isNull(n) {
		return "nothing"
	}

	return "a single value"
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// hint is what may have been meant by an unknown key: one spelled alike here, or
// the same one elsewhere in the document.
func (d *Decoder) hint(word string, keys []string) string {
	if Nearest(word, keys) == "" {
		var found []string

		findKey(d.root, word, nil, &found, 0)

		if len(found) > 0 && len(found) <= 2 {
			return "it is set as " + strings.Join(found, " or ")
		}
	}

	return didYouMean(word, keys)
}

func findKey(t reflect.Type, word string, p *Path, found *[]string, depth int) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}

	if t.Kind() != reflect.Struct || IsScalar(t) || isPEM(t) || depth > 5 {
		return
	}

	for _, f := range PlanOf(t).Fields {
		at := p.Key(f.Key)
		if f.Key == word {
			*found = append(*found, at.String())

			continue
		}

		if len(*found) < 3 {
			findKey(f.Type, word, &at, found, depth+1)
		}
	}
}

func didYouMean(word string, keys []string) string {
	if near := Nearest(word, keys); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}

	switch {
	case len(keys) == 0:
		return "nothing can be set here"
	case len(keys) <= 8:
		return "known keys are " + strings.Join(keys, ", ")
	}

	return ""
}
