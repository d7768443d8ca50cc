// Package patch reads config patches: from files or the command line, strategic
// or JSON. Package config applies them.
package patch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Patch is one patch, not yet applied to anything.
type Patch struct {
	Name string // where it came from, for messages

	// Text is a strategic patch: a stream of incomplete documents. It is nil when
	// the patch is a list of JSON patch operations.
	Text []byte
	// Operations are those of a JSON patch (RFC 6902).
	Operations []Operation
}

// Format prints the name only, for every verb: a patch may hold secrets.
func (p Patch) Format(s fmt.State, _ rune) { io.WriteString(s, p.shown()) } //nolint:errcheck // a buffer

// MarshalText is the name, for encoders of logs.
func (p Patch) MarshalText() ([]byte, error) { return []byte(p.shown()), nil }

func (p Patch) shown() string { return p.Name }

// Operation is one operation of a JSON patch.
type Operation struct {
	Op    string
	Path  string
	From  string
	Value *yaml.Node
}

// Format prints what is done where, without the value, for every verb.
func (o Operation) Format(s fmt.State, _ rune) { io.WriteString(s, o.shown()) } //nolint:errcheck // a buffer

// MarshalText is the same, for encoders of logs.
func (o Operation) MarshalText() ([]byte, error) { return []byte(o.shown()), nil }

func (o Operation) shown() string { return o.Op + " " + o.Path }

// IsJSON reports whether this is a JSON patch.
func (p Patch) IsJSON() bool { return p.Text == nil }

// maxBytes is as much as a config may have.
const maxBytes = 4 << 20

// LoadAll reads patches as they are given on a command line: the patch itself, or
// @ and the name of a file, where @- is the standard input.
func LoadAll(args []string) ([]Patch, error) {
	var out []Patch

	for i, arg := range args {
		p, err := loadOne(arg, i)
		if err != nil {
			return nil, err
		}

		out = append(out, p)
	}

	return out, nil
}

func loadOne(arg string, i int) (Patch, error) {
	file, ok := strings.CutPrefix(arg, "@")
	if !ok {
		return Parse(fmt.Sprintf("patch %d", i+1), []byte(arg))
	}

	if file == "-" {
		data, err := io.ReadAll(io.LimitReader(os.Stdin, maxBytes+1))
		if err != nil {
			return Patch{}, fmt.Errorf("read patch from standard input: %w", err)
		}

		return Parse("standard input", data)
	}

	data, err := os.ReadFile(file)
	if err != nil {
		return Patch{}, fmt.Errorf("read patch: %w", err)
	}

	return Parse(file, data)
}

// Parse finds out what kind of patch a text is: a list is a JSON patch, a
// mapping is a strategic one. The name is for messages.
func Parse(name string, data []byte) (Patch, error) {
	if len(data) > maxBytes {
		return Patch{}, fmt.Errorf("%s: %d bytes is more than the limit of %d", name, len(data), maxBytes)
	}

	p := Patch{Name: name}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))

	if ops, ok, err := parseJSON(data); ok || err != nil {
		p.Operations = ops

		return p, wrap(name, err)
	}

	// Only what cannot be a mapping is parsed here: a strategic patch is parsed when
	// it is applied.
	var n yaml.Node
	if looksLikeMapping(data) {
		p.Text = bytes.Clone(data)

		return p, nil
	}

	if err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&n); err == nil {
		root := &n
		if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
			root = n.Content[0]
		}

		if root.Kind == yaml.SequenceNode {
			p.Operations, err = parseList(root)

			return p, wrap(name, err)
		}

		if root.Kind == yaml.ScalarNode && root.Tag == "!!str" {
			return Patch{}, fmt.Errorf("%s is a text, not a patch; a file is given as @%s", name, root.Value)
		}
	}

	// Anything else, bad syntax included, is reported when it is applied, where
	// places in the text are known.
	p.Text = bytes.Clone(data)

	return p, nil
}

// looksLikeMapping goes by the first line that says something.
func looksLikeMapping(data []byte) bool {
	for line := range bytes.Lines(data) {
		line = bytes.TrimSpace(line)

		switch {
		case len(line) == 0 || line[0] == '#' || line[0] == '%' || bytes.HasPrefix(line, []byte("---")):
		case line[0] == '-' || line[0] == '[':
			return false
		default:
			return line[0] == '{' || bytes.HasSuffix(line, []byte(":")) || bytes.Contains(line, []byte(": "))
		}
	}

	return false
}

func wrap(name string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}

	return nil
}

// parseJSON reads real JSON, which YAML parsers refuse when it is indented by tabs.
func parseJSON(data []byte) ([]Operation, bool, error) {
	if t := bytes.TrimSpace(data); len(t) == 0 || t[0] != '[' {
		return nil, false, nil
	}

	var list []struct {
		Op         string
		Path, From *string
		Value      json.RawMessage
	}

	if err := json.Unmarshal(data, &list); err != nil {
		return nil, false, nil //nolint:nilerr // may still be a YAML list in flow style
	}

	out := []Operation{}

	for i, o := range list {
		if err := complete(o.Op, o.Path != nil, o.From != nil); err != nil {
			return nil, true, fmt.Errorf("operation %d %w", i+1, err)
		}

		op := Operation{Op: o.Op, Path: *o.Path}
		if o.From != nil {
			op.From = *o.From
		}

		if o.Value != nil {
			var n yaml.Node
			if err := yaml.Unmarshal(o.Value, &n); err != nil {
				return nil, true, fmt.Errorf("operation %d: value: %w", i+1, err)
			}

			op.Value = n.Content[0]
			unflow(op.Value)
		}

		out = append(out, op)
	}

	return out, true, nil
}

func parseList(root *yaml.Node) ([]Operation, error) {
	out := []Operation{}

	for i, item := range root.Content {
		if item.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("line %d: operation %d is not a mapping", item.Line, i+1)
		}

		var (
			op               Operation
			hasPath, hasFrom bool
		)

		for j := 0; j+1 < len(item.Content); j += 2 {
			k, v := item.Content[j], item.Content[j+1]

			switch k.Value {
			case "op":
				op.Op = v.Value
			case "path":
				op.Path, hasPath = v.Value, true
			case "from":
				op.From, hasFrom = v.Value, true
			case "value":
				op.Value = v
			default:
				return nil, fmt.Errorf("line %d: operation %d: unknown key %q; known are op, path, from, value", k.Line, i+1, k.Value)
			}
		}

		if err := complete(op.Op, hasPath, hasFrom); err != nil {
			return nil, fmt.Errorf("line %d: operation %d %w", item.Line, i+1, err)
		}

		out = append(out, op)
	}

	return out, nil
}

// complete tells what an operation lacks. An empty path is one: the whole document.
func complete(op string, path, from bool) error {
	switch {
	case op == "":
		return errors.New("has no op")
	case !path:
		return errors.New("has no path")
	case !from && (op == "move" || op == "copy"):
		return errors.New("has no from")
	}

	return nil
}

// unflow lets values that came as JSON be written like the rest of a config.
func unflow(n *yaml.Node) {
	n.Style &^= yaml.FlowStyle
	if n.Tag == "!!str" {
		n.Style = 0
	}

	for _, c := range n.Content {
		unflow(c)
	}
}
