package tree

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// Field is what a declaration says about one key.
type Field struct {
	Key      string
	Index    []int
	Type     reflect.Type
	Enum     []string
	Older    map[string]string // spellings of older configs, by today's
	Required bool
	Secret   bool
	// SecretQuery marks a URL of which only the query is secret.
	SecretQuery bool
	Merge       string   // "", "replace", or the keys that identify an item, in order
	TrimLeft    bool     // leading tabs and newlines are dropped
	Schemes     []string // that a URL may have; any if there are none
	Range       *Range   // of a number, or of each of a list; nil for any
	// Ruled says that the declaration asks for a check after decoding, of this value
	// or of one below it.
	Ruled bool
}

// Plan is the keys of a struct in declared order.
type Plan struct {
	Fields []Field
	byKey  map[string]int
	ruled  bool
}

// Field finds a key.
func (p *Plan) Field(key string) *Field {
	if i, ok := p.byKey[key]; ok {
		return &p.Fields[i]
	}

	return nil
}

// Keys lists the keys in declared order.
func (p *Plan) Keys() []string {
	out := make([]string, len(p.Fields))
	for i := range p.Fields {
		out[i] = p.Fields[i].Key
	}

	return out
}

var plans sync.Map // reflect.Type -> *Plan

// PlanOf reads the declaration of a struct type, once per type. A field without
// a usable tag is a mistake in the declaration and panics.
func PlanOf(t reflect.Type) *Plan {
	if p, ok := plans.Load(t); ok {
		return p.(*Plan)
	}

	p := &Plan{byKey: map[string]int{}}
	p.add(t, nil)
	plans.Store(t, p)

	return p
}

func (p *Plan) add(t reflect.Type, at []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(append([]int(nil), at...), i)

		key, opts, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if key == "-" {
			continue
		}

		if opts == "inline" {
			p.add(f.Type, index)

			continue
		}

		if key == "" {
			panic(fmt.Sprintf("%s.%s has no yaml key", t, f.Name))
		}

		d := Field{
			Key: key, Index: index, Type: f.Type,
			Required: f.Tag.Get("required") == "true",
			Secret:   f.Tag.Get("secret") == "true",

			SecretQuery: f.Tag.Get("secret") == "query",
			Merge:       f.Tag.Get("merge"),
			TrimLeft:    f.Tag.Get("trim") == "left",
		}
		if e := f.Tag.Get("enum"); e != "" {
			d.Enum = strings.Split(e, "|")
		}

		if s := f.Tag.Get("scheme"); s != "" {
			d.Schemes = strings.Split(s, "|")
		}

		if r := f.Tag.Get("range"); r != "" {
			var err error
			if d.Range, err = readRange(r); err != nil {
				panic(fmt.Sprintf("%s.%s: %s", t, f.Name, err))
			}
		}

		if a := f.Tag.Get("older"); a != "" {
			d.Older = map[string]string{}

			for _, pair := range strings.Split(a, "|") {
				old, now, _ := strings.Cut(pair, "=")
				d.Older[old] = now
			}
		}

		d.Ruled = d.Required || d.Secret || d.Schemes != nil || d.Range != nil || ruled(f.Type)
		p.ruled = p.ruled || d.Ruled
		p.byKey[key] = len(p.Fields)
		p.Fields = append(p.Fields, d)
	}
}

// ruled looks for rules in the declaration of a type.
func ruled(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}

	if t == expressionType {
		return true
	}

	return t.Kind() == reflect.Struct && !IsScalar(t) && !isPEM(t) && PlanOf(t).ruled
}

var (
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	durationType    = reflect.TypeFor[time.Duration]()
	objectType      = reflect.TypeFor[value.Object]()
	argType         = reflect.TypeFor[value.ArgValue]()
	pairType        = reflect.TypeFor[x509.PEMEncodedCertificateAndKey]()
	certType        = reflect.TypeFor[x509.PEMEncodedCertificate]()
	keyType         = reflect.TypeFor[x509.PEMEncodedKey]()
	expressionType  = reflect.TypeFor[value.Expression]()
	zeroerType      = reflect.TypeFor[interface{ IsZero() bool }]()
)

// traits are what is asked of the type of each value. Finding them out takes longer
// than decoding does.
type traits struct {
	scalar bool // written as one YAML scalar
	text   bool // a pointer to it reads text
	writes bool // it writes text
	zeroer bool // it knows itself when it is zero
}

var traitsByType sync.Map // reflect.Type -> traits

func traitsOf(t reflect.Type) traits {
	if x, ok := traitsByType.Load(t); ok {
		return x.(traits)
	}

	x := traits{
		text:   reflect.PointerTo(t).Implements(textUnmarshaler),
		writes: t.Implements(textMarshaler),
		zeroer: t.Implements(zeroerType),
	}

	switch t.Kind() {
	case reflect.Struct, reflect.Map, reflect.Slice, reflect.Pointer, reflect.Interface:
		x.scalar = x.text
	default:
		x.scalar = true
	}

	traitsByType.Store(t, x)

	return x
}

// IsScalar reports whether values of t are written as one YAML scalar.
func IsScalar(t reflect.Type) bool { return traitsOf(t).scalar }

// reshape gives the fields and keys of the library's certificate types, which
// carry no yaml tags of their own. They are written in base64.
func reshape(v reflect.Value) (fields []reflect.Value, keys []string, ok bool) {
	switch v.Type() {
	case pairType:
		return []reflect.Value{v.Field(0), v.Field(1)}, []string{"crt", "key"}, true
	case certType:
		return []reflect.Value{v.Field(0)}, []string{"crt"}, true
	case keyType:
		return []reflect.Value{v.Field(0)}, []string{"key"}, true
	}

	return nil, nil, false
}
