package config_test

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/impact"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// TestNoChangeGoesUnseen changes one setting after the other, in every kind of document:
// each is told of, with what it takes and why. What the two configs mean is compared, so
// a setting that nothing folds would be lost here.
func TestNoChangeGoesUnseen(t *testing.T) {
	t.Parallel()

	kinds := document.Kinds()

	for i := -1; i < len(kinds); i++ {
		var first any = &v1alpha1.Config{}
		if i >= 0 {
			first = kinds[i].New()
		}

		name := reflect.TypeOf(first).Elem().Name()

		t.Run(name, func(t *testing.T) {
			t.Parallel()

			// All of the main document takes long to read again for each of its settings.
			fill := 1.0
			if name == "Config" {
				fill = 0.1
			}

			g := &maker{Rand: rand.New(rand.NewPCG(3, 7)), fill: fill}
			g.structure(reflect.ValueOf(first).Elem())

			if n, ok := first.(document.Named); ok && n.DocumentName() == "" {
				t.Skip("the made-up name is empty")
			}

			from := withMain(t, first)

			for _, at := range settings(reflect.TypeOf(first).Elem(), nil) {
				var (
					path    string
					differs bool
					r       impact.Report
				)

				// The first value may be the default of what was not set.
				for try := 0; try < 8 && len(r.Changes) == 0; try++ {
					second := reflect.New(reflect.TypeOf(first).Elem())
					second.Elem().Set(reflect.ValueOf(tree.Copy(reflect.ValueOf(first).Elem().Interface())))

					if path, differs = g.change(second.Elem(), at); !differs || path == "name" || path == "version" {
						differs = false

						break // another document, or there is one value only
					}

					r = impact.Between(from, withMain(t, second.Interface()))
				}

				if len(r.Changes) == 0 && differs {
					t.Errorf("%s: nothing tells of a change", path)
				}

				told := map[string]bool{}

				for _, c := range r.Changes {
					if told[c.Change.String()] {
						t.Errorf("%s: %v is told twice", path, c.Change)
					}

					told[c.Change.String()] = true

					if c.Reason == "" || c.Reason == "not known to take effect on a running machine" {
						t.Errorf("%s: %v has no reason", path, c.Change)
					}

					if strings.HasPrefix(c.Path, "folded.") {
						t.Errorf("%s: is told as %v", path, c.Change)
					}
				}
			}
		})
	}
}

func withMain(t *testing.T, doc any) *config.Config {
	t.Helper()

	var (
		c   *config.Config
		err error
	)

	if main, ok := doc.(*v1alpha1.Config); ok {
		c, err = config.Make(main)
	} else {
		c, err = config.Make(&v1alpha1.Config{Machine: v1alpha1.MachineConfig{Type: "controlplane"}}, doc.(document.Document))
	}

	if err != nil {
		t.Fatal(err)
	}

	return c
}

// settings are the ways to all fields that are not sections themselves, by index.
func settings(t reflect.Type, way []int) (out [][]int) {
	plan := tree.PlanOf(t)

	for i := range plan.Fields {
		f := &plan.Fields[i]
		here := append(append([]int(nil), way...), i)

		below := f.Type
		for below.Kind() == reflect.Pointer {
			below = below.Elem()
		}

		if below.Kind() == reflect.Struct && !tree.IsScalar(below) && below.PkgPath() != "github.com/siderolabs/crypto/x509" {
			out = append(out, settings(below, here)...)

			continue
		}

		out = append(out, here)
	}

	return out
}

// change gives the setting at a way another value, and tells its path.
func (g *maker) change(v reflect.Value, way []int) (path string, ok bool) {
	for n, i := range way {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}

			v = v.Elem()
		}

		f := &tree.PlanOf(v.Type()).Fields[i]
		v = v.FieldByIndex(f.Index)

		if path != "" {
			path += "."
		}

		path += f.Key

		if n < len(way)-1 {
			continue
		}

		old := v.Interface()

		for range 20 {
			v.Set(reflect.New(v.Type()).Elem())
			g.value(v, f)

			if !reflect.DeepEqual(old, v.Interface()) {
				return path, true
			}
		}
	}

	return path, false
}
