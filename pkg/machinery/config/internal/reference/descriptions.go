package reference

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// Descriptions are the comments in the form that package explain carries.
func Descriptions(s *Source) []byte {
	var b strings.Builder

	done := map[reflect.Type]bool{}

	var walk func(t reflect.Type)

	walk = func(t reflect.Type) {
		if done[t] || pemFields(t) != nil {
			return
		}

		done[t] = true
		fmt.Fprintf(&b, "%s\t%s\n", t, s.Type(t))

		for _, f := range s.Fields(t) {
			fmt.Fprintf(&b, "%s %s\t%s\n", t, f.Key, f.Text)
		}

		for _, f := range s.Fields(t) {
			if e, _ := element(f.Type); !isLeaf(e) {
				walk(e)
			}
		}
	}

	walk(reflect.TypeFor[v1alpha1.Config]())

	for _, k := range document.Kinds() {
		walk(reflect.TypeOf(k.New()).Elem())
	}

	return []byte(b.String())
}
