package config_test

import (
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func seeds(f *testing.F) [][]byte {
	f.Helper()

	out := [][]byte{
		[]byte("machine: &a\n  pods:\n    - *a\n"),
		[]byte("machine: {sysctls: {<<: [{a: b}, {c: d}]}}"),
		[]byte("--- |\n a\n...\n"),
		[]byte("? [a]\n: b\n"),
		[]byte("apiVersion: v1alpha1\nkind: LinkConfig\nname: a\n---\napiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: r\nportSelector: {ports: [1-2, 3]}\n"),
	}

	for _, name := range []string{"manual.txtar", "notes.txtar"} {
		for _, file := range archive(f, name) {
			out = append(out, file.Data)
		}
	}

	return out
}

// FuzzLoad checks that what loads also validates, folds, masks and compares
// without panic, and that its text loads again to the same.
func FuzzLoad(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}

	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Load(data)
		if err != nil {
			_ = err.Error()

			return
		}

		if _, err := config.Validate(c, config.Metal); err != nil {
			_ = err.Error()
		}

		c.Effective()
		c.Redacted()

		again, err := config.Load(c.Bytes())
		if err != nil {
			t.Fatal(err)
		}

		if d := config.Diff(c, again); len(d) > 0 {
			t.Fatal(d)
		}

		made, err := config.Make(c.V1Alpha1(), c.Documents()...)
		if err != nil {
			t.Fatalf("what was decoded cannot be encoded: %v", err)
		}

		if d := config.Diff(c, made); len(d) > 0 && d[0].Path != "version" {
			t.Fatalf("encoding changed it: %v", d)
		}
	})
}

// FuzzPatch checks that patching never panics and gives something that loads.
func FuzzPatch(f *testing.F) {
	base := generated(f, "v1.14")

	for _, s := range seeds(f) {
		f.Add(s)
	}

	f.Add([]byte(`[{"op":"add","path":"/machine/network","value":{"hostname":"a"}}]`))
	f.Add([]byte("machine: {network: {interfaces: [{interface: eth0, $patch: delete}]}}"))
	f.Add([]byte("- {op: move, from: /machine, path: /cluster}"))

	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := patch.Parse("p", data)
		if err != nil {
			return
		}

		for _, b := range []*config.Config{base, mustLoad(t, "machine: {type: worker, sysctls: {a: b}}")} {
			out, err := config.ApplyPatches(b, p)
			if err != nil {
				_ = err.Error()

				continue
			}

			config.Diff(b, out)

			if _, err := config.Load(out.Bytes()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// FuzzDiff checks that a difference names the same places in both directions, that
// nothing differs from itself, and that a difference which is empty means the same.
func FuzzDiff(f *testing.F) {
	all := seeds(f)
	for i, s := range all {
		f.Add(s, all[(i+1)%len(all)])
	}

	f.Fuzz(func(t *testing.T, x, y []byte) {
		a, err := config.Load(x)
		if err != nil {
			return
		}

		b, err := config.Load(y)
		if err != nil {
			return
		}

		if d := config.Diff(a, a); len(d) > 0 {
			t.Fatalf("differs from itself: %v", d)
		}

		there, back := config.Diff(a, b), config.Diff(b, a)

		places := map[string]int{}
		for _, c := range there {
			places[c.Document+": "+c.Path]++
		}

		for _, c := range back {
			places[c.Document+": "+c.Path]--
		}

		for p, n := range places {
			if n != 0 {
				t.Fatalf("%s is in one direction only:\n%v\n%v", p, there, back)
			}
		}

		if e := config.DiffEffective(a, b); len(there) == 0 && len(e) > 0 {
			t.Fatalf("the same texts mean something else: %v", e)
		}
	})
}

func mustLoad(t testing.TB, text string) *config.Config {
	t.Helper()

	c, err := config.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}

	return c
}
