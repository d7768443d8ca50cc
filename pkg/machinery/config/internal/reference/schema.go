package reference

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/impact"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// Schema is a JSON schema of draft 7, the one that editors know best. They show a
// description beside a $ref, although the draft gives it no meaning.
type Schema struct {
	Draft       string     `json:"$schema,omitempty"`
	Ref         string     `json:"$ref,omitempty"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Type        any        `json:"type,omitempty"` // one name or several
	Enum        []string   `json:"enum,omitempty"`
	Const       string     `json:"const,omitempty"`
	Pattern     string     `json:"pattern,omitempty"`
	Minimum     *uint64    `json:"minimum,omitempty"`
	Maximum     *uint64    `json:"maximum,omitempty"`
	Default     any        `json:"default,omitempty"`
	Items       *Schema    `json:"items,omitempty"`
	Properties  properties `json:"properties,omitempty"`
	Additional  any        `json:"additionalProperties,omitempty"` // false or a schema
	Required    []string   `json:"required,omitempty"`
	AllOf       []*Schema  `json:"allOf,omitempty"`
	AnyOf       []*Schema  `json:"anyOf,omitempty"`
	If          *Schema    `json:"if,omitempty"`
	Then        *Schema    `json:"then,omitempty"`
	Not         *Schema    `json:"not,omitempty"`
	Definitions properties `json:"definitions,omitempty"`
}

// properties are schemas by name, in the order of the declaration.
type properties []property

type property struct {
	name   string
	schema *Schema
}

// MarshalJSON writes an object in order.
func (p properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer

	b.WriteByte('{')

	for i, e := range p {
		if i > 0 {
			b.WriteByte(',')
		}

		name, err := json.Marshal(e.name)
		if err != nil {
			return nil, err
		}

		b.Write(name)
		b.WriteByte(':')

		var s bytes.Buffer

		enc := json.NewEncoder(&s)
		enc.SetEscapeHTML(false)

		if err = enc.Encode(e.schema); err != nil {
			return nil, err
		}

		b.Write(s.Bytes())
	}

	b.WriteByte('}')

	return b.Bytes(), nil
}

// builder collects the definitions of struct types.
type builder struct {
	source  *Source
	effects map[string]impact.Change
	defs    properties
	done    map[reflect.Type]bool
}

// JSONSchema describes every document of a config. Which kind a document is decides
// its schema alone, so that a mistake is reported at its place and not as ninety
// kinds that do not match.
func JSONSchema(s *Source) ([]byte, error) {
	b := &builder{source: s, effects: s.mainEffects(), done: map[reflect.Type]bool{}}
	root := &Schema{
		Draft: "http://json-schema.org/draft-07/schema#",
		Title: "Machine configuration",
		Description: "One document of a machine configuration. A document without kind is the main one, with the sections " +
			"machine and cluster.",
		Type: "object",
		Properties: properties{
			{"apiVersion", &Schema{Title: "apiVersion", Description: "Version of the language.", Enum: []string{"v1alpha1"}}},
			{"kind", &Schema{Title: "kind", Description: "What the document describes.", Enum: document.Names()}},
		},
	}

	b.define(reflect.TypeFor[v1alpha1.Config](), "", config.MainKind)
	root.AllOf = append(root.AllOf, &Schema{
		If: &Schema{Not: &Schema{Required: []string{"kind"}}}, Then: ref(reflect.TypeFor[v1alpha1.Config]()),
	})

	for _, k := range document.Kinds() {
		t := reflect.TypeOf(k.New()).Elem()
		b.define(t, "", k.Name)
		root.AllOf = append(root.AllOf, &Schema{
			If:   &Schema{Required: []string{"kind"}, Properties: properties{{"kind", &Schema{Const: k.Name}}}},
			Then: ref(t),
		})
	}

	root.Definitions = b.defs

	var out bytes.Buffer

	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")

	if err := enc.Encode(root); err != nil {
		return nil, err
	}

	return out.Bytes(), nil
}

// ref names types of the main document with their package: some share their name
// with a document.
func ref(t reflect.Type) *Schema { return &Schema{Ref: "#/definitions/" + defName(t)} }

func defName(t reflect.Type) string { return strings.TrimPrefix(t.String(), "document.") }

// define adds the definition of a struct type. The path leads to it from the
// document of the kind.
func (b *builder) define(t reflect.Type, path, kind string) {
	if b.done[t] {
		return
	}

	b.done[t] = true

	d := &Schema{Title: t.Name(), Description: b.source.Type(t), Type: "object", Additional: false}
	at := len(b.defs)
	b.defs = append(b.defs, property{defName(t), d})

	if path == "" && kind != config.MainKind {
		d.Required = []string{"apiVersion", "kind"}
		d.Properties = properties{
			{"apiVersion", &Schema{Title: "apiVersion", Description: "Version of the language.", Enum: []string{"v1alpha1"}}},
			{"kind", &Schema{Title: "kind", Description: d.Description, Enum: []string{kind}}},
		}
	}

	for _, f := range b.source.Fields(t) {
		below := path + "." + f.Key
		p := b.value(f.Type, strings.TrimPrefix(below, "."), kind)
		p.Title = f.Key
		p.Description = strings.TrimSpace(f.Text + " " + b.effect(kind, path, f.Key))

		leaf := p
		for leaf.Items != nil && leaf.Type == "array" {
			leaf = leaf.Items
		}

		if f.Enum != nil {
			leaf.Enum = f.Enum
		}

		if f.Schemes != nil {
			leaf.Pattern = `^((` + strings.Join(f.Schemes, "|") + `)://[^ ]+)?$`
		}

		if f.Range != nil {
			leaf.limit(f.Range, !f.Required && leaf == p)
		}

		p.Default = literal(f)

		if f.Required {
			d.Required = append(d.Required, f.Key)
		}

		d.Properties = append(d.Properties, property{f.Key, p})
	}

	b.defs[at].schema = d
}

// limit adds the range of a number. Where 0 stands for a number left out it is taken
// besides.
func (s *Schema) limit(r *tree.Range, zero bool) {
	least, most := uint64(r.Least), uint64(r.Most)
	s.Minimum = &least

	if !r.Open() {
		s.Maximum = &most
	}

	if !zero {
		return
	}

	s.Minimum = new(uint64)

	if least > 1 {
		s.AnyOf = []*Schema{{Maximum: new(uint64)}, {Minimum: &least}}
	}
}

func (b *builder) value(t reflect.Type, path, kind string) *Schema {
	if s := scalarSchema(t); s != nil {
		return s
	}

	switch t.Kind() {
	case reflect.Pointer:
		return b.value(t.Elem(), path, kind)
	case reflect.Slice:
		return &Schema{Type: "array", Items: b.value(t.Elem(), path, kind)}
	case reflect.Map:
		values := b.value(t.Elem(), path, kind)
		if values.Type == "string" && values.Pattern == "" {
			// Nobody quotes the number of a kernel parameter, and the parser takes it.
			values.Type = []string{"string", "number", "boolean"}
		}

		return &Schema{Type: "object", Additional: values}
	}

	b.define(t, path, kind)

	return ref(t)
}

// effect is a sentence where a field takes more than its section to take effect.
func (b *builder) effect(kind, section, key string) string {
	section = strings.TrimPrefix(section, ".")

	path := key
	if section != "" {
		path = section + "." + key
	}

	c, ok := b.effects[path]
	if kind != config.MainKind || !ok || c.Effect == impact.Live {
		return ""
	}

	if above, ok := b.effects[section]; ok && effectWord(above) == effectWord(c) {
		return ""
	}

	return effectSentence(c)
}
