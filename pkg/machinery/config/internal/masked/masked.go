// Package masked shows values without what their declaration calls secret. It is for
// logs and messages: YAML is written by package tree, which masks nothing.
//
// A struct with a field that is tagged secret, its own or one further down, has a
// method Format and a method MarshalJSON that call this package: it is safe to print
// with any verb, to log with any handler of slog, and to encode as JSON. A test of
// package config fails for a struct that has none. Verbs p and w are exceptions: fmt
// asks no method then, and vet refuses them. The other way, types of their own for
// secrets, would make every user of a token convert it, and those of certificates come
// from a library.
package masked

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// Text stands in place of a secret.
const Text = "REDACTED"

// Format prints a struct as package fmt would.
func Format(s fmt.State, verb rune, v any) {
	goSyntax := verb == 'v' && s.Flag('#')
	named := goSyntax || s.Flag('+')
	between := " "

	if goSyntax {
		between = ", "
		io.WriteString(s, reflect.TypeOf(v).String()) //nolint:errcheck // a buffer
	}

	open := "{"

	for f, field := range reflect.ValueOf(v).Fields() {
		io.WriteString(s, open) //nolint:errcheck // a buffer
		open = between

		if named {
			io.WriteString(s, f.Name+":") //nolint:errcheck // a buffer
		}

		switch text, secret := mask(f, field); {
		case secret && goSyntax:
			io.WriteString(s, strconv.Quote(text)) //nolint:errcheck // a buffer
		case secret:
			io.WriteString(s, text) //nolint:errcheck // a buffer
		default:
			fmt.Fprintf(s, fmt.FormatString(s, verb), field.Interface())
		}
	}

	if open == "{" {
		io.WriteString(s, open) //nolint:errcheck // a buffer
	}

	io.WriteString(s, "}") //nolint:errcheck // a buffer
}

// JSON writes a struct as package json would.
func JSON(v any) ([]byte, error) {
	var b bytes.Buffer

	b.WriteByte('{')

	if err := members(&b, reflect.ValueOf(v)); err != nil {
		return nil, err
	}

	b.WriteByte('}')

	return b.Bytes(), nil
}

// members writes those of an embedded struct among the others.
func members(b *bytes.Buffer, v reflect.Value) error {
	for f, field := range v.Fields() {
		if f.Anonymous {
			if err := members(b, field); err != nil {
				return err
			}

			continue
		}

		shown := field.Interface()
		if text, secret := mask(f, field); secret {
			shown = text
		}

		raw, err := json.Marshal(shown)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}

		if b.Len() > 1 {
			b.WriteByte(',')
		}

		fmt.Fprintf(b, "%q:%s", f.Name, raw)
	}

	return nil
}

// mask is what to show in place of a field, if it holds a secret. One that is not set
// is shown as it is.
func mask(f reflect.StructField, v reflect.Value) (text string, secret bool) {
	tag := f.Tag.Get("secret")
	if tag == "" || v.IsZero() {
		return "", false
	}

	if tag == "query" {
		base, _, has := strings.Cut(fmt.Sprint(v.Interface()), "?")
		if has {
			base += "?" + Text
		}

		return base, true
	}

	return Text, true
}
