package tree

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Encode turns a declared value into nodes. Fields that are not set are left
// out; a pointer that is set stays, also when what it points to is empty.
func Encode(v any) (*yaml.Node, error) { return encode(reflect.ValueOf(v)) }

// Marshal writes a node as text with the indentation configs use.
func Marshal(n *yaml.Node) ([]byte, error) {
	readable(n)

	// Comments of the whole stand apart from those of the first and the last key.
	if n.HeadComment != "" || n.FootComment != "" {
		root := *n
		root.HeadComment, root.FootComment = "", ""
		n = &yaml.Node{Kind: yaml.DocumentNode, HeadComment: n.HeadComment, FootComment: n.FootComment, Content: []*yaml.Node{&root}}
	}

	var b bytes.Buffer

	enc := yaml.NewEncoder(&b)
	enc.SetIndent(4)

	if err := enc.Encode(n); err != nil {
		return nil, err
	}

	if err := enc.Close(); err != nil {
		return nil, err
	}

	return b.Bytes(), nil
}

// Text makes a string scalar; lines become a block.
func Text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if strings.Contains(s, "\n") {
		n.Style = yaml.LiteralStyle
	}

	return n
}

// readable changes blocks that the library would write so that nobody can read them
// again: it loses indentation that a block begins with, and some line breaks.
func readable(n *yaml.Node) {
	const block = yaml.LiteralStyle | yaml.FoldedStyle

	if n.Style&block != 0 && n.Value != "" &&
		(strings.ContainsAny(n.Value[:1], " \t\n") || strings.ContainsAny(n.Value, "\r\u0085\u2028\u2029")) {
		n.Style = n.Style&^block | yaml.DoubleQuotedStyle
	}

	for _, c := range n.Content {
		readable(c)
	}
}

func encode(v reflect.Value) (*yaml.Node, error) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, nil
		}

		v = v.Elem()
	}

	t := v.Type()

	switch {
	case t == durationType:
		return Text(v.Interface().(time.Duration).String()), nil
	case t == argType && v.Len() == 1:
		return Text(v.Index(0).String()), nil
	case t.Implements(textMarshaler):
		return encodeText(v)
	}

	switch t.Kind() {
	case reflect.String:
		return Text(v.String()), nil
	case reflect.Bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v.Bool())}, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatInt(v.Int(), 10)}, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.FormatUint(v.Uint(), 10)}, nil
	case reflect.Float32, reflect.Float64:
		n := &yaml.Node{}

		return n, n.Encode(v.Float())
	case reflect.Map:
		return encodeMap(v)
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}

		for i := range v.Len() {
			c, err := encode(v.Index(i))
			if err != nil {
				return nil, err
			}

			n.Content = append(n.Content, c)
		}

		return n, nil
	case reflect.Struct:
		return encodeStruct(v)
	}

	return nil, fmt.Errorf("encode %s: no YAML form", t)
}

func encodeText(v reflect.Value) (*yaml.Node, error) {
	b, err := v.Interface().(encoding.TextMarshaler).MarshalText()
	if err != nil {
		return nil, err
	}

	n := Text(string(b))

	if num, ok := v.Interface().(interface{ YAMLNumber() bool }); ok && num.YAMLNumber() && (b[0] >= '0' && b[0] <= '9') {
		n.Tag = ""
	}

	return n, nil
}

func encodeMap(v reflect.Value) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	keys := v.MapKeys()
	sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })

	for _, k := range keys {
		c, err := encode(v.MapIndex(k))
		if err != nil {
			return nil, err
		}

		n.Content = append(n.Content, Text(k.String()), c)
	}

	return n, nil
}

func encodeStruct(v reflect.Value) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}

	if fields, keys, ok := reshape(v); ok {
		for i, f := range fields {
			n.Content = append(n.Content, Text(keys[i]), Text(base64.StdEncoding.EncodeToString(f.Bytes())))
		}

		return n, nil
	}

	for _, f := range PlanOf(v.Type()).Fields {
		fv := v.FieldByIndex(f.Index)
		if IsUnset(fv) {
			continue
		}

		c, err := encode(fv)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Key, err)
		}

		n.Content = append(n.Content, Text(f.Key), c)
	}

	return n, nil
}

// IsUnset reports whether a field was left out: nil, an empty list or mapping,
// or a section in which nothing is set.
func IsUnset(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice:
		return v.Len() == 0
	case reflect.Struct:
		switch x := traitsOf(v.Type()); {
		case x.zeroer:
			return v.Interface().(interface{ IsZero() bool }).IsZero()
		case x.writes:
			return v.IsZero()
		}

		if fields, _, ok := reshape(v); ok {
			for _, f := range fields {
				if f.Len() > 0 {
					return false
				}
			}

			return true
		}

		for _, f := range PlanOf(v.Type()).Fields {
			if !IsUnset(v.FieldByIndex(f.Index)) {
				return false
			}
		}

		return true
	}

	return v.IsZero()
}
