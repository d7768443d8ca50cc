package impact

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// settings calls f with every path that can differ: fields, with * for the keys of
// maps and 0 for the items of lists.
func settings(t reflect.Type, path []string, f func(path []string)) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		switch t.Kind() {
		case reflect.Slice:
			path = append(path[:len(path):len(path)], "0")
		case reflect.Map:
			path = append(path[:len(path):len(path)], "*")
		}

		t = t.Elem()
	}

	tagged := false

	if t.Kind() == reflect.Struct {
		for i := range t.NumField() {
			key, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
			if key == "" || key == "-" {
				continue
			}

			tagged = true

			settings(t.Field(i).Type, append(path[:len(path):len(path)], key), f)
		}
	}

	if !tagged {
		f(path)
	}
}

func has(path []string) bool {
	return slices.ContainsFunc(paths(), func(rule []string) bool { return leads(rule, path) })
}

func TestEverySettingHasARule(t *testing.T) {
	t.Parallel()

	count := 0

	settings(reflect.TypeFor[v1alpha1.Config](), nil, func(path []string) {
		if count++; !has(path) {
			t.Errorf("%s has no rule", strings.Join(path, "."))
		}
	})

	if count < 250 {
		t.Errorf("the main document has %d settings only", count)
	}

	for _, k := range document.Kinds() {
		if !config.IsFolded(k.Name) && !has([]string{k.Name}) {
			t.Errorf("%s has no rule", k.Name)
		}
	}

	folded := config.FoldedPaths()
	if len(folded) == 0 {
		t.Error("there are no settings of folded kinds")
	}

	for _, path := range folded {
		if !has(segments(path)) {
			t.Errorf("%s has no rule", path)
		}
	}

	if r := find(config.Change{Document: "NewConfig", Path: "x"}); r.effect != Reboot || r.reason != unknown {
		t.Errorf("an unknown kind is %s", r.effect)
	}
}

// A rule that nothing falls under is a spelling mistake, or is left from a setting
// that is gone.
func TestEveryRuleIsOfASetting(t *testing.T) {
	t.Parallel()

	var all [][]string

	add := func(path []string) { all = append(all, path) }

	settings(reflect.TypeFor[v1alpha1.Config](), nil, add)

	for _, k := range document.Kinds() {
		settings(reflect.TypeOf(k.New()), []string{k.Name}, add)
	}

	for i, rule := range paths() {
		if rules[i].path != "folded" && !slices.ContainsFunc(all, func(path []string) bool { return leads(rule, path) }) {
			t.Errorf("no setting is under %s", rules[i].path)
		}

		if rules[i].reason == "" || (rules[i].effect == Restart) != (len(rules[i].services) > 0) {
			t.Errorf("%s: %+v", rules[i].path, rules[i])
		}
	}
}

func TestSegments(t *testing.T) {
	t.Parallel()

	for path, want := range map[string]string{
		"":                                      "",
		"machine.type":                          "machine type",
		`machine.registries.config["a.b"].auth`: "machine registries config a.b auth",
		`x[""].y[0][1].z`:                       "x  y 0 1 z",
		`x["a\"]b"]`:                            `x a"]b`,
	} {
		if got := strings.Join(segments(path), " "); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
