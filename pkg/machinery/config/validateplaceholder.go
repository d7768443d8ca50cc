package config

import (
	"encoding/base64"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// placeholders are texts that stand in examples where a secret goes. Weak passwords
// are not: they may be real.
var placeholders = []string{"changeme", "change-me", "secret", "todo", "fixme", "tbd", "example", "placeholder"}

// placeholder refuses what was never meant to be a secret, first of all what the
// API and talosctl print in place of one.
func (k *checker) placeholder(p *tree.Path, v reflect.Value) {
	at := p.String()

	switch s := v.Interface().(type) {
	case string:
		k.placeholderText(at, s, true)
	case *x509.PEMEncodedCertificateAndKey:
		k.placeholderKey(at+".key", s.Key)
	case *x509.PEMEncodedKey:
		k.placeholderKey(at+".key", s.Key)
	case value.URL:
		k.placeholderText(at, s.RawQuery, false)
	case map[string]string:
		for _, name := range slices.Sorted(maps.Keys(s)) {
			k.placeholderText(tree.Under(at, name), s[name], false)
		}
	case value.Object:
		k.placeholderIn(at, map[string]any(s))
	}
}

// placeholderIn looks through a free-form value. Most of its texts are no secrets.
func (k *checker) placeholderIn(at string, v any) {
	switch v := v.(type) {
	case string:
		k.placeholderText(at, v, false)
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			k.placeholderIn(tree.Under(at, name), v[name])
		}
	case []any:
		for i, c := range v {
			k.placeholderIn(fmt.Sprintf("%s[%d]", at, i), c)
		}
	}
}

// placeholderKey takes a key in PEM. In a config it is base64, which some placeholders
// are, too.
func (k *checker) placeholderKey(at string, key []byte) {
	if !k.placeholderText(at, string(key), true) {
		k.placeholderText(at, base64.StdEncoding.EncodeToString(key), true)
	}
}

// placeholderText reports whether it found one. Words are looked for where a text is
// nothing but a secret.
func (k *checker) placeholderText(at, s string, words bool) bool {
	if s == "" || len(s) > 100 {
		return false // as long as a key
	}

	l := strings.ToLower(s)
	template := strings.HasPrefix(s, "<") || strings.HasPrefix(s, "${") || strings.HasPrefix(s, "$(") || strings.Contains(s, "{{")

	if s != Redacted && !template && (!words || !contains(placeholders, l) && strings.Trim(l, "x*.") != "") {
		return false
	}

	k.bad(at, "put the real secret there", "%q is a placeholder, not a secret", s)

	return true
}
