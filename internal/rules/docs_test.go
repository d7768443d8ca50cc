package rules_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Names of kinds are given by clients and do not always say what they mean, so
// each has to be explained where it is declared.
func TestEveryKindIsExplained(t *testing.T) {
	t.Parallel()

	files, err := filepath.Glob("../../pkg/machinery/resources/*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no kinds found", err)
	}

	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}

		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}

		for _, d := range f.Decls {
			gen, ok := d.(*ast.GenDecl)
			if !ok || gen.Doc != nil || (gen.Tok != token.TYPE && gen.Tok != token.VAR) {
				continue
			}

			for _, s := range gen.Specs {
				name := ""

				switch s := s.(type) {
				case *ast.TypeSpec:
					name = s.Name.Name
				case *ast.ValueSpec:
					name = s.Names[0].Name
				}

				if ast.IsExported(name) {
					t.Errorf("%s: %s has no comment", strings.TrimPrefix(path, "../../"), name)
				}
			}
		}
	}
}

// named are paths and make targets in the pages a newcomer reads first.
var named = struct{ path, target *regexp.Regexp }{
	path:   regexp.MustCompile("`((?:api|cmd|docs|hack|internal|pkg)/[a-z0-9_./]*)`|\\]\\(([^)]+)\\)"),
	target: regexp.MustCompile("(?m)(?:`|^    )make ([a-z-]+)"),
}

func TestTheDoorLeadsSomewhere(t *testing.T) {
	t.Parallel()

	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}

	for _, page := range []string{"README.md", "ARCHITECTURE.md"} {
		text, err := os.ReadFile("../../" + page)
		if err != nil {
			t.Fatal(err)
		}

		for _, m := range named.path.FindAllStringSubmatch(string(text), -1) {
			path := m[1] + m[2]
			if _, err := os.Stat("../../" + path); err != nil {
				t.Errorf("%s names %s, which is not there", page, path)
			}
		}

		for _, m := range named.target.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains("\n"+string(makefile), "\n"+m[1]+":") {
				t.Errorf("%s names make %s, which is no target", page, m[1])
			}
		}
	}
}
