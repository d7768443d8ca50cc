package config

import (
	"fmt"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// document checks one document by itself, beyond what its declaration says.
func (k *checker) document(doc document.Document) {
	k.network(doc)
	k.link(doc)
	k.volume(doc)
	k.kubernetes(doc)
	k.runtime(doc)
}

// missing records that a field is not there that has to be.
func (k *checker) missing(absent bool, path string) {
	if absent {
		k.bad(path, "", "missing")
	}
}

// nodeMetadata checks what kubelet registers the node with.
func (k *checker) nodeMetadata(lp string, labels map[string]string, ap string, annotations map[string]string, tp string, taints map[string]string) {
	for name, v := range labels {
		k.badErr(tree.Under(lp, name), qualifiedName(name))

		if len(v) > 63 {
			k.bad(tree.Under(lp, name), "", "the value is longer than 63 characters")
		}
	}

	for name := range annotations {
		k.badErr(tree.Under(ap, name), qualifiedName(name))
	}

	for name, v := range taints {
		k.badErr(tree.Under(tp, name), qualifiedName(name))

		effect := v
		if i := strings.LastIndexByte(v, ':'); i >= 0 {
			effect = v[i+1:]
		}

		switch effect {
		case "NoSchedule", "PreferNoSchedule", "NoExecute":
		default:
			k.bad(tree.Under(tp, name), "write value:NoSchedule, :PreferNoSchedule or :NoExecute", "%q has no effect of a taint", v)
		}
	}
}

// qualifiedName checks the name of a label: an optional DNS prefix with a slash,
// then up to 63 characters.
func qualifiedName(s string) error {
	prefix, name, ok := strings.Cut(s, "/")
	if !ok {
		prefix, name = "", s
	}

	if ok && hostname(prefix) != nil {
		return fmt.Errorf("%q has a bad prefix before the slash", s)
	}

	good := name != "" && len(name) <= 63

	for _, r := range name {
		good = good && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
	}

	if !good {
		return fmt.Errorf("%q is not a label name: up to 63 letters, digits, and - _ . between", s)
	}

	return nil
}
