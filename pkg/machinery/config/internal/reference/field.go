package reference

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// Field is one key of a struct with everything known about it.
type Field struct {
	tree.Field

	Text    string // what the comment says
	What    string // the same without the default
	Default string // as the comment has it: "24h", "0: off"
}

// Fields lists the keys of a struct in declared order.
func (s *Source) Fields(t reflect.Type) []Field {
	if pem := pemFields(t); pem != nil {
		return pem
	}

	plan := tree.PlanOf(t).Fields
	out := make([]Field, len(plan))

	for i, f := range plan {
		out[i] = Field{Field: f, Text: s.Field(t, f.Index)}
		out[i].What, out[i].Default = splitDefault(out[i].Text)
	}

	return out
}

// pemFields are the keys of the certificate types, which have no declaration here.
func pemFields(t reflect.Type) []Field {
	base64 := reflect.TypeFor[value.Base64]()
	crt := Field{Field: tree.Field{Key: "crt", Type: base64}, Text: "The certificate in PEM, then base64."}
	key := Field{Field: tree.Field{Key: "key", Type: base64, Secret: true}, Text: "The private key in PEM, then base64."}
	crt.What, key.What = crt.Text, key.Text

	switch t {
	case reflect.TypeFor[x509.PEMEncodedCertificateAndKey]():
		return []Field{crt, key}
	case reflect.TypeFor[x509.PEMEncodedCertificate]():
		return []Field{crt}
	case reflect.TypeFor[x509.PEMEncodedKey]():
		return []Field{key}
	}

	return nil
}

var sentence = regexp.MustCompile(`\. [A-Z!]`)

// sentences cuts a text where one ends and another begins with a capital.
func sentences(s string) []string {
	var out []string

	for {
		at := sentence.FindStringIndex(s)
		if at == nil {
			break
		}

		out = append(out, s[:at[0]+1])
		s = s[at[1]-1:]
	}

	if s != "" {
		out = append(out, s)
	}

	return out
}

// splitDefault takes the sentence that tells the default out of a description.
func splitDefault(s string) (what, def string) {
	var rest []string

	for _, t := range sentences(s) {
		if d, ok := strings.CutPrefix(t, "Default"); ok && (d[0] == ' ' || d[0] == ':') {
			def = strings.TrimSuffix(strings.TrimLeft(d, ": "), ".")
		} else {
			rest = append(rest, t)
		}
	}

	return strings.Join(rest, " "), def
}

// element strips pointers, lists and maps off a type and says how they are written
// in a path: addresses[], mirrors.<name>.
func element(t reflect.Type) (reflect.Type, string) {
	path := ""

	for {
		switch {
		case isLeaf(t):
			return t, path
		case t.Kind() == reflect.Pointer:
			t = t.Elem()
		case t.Kind() == reflect.Slice:
			t, path = t.Elem(), path+"[]"
		case t.Kind() == reflect.Map:
			t, path = t.Elem(), path+".*"
		default:
			return t, path
		}
	}
}

// isLeaf reports whether nothing below a type is declared.
func isLeaf(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[value.Object](), reflect.TypeFor[value.Args](), reflect.TypeFor[value.ArgValue]():
		return true
	}

	return tree.IsScalar(t)
}
