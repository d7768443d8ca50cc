package config_test

import (
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
)

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

// made keeps generated configs: making keys takes most of the time of a test.
var made sync.Map

func generated(t testing.TB, line string) *config.Config {
	t.Helper()

	return generatedFor(t, line, "")
}

func generatedFor(t testing.TB, line, kubernetes string) *config.Config {
	t.Helper()

	if c, ok := made.Load(line + kubernetes); ok {
		return c.(*config.Config)
	}

	c, err := contract.Parse(line)
	if err != nil {
		t.Fatal(err)
	}

	in, err := generate.New("test", "https://10.0.0.1:6443", kubernetes, generate.WithContract(c))
	if err != nil {
		t.Fatal(err)
	}

	cfg, err := in.Config(generate.ControlPlane)
	if err != nil {
		t.Fatal(err)
	}

	made.Store(line+kubernetes, cfg)

	return cfg
}
