package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// ApplyPatches applies patches in order. Documents that no patch touches keep
// their text to the byte; in the others comments and the order of keys survive.
// The result is as strictly checked as any config.
//
// A text with the line ends of Windows keeps them; a change brings them to all of it.
func ApplyPatches(c *Config, patches ...patch.Patch) (*Config, error) {
	if !bytes.Contains(c.raw, []byte("\r\n")) {
		return applyAll(c, patches)
	}

	before, err := Load(bytes.ReplaceAll(c.raw, []byte("\r\n"), []byte("\n")))
	if err != nil {
		return nil, err
	}

	after, err := applyAll(before, patches)

	switch {
	case err != nil:
		return nil, err
	case after == before:
		return c, nil
	}

	return Load(bytes.ReplaceAll(after.raw, []byte("\n"), []byte("\r\n")))
}

func applyAll(c *Config, patches []patch.Patch) (*Config, error) {
	for _, p := range patches {
		var (
			out *Config
			err error
		)

		if p.IsJSON() {
			out, err = applyJSON(c, p)
		} else {
			out, err = applyStrategic(c, p)
		}

		if err != nil {
			if _, ok := errors.AsType[*Error](err); ok {
				return nil, err
			}

			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}

		c = out
	}

	return c, nil
}

func applyJSON(c *Config, p patch.Patch) (*Config, error) {
	if len(c.parts) != 1 {
		return nil, fmt.Errorf("a JSON patch works on a single document and the config has %d; write it as a strategic merge patch", len(c.parts))
	}

	root, err := c.parts[0].editable()
	if err != nil {
		return nil, err
	}

	before := tree.Clone(root)

	for _, op := range p.Operations {
		if err := tree.Operation(op).Apply(root, c.parts[0].declared()); err != nil {
			return nil, err
		}
	}

	if tree.Same(before, root) {
		return c, nil
	}

	return assemble(c, []*piece{{part: c.parts[0], root: root}}, p.Name)
}

// editable parses the text of a document again, for changing.
func (p part) editable() (*yaml.Node, error) {
	root, err := parseCommented(p.source)
	if err != nil {
		return nil, err
	}

	return tree.Expand(root)
}

func (p part) declared() reflect.Type {
	if p.main != nil {
		return reflect.TypeFor[v1alpha1.Config]()
	}

	return reflect.TypeOf(p.doc).Elem()
}

// piece is a document while patches change it.
type piece struct {
	part

	root    *yaml.Node // nil until it is changed
	deleted bool
}

// current is the document as it is now, for changing.
func (p *piece) current() (*yaml.Node, error) {
	if p.root != nil {
		return p.root, nil
	}

	return p.editable()
}

func applyStrategic(c *Config, p patch.Patch) (*Config, error) {
	over, err := loadPatch(p)
	if err != nil {
		return nil, err
	}

	pieces := make([]*piece, len(c.parts))
	for i, pt := range c.parts {
		pieces[i] = &piece{part: pt}
	}

	// Documents that the patch itself deletes: their settings are wanted in the
	// main document.
	spared := map[string]bool{}

	for _, o := range over {
		if o.remove {
			spared[o.kind()] = true
		}
	}

	for _, o := range over {
		list := []patchDoc{o}
		if o.main != nil && !o.remove {
			moved, err := relocate(o.root, pieces, spared)
			if err != nil {
				return nil, err
			}

			list = append(moved, o)
		}

		for _, l := range list {
			if pieces, err = mergeDocument(pieces, l); err != nil {
				return nil, err
			}
		}
	}

	return assemble(c, pieces, p.Name)
}

// patchDoc is one document of a strategic patch.
type patchDoc struct {
	part

	root   *yaml.Node
	remove bool

	// edits change the document before root is laid over it, where that is not a
	// matter of merging. They report whether they did.
	edits []func(doc *yaml.Node) (bool, error)

	// gone is what a patch of the main document takes away here.
	gone []loss
}

