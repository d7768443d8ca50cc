package explain

import (
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// takenBy reports which paths of the main document must not be offered, because a
// document says the same. A config that has a document for the cluster is for a
// release that has documents for all of it: there no path that has one is offered.
func takenBy(docs []*yaml.Node) func(path string) bool {
	var kinds []string

	taken := map[string]bool{}

	for _, d := range docs {
		if k := tree.Get(d, "kind"); k != nil {
			kinds = append(kinds, k.Value)
		}

		if k := tree.Get(d, "kind"); k != nil && k.Value == "KubeClusterConfig" {
			kinds = document.Names()
			// So do disks, where both forms may stand side by side.
			taken["machine.disks"], taken["machine.systemDiskEncryption"] = true, true

			break
		}
	}

	for _, k := range kinds {
		for _, path := range config.Replaces(k) {
			taken[path] = true
		}
	}

	return func(path string) bool { return taken[path] }
}

func isWorker(docs []*yaml.Node) bool {
	for _, d := range docs {
		if m := tree.Get(d, "machine"); m != nil && tree.Get(d, "kind") == nil {
			t := tree.Get(m, "type")

			return t != nil && t.Value == v1alpha1.TypeWorker
		}
	}

	return false
}

// mainExample is the examples of all sections in one, without what is taken. Most of
// the cluster section is for control plane machines.
func mainExample(worker bool, taken func(path string) bool) *yaml.Node {
	out := &yaml.Node{Kind: yaml.MappingNode}

	for _, name := range Examples() {
		if _, isKind := document.Lookup(name); isKind || worker && strings.HasPrefix(name, "cluster") {
			continue
		}

		if n := kindExample(name); n != nil {
			overlay(out, n)
		}
	}

	prune(out, "", taken)

	return out
}

// prune takes keys out of a mapping, and sections that are empty without them.
func prune(n *yaml.Node, path string, taken func(path string) bool) {
	left := n.Content[:0]

	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if taken(path + key.Value) {
			continue
		}

		if val.Kind == yaml.MappingNode && len(val.Content) > 0 {
			if prune(val, path+key.Value+".", taken); len(val.Content) == 0 {
				continue
			}
		}

		left = append(left, key, val)
	}

	n.Content = left
}

func kindExample(name string) *yaml.Node {
	text, _, ok := Example(name)
	if !ok {
		return nil
	}

	docs, err := parse([]byte(text))
	if err != nil || len(docs) != 1 {
		return nil // the tests read every example
	}

	return docs[0]
}

// overlay adds to a mapping what it does not have.
func overlay(dst, src *yaml.Node) {
	for i := 0; i+1 < len(src.Content); i += 2 {
		key, val := src.Content[i], src.Content[i+1]

		old := tree.Get(dst, key.Value)

		switch {
		case old == nil:
			dst.Content = append(dst.Content, key, val)
		case old.Kind == yaml.MappingNode && val.Kind == yaml.MappingNode:
			overlay(old, val)
		}
	}
}
