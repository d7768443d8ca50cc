package tree

import (
	"fmt"
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
func (o Operation) Apply(root *yaml.Node) error {
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
	if err != nil || i < 0 || (len(key) > 1 && key[0] == '0') {
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
