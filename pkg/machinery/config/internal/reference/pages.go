package reference

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/explain"
	"github.com/talos-os/talos/pkg/machinery/config/impact"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// areas are the groups of documents, by the file they are declared in, in the order
// of the index.
var areas = []struct{ file, title string }{
	{"link", "Network links"},
	{"network", "Network"},
	{"route", "Routing"},
	{"kubecluster", "Kubernetes: the cluster"},
	{"kubecontrol", "Kubernetes: the control plane"},
	{"kubenode", "Kubernetes: nodes"},
	{"kubesecret", "Kubernetes: keys and certificates"},
	{"discovery", "Discovery"},
	{"volume", "Volumes"},
	{"array", "LVM and RAID"},
	{"registry", "Images and registries"},
	{"container", "Containers and extensions"},
	{"runtime", "The running system"},
}

// section is a page about a part of the main document. Sections with a page of their
// own are left out of the pages above them.
type section struct {
	name  string // of the page and of its example
	title string
	paths []string
}

var sections = []section{
	{"v1alpha1", "The main document", []string{""}},
	{"machine", "machine", []string{"machine"}},
	{"machine.kubelet", "machine.kubelet", []string{"machine.kubelet"}},
	{"machine.network", "machine.network", []string{"machine.network"}},
	{"machine.install", "machine.install", []string{"machine.install"}},
	{"machine.disks", "machine.disks and machine.systemDiskEncryption", []string{"machine.disks", "machine.systemDiskEncryption"}},
	{"machine.files", "machine.files", []string{"machine.files"}},
	{"machine.features", "machine.features", []string{"machine.features"}},
	{"machine.registries", "machine.registries", []string{"machine.registries"}},
	{"cluster", "cluster", []string{"cluster"}},
	{"cluster.controlPlane", "Control plane components of cluster", []string{
		"cluster.apiServer", "cluster.controllerManager", "cluster.scheduler", "cluster.proxy", "cluster.etcd",
	}},
}

const generated = `Generated from the declarations in pkg/machinery/config: run
` + "`go test ./pkg/machinery/config/internal/reference -update`" + ` after a change.`

// Pages are the reference pages by file name.
func Pages(s *Source) (map[string]string, error) {
	out := map[string]string{"README.md": s.index(), "expressions.md": expressions()}

	for _, p := range sections {
		page, err := s.sectionPage(p)
		if err != nil {
			return nil, err
		}

		out[p.name+".md"] = page
	}

	for _, k := range document.Kinds() {
		page, err := s.kindPage(k)
		if err != nil {
			return nil, err
		}

		out[k.Name+".md"] = page
	}

	return out, nil
}

func (s *Source) index() string {
	var b strings.Builder

	b.WriteString(`# Configuration reference

Every document of a machine configuration and every field in it. How documents make up a configuration is in
[docs/config.md](../../config.md). Editors check and complete configurations with the schema in
` + "`schemas/config.schema.json`" + `. What this release takes and does not act on yet is marked,
and a machine says so in a warning when a configuration is applied. What expressions may be about is on
[a page of its own](expressions.md). ` + generated + `

## The main document

The document without ` + "`kind`" + `.

| page | fields |
| --- | --- |
`)

	for _, p := range sections {
		var what []string

		for _, path := range p.paths {
			what = append(what, s.at(path).what)
		}

		fmt.Fprintf(&b, "| [%s](%s.md) | %s |\n", p.title, p.name, escape(strings.Join(what, " ")))
	}

	for _, a := range areas {
		fmt.Fprintf(&b, "\n## %s\n\n| kind | what it does |\n| --- | --- |\n", a.title)

		for _, k := range document.Kinds() {
			if t := reflect.TypeOf(k.New()).Elem(); s.Area(t) == a.file {
				fmt.Fprintf(&b, "| [%s](%s.md) | %s |\n", k.Name, k.Name, escape(s.Type(t)+indexGap(k.Name)))
			}
		}
	}

	return b.String()
}

