package tree

import (
	"bytes"
	"encoding"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Change is one difference between two values of the same type. Old is empty
// for what was added, New for what was removed.
type Change struct {
	Path     string
	Old, New string
	Secret   bool
}

// Diff lists the differences between two declared values, in declared order.
// Values of secrets are not in it.
func Diff(a, b any) []Change {
	var out []Change

	diff(field(reflect.ValueOf(a)), field(reflect.ValueOf(b)), nil, nil, false, &out)

	return out
}

// side is one of two values that are compared. A field that is empty is as good as left
// out; an item of a list or a mapping says something by being there, such as a label
// without a value.
type side struct {
	reflect.Value // invalid for nil

	item bool
}

func field(v reflect.Value) side { return side{bare(v), false} }

func item(v reflect.Value) side { return side{bare(v), v.IsValid()} }

// bare is what pointers and interfaces lead to.
func bare(v reflect.Value) reflect.Value {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		v = v.Elem()
	}

	return v
}

func diff(a, b side, f *Field, p *Path, secret bool, out *[]Change) {

	secret = secret || (f != nil && (f.Secret || f.SecretQuery))

	if !a.IsValid() || !b.IsValid() || a.Type() != b.Type() {
		report(a, b, p, secret, out)

		return
	}

	if IsScalar(a.Type()) || a.Type() == argType || isPEM(a.Type()) {
		if !equalScalar(a.Value, b.Value) {
			report(a, b, p, secret, out)
		}

		return
	}

	switch a.Kind() {
	case reflect.Struct:
		plan := PlanOf(a.Type())

		for i := range plan.Fields {
			fl := &plan.Fields[i]
			at := p.Key(fl.Key)
			diff(field(a.FieldByIndex(fl.Index)), field(b.FieldByIndex(fl.Index)), fl, &at, secret, out)
		}
	case reflect.Map:
		diffMap(a.Value, b.Value, p, secret, out)
	case reflect.Slice:
		diffList(a.Value, b.Value, p, secret, out)
	}
}

// equalScalar compares what would be written: parsed forms may keep how they were
// written besides.
func equalScalar(a, b reflect.Value) bool {
	x, ok := a.Interface().(encoding.TextMarshaler)
	y, _ := b.Interface().(encoding.TextMarshaler)

	if !ok {
		return reflect.DeepEqual(a.Interface(), b.Interface())
	}

	s, err1 := x.MarshalText()
	t, err2 := y.MarshalText()

	return err1 == nil && err2 == nil && bytes.Equal(s, t)
}

func diffMap(a, b reflect.Value, p *Path, secret bool, out *[]Change) {
	keys := map[string]bool{}

	for _, m := range []reflect.Value{a, b} {
		for it := m.MapRange(); it.Next(); {
			keys[it.Key().String()] = true
		}
	}

	names := make([]string, 0, len(keys))
	for k := range keys {
		names = append(names, k)
	}

	sort.Strings(names)

	for _, k := range names {
		at := p.Key(k)
		kv := reflect.ValueOf(k).Convert(a.Type().Key())
		diff(item(a.MapIndex(kv)), item(b.MapIndex(kv)), nil, &at, secret, out)
	}
}

func diffList(a, b reflect.Value, p *Path, secret bool, out *[]Change) {
	// Items that begin or end both lists unchanged are left out, so that one
	// inserted item is one difference.
	from, na, nb := 0, a.Len(), b.Len()

	for from < na && from < nb && reflect.DeepEqual(a.Index(from).Interface(), b.Index(from).Interface()) {
		from++
	}

	for na > from && nb > from && reflect.DeepEqual(a.Index(na-1).Interface(), b.Index(nb-1).Interface()) {
		na--
		nb--
	}

	for i := from; i < max(na, nb); i++ {
		at := p.Index(i)

		var x, y reflect.Value
		if i < na {
			x = a.Index(i)
		}

		if i < nb {
			y = b.Index(i)
		}

		diff(item(x), item(y), nil, &at, secret, out)
	}
}

// report records a difference; sections that came or went are listed by what is
// set in them, so that secrets inside are still known as such.
func report(a, b side, p *Path, secret bool, out *[]Change) {
	one := a
	if !one.IsValid() {
		one = b
	}

	if a.IsValid() != b.IsValid() && one.Kind() == reflect.Struct && !IsScalar(one.Type()) && !isPEM(one.Type()) && !IsUnset(one.Value) {
		empty := field(reflect.New(one.Type()).Elem())
		if a.IsValid() {
			diff(a, empty, nil, p, secret, out)
		} else {
			diff(empty, b, nil, p, secret, out)
		}

		return
	}

	secret = secret || one.IsValid() && isPEM(one.Type())
	c := Change{Path: p.String(), Secret: secret, Old: a.text(secret), New: b.text(secret)}

	if c.Old != c.New || secret && c.Old != "" {
		*out = append(*out, c)
	}
}

// text is a side on one line, nothing if it is left out.
func (s side) text(secret bool) string {
	unset := !s.IsValid() || IsUnset(s.Value)

	switch {
	case secret && (s.item || !unset):
		return "(secret)"
	case secret:
		return ""
	case s.item && !s.IsValid():
		return "null"
	case !s.item && (!s.IsValid() || unset && s.Kind() != reflect.Bool && s.Kind() != reflect.Struct):
		return ""
	}

	text := show(s.Value)
	if !s.item && unset && text == `""` {
		return "" // a scalar that is a struct
	}

	return text
}

// show is a value on one line.
func show(v reflect.Value) string {
	n, err := encode(v)
	if err != nil {
		return fmt.Sprint(v.Interface())
	}

	flow(n)

	b, err := yaml.Marshal(n)
	if err != nil {
		return fmt.Sprint(v.Interface())
	}

	return strings.TrimSpace(string(b))
}

func flow(n *yaml.Node) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Style == yaml.LiteralStyle {
			n.Style = yaml.DoubleQuotedStyle
		}
	default:
		n.Style |= yaml.FlowStyle
	}

	for _, c := range n.Content {
		flow(c)
	}
}
