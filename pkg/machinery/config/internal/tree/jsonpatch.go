package tree

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Operation is one operation of a JSON patch (RFC 6902).
type Operation struct {
	Op    string
	Path  string
	From  string
	Value *yaml.Node
}

// Apply runs the operation on a document without aliases. Working on nodes keeps
// comments and the order of keys.
//
// The type is that of the document. A section, list or mapping it declares counts
// as there and empty when it is left out, so that "add /machine/network/hostname"
// works on a config that says nothing about the network yet.
func (o Operation) Apply(root *yaml.Node, t reflect.Type) error {
	if o.Op == "add" || o.Op == "replace" {
		o.prepare(root, t)
	}

	if err := o.apply(root); err != nil {
		return fmt.Errorf("%s %s: %w", o.Op, o.Path, err)
	}

	return nil
}

func (o Operation) apply(root *yaml.Node) error {
	switch o.Op {
	case "add", "replace", "test":
		if o.Value == nil {
			return fmt.Errorf("has no value")
		}
	}

	switch o.Op {
	case "add":
		return add(root, o.Path, Clone(o.Value))
	case "remove":
		_, err := remove(root, o.Path)

		return err
	case "replace":
		n, err := lookup(root, o.Path)
		if err != nil {
			return err
		}

		replace(n, o.Value)

		return nil
	case "move":
		if strings.HasPrefix(o.Path+"/", o.From+"/") && o.Path != o.From {
			return fmt.Errorf("cannot move %s into itself", o.From)
		}

		n, err := remove(root, o.From)
		if err != nil {
			return err
		}

		return add(root, o.Path, n)
	case "copy":
		n, err := lookup(root, o.From)
		if err != nil {
			return err
		}

		return add(root, o.Path, Clone(n))
	case "test":
		n, err := lookup(root, o.Path)
		if err != nil {
			return err
		}

		if !sameLoose(n, o.Value) {
			return fmt.Errorf("the value there is another one")
		}

		return nil
	}

	return fmt.Errorf("is not an operation; known are add, remove, replace, move, copy, test")
}

// prepare adds the empty sections on the way to what is added or replaced. It does
// nothing when the way leads to something that is not declared: the operation
// fails then without having changed anything.
func (o Operation) prepare(root *yaml.Node, t reflect.Type) {
	parts, err := pointer(o.Path)
	if err != nil {
		return
	}

	if o.Op == "add" {
		parts = parts[:max(len(parts)-1, 0)]
	}

	var (
		at      *yaml.Node // where the first missing section goes
		missing *yaml.Node
		name    string
		last    *yaml.Node
	)

	for n, i := root, 0; i < len(parts); i++ {
		kind, below := declaredBelow(t, parts[i])
		t = below

		if n != nil {
			next, err := child(n, parts[i])
			if err == nil && !isNull(next) {
				n = next

				continue
			}

			if n.Kind != yaml.MappingNode {
				return
			}
		}

		if kind == 0 {
			return
		}

		empty := &yaml.Node{Kind: kind}

		if n != nil {
			at, name, missing, n = n, parts[i], empty, nil
		} else {
			last.Content = append(last.Content, Text(parts[i]), empty)
		}

		last = empty
	}

	if missing != nil {
		Remove(at, name)
		at.Content = append(at.Content, Text(name), missing)
		at.Style &^= yaml.FlowStyle
	}
}

// declaredBelow finds what is declared under a key: the type, and the kind of node
// if it may be empty.
func declaredBelow(t reflect.Type, key string) (yaml.Kind, reflect.Type) {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}

	if t == nil || isPEM(t) || IsScalar(t) || t == objectType {
		return 0, nil
	}

	switch t.Kind() {
	case reflect.Struct:
		f := PlanOf(t).Field(key)
		if f == nil {
			return 0, nil
		}

		below := f.Type
		for below.Kind() == reflect.Pointer {
			below = below.Elem()
		}

		switch {
		case IsScalar(below) || isPEM(below) || below == argType:
			return 0, below
		case below.Kind() == reflect.Slice:
			return yaml.SequenceNode, below
		}

		return yaml.MappingNode, below
	case reflect.Map, reflect.Slice:
		return 0, t.Elem()
	}

	return 0, nil
}

