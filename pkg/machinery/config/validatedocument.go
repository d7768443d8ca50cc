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
		k.badErr(tree.Under(lp, name), labelValue(v))
	}

	for name := range annotations {
		k.badErr(tree.Under(ap, name), qualifiedName(name))
	}

	for name, v := range taints {
		k.badErr(tree.Under(tp, name), qualifiedName(name))

		val, effect, ok := strings.Cut(v, ":")
		if !ok {
			val, effect = "", v
		}

		k.badErr(tree.Under(tp, name), labelValue(val))

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

	if !isLabelText(name) {
		return fmt.Errorf("%q is not a label name: up to 63 letters and digits, with - _ . between", s)
	}

	return nil
}

func labelValue(s string) error {
	if s != "" && !isLabelText(s) {
		return fmt.Errorf("%q is not the value of a label: up to 63 letters and digits, with - _ . between", s)
	}

	return nil
}

// isLabelText is what Kubernetes asks of names and values of labels. The API server
// refuses a node with others, again and again.
func isLabelText(s string) bool {
	if s == "" || len(s) > 63 || strings.ContainsRune("-_.", rune(s[0])) || strings.ContainsRune("-_.", rune(s[len(s)-1])) {
		return false
	}

	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r)) {
			return false
		}
	}

	return true
}
