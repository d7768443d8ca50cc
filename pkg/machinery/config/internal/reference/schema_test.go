package reference

import (
	"encoding"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/explain"
)

// compiled is the schema as a validator that knows nothing of this package.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()

	data, err := JSONSchema(source(t))
	if err != nil {
		t.Fatal(err)
	}

	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}

	c := jsonschema.NewCompiler()
	if err = c.AddResource("config.json", doc); err != nil {
		t.Fatal(err)
	}

	s, err := c.Compile("config.json")
	if err != nil {
		t.Fatal(err)
	}

	return s
}

// accepts checks every document of a stream.
func accepts(s *jsonschema.Schema, stream string) error {
	dec := yaml.NewDecoder(strings.NewReader(stream))

	for {
		var v any
		if err := dec.Decode(&v); err != nil {
			if err.Error() == "EOF" {
				return nil
			}

			return err
		}

		if err := s.Validate(v); err != nil {
			return err
		}
	}
}

func TestGeneratedConfigsSuitTheSchema(t *testing.T) {
	t.Parallel()

	s := compiled(t)

	files, err := filepath.Glob(configDir + "/generate/testdata/*.yaml")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d generated configs, %v", len(files), err)
	}

	for _, f := range files {
		if err := accepts(s, read(t, f)); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestExamplesSuitTheSchema(t *testing.T) {
	t.Parallel()

	s := compiled(t)

	for _, name := range explain.Examples() {
		text, _, _ := explain.Example(name)
		if err := accepts(s, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// looser are configs that the parser takes and the schema does not: it is as strict
// as editors' schemas for this language are today.
var looser = map[string]string{
	"reference/configuration/v1alpha1/config/0.yaml": "sections without anything in them",
	"talos-guides/network/corporate-proxies/2.yaml":  "a section without anything in it",
}

// TestWhatIsParsedSuitsTheSchema tries every config and patch of the manual and of
// operators' notes that is parsed.
func TestWhatIsParsedSuitsTheSchema(t *testing.T) {
	t.Parallel()

	s := compiled(t)
	tried := 0

	for _, archive := range []string{"manual.txtar", "notes.txtar"} {
		a, err := txtar.ParseFile(configDir + "/testdata/" + archive)
		if err != nil {
			t.Fatal(err)
		}

		for _, f := range a.Files {
			if _, err := config.Load(f.Data); err != nil {
				continue // a JSON patch, or broken
			}

			tried++

			err := accepts(s, string(f.Data))
			if (err != nil) != (looser[f.Name] != "") {
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	}

	if tried < 100 {
		t.Errorf("only %d examples were tried", tried)
	}
}

func TestSchemaRefuses(t *testing.T) {
	t.Parallel()

	s := compiled(t)

	for _, tt := range []struct{ name, text, at string }{
		{"an unknown key", "machine: {kubelett: {}}", "kubelett"},
		{"a key of another section", "machine: {clusterName: a}", "clusterName"},
		{"an unknown kind", "apiVersion: v1alpha1\nkind: LinkConf\nname: a", "kind"},
		{"an unknown apiVersion", "apiVersion: v2\nkind: LinkConfig\nname: a", "apiVersion"},
		{"a kind without apiVersion", "kind: LinkConfig\nname: a", "apiVersion"},
		{"a missing name", "apiVersion: v1alpha1\nkind: LinkConfig", "name"},
		{"a value that is none", "apiVersion: v1alpha1\nkind: BondConfig\nname: a\nlinks: [b]\nbondMode: lacp", "bondMode"},
		{"text for a number", "apiVersion: v1alpha1\nkind: LinkConfig\nname: a\nmtu: big", "mtu"},
		{"a number too large", "apiVersion: v1alpha1\nkind: VLANConfig\nname: a\nparent: b\nvlanID: 70000", "vlanID"},
		{"an address that is none", "apiVersion: v1alpha1\nkind: LinkConfig\nname: a\naddresses: [{address: here}]", "address"},
		{"a URL of another scheme", "apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: a\nurl: https://a:1", "url"},
		{"a list for a section", "machine: {network: []}", "network"},
	} {
		err := accepts(s, tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.at) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestPatternsAgreeWithTheParser gives every scalar form the same texts: what the
// parser takes, the pattern takes.
func TestPatternsAgreeWithTheParser(t *testing.T) {
	t.Parallel()

	texts := []string{
		"", "0", "1", "10", "443", "65536", "8000-8010", "8000 - 8010", "-1", "-10GiB", "10GiB", "1.5 MB", "100gb", "4096", "50%", "-10%", "x",
		">= 100GB", "<10", "== 5GB", "0o644", "0644", "420", "rw", "main", "local", "default", "254", "300",
		"10.0.0.1", "fe80::1", "fe80::1%eth0", "10.0.0.0/8", "fd00::/64", "10.0.0.1:53", "[fd00::1]:53", "[fe80::1%eth0]:53", "example.org:53",
		"https://example.org", "https://10.0.0.1:6443/path?a=b", "example.org", "/path", "grpc://[fd00::1]:1",
		"52:54:00:12:34:56", "52-54-00", "52:5", "YQ==", "YWI=\n", "?", "30s", "1h30m", "1.5h", "5", "-1s", "1d",
	}

	for typ, f := range forms {
		if f.pattern == "" {
			continue
		}

		s, err := jsonschema.UnmarshalJSON(strings.NewReader(fmt.Sprintf(`{"pattern": %q}`, f.pattern)))
		if err != nil {
			t.Fatal(err)
		}

		c := jsonschema.NewCompiler()
		if err = c.AddResource("p.json", s); err != nil {
			t.Fatal(err)
		}

		pattern := c.MustCompile("p.json")
		good := 0

		for _, text := range texts {
			byParser, byPattern := parses(typ, text) == nil, pattern.Validate(text) == nil
			if byParser {
				good++
			}

			if byParser && !byPattern {
				t.Errorf("%s: the parser takes %q, the pattern %s does not", typ, text, f.pattern)
			}
		}

		if good == 0 || pattern.Validate("?!") == nil {
			t.Errorf("%s: %d texts are good, and nonsense may be", typ, good)
		}
	}
}

func parses(typ reflect.Type, text string) error {
	v := reflect.New(typ)
	if u, ok := v.Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}

	_, err := time.ParseDuration(text)

	return err
}
