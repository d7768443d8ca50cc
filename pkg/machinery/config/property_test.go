package config_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// madeUp makes a config of one document up.
func madeUp(t *testing.T, seed uint64, fill float64) *config.Config {
	t.Helper()

	g := &maker{Rand: rand.New(rand.NewPCG(seed, 11)), fill: fill}
	main := &v1alpha1.Config{}
	g.structure(reflect.ValueOf(main).Elem())

	// Items without the key that identifies them, or with one twice, are merged by
	// position in time: that is what the rules say, and not associative.
	main.Machine.Network.Interfaces = nil
	main.Cluster.APIServer.AdmissionControl = nil

	c, err := config.Make(main)
	if err != nil {
		t.Fatal(err)
	}

	return c
}

func apply(t *testing.T, c *config.Config, text []byte) *config.Config {
	t.Helper()

	p, err := patch.Parse("p", text)
	if err != nil {
		t.Fatal(err)
	}

	out, err := config.ApplyPatches(c, p)
	if err != nil {
		t.Fatal(err)
	}

	return out
}

func TestPatchingIsAssociative(t *testing.T) {
	t.Parallel()

	for seed := range uint64(30) {
		a, b, c := madeUp(t, seed, 0.3), madeUp(t, seed+1000, 0.2), madeUp(t, seed+2000, 0.2)

		left := apply(t, apply(t, a, b.Bytes()), c.Bytes())
		right := apply(t, a, apply(t, b, c.Bytes()).Bytes())

		if d := config.Diff(left, right); len(d) > 0 {
			t.Errorf("seed %d: patches one after the other differ from their sum: %v", seed, d)
		}
	}
}

func TestPatchThatSaysNothingIsIdentity(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.6", "v1.14"} {
		base := generated(t, line)

		for _, text := range []string{"", "# nothing\n", "---\n", "machine: {}\n", "cluster: {network: {}}\n", "machine:\n", "machine: {sysctls: {}, pods: []}\n"} {
			if got := apply(t, base, []byte(text)); !config.Same(base, got) {
				t.Errorf("%s: %q changes %v", line, text, config.Diff(base, got))
			}
		}

		// A config laid over itself changes no setting, but lists grow.
		for _, d := range config.Diff(base, apply(t, base, base.Bytes())) {
			if !strings.Contains(d.Path, "[") {
				t.Errorf("%s: laid over itself it changes %v", line, d)
			}
		}
	}
}

// TestDiffIsComplete takes one config to another by nothing but their difference.
func TestDiffIsComplete(t *testing.T) {
	t.Parallel()

	for seed := range uint64(30) {
		a, b := madeUp(t, seed, 0.3), madeUp(t, seed+500, 0.3)

		if d := config.Diff(a, a); len(d) > 0 {
			t.Errorf("seed %d: differs from itself by %v", seed, d)
		}

		var from, to any

		if err := yaml.Unmarshal(a.Bytes(), &from); err != nil {
			t.Fatal(err)
		}

		if err := yaml.Unmarshal(b.Bytes(), &to); err != nil {
			t.Fatal(err)
		}

		// From the last to the first, so that indices stay right.
		for _, c := range slices.Backward(config.Diff(a, b)) {
			parts := tree.SplitPath(c.Path)
			value, there := at(to, parts)
			from = put(from, parts, value, there)
		}

		n, err := tree.Encode(from)
		if err != nil {
			t.Fatal(err)
		}

		text, err := tree.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}

		got, err := config.Load(text)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}

		// An item without anything in it and no item at all are one to a difference.
		for _, d := range config.Diff(got, b) {
			if d.Old != "{}" && d.New != "{}" {
				t.Errorf("seed %d: the difference lacks %v", seed, d)
			}
		}
	}
}

// at finds a value in plain YAML.
func at(v any, path []string) (any, bool) {
	for _, p := range path {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[p]
			if !ok {
				return nil, false
			}

			v = next
		case []any:
			i := indexOf(p)
			if i >= len(x) {
				return nil, false
			}

			v = x[i]
		default:
			return nil, false
		}
	}

	return v, true
}

func indexOf(part string) int {
	i, err := strconv.Atoi(strings.Trim(part, "[]"))
	if err != nil {
		panic(part)
	}

	return i
}

// put sets a value in plain YAML, or takes it away when it is not there.
func put(v any, path []string, value any, there bool) any {
	if len(path) == 0 {
		return value
	}

	if strings.HasPrefix(path[0], "[") && strings.HasSuffix(path[0], "]") {
		list, _ := v.([]any)

		i := indexOf(path[0])
		if !there && len(path) == 1 {
			return slices.Delete(slices.Clone(list), i, i+1)
		}

		for len(list) <= i {
			list = append(list, nil)
		}

		if list[i] = put(list[i], path[1:], value, there); list[i] == nil && !there {
			return slices.Delete(slices.Clone(list), i, i+1)
		}

		return list
	}

	m, ok := v.(map[string]any)
	if !ok {
		m = map[string]any{}
	}

	if !there && len(path) == 1 {
		delete(m, path[0])
	} else {
		m[path[0]] = put(m[path[0]], path[1:], value, there)
	}

	if len(m) == 0 && !there {
		return nil // what was in it is gone, and so is the section
	}

	return m
}
