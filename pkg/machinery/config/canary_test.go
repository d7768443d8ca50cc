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

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/impact"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// canary is a text that must not come out anywhere.
const canary = "canary0sings"

// secretField is a place that the declarations call secret, with a value for it.
type secretField struct {
	kind  string
	path  string
	value func(secret string) any // of the whole document, as plain YAML
}

// secretFields walks the declarations of a kind for everything that is secret.
func secretFields(kind string, t reflect.Type) (out []secretField) {
	var walk func(t reflect.Type, path string, wrap func(inner any) any)

	walk = func(t reflect.Type, path string, wrap func(any) any) {
		switch t.Kind() {
		case reflect.Pointer:
			walk(t.Elem(), path, wrap)
		case reflect.Slice:
			walk(t.Elem(), path+"[0]", func(inner any) any { return wrap([]any{inner}) })
		case reflect.Map:
			walk(t.Elem(), path+".a", func(inner any) any { return wrap(map[string]any{"a": inner}) })
		case reflect.Struct:
			for f := range t.Fields() {
				key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
				if key == "" || key == "-" {
					continue
				}

				at := strings.TrimPrefix(path+"."+key, ".")
				put := func(inner any) any { return wrap(map[string]any{key: inner}) }

				switch f.Tag.Get("secret") {
				case "":
					walk(f.Type, at, put)
				case "query":
					out = append(out, secretField{kind, at, func(s string) any { return put("https://example.org/?token=" + s) }})
				default:
					out = append(out, secretField{kind, at, func(s string) any { return put(secretValue(f.Type, s)) }})
				}
			}
		}
	}

	walk(t, "", func(inner any) any { return inner })

	return out
}

// secretValue is a value of a type that says the secret.
func secretValue(t reflect.Type, secret string) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}

	if t.Kind() == reflect.Map && t.Elem().Kind() == reflect.String {
		return map[string]any{"a": secret}
	}

	if t.Kind() == reflect.Map {
		return map[string]any{"a": []any{map[string]any{"b": secret}}}
	}

	if t.Kind() != reflect.Struct {
		return secret
	}

	// PEM, which is base64 in the file.
	out := map[string]any{}

	for f := range t.Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if key == "" {
			key = strings.ToLower(f.Name)
		}

		text := secret
		if key == "crt" {
			text = "public"
		}

		out[key] = base64.StdEncoding.EncodeToString([]byte(text))
	}

	return out
}

func (f secretField) text(t *testing.T, secret string) []byte {
	t.Helper()

	doc, ok := f.value(secret).(map[string]any)
	if !ok {
		t.Fatalf("%s is no field of a document", f.path)
	}

	if f.kind != config.MainKind {
		doc["apiVersion"], doc["kind"] = "v1alpha1", f.kind

		for _, k := range document.Kinds() {
			if k.Name == f.kind && k.Named {
				doc["name"] = "a"
			}
		}
	}

	raw, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}

	return raw
}

// TestNoSecretComesOut puts a canary into every field that is declared secret, one
// after the other, and looks for it in whatever shows a config.
func TestNoSecretComesOut(t *testing.T) {
	t.Parallel()

	all := secretFields(config.MainKind, reflect.TypeFor[v1alpha1.Config]())
	for _, k := range document.Kinds() {
		all = append(all, secretFields(k.Name, reflect.TypeOf(k.New()).Elem())...)
	}

	if len(all) < 30 {
		t.Fatalf("there are %d secret fields only", len(all))
	}

	base, err := config.Load([]byte("machine:\n  type: worker\n"))
	if err != nil {
		t.Fatal(err)
	}

	for _, f := range all {
		t.Run(f.kind+"/"+f.path, func(t *testing.T) {
			t.Parallel()

			shown := showAll(t, f, base)

			for _, secret := range []string{canary, base64.StdEncoding.EncodeToString([]byte(canary)), canary + "2"} {
				for where, text := range shown {
					if strings.Contains(text, secret) {
						t.Errorf("%s shows it:\n%s", where, text)
					}
				}
			}

			if !strings.Contains(shown["the redacted text"], config.Redacted) {
				t.Errorf("nothing is masked:\n%s", shown["the redacted text"])
			}

			if !strings.Contains(shown["the difference"], "secret") {
				t.Errorf("the difference does not tell of it:\n%s", shown["the difference"])
			}
		})
	}
}

// onOneLine is a document as JSON, which is YAML too.
func onOneLine(t *testing.T, text []byte) string {
	t.Helper()

	var doc map[string]any
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}

	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}

	return string(raw)
}

func showAll(t *testing.T, f secretField, base *config.Config) map[string]string {
	t.Helper()

	text := f.text(t, canary)

	c, err := config.Load(text)
	if err != nil {
		t.Fatal(err)
	}

	other, err := config.Load(f.text(t, canary+"2"))
	if err != nil {
		t.Fatal(err)
	}

	out := map[string]string{
		"the redacted text": string(c.Redacted()),
		"the difference":    fmt.Sprint(config.Diff(c, other)),
		"printing":          fmt.Sprintf("%s %v %+v", c, c, c),
	}

	for name, pair := range map[string][2]*config.Config{"added": {base, c}, "changed": {c, other}, "removed": {c, base}} {
		r := impact.Between(pair[0], pair[1])

		raw, err := json.Marshal(r.Changes)
		if err != nil {
			t.Fatal(err)
		}

		out["the report, "+name] = r.String() + string(raw) + strings.Join(r.Reasons(), "\n")
		out["the difference as JSON, "+name] = fmt.Sprintf("%+v", config.Diff(pair[0], pair[1]))
	}

	for _, handler := range []func(b *bytes.Buffer) slog.Handler{
		func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer

		slog.New(handler(&b)).Info("config", "config", c, "changes", config.Diff(c, other))
		out["the log "+fmt.Sprintf("%T", handler(&b))] = b.String()
	}

	// What is wrong with it is said without it.
	for _, mode := range []config.Mode{config.Metal, config.Cloud, config.Container} {
		warnings, err := config.Validate(c, mode, config.Strict())
		out[fmt.Sprintf("validation for %v", mode)] = fmt.Sprint(warnings, err)
	}

	for name, broken := range map[string]string{
		"a line that does not belong": strings.Replace(string(text), canary, canary+"\nnonsense: ["+"x", 1),
		"a wrong type":                strings.Replace(string(text), canary, "["+canary+"]", 1),
		"a mapping":                   strings.Replace(string(text), canary, "{"+canary+": 1}", 1),
		"a key twice":                 string(text) + string(text),
		"a mistake on the same line":  strings.ReplaceAll(onOneLine(t, text), "{", `{"nonsense": 1, `),
	} {
		if _, err = config.Load([]byte(broken)); err != nil {
			out[name] = err.Error()
		}
	}

	p, err := patch.Parse("patch", bytes.ReplaceAll(text, []byte(canary), []byte("["+canary+"]")))
	if err == nil {
		_, err = config.ApplyPatches(base, p)
	}

	if err != nil {
		out["an error of a patch"] = err.Error()
	}

	return out
}
