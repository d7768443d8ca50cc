package reference

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// TestRangesAgreeWithValidation writes numbers at the ends of every declared range
// and beside them: the schema and validation refuse the same.
func TestRangesAgreeWithValidation(t *testing.T) {
	t.Parallel()

	s := compiled(t)
	tried := ranges(t, s, reflect.TypeFor[v1alpha1.Config](), "", "")

	for _, k := range document.Kinds() {
		head := "apiVersion: v1alpha1\nkind: " + k.Name + "\n"
		tried += ranges(t, s, reflect.TypeOf(k.New()).Elem(), "", head)
	}

	if tried < 20 {
		t.Errorf("only %d ranges were found", tried)
	}
}

// ranges tries those of a type and of all below. A path has its lists as in rows.
func ranges(t *testing.T, s *jsonschema.Schema, typ reflect.Type, path, head string) int {
	t.Helper()

	tried := 0

	for _, f := range source(t).Fields(typ) {
		below, marks := element(f.Type)
		at := strings.TrimPrefix(path+"."+f.Key+marks, ".")

		if !isLeaf(below) {
			tried += ranges(t, s, below, at, head)
		}

		if f.Range == nil {
			continue
		}

		tried++

		left := marks == "" && !f.Required // 0 says that it is left out
		tries := map[int64]bool{f.Range.Least: true, f.Range.Least - 1: left && f.Range.Least == 1, -1: false}

		if f.Range.Least > 0 {
			tries[0] = left
		}

		if !f.Range.Open() {
			tries[f.Range.Most], tries[f.Range.Most+1] = true, false
		}

		for n, good := range tries {
			text := head + nest(at, n)

			if err := bySchema(s, text, at); (err == nil) != good {
				t.Errorf("the schema about\n%s%v", text, err)
			}

			if err := byValidation(text, f); (err == nil) != good {
				t.Errorf("validation about\n%s%v", text, err)
			}
		}
	}

	return tried
}

// nest writes a number at a path, in flow style.
func nest(path string, n int64) string {
	out := fmt.Sprint(n)
	keys := strings.Split(path, ".")

	for i := len(keys) - 1; i >= 0; i-- {
		key, list := strings.CutSuffix(keys[i], "[]")

		switch {
		case key == "*":
			key = "a"
		case list:
			out = "[" + out + "]"
		}

		if i > 0 {
			out = "{" + key + ": " + out + "}"
		} else {
			out = key + ": " + out
		}
	}

	return out + "\n"
}

// bySchema is an error about this path, and none about what else is missing.
func bySchema(s *jsonschema.Schema, text, path string) error {
	at := "'/" + strings.NewReplacer(".*", "/a", "[]", "/0", ".", "/").Replace(path) + "'"

	if err := accepts(s, text); err != nil && strings.Contains(err.Error(), at) {
		return err
	}

	return nil
}

// byValidation is an error about the number, or about a required one that is 0.
func byValidation(text string, f Field) error {
	cfg, err := config.Load([]byte(text))
	if err != nil {
		return err // the type of the field has no such number
	}

	_, err = config.Validate(cfg, config.Metal)
	if err == nil {
		return nil
	}

	for _, line := range strings.Split(err.Error(), "\n") {
		if strings.Contains(line, "out of range") || f.Required && strings.HasSuffix(line, " "+f.Key+": missing") {
			return fmt.Errorf("%s", line)
		}
	}

	return nil
}