// loadPatch parses a strategic patch and checks it as strictly as a config, so
// that mistakes are reported at their place in the patch.
func loadPatch(p patch.Patch) ([]patchDoc, error) {
	l := &loader{name: p.Name, seen: map[string]int{}}
	if err := l.bounds(p.Text); err != nil {
		return nil, err
	}

	var out []patchDoc

	text := bytes.ReplaceAll(p.Text, []byte("\r\n"), []byte("\n"))

	for _, ch := range splitStream(text) {
		root, err := parseCommented(ch.text)
		if err != nil {
			l.syntax(ch, err)

			continue
		}

		if root == nil {
			continue
		}

		if root, err = tree.Expand(root); err != nil {
			l.problems = append(l.problems, Problem{Message: err.Error()})

			continue
		}

		d := tree.Decoder{}
		o := patchDoc{root: root}
		o.remove = deletes(root, &d) && tree.Remove(root, tree.PatchKey)

		body := stripDirectives(root, &d)

		// A patch may delete all that tells the main document.
		if isMain(root) && len(body.Content) == 0 {
			body.Content = append(body.Content, tree.Text("version"), tree.Text("v1alpha1"))
		}

		id := l.decode(&d, &o.part, body)

		for _, pr := range d.Problems {
			l.problems = append(l.problems, place(pr, id, ch.line))
		}

		if len(d.Problems) == 0 {
			out = append(out, o)
		}
	}

	if len(l.problems) > 0 {
		return nil, &Error{Name: p.Name, Problems: withSource(l.problems, p.Text)}
	}

	return out, nil
}

// stripDirectives is the patch without what it deletes, for checking the rest.
// What is deleted is not checked: it may be there to clean up after a mistake.
func stripDirectives(n *yaml.Node, d *tree.Decoder) *yaml.Node {
	out := *n
	out.Content = nil

	for i := 0; i < len(n.Content); i++ {
		c := n.Content[i]

		if n.Kind == yaml.MappingNode {
			v := c
			if i+1 < len(n.Content) {
				v = n.Content[i+1]
			}

			i++

			if deletes(v, d) {
				continue
			}

			out.Content = append(out.Content, c, stripDirectives(v, d))

			continue
		}

		if !deletes(c, d) {
			out.Content = append(out.Content, stripDirectives(c, d))
		}
	}

	return &out
}

func deletes(n *yaml.Node, d *tree.Decoder) bool {
	if n.Kind != yaml.MappingNode {
		return false
	}

	v := tree.Get(n, tree.PatchKey)
	if v == nil {
		return false
	}

	if v.Value != "delete" {
		d.Report(v, nil, "the only directive is delete", "unknown %s directive %q", tree.PatchKey, v.Value)
	}

	return true
}

func mergeDocument(pieces []*piece, o patchDoc) ([]*piece, error) {
	for _, pc := range pieces {
		if pc.deleted || pc.id() != o.id() {
			continue
		}

		if o.remove {
			pc.deleted = true

			return pieces, nil
		}

		root, err := pc.current()
		if err != nil {
			return nil, err
		}

		changed := false

		for _, edit := range o.edits {
			did, err := edit(root)
			if err != nil {
				return nil, err
			}

			changed = changed || did
		}

		if tree.Merge(root, o.root, o.declared()) || changed {
			pc.root, pc.deleted = root, len(root.Content) == 0
		}

		return pieces, o.settle(pc)
	}

	if o.remove || (o.main != nil && len(o.root.Content) == 0) {
		return pieces, nil
	}

	// Deletions inside have nothing to act on in a document that was not there.
	empty := &yaml.Node{Kind: yaml.MappingNode}
	if o.doc != nil {
		empty.Content = append(headerPair(o.root, "apiVersion", "v1alpha1"), headerPair(o.root, "kind", o.doc.DocumentKind())...)
	}

	tree.Merge(empty, o.root, o.declared())

	// A document of deletions alone is no wish for a new one.
	if onlyDeletions(o.root) != nil && headerOnly(empty) {
		return pieces, nil
	}

	empty.HeadComment, empty.FootComment = o.root.HeadComment, o.root.FootComment

	pc := &piece{part: o.part, root: empty}
	if o.main != nil {
		return append([]*piece{pc}, pieces...), nil
	}

	return append(pieces, pc), nil
}

// headerOnly reports whether a document does no more than tell which one it is.
func headerOnly(root *yaml.Node) bool {
	for i := 0; i < len(root.Content); i += 2 {
		if !isHeader(root.Content[i].Value) {
			return false
		}
	}

	return true
}

// isHeader reports whether a key tells which document it is.
func isHeader(key string) bool { return key == "apiVersion" || key == "kind" || key == "name" }

// headerPair is a key of the header with its comments.
func headerPair(root *yaml.Node, key, text string) []*yaml.Node {
	k, v := tree.Text(key), tree.Text(text)

	for i := 0; i+1 < len(root.Content); i += 2 {
		if was := root.Content[i]; was.Value == key {
			k.HeadComment, k.FootComment, v.LineComment = was.HeadComment, was.FootComment, root.Content[i+1].LineComment
		}
	}

	return []*yaml.Node{k, v}
}
