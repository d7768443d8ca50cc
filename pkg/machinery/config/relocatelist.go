package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// documentList is a list of the main document of which newer configs have each item as
// a document.
type documentList struct {
	from, kind string
	named      func(name string) document.Document
}

var documentLists = []documentList{
	{"cluster.apiServer.admissionControl", "KubeAdmissionControlConfig", func(name string) document.Document {
		return &document.KubeAdmissionControlConfig{Name: name}
	}},
	{"cluster.apiServer.authorizationConfig", "KubeAuthorizerConfig", func(name string) document.Document {
		return &document.KubeAuthorizerConfig{Name: name}
	}},
}

// list makes each item a patch of its own document.
func (r *relocation) list(l documentList) error {
	list, _ := r.from(l.from, l.kind)
	if list == nil {
		return nil
	}

	if tree.Deletes(list) {
		r.removed[l.kind] = true

		return nil
	}

	for i, item := range list.Content {
		if tree.Deletes(item) {
			if err := r.without(l.kind, item); err != nil {
				return err
			}

			continue
		}

		root := tree.Clone(item)

		name := tree.Get(root, "name")
		if name == nil {
			// Authorizers may be told apart by their type alone.
			kind := tree.Get(root, "type")
			if kind == nil {
				return fmt.Errorf("%s[%d] cannot go to a document %s: it has no name; give it one", l.from, i, l.kind)
			}

			name = tree.Text(strings.ToLower(kind.Value))
			root.Content = append(root.Content, tree.Text("name"), name)
		}

		r.items = append(r.items, patchDoc{root: root, part: part{doc: l.named(name.Value)}})
	}

	return nil
}

// without deletes the documents that have all that an item says.
func (r *relocation) without(kind string, item *yaml.Node) error {
	for _, pc := range r.pieces {
		if pc.deleted || pc.kind() != kind {
			continue
		}

		root, err := pc.current()
		if err != nil {
			return err
		}

		if tree.Covers(root, item) {
			r.items = append(r.items, patchDoc{part: pc.part, remove: true})
		}
	}

	return nil
}