func (s *Source) kindPage(k document.Kind) (string, error) {
	var b strings.Builder

	t := reflect.TypeOf(k.New()).Elem()
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", k.Name, s.Type(t))

	if g, ok := gapAt(k.Name, ""); ok {
		b.WriteString(gapSentence(g) + "\n\n")
	}

	if k.Named {
		b.WriteString("A configuration can have several documents of this kind, with different names. ")
	} else {
		b.WriteString("A configuration has at most one document of this kind. ")
	}

	rows := s.rows(t, "")
	tellGaps(rows, k.Name)

	effects, err := documentEffects(k.Name, rows)
	if err != nil {
		return "", err
	}

	if one := tellEffects(rows, effects); one != "" {
		b.WriteString(one + "\n\n")
	} else {
		b.WriteString("What a change takes depends on the field.\n\n")
	}

	writeExample(&b, k.Name)
	writeRows(&b, rows)
	b.WriteString("\n[All documents](README.md)\n")

	return b.String(), nil
}

func (s *Source) sectionPage(p section) (string, error) {
	var b strings.Builder

	effects := s.mainEffects()
	fmt.Fprintf(&b, "# %s\n\n", p.title)

	for i, path := range p.paths {
		if i > 0 {
			b.WriteByte('\n')
		}

		if len(p.paths) > 1 {
			fmt.Fprintf(&b, "## %s\n\n", path)
		}

		a := s.at(path)
		b.WriteString(a.what + "\n\n")

		if g, ok := gapAt(config.MainKind, path); ok {
			b.WriteString(gapSentence(g) + "\n\n")
		}

		rows := s.rows(a.t, path)
		tellGaps(rows, config.MainKind)
		rows = slices.DeleteFunc(rows, func(r row) bool { return r.path != path && hasOtherPage(r.path, path) })

		if c, ok := effects[path]; ok {
			b.WriteString(effectSentence(c) + "\n\n")
		} else {
			for j, r := range rows {
				if c, ok := effects[r.path]; ok {
					rows[j].effect = effectWord(c)
				} else {
					rows[j].effect = "depends"
				}
			}
		}

		if i == 0 {
			writeExample(&b, p.name)
		}

		writeRows(&b, rows)
	}

	b.WriteString("\n[All documents](README.md)\n")

	return b.String(), nil
}

// hasOtherPage reports whether the fields of a path are told on another page than
// that of the section. The section itself keeps its line, with a link.
func hasOtherPage(path, own string) bool {
	plain := plainPath(path)

	for _, p := range sections {
		for _, q := range p.paths {
			if q != own && len(q) > len(own) && strings.HasPrefix(plain, q+".") {
				return true
			}
		}
	}

	return false
}

// pageOf is the page about exactly this path.
func pageOf(path, own string) string {
	for _, p := range sections {
		if slices.Contains(p.paths, path) && path != own {
			return p.name
		}
	}

	return ""
}

// tellEffects says in one sentence what a change takes, or fills in a column when
// fields differ.
func tellEffects(rows []row, effects []impact.Change) string {
	if c, ok := common(effects); ok {
		return effectSentence(c)
	}

	for i, c := range effects {
		rows[i].effect = effectWord(c)
	}

	return ""
}

// plainPath is a path without the marks of lists and maps.
func plainPath(path string) string { return strings.NewReplacer("[]", "", ".*", "").Replace(path) }

// place is what is at a path of the main document.
type place struct {
	t    reflect.Type
	what string
}

func (s *Source) at(path string) place {
	p := place{t: reflect.TypeFor[v1alpha1.Config]()}
	p.what = s.Type(p.t)

	for _, key := range strings.Split(path, ".") {
		for _, f := range s.Fields(p.t) {
			if f.Key == key {
				p.what = f.Text
				p.t, _ = element(f.Type)

				break
			}
		}
	}

	return p
}

func writeExample(b *strings.Builder, name string) {
	text, caption, ok := explain.Example(name)
	if !ok {
		return
	}

	if caption != "" {
		b.WriteString(caption + "\n\n")
	}

	b.WriteString("```yaml\n" + text + "```\n\n")
}
