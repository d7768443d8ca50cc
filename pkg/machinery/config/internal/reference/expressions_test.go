package reference

import (
	"reflect"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/expression"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

func TestExamplesOfExpressionsCompile(t *testing.T) {
	t.Parallel()

	for _, e := range expressionExamples {
		if err := expression.Check(e.kind, value.Expression(e.expression)); err != nil {
			t.Errorf("%s: %v", e.expression, err)
		}
	}
}

// TestEveryExpressionHasItsNames looks for kinds whose expressions nobody compiles.
func TestEveryExpressionHasItsNames(t *testing.T) {
	t.Parallel()

	for _, k := range document.Kinds() {
		if !hasExpression(reflect.TypeOf(k.New()).Elem()) || k.Name == "OOMConfig" { // which nothing evaluates yet
			continue
		}

		if err := expression.Check(k.Name, `nobody.knows == 1`); err == nil {
			t.Errorf("%s takes an expression about anything", k.Name)
		}
	}
}

func hasExpression(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}

	if t == reflect.TypeFor[value.Expression]() {
		return true
	}

	if t.Kind() != reflect.Struct || tree.IsScalar(t) {
		return false
	}

	for _, f := range tree.PlanOf(t).Fields {
		if hasExpression(f.Type) {
			return true
		}
	}

	return false
}
