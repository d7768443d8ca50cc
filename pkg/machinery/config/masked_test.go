package config_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// allSecretFields are those of all documents.
func allSecretFields() []secretField {
	all := secretFields(config.MainKind, reflect.TypeFor[v1alpha1.Config]())
	for _, k := range document.Kinds() {
		all = append(all, secretFields(k.Name, reflect.TypeOf(k.New()).Elem())...)
	}

	return all
}

// disguises are the forms in which fmt and the encoders show a text.
func disguises(secret string) []string {
	raw := []byte(secret)

	return []string{
		secret,
		base64.StdEncoding.EncodeToString(raw),
		strings.Trim(fmt.Sprint(raw), "[]"),
		fmt.Sprintf("%x", raw), fmt.Sprintf("%X", raw), fmt.Sprintf("% x", raw),
		strings.Trim(fmt.Sprintf("%#v", raw), "[]byte{}"),
		strings.Trim(fmt.Sprintf("%b", raw), "[]"), strings.Trim(fmt.Sprintf("%o", raw), "[]"),
		strings.Trim(fmt.Sprintf("%c", raw), "[]"), strings.Trim(fmt.Sprintf("%U", raw), "[]"),
	}
}

// inPieces are a value and all it is made of, each as it is and behind a pointer.
func inPieces(v reflect.Value) (out []any) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			return nil
		}

		v = v.Elem()
	}

	switch v.Kind() {
	case reflect.Struct:
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		out = append(out, v.Interface(), p.Interface())

		for f, field := range v.Fields() {
			if f.IsExported() && f.Tag.Get("secret") == "" {
				out = append(out, inPieces(field)...)
			}
		}
	case reflect.Slice:
		out = append(out, v.Interface())
		for i := range v.Len() {
			out = append(out, inPieces(v.Index(i))...)
		}
	case reflect.Map:
		out = append(out, v.Interface())
		for _, field := range v.Seq2() {
			out = append(out, inPieces(field)...)
		}
	}

	return out
}

// printed is what fmt, slog and package json make of a value.
func printed(t *testing.T, v any) map[string]string {
	t.Helper()

	out := map[string]string{}

	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%b", "%o", "%c", "%U", "%t", "%e", "%z", "%20v"} {
		out[verb] = fmt.Sprintf(verb, v) + fmt.Sprintf(verb, []any{v})
	}

	out["Println"] = fmt.Sprintln(v)

	raw, err := json.Marshal([]any{v, map[string]any{"a": v}})
	if err != nil {
		t.Fatal(err)
	}

	out["json"] = string(raw)

	for name, handler := range map[string]func(b *bytes.Buffer) slog.Handler{
		"slog as text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog as JSON": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer

		slog.New(handler(&b)).With("with", v).Info("config", "value", v, slog.Group("group", "any", []any{v}))
		out[name] = b.String()
	}

	return out
}

// TestPrintingShowsNoSecret prints every declared secret and whatever holds it, in all
// ways that a value gets into a log by accident.
func TestPrintingShowsNoSecret(t *testing.T) {
	t.Parallel()

	for _, f := range allSecretFields() {
		t.Run(f.kind+"/"+f.path, func(t *testing.T) {
			t.Parallel()

			text := f.text(t, canary)
			c := mustLoad(t, string(text))

			p, err := patch.Parse("p", text)
			if err != nil {
				t.Fatal(err)
			}

			ops, err := patch.Parse("ops", []byte("- {op: add, path: /a, value: "+canary+"}"))
			if err != nil || !ops.IsJSON() {
				t.Fatal(err)
			}

			values := []any{c, *c, p, &p, ops, &ops, ops.Operations[0], &ops.Operations[0], c.Documents()}
			values = append(values, inPieces(reflect.ValueOf(c.Effective()))...)

			var declared any = c.V1Alpha1()
			if f.kind != config.MainKind {
				declared = c.Documents()[0]
			}

			pieces := inPieces(reflect.ValueOf(declared))
			values = append(values, pieces...)

			masked := false

			for _, v := range values {
				for how, got := range printed(t, v) {
					for _, form := range disguises(canary) {
						if at := strings.Index(got, form); at >= 0 {
							t.Fatalf("%s of %T shows it as %q: …%s…", how, v, form, got[max(at-200, 0):min(at+100, len(got))])
						}
					}

					masked = masked || how == "%+v" && strings.Contains(got, config.Redacted)
				}
			}

			if !masked {
				t.Errorf("nothing says that there is a secret: %+v", values[len(values)-1])
			}

			// What is written for machines is complete.
			var again *config.Config
			if f.kind == config.MainKind {
				again, err = config.Make(c.V1Alpha1())
			} else {
				again, err = config.Make(nil, c.Documents()...)
			}

			if err != nil {
				t.Fatal(err)
			}

			if d := config.Diff(c, again); len(d) > 0 {
				t.Errorf("it is not written: %v", d)
			}
		})
	}
}

