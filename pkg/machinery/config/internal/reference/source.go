package reference

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// Source is what the comments in the declarations say.
type Source struct {
	comments map[string]string // "document.LinkConfig" or "document.LinkConfig.Name"
	files    map[string]string // the file a type is declared in, without .go
}

// ReadSource reads the packages that declare documents. The directory is that of
// package config.
func ReadSource(dir string) (*Source, error) {
	s := &Source{comments: map[string]string{}, files: map[string]string{}}

	for _, pkg := range []string{"document", "v1alpha1"} {
		names, err := filepath.Glob(filepath.Join(dir, pkg, "*.go"))
		if err != nil || len(names) == 0 {
			return nil, fmt.Errorf("no declarations in %s: %w", filepath.Join(dir, pkg), os.ErrNotExist)
		}

		for _, name := range names {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return nil, fmt.Errorf("read declarations: %w", err)
			}

			s.file(pkg, strings.TrimSuffix(filepath.Base(name), ".go"), f)
		}
	}

	return s, nil
}

func (s *Source) file(pkg, name string, f *ast.File) {
	for _, d := range f.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}

		for _, spec := range gen.Specs {
			t := spec.(*ast.TypeSpec)

			st, ok := t.Type.(*ast.StructType)
			if !ok {
				continue
			}

			key := pkg + "." + t.Name.Name
			s.files[key] = name
			s.comments[key] = flat(gen.Doc)

			for _, field := range st.Fields.List {
				for _, n := range field.Names {
					s.comments[key+"."+n.Name] = flat(field.Doc)
				}
			}
		}
	}
}

// flat is a comment on one line.
func flat(c *ast.CommentGroup) string { return strings.Join(strings.Fields(c.Text()), " ") }

// Type is what the comment of a type says, with what the type is called in Go
// taken off: "LinkConfig configures a link" is "Configures a link".
func (s *Source) Type(t reflect.Type) string {
	text := strings.TrimPrefix(s.comments[t.String()], t.Name()+" ")
	text = strings.TrimPrefix(text, "is ")

	if text == "" {
		return ""
	}

	return strings.ToUpper(text[:1]) + text[1:]
}

// Area is the file a type is declared in, which is how documents are grouped.
func (s *Source) Area(t reflect.Type) string { return s.files[t.String()] }

// Field is what the comment of a field says. The index leads to it through
// embedded structs.
func (s *Source) Field(t reflect.Type, index []int) string {
	for _, i := range index[:len(index)-1] {
		t = t.Field(i).Type
	}

	return s.comments[t.String()+"."+t.Field(index[len(index)-1]).Name]
}
