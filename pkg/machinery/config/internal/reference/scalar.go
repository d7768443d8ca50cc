package reference

import (
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// The forms of text that values have, wide enough for all that the parser takes, as a
// test finds out. An empty text is a value left out.
const (
	durationPattern = `^([-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))+$|^0$`
	addrPattern     = `^([0-9a-fA-F:.]+(%[^ ]+)?)?$`
	prefixPattern   = `^([0-9a-fA-F:.]+/[0-9]{1,3})?$`
	addrPortPattern = `^(([0-9.]+|\[[0-9a-fA-F:.]+(%[^ ]+)?\]):[0-9]{1,5})?$`
	urlPattern      = `^([a-zA-Z][a-zA-Z0-9+.-]*://[^ ]+)?$`
	hardwarePattern = `^([0-9a-fA-F]{2}([:-][0-9a-fA-F]{2})*)?$`
	base64Pattern   = `^[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$`
	modePattern     = `^(0[oO])?[0-9]+$`
	sizePattern     = `^(-?[0-9.]+ ?([kKmMgGtTpPeE]?[iI]?[bB]?))?$`
	matchPattern    = `^( *(==|<=|>=|<|>)? *[0-9.]+ ?([kKmMgGtTpPeE]?[iI]?[bB]?) *)?$`
	portsPattern    = `^[0-9]{1,5}( *- *[0-9]{1,5})?$`
	tablePattern    = `^(main|local|default|unspec|[0-9]{1,3})?$`
)

// form is how a scalar is written: its schema and its name in the pages.
type form struct {
	name    string
	types   any
	pattern string
}

var forms = map[reflect.Type]form{
	reflect.TypeFor[time.Duration]():      {"duration", "string", durationPattern},
	reflect.TypeFor[netip.Addr]():         {"IP address", "string", addrPattern},
	reflect.TypeFor[netip.Prefix]():       {"network", "string", prefixPattern},
	reflect.TypeFor[netip.AddrPort]():     {"address:port", "string", addrPortPattern},
	reflect.TypeFor[value.URL]():          {"URL", "string", urlPattern},
	reflect.TypeFor[value.HardwareAddr](): {"hardware address", "string", hardwarePattern},
	reflect.TypeFor[value.Base64]():       {"base64", "string", base64Pattern},
	reflect.TypeFor[value.Expression]():   {"[CEL expression](expressions.md)", "string", ""},
	reflect.TypeFor[value.FileMode]():     {"file mode", []string{"integer", "string"}, modePattern},
	reflect.TypeFor[value.ByteSize]():     {"size", []string{"string", "integer"}, sizePattern},
	reflect.TypeFor[value.DiskSize]():     {"size", []string{"string", "integer"}, sizePattern},
	reflect.TypeFor[value.Size]():         {"size or percentage", []string{"string", "integer"}, strings.Replace(sizePattern, `?)`, `?|%)`, 1)},
	reflect.TypeFor[value.SizeMatcher]():  {"size comparison", []string{"string", "integer"}, matchPattern},
	reflect.TypeFor[value.PortRange]():    {"port or range", []string{"integer", "string"}, portsPattern},
	reflect.TypeFor[value.RoutingTable](): {"routing table", []string{"string", "integer"}, tablePattern},
	reflect.TypeFor[value.Object]():       {"object", "object", ""},
	// The decoder takes the text of a number for the text of an argument.
	reflect.TypeFor[value.ArgValue](): {"text or list", []string{"string", "array", "number", "boolean"}, ""},
}

func scalarSchema(t reflect.Type) *Schema {
	if f, ok := forms[t]; ok {
		s := &Schema{Type: f.types, Pattern: f.pattern}
		if t == reflect.TypeFor[value.ArgValue]() {
			s.Items = &Schema{Type: "string"}
		}

		return s
	}

	switch t.Kind() {
	case reflect.Bool:
		return &Schema{Type: "boolean"}
	case reflect.String:
		return &Schema{Type: "string"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return &Schema{Type: "integer"}
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		most := uint64(1)<<t.Bits() - 1

		return &Schema{Type: "integer", Minimum: new(uint64), Maximum: &most}
	case reflect.Uint, reflect.Uint64:
		return &Schema{Type: "integer", Minimum: new(uint64)}
	}

	return nil
}

// typeName is how the pages call a type.
func typeName(t reflect.Type) string {
	if f, ok := forms[t]; ok {
		return f.name
	}

	switch t.Kind() {
	case reflect.Pointer:
		return typeName(t.Elem())
	case reflect.Slice:
		return "list of " + plural(typeName(t.Elem()))
	case reflect.Map:
		return "map of " + plural(typeName(t.Elem()))
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Struct:
		return "section"
	}

	return "number"
}

func plural(s string) string {
	switch {
	case s == "text" || s == "base64" || strings.HasPrefix(s, "list") || strings.HasPrefix(s, "text or"):
		return s
	case s == "true or false":
		return s
	case s == "port or range":
		return "ports or ranges"
	case strings.HasSuffix(s, "address"):
		return s + "es"
	}

	return s + "s"
}

var firstWord = regexp.MustCompile(`^[^ ,;]+`)

// literal is a default as a value of the field's type, nil where the comment tells
// it in words.
func literal(f Field) any {
	word := strings.TrimSuffix(firstWord.FindString(f.Default), ":")
	t := f.Type

	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}

	switch {
	case word == "":
	case t == reflect.TypeFor[time.Duration]():
		if _, err := time.ParseDuration(word); err == nil {
			return word
		}
	case t.Kind() == reflect.Bool:
		if v, err := strconv.ParseBool(word); err == nil {
			return v
		}
	case f.Enum != nil:
		if slices.Contains(f.Enum, word) {
			return word
		}
	case scalarSchema(t) != nil && scalarSchema(t).Type == "integer":
		if v, err := strconv.ParseInt(word, 10, 64); err == nil {
			return v
		}
	}

	return nil
}
