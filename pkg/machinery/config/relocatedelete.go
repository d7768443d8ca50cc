package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// A patch that deletes a section of the main document means what documents say of it
// too. Where a document would be left without what it needs, or where the section and
// the documents add up, the patch is refused: its author has to say which document to
// delete.

// loss is a setting that a patch of the main document takes from another one.
type loss struct {
	from string // what the patch deletes
	to   string // where the document has it
}

// deletedSection is the path of the section around a setting that a patch deletes.
func deletedSection(root *yaml.Node, keys []string) string {
	n := root

	for i, key := range keys[:len(keys)-1] {
		if n = tree.Get(n, key); n == nil {
			return ""
		}

		if tree.Deletes(n) {
			return strings.Join(keys[:i+1], ".")
		}
	}

	return ""
}

// byPresence are the kinds that mean something without a single setting.
var byPresence = []string{"DiscoveryServiceConfig", "KubeFlannelCNIConfig", "KubePrismConfig", "KubeTalosAPIAccessConfig"}

// settle looks at a document that lost settings. One that says nothing any more goes
// away, as the section did.
func (o patchDoc) settle(pc *piece) error {
	if len(o.gone) == 0 || pc.root == nil {
		return nil
	}

	if !slices.Contains(byPresence, pc.kind()) && bare(pc.root) {
		pc.deleted = true

		return nil
	}

	plan := tree.PlanOf(pc.declared())

	for _, l := range o.gone {
		key, _, _ := strings.Cut(l.to, ".")
		if f := plan.Field(key); f.Required && tree.Get(pc.root, key) == nil {
			return fmt.Errorf("%s cannot be deleted: it is in the document %s, which needs %s; set another value, or delete that document", l.from, pc.id(), key)
		}
	}

	return nil
}

// bare reports whether a document has nothing but its header. That something is on is
// the default where documents and the main one both say it.
func bare(root *yaml.Node) bool {
	for i := 0; i+1 < len(root.Content); i += 2 {
		switch key := root.Content[i].Value; {
		case isHeader(key):
		case key == "enabled":
			if !yes(root.Content[i+1]) {
				return false
			}
		default:
			if !hollow(root.Content[i+1]) {
				return false
			}
		}
	}

	return true
}

// hollow reports whether there is no value in a node, however deep it is.
func hollow(n *yaml.Node) bool {
	switch n.Kind {
	case yaml.ScalarNode:
		return n.ShortTag() == "!!null"
	case yaml.SequenceNode:
		return len(n.Content) == 0
	}

	for i := 1; i < len(n.Content); i += 2 {
		if !hollow(n.Content[i]) {
			return false
		}
	}

	return true
}

func find(n *yaml.Node, keys []string) *yaml.Node {
	for _, key := range keys {
		if n = tree.Get(n, key); n == nil {
			return nil
		}
	}

	return n
}
