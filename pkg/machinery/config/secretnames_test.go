package config_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// TestWhatSoundsSecretIsDeclaredSo goes by names: the other tests of secrets go by what
// the declarations call so, and would miss a field without the tag together with them.
func TestWhatSoundsSecretIsDeclaredSo(t *testing.T) {
	t.Parallel()

	public := map[string]bool{"publicKey": true, "publicKeys": true, "credentialProviderConfig": true}

	var walk func(t reflect.Type, path string)

	walk = func(typ reflect.Type, path string) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}

		if typ.Kind() != reflect.Struct {
			return
		}

		for f := range typ.Fields() {
			key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if key == "-" || f.Tag.Get("secret") != "" {
				continue
			}

			walk(f.Type, path+"."+key)

			if typ := strings.TrimPrefix(f.Type.String(), "*"); typ == "x509.PEMEncodedCertificateAndKey" || typ == "x509.PEMEncodedKey" {
				t.Errorf("%s.%s holds a key: tag it as secret", path, key)
			}

			for _, word := range []string{"token", "secret", "key", "password", "passphrase", "auth", "credential"} {
				if strings.Contains(strings.ToLower(key), word) && !public[key] && holdsText(f.Type) {
					t.Errorf("%s.%s sounds like a secret: tag it, or list it as public", path, key)
				}
			}
		}
	}

	walk(reflect.TypeFor[v1alpha1.Config](), config.MainKind)
	walk(reflect.TypeFor[secrets.Bundle](), "bundle")

	for _, k := range document.Kinds() {
		walk(reflect.TypeOf(k.New()), k.Name)
	}
}

// holdsText reports whether a field is text, texts, or anything.
func holdsText(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}

	return t.Kind() == reflect.String || t.Kind() == reflect.Interface
}