// TestPrintingShowsTheRest compares what is printed of structs with and without secrets
// in them.
func TestPrintingShowsTheRest(t *testing.T) {
	t.Parallel()

	w := document.WireguardConfig{
		LinkSettings: document.LinkSettings{MTU: 1420}, Name: "wg0", PrivateKey: "mine",
		Peers: []document.WireguardPeer{{PublicKey: "theirs", AllowedIPs: nil}},
	}

	for verb, want := range map[string]string{
		"%+v": "{Name:wg0 PrivateKey:REDACTED ", "%v": "{wg0 REDACTED ", "%#v": `{Name:"wg0", PrivateKey:"REDACTED", `,
	} {
		if got := fmt.Sprintf(verb, w); !strings.Contains(got, want) || !strings.Contains(got, "theirs") {
			t.Errorf("%s is %s", verb, got)
		}
	}

	raw, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}

	var back map[string]any
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}

	if back["Name"] != "wg0" || back["PrivateKey"] != "REDACTED" || back["MTU"] != 1420.0 || len(back["Peers"].([]any)) != 1 {
		t.Errorf("JSON is %s", raw)
	}

	// What is not set is not masked.
	if got := fmt.Sprintf("%+v", document.EncryptionKeyStatic{}); got != "{Passphrase:}" {
		t.Errorf("an empty one is %s", got)
	}

	link := document.SideroLinkConfig{}
	if err := link.APIURL.UnmarshalText([]byte("https://siderolink.example.org/?jointoken=abc")); err != nil {
		t.Fatal(err)
	}

	if got := fmt.Sprintf("%+v", link); !strings.Contains(got, "https://siderolink.example.org/?REDACTED") {
		t.Errorf("a URL is %s", got)
	}
}

// TestBundlesShowNoSecret is the same for the file with the secrets of a cluster.
func TestBundlesShowNoSecret(t *testing.T) {
	t.Parallel()

	b, err := secrets.FromConfig(generated(t, "v1.14"))
	if err != nil {
		t.Fatal(err)
	}

	for _, v := range inPieces(reflect.ValueOf(b)) {
		for how, got := range printed(t, v) {
			for _, secret := range []string{b.Cluster.Secret, b.Secrets.BootstrapToken, b.Secrets.SecretboxEncryptionSecret, b.TrustdInfo.Token, string(b.Certs.OS.Key[40:80])} {
				for _, form := range disguises(secret) {
					if strings.Contains(got, form) {
						t.Fatalf("%s of %T shows it:\n%s", how, v, got)
					}
				}
			}
		}
	}
}

// TestWhatHoldsSecretsMasksThem looks at declarations alone: a struct with a secret
// has methods of its own that hide it.
func TestWhatHoldsSecretsMasksThem(t *testing.T) {
	t.Parallel()

	seen := map[reflect.Type]bool{}
	found := 0

	// A struct that only has such a field further down needs them, too: fmt follows a
	// pointer in a list without asking what is below when the verb is a wrong one.
	var holds func(typ reflect.Type) bool

	holds = func(typ reflect.Type) bool {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}

		if typ.Kind() != reflect.Struct {
			return false
		}

		if known, ok := seen[typ]; ok {
			return known
		}

		secret := false

		for f := range typ.Fields() {
			secret = holds(f.Type) || f.Tag.Get("secret") != "" || secret
		}

		seen[typ] = secret
		formatter := typ.Implements(reflect.TypeFor[fmt.Formatter]())
		encoder := typ.Implements(reflect.TypeFor[json.Marshaler]())

		if secret {
			found++
		}

		if secret && !(formatter && encoder) {
			t.Errorf("%s holds a secret: give it the methods in masked.go", typ)
		}

		if !secret && formatter {
			t.Errorf("%s has no secret but a method Format: it may be that of an embedded struct, which shows nothing else", typ)
		}

		return secret
	}

	holds(reflect.TypeFor[v1alpha1.Config]())
	holds(reflect.TypeFor[secrets.Bundle]())

	for _, k := range document.Kinds() {
		holds(reflect.TypeOf(k.New()))
	}

	if found < 20 {
		t.Errorf("only %d structs with secrets were found", found)
	}
}
