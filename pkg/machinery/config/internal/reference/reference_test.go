package reference

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write what is made from the declarations")

const (
	configDir = "../.."
	root      = "../../../../.."
	pagesDir  = root + "/docs/reference/configuration"
	schema    = root + "/schemas/config.schema.json"
	texts     = configDir + "/explain/descriptions.txt"
)

var sourceOnce = sync.OnceValues(func() (*Source, error) { return ReadSource(configDir) })

func source(t testing.TB) *Source {
	t.Helper()

	s, err := sourceOnce()
	if err != nil {
		t.Fatal(err)
	}

	return s
}

// current compares a file with what it should be, or writes it.
func current(t *testing.T, path string, want []byte) {
	t.Helper()

	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}

		return
	}

	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is stale: run go test ./pkg/machinery/config/internal/reference -update", path)
	}
}

func TestSchemaIsCurrent(t *testing.T) {
	t.Parallel()

	b, err := JSONSchema(source(t))
	if err != nil {
		t.Fatal(err)
	}

	current(t, schema, b)
}

func TestPagesAreCurrent(t *testing.T) {
	t.Parallel()

	pages, err := Pages(source(t))
	if err != nil {
		t.Fatal(err)
	}

	for name, text := range pages {
		current(t, filepath.Join(pagesDir, name), []byte(text))
	}

	files, err := os.ReadDir(pagesDir)
	if err != nil {
		t.Fatal(err)
	}

	for _, f := range files {
		if _, ok := pages[f.Name()]; !ok {
			t.Errorf("%s is about nothing that is declared: delete it", filepath.Join(pagesDir, f.Name()))
		}
	}
}

func TestDescriptionsAreCurrent(t *testing.T) {
	t.Parallel()

	current(t, texts, Descriptions(source(t)))
}
