package config

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// A generated config of today describes Kubernetes, the host name, the install
// and more in documents of their own, while the patches people keep say the same
// in the main document. Setting both is refused, so without help every such patch
// would have to be rewritten at once. Therefore a setting of a patch goes to the
// document that has it in the config at hand, if there is one.
//
// What the patch writes to a document itself is left alone, and a patch that
// deletes the document wants the main one used: then nothing moves.

// relocation moves the settings of one patch of the main document.
type relocation struct {
	root   *yaml.Node // the patch
	main   *piece     // nil if the config has no main document
	pieces []*piece
	spared map[string]bool

	docs    map[string]*piece // the first document of each kind, and each by its name
	over    map[*piece]*patchDoc
	order   []*piece
	removed map[string]bool // kinds of which all documents go away
	items   []patchDoc      // lists of which each item is a document
}

// relocate moves settings of a patch of the main document into patches of the
// documents that have them. It changes root and returns the new patches.
func relocate(root *yaml.Node, pieces []*piece, spared map[string]bool) ([]patchDoc, error) {
	r := &relocation{
		root: root, pieces: pieces, spared: spared,
		docs: map[string]*piece{}, over: map[*piece]*patchDoc{}, removed: map[string]bool{},
	}

	for _, pc := range pieces {
		switch {
		case pc.deleted:
		case pc.main != nil:
			r.main = pc
		default:
			r.docs[pc.id()] = pc

			if r.docs[pc.kind()] == nil {
				r.docs[pc.kind()] = pc
			}
		}
	}

	if err := r.unreached(); err != nil {
		return nil, err
	}

	for _, s := range sums {
		if err := r.subtract(s); err != nil {
			return nil, err
		}
	}

	for _, c := range ciphers {
		if n, pc := r.from(c.from, "KubeEtcdEncryptionConfig"); n != nil {
			d := r.target(pc)
			d.edits = append(d.edits, func(doc *yaml.Node) (bool, error) { return c.setKey(doc, n) })
		}
	}

	for _, m := range moves {
		r.move(m)
	}

	r.cni()

	for _, l := range documentLists {
		if err := r.list(l); err != nil {
			return nil, err
		}
	}

	return r.patches(), nil
}

// from takes what the patch says at a path if it is to go to a document. What is in a
// section that the patch deletes is deleted.
func (r *relocation) from(path, doc string) (*yaml.Node, *piece) {
	pc := r.docs[doc]
	if pc == nil || r.spared[pc.kind()] || (r.main != nil && r.main.has(path)) {
		return nil, nil
	}

	keys := strings.Split(path, ".")
	if deletedSection(r.root, keys) != "" {
		return deletion(), pc
	}

	return take(r.root, keys), pc
}

func (r *relocation) target(pc *piece) *patchDoc {
	if r.over[pc] == nil {
		r.over[pc] = &patchDoc{part: pc.part, root: &yaml.Node{Kind: yaml.MappingNode}}
		r.order = append(r.order, pc)
	}

	return r.over[pc]
}

func (r *relocation) move(m move) {
	section := deletedSection(r.root, strings.Split(m.from, "."))

	n, pc := r.from(m.from, m.doc)
	if n == nil || saysNothing(n) {
		return
	}

	if m.from == "cluster.acceptedCAs" {
		if gone := withdrawn(n); len(gone) > 0 {
			d := r.target(pc)
			d.edits = append(d.edits, func(doc *yaml.Node) (bool, error) { return dropTexts(doc, m.to, gone), nil })
		}
	}

	if m.convert != nil && (m.to == "" || !tree.Deletes(n)) {
		if n = m.convert(n); n == nil {
			return
		}
	}

	// What is off is off, however many documents turn it on.
	if m.to == "" && tree.Deletes(n) {
		r.removed[pc.kind()] = true

		return
	}

	d := r.target(pc)

	if tree.Deletes(n) {
		if section == "" {
			section = m.from
		}

		d.gone = append(d.gone, loss{from: section, to: m.to})
	}

	put(d.root, m.to, n)

	switch m.from {
	case "machine.network.hostname":
		// A fixed name and one made up by the machine exclude each other.
		if !tree.Deletes(n) {
			put(d.root, "auto", deletion())
		}
	case "machine.features.stableHostname":
		if n.Value == "stable" && fixedName(d.root, pc) {
			tree.Remove(d.root, "auto")
			put(d.root, "auto", deletion())
		}
	}
}

// saysNothing reports whether a setting is as if it was left out.
func saysNothing(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && (n.Value == "" || n.ShortTag() == "!!null")
}

// fixedName reports whether a document has a host name when the patch is applied: one
// made up by the machine is then not used.
func fixedName(over *yaml.Node, pc *piece) bool {
	if n := tree.Get(over, "hostname"); n != nil {
		return !tree.Deletes(n)
	}

	return pc.has("hostname")
}

func (r *relocation) patches() []patchDoc {
	out := r.items

	for _, pc := range r.order {
		if !r.removed[pc.kind()] {
			out = append(out, *r.over[pc])
		}
	}

	for _, pc := range r.pieces {
		if !pc.deleted && r.removed[pc.kind()] {
			out = append(out, patchDoc{part: pc.part, remove: true})
		}
	}

	return out
}

// has reports whether a document sets a path already.
func (p *piece) has(path string) bool {
	if p.root == nil {
		if p.main == nil {
			return tree.IsSet(p.doc, path)
		}

		return tree.IsSet(p.main, path)
	}

	return find(p.root, strings.Split(path, ".")) != nil
}

// cni turns flannel off by deleting its document.
func (r *relocation) cni() {
	const kind = "KubeFlannelCNIConfig"

	keys := []string{"cluster", "network", "cni", "name"}

	n := find(r.root, keys)
	if n == nil || r.docs[kind] == nil || r.spared[kind] {
		return
	}

	// Flannel is what the name stands for when it is left out.
	if tree.Deletes(n) || n.Value == "flannel" || saysNothing(n) {
		take(r.root, keys)

		return
	}

	r.removed[kind] = true
}

// take removes the value at a path from a patch, with sections it leaves empty.
func take(n *yaml.Node, path []string) *yaml.Node {
	v := tree.Get(n, path[0])
	if v == nil {
		return nil
	}

	if len(path) == 1 {
		tree.Remove(n, path[0])

		return v
	}

	if v.Kind != yaml.MappingNode {
		return nil
	}

	found := take(v, path[1:])
	if found != nil && len(v.Content) == 0 {
		tree.Remove(n, path[0])
	}

	return found
}

// put sets a value at a dotted path of a patch; an empty path lays a mapping over
// the whole.
func put(n *yaml.Node, path string, v *yaml.Node) {
	if path == "" {
		n.Content = append(n.Content, v.Content...)

		return
	}

	key, rest, more := strings.Cut(path, ".")
	if !more {
		// Two settings may go to one place: what is set counts, not what is deleted.
		if old := tree.Get(n, key); old != nil {
			if tree.Deletes(v) {
				return
			}

			tree.Remove(n, key)
		}

		n.Content = append(n.Content, tree.Text(key), v)

		return
	}

	next := tree.Get(n, key)
	if next == nil {
		next = &yaml.Node{Kind: yaml.MappingNode}
		n.Content = append(n.Content, tree.Text(key), next)
	}

	put(next, rest, v)
}

func deletion() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{tree.Text(tree.PatchKey), tree.Text("delete")}}
}
