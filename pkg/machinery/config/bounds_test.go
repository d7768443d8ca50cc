package config_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

// hostile are texts made to cost much, by what stops them.
func hostile() map[string]struct{ text, want string } {
	bomb := "machine:\n  baseRuntimeSpecOverrides:\n    a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := '1'; i <= '9'; i++ {
		ref := strings.TrimSuffix(strings.Repeat("*a"+string(i-1)+",", 10), ",")
		bomb += "    a" + string(i) + ": &a" + string(i) + " [" + ref + "]\n"
	}

	merges := "machine:\n  sysctls:\n    <<: &b0 {a: b}\n  baseRuntimeSpecOverrides:\n"
	for i := '1'; i <= '9'; i++ {
		ref := strings.TrimSuffix(strings.Repeat("*b"+string(i-1)+",", 10), ",")
		merges += "    b" + string(i) + ": &b" + string(i) + " {<<: [" + ref + "]}\n"
	}

	return map[string]struct{ text, want string }{
		"10 MB":              {"machine:\n  token: " + strings.Repeat("a", 10<<20), "is more than the limit of 4194304"},
		"10 MB of documents": {strings.Repeat("---\n# a\n", 10<<17), "is more than the limit of 4194304"},
		"many values":        {"machine: [" + strings.Repeat(",", 1<<20), "has more than 300000 values"},
		"values at the end":  {"machine:\n  pods: [" + strings.Repeat("1,", 290_000) + "]\n", "expected a mapping, found a single value"}, // each one a mistake,
		"10,000 lists":       {"machine: " + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), "expected a mapping, found a list"},
		"10,000 open lists":  {"machine: " + strings.Repeat("[", 10_000), "not YAML"},
		"10,000 items":       {"machine:\n  " + strings.Repeat("- ", 10_000) + "a", "max depth of 10000"},
		"10,000 mappings":    {"machine:\n  baseRuntimeSpecOverrides: " + strings.Repeat("{a: ", 10_000) + strings.Repeat("}", 10_000), "nested deeper than"},
		"10,000 questions":   {"machine:\n  " + strings.Repeat("? ", 10_000) + "a", "max depth of 10000"},
		"2,000 levels":       {levels(2000), "nested deeper than"},
		"alias bomb":         {bomb, "aliases expand to more than 100000 values"},
		"merge bomb":         {merges, "aliases expand to"},
		"alias of itself":    {"machine: &a\n  pods:\n    - *a\n", "nested deeper than"},
		"10,000 mistakes":    {"machine:\n" + strings.Repeat("  nope: 1\n", 10_000), "has 1000 errors or more"},
	}
}

// levels nests by indentation, which needs a text that grows with the square.
func levels(n int) string {
	var b strings.Builder

	b.WriteString("machine:\n  baseRuntimeSpecOverrides:\n")

	for i := range n {
		b.WriteString(strings.Repeat(" ", i+4) + "a:\n")
	}

	return b.String()
}

// TestHostileTexts checks that what is made to cost much is refused with a clear
// error and without much memory, as a config and as a patch. It is not parallel:
// what others allocate would be counted.
func TestHostileTexts(t *testing.T) { //nolint:paralleltest // measures memory
	const limit = 192 << 20 // bytes allocated in all, most of them garbage at once

	base := mustLoad(t, "machine: {type: worker}")

	for name, tt := range hostile() {
		for what, run := range map[string]func() error{
			"config": func() error {
				_, err := config.Load([]byte(tt.text))

				return err
			},
			"patch": func() error {
				p, err := patch.Parse("p", []byte(tt.text))
				if err == nil {
					_, err = config.ApplyPatches(base, p)
				}

				return err
			},
		} {
			var before, after runtime.MemStats

			runtime.ReadMemStats(&before)

			err := run()

			runtime.ReadMemStats(&after)

			used := after.TotalAlloc - before.TotalAlloc
			t.Logf("%s as %s: %d KiB", name, what, used>>10)

			if used > limit {
				t.Errorf("%s as %s takes %d MiB", name, what, used>>20)
			}

			switch {
			case err == nil:
				t.Errorf("%s as %s: no error", name, what)
			case len(err.Error()) > 20_000:
				t.Errorf("%s as %s: the message has %d bytes", name, what, len(err.Error()))
			case !strings.Contains(err.Error(), tt.want):
				t.Errorf("%s as %s: error is %.200s, want in it %s", name, what, err, tt.want)
			}
		}
	}
}

// A text may be as large as the bound, and no larger.
func TestLoadBoundsAreExact(t *testing.T) {
	t.Parallel()

	const most = 4 << 20

	for size, want := range map[int]bool{most: true, most + 1: false} {
		text := "machine: {}\n#" + strings.Repeat("a", size-13)
		if _, err := config.Load([]byte(text)); (err == nil) != want {
			t.Errorf("%d bytes: %.100v", len(text), err)
		}
	}
}

func TestLoadBounds(t *testing.T) {
	t.Parallel()

	bomb := "machine:\n  sysctls: &a0 {x: y}\n  baseRuntimeSpecOverrides:\n    b0: &b0 [a,a,a,a,a,a,a,a,a,a]\n"
	for i := 1; i < 12; i++ {
		prev := string(rune('a'+i-1)) + "n"
		if i == 1 {
			prev = "b0"
		}

		name := string(rune('a'+i)) + "n"
		bomb += "    " + name + ": &" + name + " [" + strings.TrimSuffix(strings.Repeat("*"+prev+",", 10), ",") + "]\n"
	}

	for name, text := range map[string]string{
		"large":    "machine:\n  token: " + strings.Repeat("a", 10<<20),
		"deep":     "machine: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		"deeper":   "machine: " + strings.Repeat("[", 20000),
		"deep map": "machine:\n  baseRuntimeSpecOverrides: " + strings.Repeat("{a: ", 9000) + strings.Repeat("}", 9000),
		"bomb":     bomb,
		"many":     "machine: [" + strings.Repeat(",", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			_, err := config.Load([]byte(text))
			if err == nil {
				t.Fatal("no error")
			}

			if len(err.Error()) > 10_000 {
				t.Errorf("the message has %d bytes", len(err.Error()))
			}
		})
	}
}
