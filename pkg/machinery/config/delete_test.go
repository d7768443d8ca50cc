package config_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// TestEveryListCanBeCutDown deletes an item, named by all it has, from every list of
// sections in every kind of document, and from lists that a patch replaces otherwise.
func TestEveryListCanBeCutDown(t *testing.T) {
	t.Parallel()

	tried := 0

	for i := -1; i < len(document.Kinds()); i++ {
		var doc any = &v1alpha1.Config{}
		if i >= 0 {
			doc = document.Kinds()[i].New()
		}

		for _, at := range settings(reflect.TypeOf(doc).Elem(), nil) {
			g := &maker{Rand: rand.New(rand.NewPCG(5, uint64(len(at)))), fill: 0.7}
			target := reflect.New(reflect.TypeOf(doc).Elem())

			field, path := fieldAt(target.Elem(), at)
			if field.Kind() != reflect.Slice || field.Type().Elem().Kind() != reflect.Struct || tree.IsScalar(field.Type().Elem()) {
				continue
			}

			if name := target.Elem().FieldByName("Name"); name.IsValid() && i >= 0 {
				name.SetString("a")
			}

			field.Set(reflect.MakeSlice(field.Type(), 3, 3))

			for n := range 3 {
				for tree.IsUnset(field.Index(n)) || n > 0 && reflect.DeepEqual(field.Index(n).Interface(), field.Index(n-1).Interface()) {
					g.value(field.Index(n), &tree.Field{})
				}
			}

			base := withMain(t, target.Interface())
			want := reflect.New(reflect.TypeOf(doc).Elem())
			want.Elem().Set(reflect.ValueOf(tree.Copy(target.Elem().Interface())))

			left, _ := fieldAt(want.Elem(), at)
			left.Set(reflect.AppendSlice(reflect.MakeSlice(field.Type(), 0, 2), field.Slice(0, 1)))
			left.Set(reflect.Append(left, field.Index(2)))

			// The patch says the list with its second item only, and deletes that.
			field.Set(field.Slice(1, 2))

			text := directed(t, withMain(t, target.Interface()), i >= 0, path)

			p, err := patch.Parse("p", text)
			if err != nil {
				t.Fatal(err)
			}

			got, err := config.ApplyPatches(base, p)
			if err != nil {
				t.Errorf("%T %v: %v\n%s", doc, path, err, text)

				continue
			}

			if d := config.Diff(got, withMain(t, want.Interface())); len(d) > 0 {
				t.Errorf("%T %v: %v", doc, path, d)
			}

			tried++
		}
	}

	if tried < 25 {
		t.Errorf("only %d lists were tried", tried)
	}
}

// fieldAt finds a field and its path. Sections on the way are made.
func fieldAt(v reflect.Value, way []int) (field reflect.Value, path []string) {
	for _, i := range way {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}

			v = v.Elem()
		}

		f := &tree.PlanOf(v.Type()).Fields[i]
		v, path = v.FieldByIndex(f.Index), append(path, f.Key)
	}

	return v, path
}

// directed is the last document of a config with a directive in the one item of a list.
func directed(t *testing.T, c *config.Config, last bool, path []string) []byte {
	t.Helper()

	var doc any = c.V1Alpha1()
	if last {
		doc = c.Documents()[0]
	}

	n, err := tree.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}

	if last {
		n.Content = append(n.Content, tree.Text("apiVersion"), tree.Text("v1alpha1"), tree.Text("kind"), tree.Text(c.Documents()[0].DocumentKind()))
	}

	list := n
	for _, key := range path {
		list = tree.Get(list, key)
	}

	list.Content[0].Content = append(list.Content[0].Content, tree.Text(tree.PatchKey), tree.Text("delete"))

	text, err := tree.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}

	return text
}
