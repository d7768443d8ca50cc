package reference

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/explain"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

func read(t *testing.T, path string) string {
	t.Helper()

	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	return string(b)
}

// each visits every declared struct once.
func each(visit func(t reflect.Type)) {
	seen := map[reflect.Type]bool{}

	var walk func(t reflect.Type)

	walk = func(t reflect.Type) {
		if seen[t] {
			return
		}

		seen[t] = true
		visit(t)

		for _, f := range (&Source{}).Fields(t) {
			if e, _ := element(f.Type); !isLeaf(e) {
				walk(e)
			}
		}
	}

	walk(reflect.TypeFor[v1alpha1.Config]())

	for _, k := range document.Kinds() {
		walk(reflect.TypeOf(k.New()).Elem())
	}
}

func TestEveryFieldIsDescribed(t *testing.T) {
	t.Parallel()

	s := source(t)
	fields := 0

	each(func(typ reflect.Type) {
		if s.Type(typ) == "" && pemFields(typ) == nil {
			t.Errorf("%s has no comment", typ)
		}

		for _, f := range s.Fields(typ) {
			fields++

			at := typ.String() + " " + f.Key

			switch {
			case f.What == "":
				t.Errorf("%s: the comment does not say what it does", at)
			case !strings.HasSuffix(f.Text, "."):
				t.Errorf("%s: %q does not end as a sentence", at, f.Text)
			case strings.Contains(f.Text, "TODO"):
				t.Errorf("%s: %q is not done", at, f.Text)
			}

			if e, _ := element(f.Type); e.Kind() == reflect.Bool && f.Type.Kind() == reflect.Pointer && f.Default == "" &&
				!strings.Contains(f.Text, "No effect") && !strings.Contains(f.Text, "Older") {
				t.Errorf("%s: what is it when left out?", at)
			}

			if f.Enum != nil && f.Default != "" && literal(f) == nil && !strings.Contains(f.Default, " ") {
				t.Errorf("%s: the default %q is none of %v", at, f.Default, f.Enum)
			}
		}
	})

	if fields < 800 {
		t.Errorf("only %d fields were found", fields)
	}
}

func TestEverythingHasAnExample(t *testing.T) {
	t.Parallel()

	known := map[string]bool{}

	for _, k := range document.Kinds() {
		known[k.Name] = true

		if _, _, ok := explain.Example(k.Name); !ok {
			t.Errorf("%s has no example", k.Name)
		}
	}

	for _, p := range sections {
		known[p.name] = true

		if _, _, ok := explain.Example(p.name); !ok {
			t.Errorf("%s has no example", p.name)
		}
	}

	for _, name := range explain.Examples() {
		if !known[name] {
			t.Errorf("%s is an example of nothing", name)
		}
	}
}

// TestExamplesAreValid checks documents as configs of their own, and sections of the
// main document as patches of a generated config that describes all in that document.
func TestExamplesAreValid(t *testing.T) {
	t.Parallel()

	line, err := contract.Parse("v1.6")
	if err != nil {
		t.Fatal(err)
	}

	in, err := generate.New("test", "https://10.0.0.1:6443", "", generate.WithContract(line))
	if err != nil {
		t.Fatal(err)
	}

	base, err := in.Config(generate.ControlPlane)
	if err != nil {
		t.Fatal(err)
	}

	for _, name := range explain.Examples() {
		text, _, _ := explain.Example(name)

		c, err := config.Load([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)

			continue
		}

		if docs := c.Documents(); len(docs) == 1 {
			if docs[0].DocumentKind() != name {
				t.Errorf("%s is an example of %s", name, docs[0].DocumentKind())
			}
		} else {
			p, err := patch.Parse(name, []byte(text))
			if err != nil {
				t.Fatal(err)
			}

			if c, err = config.ApplyPatches(base, p); err != nil {
				t.Errorf("%s: %v", name, err)

				continue
			}
		}

		if _, err = config.Validate(c, config.Metal); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDefaultsAreTrue compares the defaults that comments tell with those that a
// machine works with.
func TestDefaultsAreTrue(t *testing.T) {
	t.Parallel()

	c, err := config.Load([]byte("machine:\n    type: controlplane\n"))
	if err != nil {
		t.Fatal(err)
	}

	compared := 0

	var walk func(v reflect.Value, path string)

	walk = func(v reflect.Value, path string) {
		for _, f := range source(t).Fields(v.Type()) {
			at, fv := path+f.Key, v.FieldByIndex(f.Index)

			if fv.Kind() == reflect.Pointer {
				if fv.IsNil() {
					continue
				}

				fv = fv.Elem()
			}

			switch {
			case fv.Kind() == reflect.Struct && !isLeaf(fv.Type()) && pemFields(fv.Type()) == nil:
				walk(fv, at+".")
			case fv.IsZero() && fv.Kind() != reflect.Bool, strings.Contains(f.Text, "No effect"), strings.Contains(f.Text, "Older"):
			case fv.Kind() == reflect.Bool || fv.Kind() == reflect.Int || fv.Kind() == reflect.Uint32:
				compared++

				if got, want := fmt.Sprint(literal(f)), fmt.Sprint(fv.Interface()); got != want {
					t.Errorf("%s: the comment tells the default %s, a machine has %s", at, got, want)
				}
			case fv.Kind() == reflect.String && !strings.Contains(f.Key, "mage") && at != "machine.type":
				compared++

				if got := firstWord.FindString(f.Default); got != fv.String() {
					t.Errorf("%s: the comment tells the default %q, a machine has %q", at, got, fv.String())
				}
			}
		}
	}

	walk(reflect.ValueOf(c.Effective()).Elem(), "")

	if compared < 40 {
		t.Errorf("only %d defaults were compared", compared)
	}
}
