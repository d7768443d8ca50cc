package config

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// MainKind is how the v1alpha1 document, which has no kind of its own, is
// called in messages.
const MainKind = "v1alpha1"

// Problem is one thing wrong with a config, at a place.
type Problem = tree.Problem

// Warning is something that works but should not stay as it is.
type Warning = tree.Problem

// Config is a loaded machine configuration. It is immutable and safe for
// concurrent use: what its methods return is shared and must not be changed.
type Config struct {
	raw   []byte
	parts []part
	notes []chunk // comments after the last document

	effective func() *v1alpha1.Config
}

// part is one document with its text. Exactly one of main and doc is set.
type part struct {
	source   []byte // without the separator line
	line     int    // lines before it in the stream
	inline   bool   // it begins on the separator's line
	main     *v1alpha1.Config
	doc      document.Document
	warnings []Warning // of decoding
	notes    []chunk   // comments that stand before it as documents of their own
}

func (p part) kind() string {
	if p.main != nil {
		return MainKind
	}

	return p.doc.DocumentKind()
}

// id names a document in messages: "LinkConfig eth0".
func (p part) id() string {
	if p.main != nil {
		return MainKind
	}

	if n := document.Name(p.doc); n != "" {
		return p.doc.DocumentKind() + " " + n
	}

	return p.doc.DocumentKind()
}

// Bytes is the text as it was given.
func (c *Config) Bytes() []byte { return bytes.Clone(c.raw) }

// What a config is called in logs and messages: the text holds secrets.
const shown = "machine configuration"

// String is the same for every config. Redacted is for showing one.
func (c Config) String() string { return shown }

// Format is String for every verb.
func (c Config) Format(s fmt.State, _ rune) { io.WriteString(s, shown) } //nolint:errcheck // a buffer

// MarshalText is String, for encoders of logs.
func (c Config) MarshalText() ([]byte, error) { return []byte(shown), nil }

// V1Alpha1 is the main document, nil if there is none.
func (c *Config) V1Alpha1() *v1alpha1.Config {
	for _, p := range c.parts {
		if p.main != nil {
			return p.main
		}
	}

	return nil
}

// Documents lists the documents other than the main one, in order.
func (c *Config) Documents() []document.Document {
	var out []document.Document

	for _, p := range c.parts {
		if p.doc != nil {
			out = append(out, p.doc)
		}
	}

	return out
}

// IsEmpty reports whether there is no document at all.
func (c *Config) IsEmpty() bool { return len(c.parts) == 0 }

// Effective is the configuration to act on: the main document with every newer
// document that has a counterpart there folded in, and defaults filled in. It is
// never nil; without a main document it holds what the others say.
func (c *Config) Effective() *v1alpha1.Config { return c.effective() }

// CompleteForBoot reports whether there is enough to leave maintenance mode: a
// main document that says what the machine is and whom to trust.
func (c *Config) CompleteForBoot() bool {
	m := c.V1Alpha1()

	return m != nil && m.Machine.Type != "" && m.Machine.CA != nil
}

// kindOf is a document of kind T as a pointer.
type kindOf[T any] interface {
	*T
	document.Document
}

// Docs returns the documents of one kind in order: Docs[document.LinkConfig](c).
func Docs[T any, P kindOf[T]](c *Config) []T {
	var out []T

	for _, p := range c.parts {
		if d, ok := p.doc.(P); ok {
			out = append(out, *d)
		}
	}

	return out
}

// Doc returns the first document of one kind.
func Doc[T any, P kindOf[T]](c *Config) (T, bool) {
	for _, p := range c.parts {
		if d, ok := p.doc.(P); ok {
			return *d, true
		}
	}

	var none T

	return none, false
}

// Named returns the document of one kind with a name.
func Named[T any, P kindOf[T]](c *Config, name string) (T, bool) {
	for _, p := range c.parts {
		if d, ok := p.doc.(P); ok && document.Name(p.doc) == name {
			return *d, true
		}
	}

	var none T

	return none, false
}

func newConfig(raw []byte, parts []part) *Config {
	c := &Config{raw: raw, parts: parts}
	c.effective = sync.OnceValue(func() *v1alpha1.Config { return effective(c) })

	return c
}
