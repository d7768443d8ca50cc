package tree

import (
	"reflect"

	"go.yaml.in/yaml/v4"
)

// EachField visits every value of a document that has a declaration. When visit
// returns false what is below is left out.
func EachField(n *yaml.Node, t reflect.Type, visit func(f *Field, v *yaml.Node) bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}

	if IsScalar(t) || t == objectType || t == argType || isPEM(t) {
		return
	}

	switch {
	case t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		plan := PlanOf(t)

		for i := 0; i+1 < len(n.Content); i += 2 {
			if f := plan.Field(n.Content[i].Value); f != nil && visit(f, n.Content[i+1]) {
				EachField(n.Content[i+1], f.Type, visit)
			}
		}
	case t.Kind() == reflect.Map && n.Kind == yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			EachField(n.Content[i], t.Elem(), visit)
		}
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for _, c := range n.Content {
			EachField(c, t.Elem(), visit)
		}
	}
}
