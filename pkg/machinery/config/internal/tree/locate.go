package tree

import (
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// SplitPath takes apart what Path.String writes.
func SplitPath(path string) []string {
	var out []string

	for path != "" {
		if path[0] == '.' {
			path = path[1:]
		}

		if strings.HasPrefix(path, `["`) {
			q, err := strconv.QuotedPrefix(path[1:])
			if err != nil {
				return append(out, path)
			}

			s, _ := strconv.Unquote(q)
			out = append(out, s)
			path = strings.TrimPrefix(path[1+len(q):], "]")

			continue
		}

		if path[0] == '[' {
			i := strings.IndexByte(path, ']')
			if i < 0 {
				return append(out, path)
			}

			out = append(out, path[:i+1])
			path = path[i+1:]

			continue
		}

		i := strings.IndexAny(path, ".[")
		if i < 0 {
			i = len(path)
		}

		out = append(out, path[:i])
		path = path[i:]
	}

	return out
}

// Locate finds the node at a path, or the deepest one on the way to it.
func Locate(root *yaml.Node, path string) *yaml.Node {
	n := root

	for _, part := range SplitPath(path) {
		for n.Kind == yaml.AliasNode {
			n = n.Alias
		}

		var next *yaml.Node

		if strings.HasPrefix(part, "[") && n.Kind == yaml.SequenceNode {
			if i, err := strconv.Atoi(strings.Trim(part, "[]")); err == nil && i < len(n.Content) {
				next = n.Content[i]
			}
		} else if n.Kind == yaml.MappingNode {
			next = Get(n, part)
		}

		if next == nil {
			return n
		}

		n = next
	}

	return n
}

// WalkRuled visits every field, set or not, whose declaration asks for a check of it
// or of what is below; see Field.Ruled. When visit returns false what is below is left
// out.
func WalkRuled(v any, visit func(p *Path, f *Field, v reflect.Value) bool) {
	walkValue(reflect.ValueOf(v), nil, visit)
}

func walkValue(v reflect.Value, p *Path, visit func(*Path, *Field, reflect.Value) bool) {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return
		}

		v = v.Elem()
	}

	if IsScalar(v.Type()) || v.Type() == objectType || v.Type() == argType || isPEM(v.Type()) {
		return
	}

	switch v.Kind() {
	case reflect.Struct:
		plan := PlanOf(v.Type())

		for i := range plan.Fields {
			f := &plan.Fields[i]
			if !f.Ruled {
				continue
			}

			fv := v.FieldByIndex(f.Index)
			at := p.Key(f.Key)

			if visit(&at, f, fv) {
				walkValue(fv, &at, visit)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			at := p.Index(i)
			walkValue(v.Index(i), &at, visit)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			at := p.Key(it.Key().String())
			walkValue(it.Value(), &at, visit)
		}
	}
}

// IsSet reports whether anything is set at a path of keys without indices.
func IsSet(v any, path string) bool {
	rv := reflect.ValueOf(v)

	for _, key := range strings.Split(path, ".") {
		for rv.Kind() == reflect.Pointer {
			if rv.IsNil() {
				return false
			}

			rv = rv.Elem()
		}

		f := PlanOf(rv.Type()).Field(key)
		if f == nil {
			panic("no such setting: " + path)
		}

		rv = rv.FieldByIndex(f.Index)
	}

	return !IsUnset(rv)
}
