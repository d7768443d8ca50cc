package reference

import (
	"fmt"
	"reflect"
	"strings"
)

// row is one line of a table of fields.
type row struct {
	path   string // with the marks of lists and maps
	typ    string
	def    string
	what   string
	effect string
	link   string // page that goes on
	gap    string // what this release does not do of it
}

// rows lists the fields of a type and all below, by path.
func (s *Source) rows(t reflect.Type, path string) []row {
	var out []row

	for _, f := range s.Fields(t) {
		below, marks := element(f.Type)
		r := row{path: strings.TrimPrefix(path+"."+f.Key, "."), typ: s.fieldType(f), def: f.Default, what: f.What}
		r.link = pageOf(r.path, path)
		out = append(out, r)

		if !isLeaf(below) {
			out = append(out, s.rows(below, r.path+marks)...)
		}
	}

	return out
}

// fieldType is the type with what else is declared about a field.
func (s *Source) fieldType(f Field) string {
	t := typeName(f.Type)

	if f.Enum != nil {
		t = "`" + strings.Join(f.Enum, "`, `") + "`"

		if f.Type.Kind() == reflect.Slice {
			t = "list of " + t
		}
	}

	if f.Schemes != nil {
		t += " (" + strings.Join(f.Schemes, ", ") + ")"
	}

	if f.Range != nil {
		t += " (" + f.Range.String() + ")"
	}

	if f.Required {
		t += "; required"
	}

	if f.Secret {
		t += "; secret"
	}

	if f.SecretQuery {
		t += "; the query is secret"
	}

	switch {
	case f.Merge == "replace":
		t += "; a patch replaces it"
	case strings.HasSuffix(f.Merge, ",replace"):
		t += fmt.Sprintf("; a patch replaces the item with the same `%s`", strings.TrimSuffix(f.Merge, ",replace"))
	case f.Merge != "":
		t += fmt.Sprintf("; a patch merges items with the same `%s`", strings.ReplaceAll(f.Merge, "|", "` or `"))
	}

	return t
}

func writeRows(b *strings.Builder, rows []row) {
	effects := false
	for _, r := range rows {
		effects = effects || r.effect != ""
	}

	if effects {
		b.WriteString("| field | type | default | what it does | a change |\n| --- | --- | --- | --- | --- |\n")
	} else {
		b.WriteString("| field | type | default | what it does |\n| --- | --- | --- | --- |\n")
	}

	for _, r := range rows {
		what := r.what
		if r.link != "" {
			what += fmt.Sprintf(" See [%s](%s.md).", r.link, r.link)
		}

		what = escape(what)
		if r.gap != "" {
			what += " " + r.gap
		}

		fmt.Fprintf(b, "| `%s` | %s | %s | %s |", r.path, escape(r.typ), escape(r.def), what)

		if effects {
			b.WriteString(" " + r.effect + " |")
		}

		b.WriteByte('\n')
	}
}

// escape keeps text from being taken for a column or a tag.
func escape(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`).Replace(s)
}
