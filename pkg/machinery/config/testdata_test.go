package config_test

import (
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func examples(t *testing.T, file string) []txtar.File {
	t.Helper()

	return archive(t, file)
}

func archive(t testing.TB, file string) []txtar.File {
	t.Helper()

	a, err := txtar.ParseFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}

	if len(a.Files) == 0 {
		t.Fatalf("%s has no examples", file)
	}

	return a.Files
}

// TestExamplesOfTheManual loads every example of a config in the manual of the
// documented system. Left out are 18 that are not configs as they stand: YAML
// broken by the publication, and placeholders in place of values.
func TestExamplesOfTheManual(t *testing.T) {
	t.Parallel()

	for _, f := range examples(t, "manual.txtar") {
		if _, err := config.Load(f.Data, config.WithName(f.Name)); err != nil {
			t.Error(err)
		}
	}
}

// TestExamplesPatchEveryContract applies the examples of the manual and the
// patches of operators to a config of every release line they are for.
func TestExamplesPatchEveryContract(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.6", "v1.12", "v1.14"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()

			base := generated(t, line)

			for _, f := range append(examples(t, "manual.txtar"), examples(t, "notes.txtar")...) {
				p, err := patch.Parse(f.Name, f.Data)
				if err != nil {
					t.Error(err)

					continue
				}

				got, err := config.ApplyPatches(base, p)
				if err != nil {
					t.Error(err)

					continue
				}

				if again := config.Diff(got, got); len(again) != 0 {
					t.Errorf("%s: diff with itself is %v", f.Name, again)
				}
			}
		})
	}
}

// made keeps generated configs: making keys takes most of the time of a test.
var made sync.Map

func generated(t testing.TB, line string) *config.Config {
	t.Helper()

	if c, ok := made.Load(line); ok {
		return c.(*config.Config)
	}

	c, err := contract.Parse(line)
	if err != nil {
		t.Fatal(err)
	}

	in, err := generate.New("test", "https://10.0.0.1:6443", "", generate.WithContract(c))
	if err != nil {
		t.Fatal(err)
	}

	cfg, err := in.Config(generate.ControlPlane)
	if err != nil {
		t.Fatal(err)
	}

	made.Store(line, cfg)

	return cfg
}
