// Package rules_test holds the repository to its own rules.
package rules_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/talos-os/talos/"

type pkg struct {
	ImportPath, Name, Doc, Dir string
	Imports, Deps, GoFiles     []string
	Standard                   bool
}

func list(t *testing.T, args ...string) []pkg {
	t.Helper()

	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Name,Doc,Dir,Imports,Deps,GoFiles,Standard"}, args...)...)
	cmd.Dir = "../.."

	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}

	var pkgs []pkg

	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}

		pkgs = append(pkgs, p)
	}

	return pkgs
}

// edges that must not exist. A pattern ending in / means everything below.
var edges = []struct{ from, to, why string }{
	{"internal/sys/", "pkg/machinery/resources/", "the kernel's words are not the API's; translate in the controller"},
	{"internal/sys/", "internal/app/", "sys wraps one kernel interface each and knows nobody above"},
	{"internal/controller", "pkg/machinery/resources/", "shapes know no domain"},
	{"internal/app/apid/", "internal/app/machined/", "apid meets machined at its sockets only"},
	{"internal/app/trustd/", "internal/app/machined/", "trustd meets machined at its sockets only"},
	{"internal/app/talosctl/", "internal/app/machined/", "the client sees only what other programs can import"},
	{"internal/app/talosctl/", "internal/sys/", "the client runs anywhere"},
	{"internal/app/talosctl/", "pkg/machinery/resources/", "defining the kinds costs every start milliseconds; read them by their YAML names"},
	{"pkg/machinery/", "internal/app/", "other programs import pkg/machinery"},
	{"pkg/machinery/config", "pkg/machinery/resources/", "configs are text first: resources depend on them"},
}

func below(path, pattern string) bool {
	path = strings.TrimPrefix(path, module)

	return path == strings.TrimSuffix(pattern, "/") || strings.HasPrefix(path, strings.TrimSuffix(pattern, "/")+"/")
}

func TestDependenciesPointOneWay(t *testing.T) {
	t.Parallel()

	for _, p := range list(t, "./...") {
		for _, imp := range p.Imports {
			for _, e := range edges {
				if below(p.ImportPath, e.from) && strings.HasPrefix(imp, module) && below(imp, e.to) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imp, e.why)
				}
			}
		}
	}
}

func TestControllersMeetInStateOnly(t *testing.T) {
	t.Parallel()

	const dir = "internal/app/machined/controllers/"

	for _, p := range list(t, "./"+dir+"...") {
		own := strings.SplitN(strings.TrimPrefix(p.ImportPath, module+dir), "/", 2)[0]

		for _, imp := range p.Imports {
			if other, ok := strings.CutPrefix(imp, module+dir); ok && strings.SplitN(other, "/", 2)[0] != own {
				t.Errorf("%s imports %s: controllers meet in state", p.ImportPath, imp)
			}
		}
	}
}

// What this project implements independently it must not contain.
func TestNothingDependsOnTheReference(t *testing.T) {
	t.Parallel()

	const forbidden = "github.com/siderolabs/talos"

	for _, p := range list(t, "-deps", "./...") {
		if p.ImportPath == forbidden || strings.HasPrefix(p.ImportPath, forbidden+"/") {
			t.Errorf("%s is linked in", p.ImportPath)
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	t.Parallel()

	for _, p := range list(t, "./...") {
		generated := strings.HasPrefix(p.ImportPath, module+"api/")
		onlyTests := len(p.GoFiles) == 0

		if p.Doc == "" && !generated && !onlyTests {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

func TestPackageNamesAreOfTheField(t *testing.T) {
	t.Parallel()

	vague := []string{"util", "utils", "common", "helper", "helpers", "types", "misc", "base"}

	for _, p := range list(t, "./...") {
		// api/common is a protobuf package that peers know by this name.
		if slices.Contains(vague, p.Name) && p.ImportPath != module+"api/common" {
			t.Errorf("%s: %s says nothing", p.ImportPath, p.Name)
		}
	}
}