// pointer splits a JSON pointer (RFC 6901).
func pointer(p string) ([]string, error) {
	if p == "" {
		return nil, nil
	}

	if p[0] != '/' {
		return nil, fmt.Errorf("a path starts with /")
	}

	parts := strings.Split(p[1:], "/")
	for i, s := range parts {
		if rest := strings.NewReplacer("~0", "", "~1", "").Replace(s); strings.Contains(rest, "~") {
			return nil, fmt.Errorf("%q has a ~ that is neither ~0, for ~, nor ~1, for /", s)
		}

		parts[i] = strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
	}

	return parts, nil
}

func lookup(root *yaml.Node, path string) (*yaml.Node, error) {
	parts, err := pointer(path)
	if err != nil {
		return nil, err
	}

	return walk(root, parts)
}

func walk(n *yaml.Node, parts []string) (*yaml.Node, error) {
	for i, key := range parts {
		next, err := child(n, key)
		if err != nil {
			return nil, fmt.Errorf("/%s: %w", strings.Join(parts[:i+1], "/"), err)
		}

		n = next
	}

	return n, nil
}

func child(n *yaml.Node, key string) (*yaml.Node, error) {
	switch n.Kind {
	case yaml.MappingNode:
		if c := Get(n, key); c != nil {
			return c, nil
		}

		var keys []string
		for i := 0; i < len(n.Content); i += 2 {
			keys = append(keys, n.Content[i].Value)
		}

		if near := Nearest(key, keys); near != "" {
			return nil, fmt.Errorf("is not there; did you mean %q?", near)
		}
	case yaml.SequenceNode:
		i, err := index(key, len(n.Content)-1)
		if err != nil {
			return nil, err
		}

		return n.Content[i], nil
	}

	return nil, fmt.Errorf("is not there")
}

func index(key string, last int) (int, error) {
	i, err := strconv.Atoi(key)
	if err != nil || key[0] < '0' || key[0] > '9' || (len(key) > 1 && key[0] == '0') {
		return 0, fmt.Errorf("%q is not an index of a list", key)
	}

	if i > last {
		return 0, fmt.Errorf("the list ends at index %d", last)
	}

	return i, nil
}

// parent finds what holds the last part of a path.
func parent(root *yaml.Node, path string) (*yaml.Node, string, error) {
	parts, err := pointer(path)
	if err != nil {
		return nil, "", err
	}

	if len(parts) == 0 {
		return nil, "", nil
	}

	n, err := walk(root, parts[:len(parts)-1])

	return n, parts[len(parts)-1], err
}

func add(root *yaml.Node, path string, v *yaml.Node) error {
	n, key, err := parent(root, path)
	if err != nil {
		return err
	}

	if n == nil {
		*root = *v

		return nil
	}

	switch {
	case n.Kind == yaml.MappingNode:
		if old := Get(n, key); old != nil {
			replace(old, v)

			return nil
		}

		n.Content = append(n.Content, Text(key), v)
	case n.Kind == yaml.SequenceNode && key == "-":
		n.Content = append(n.Content, v)
	case n.Kind == yaml.SequenceNode:
		i, err := index(key, len(n.Content))
		if err != nil {
			return err
		}

		n.Content = append(n.Content[:i:i], append([]*yaml.Node{v}, n.Content[i:]...)...)
	default:
		return fmt.Errorf("what it should be added to is %s", kindName(n))
	}

	n.Style &^= yaml.FlowStyle

	return nil
}

func remove(root *yaml.Node, path string) (*yaml.Node, error) {
	n, key, err := parent(root, path)
	if err != nil {
		return nil, err
	}

	if n == nil {
		return nil, fmt.Errorf("a whole document cannot be removed")
	}

	old, err := child(n, key)
	if err != nil {
		return nil, err
	}

	if n.Kind == yaml.MappingNode {
		Remove(n, key)

		return old, nil
	}

	i, _ := strconv.Atoi(key)
	n.Content = append(n.Content[:i:i], n.Content[i+1:]...)

	return old, nil
}
