package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// sum is a setting that documents add to. Such documents may be somebody else's than the
// section, so that they are not deleted with it; a single key or item is.
type sum struct {
	path  string
	kinds []string
	to    string // where the document has the keys of the map, if it has several
}

var sums = []sum{
	{"machine.env", []string{"EnvironmentConfig"}, "variables"},
	{"machine.kernel.modules", []string{"KernelModuleConfig"}, ""},
	{"machine.network.extraHostEntries", []string{"StaticHostConfig"}, ""},
	{"machine.pods", []string{"KubeStaticPodConfig"}, ""},
	{"machine.registries.config", []string{"RegistryAuthConfig", "RegistryTLSConfig"}, ""},
	{"machine.registries.mirrors", []string{"RegistryMirrorConfig"}, ""},
	{"machine.sysctls", []string{"SysctlConfig"}, "params"},
	{"machine.sysfs", []string{"SysfsConfig"}, "params"},
	{"machine.udev.rules", []string{"UdevRulesConfig"}, ""},
	{"cluster.extraManifests", []string{"KubeExternalManifestConfig"}, ""},
	{"cluster.inlineManifests", []string{"KubeInlineManifestConfig"}, ""},
}

// unreached refuses to delete what only documents have and the patch does not delete
// there.
func (r *relocation) unreached() error {
	for _, s := range sums {
		keys := strings.Split(s.path, ".")
		at := deletedSection(r.root, keys)

		if n := find(r.root, keys); n != nil && tree.Deletes(n) {
			at = s.path
		}

		if at == "" || r.main != nil && r.main.has(at) {
			continue
		}

		if list := r.adding(s); len(list) > 0 {
			return fmt.Errorf("%s cannot be deleted: the main document does not have it, the document %s does; delete that document", at, list[0].id())
		}
	}

	return nil
}

// adding are the documents that add to a sum, but for those that the patch deletes.
func (r *relocation) adding(s sum) []*piece {
	var out []*piece

	for _, pc := range r.pieces {
		if !pc.deleted && slices.Contains(s.kinds, pc.kind()) && !r.spared[pc.kind()] {
			out = append(out, pc)
		}
	}

	return out
}

// subtract deletes from documents the single keys and items of a sum that the patch
// deletes.
func (r *relocation) subtract(s sum) error {
	keys := strings.Split(s.path, ".")

	n := find(r.root, keys)
	if n == nil || deletedSection(r.root, keys) != "" || tree.Deletes(n) {
		return nil
	}

	cut := onlyDeletions(n)
	if cut == nil {
		return nil
	}

	patch := &yaml.Node{Kind: yaml.MappingNode}
	put(patch, s.path, cut)

	for _, pc := range r.adding(s) {
		as, err := pc.alone()
		if err != nil {
			return fmt.Errorf("read %s as %s: %w", pc.id(), s.path, err)
		}

		if !tree.Merge(as, patch, reflect.TypeFor[v1alpha1.Config]()) {
			continue
		}

		switch left := find(as, keys); {
		case s.to != "":
			r.subtractKeys(s, pc, cut)
		case left == nil || hollow(left):
			r.items = append(r.items, patchDoc{part: pc.part, remove: true})
		default:
			return fmt.Errorf("%s cannot be deleted: the document %s has it; change that document, or delete it",
				s.path+firstDeletion(cut), pc.id())
		}
	}

	return nil
}

// alone is what a document means without others, as the main one would say it.
func (p *piece) alone() (*yaml.Node, error) {
	doc := p.doc

	if p.root != nil {
		var d tree.Decoder

		doc = reflect.New(p.declared()).Interface().(document.Document)
		d.Decode(p.root, doc, "apiVersion", "kind")

		if len(d.Problems) > 0 {
			return nil, &Error{Problems: d.Problems}
		}
	}

	var alone v1alpha1.Config

	fold(&alone, doc)

	return tree.Encode(&alone)
}

func (r *relocation) subtractKeys(s sum, pc *piece, cut *yaml.Node) {
	d := r.target(pc)

	over := tree.Get(d.root, s.to)
	if over == nil {
		over = &yaml.Node{Kind: yaml.MappingNode}
		put(d.root, s.to, over)
	}

	for i := 0; i+1 < len(cut.Content); i += 2 {
		key := cut.Content[i].Value
		over.Content = append(over.Content, tree.Text(key), deletion())
		d.gone = append(d.gone, loss{from: s.path + "." + key, to: s.to})
	}
}

// onlyDeletions is a patch without what it sets, or nil if it deletes nothing.
func onlyDeletions(n *yaml.Node) *yaml.Node {
	if tree.Deletes(n) {
		return n
	}

	out := *n
	out.Content = nil

	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if c := onlyDeletions(n.Content[i+1]); c != nil {
				out.Content = append(out.Content, n.Content[i], c)
			}
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			if c = onlyDeletions(c); c != nil {
				out.Content = append(out.Content, c)
			}
		}
	}

	if len(out.Content) == 0 {
		return nil
	}

	return &out
}

// firstDeletion is the way from a section to the first thing that a patch deletes in it.
func firstDeletion(n *yaml.Node) string {
	switch {
	case tree.Deletes(n):
		return ""
	case n.Kind == yaml.MappingNode:
		return "." + n.Content[0].Value + firstDeletion(n.Content[1])
	}

	return "[]" + firstDeletion(n.Content[0])
}
