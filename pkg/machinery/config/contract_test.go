package config_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// TestDeclarationsAreThoseOfTheContract compares every kind, key, enum and merge
// rule with the list other implementations of the language go by.
func TestDeclarationsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()

	data, err := os.ReadFile("testdata/contract.txt")
	if err != nil {
		t.Fatal(err)
	}

	want := strings.Split(strings.TrimSpace(string(data)), "\n")

	var got []string

	describe(reflect.TypeFor[v1alpha1.Config](), "v1alpha1 ", &got)

	for _, k := range document.Kinds() {
		describe(reflect.TypeOf(k.New()).Elem(), k.Name+" ", &got)

		if k.New().DocumentKind() != k.Name {
			t.Errorf("%s calls itself %s", k.Name, k.New().DocumentKind())
		}

		if _, named := k.New().(document.Named); k.Named && !named {
			t.Errorf("%s has no name", k.Name)
		}
	}

	slices.Sort(want)
	slices.Sort(got)

	for _, w := range want {
		if _, ok := slices.BinarySearch(got, w); !ok {
			t.Errorf("missing: %s", w)
		}
	}

	for _, g := range got {
		if _, ok := slices.BinarySearch(want, g); !ok {
			t.Errorf("not in the contract: %s", g)
		}
	}
}

func describe(t reflect.Type, prefix string, out *[]string) {
	for _, f := range tree.PlanOf(t).Fields {
		line := prefix + f.Key

		if f.Required {
			line += " required"
		}

		if f.Merge == "replace" {
			line += " replace"
		}

		if f.Enum != nil {
			line += " enum=" + strings.Join(f.Enum, "|")
		}

		*out = append(*out, line)
		below(f.Type, prefix+f.Key, out)
	}
}

func below(t reflect.Type, path string, out *[]string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}

	switch {
	case t == reflect.TypeFor[value.PortRange]():
		*out = append(*out, path+".lo", path+".hi")
	case tree.IsScalar(t) || strings.HasPrefix(t.String(), "x509.") || t == reflect.TypeFor[value.Object]() || t == reflect.TypeFor[value.Args]():
	case t.Kind() == reflect.Slice:
		below(t.Elem(), path+"[]", out)
	case t.Kind() == reflect.Map:
		below(t.Elem(), path+"{}", out)
	case t.Kind() == reflect.Struct:
		describe(t, path+".", out)
	}
}
