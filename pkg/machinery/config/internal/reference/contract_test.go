package reference

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// node is any JSON schema, as far as both schemas use the language.
type node struct {
	Ref        string           `json:"$ref"`
	Type       any              `json:"type"`
	Enum       []string         `json:"enum"`
	Pattern    string           `json:"pattern"`
	Items      *node            `json:"items"`
	Properties map[string]*node `json:"properties"`
	Additional any              `json:"additionalProperties"`
	Patterns   map[string]*node `json:"patternProperties"`
	Required   []string         `json:"required"`
	OneOf      []*node          `json:"oneOf"`
	Defs       map[string]*node `json:"$defs"`
	Defs7      map[string]*node `json:"definitions"`
}

// line is what a schema says about one path of one kind.
type line struct {
	types    []string
	enum     []string
	pattern  bool
	required bool
}

// flatten lists every path of every kind: "LinkConfig addresses[].address".
func flatten(t *testing.T, data []byte) map[string]line {
	t.Helper()

	var root node
	if err := json.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}

	defs := root.Defs
	if defs == nil {
		defs = root.Defs7
	}

	out := map[string]line{}

	for name, d := range defs {
		kind := ""
		if k := d.Properties["kind"]; k != nil && len(k.Enum) == 1 && d.Properties["apiVersion"] != nil {
			kind = k.Enum[0]
		} else if name == "v1alpha1.Config" {
			kind = config.MainKind
		}

		if kind != "" {
			flattenNode(d, defs, kind+" ", out)
		}
	}

	return out
}

func flattenNode(n *node, defs map[string]*node, path string, out map[string]line) {
	for n.Ref != "" {
		n = defs[n.Ref[strings.LastIndexByte(n.Ref, '/')+1:]]
	}

	for key, p := range n.Properties {
		at := path + key
		l := lineOf(p, defs)
		l.required = slices.Contains(n.Required, key)
		out[at] = l
		below(p, defs, at, out)
	}
}

func below(n *node, defs map[string]*node, at string, out map[string]line) {
	for n.Ref != "" {
		n = defs[n.Ref[strings.LastIndexByte(n.Ref, '/')+1:]]
	}

	for _, p := range n.Patterns {
		out[at+".*"] = lineOf(p, defs)
	}

	switch {
	case n.Items != nil:
		out[at+"[]"] = lineOf(n.Items, defs)
		below(n.Items, defs, at+"[]", out)
	case n.Properties != nil:
		flattenNode(n, defs, at+".", out)
	}

	if m, ok := n.Additional.(map[string]any); ok {
		data, _ := json.Marshal(m)

		var value node
		if json.Unmarshal(data, &value) == nil {
			out[at+".*"] = lineOf(&value, defs)
			below(&value, defs, at+".*", out)
		}
	}
}

func lineOf(n *node, defs map[string]*node) line {
	for n.Ref != "" {
		n = defs[n.Ref[strings.LastIndexByte(n.Ref, '/')+1:]]
	}

	l := line{enum: slices.Sorted(slices.Values(n.Enum)), pattern: n.Pattern != ""}

	switch v := n.Type.(type) {
	case string:
		l.types = []string{v}
	case []any:
		for _, e := range v {
			l.types = append(l.types, fmt.Sprint(e))
		}
	}

	for _, o := range n.OneOf {
		l.types = append(l.types, lineOf(o, defs).types...)
	}

	return l
}

// differences from the published schema, with the reason. A kind or a path covers
// what is below it.
var differences = map[string]string{
	"KubeSpanEndpoints":       "its parser takes KubeSpanEndpointsConfig",
	"UnattendedInstall":       "its parser takes UnattendedInstallConfig",
	"ImageVerificationConfig": "its parser takes it, but it is not in the published schema",

	"RoutingRuleConfig action":                         "its parser takes names",
	"v1alpha1 machine.acceptedCAs":                     "its parser takes a list",
	"v1alpha1 machine.logging.destinations[].endpoint": "its parser takes a URL as text",
	"ContainerConfig dependsOn.networks":               "the values are those of the items",
	"ContainerConfig mounts[].userVolume.options":      "the values are those of the items",
}

// TestSchemaAgreesWithTheContract compares every kind, key, type, enum and required
// field with the schema that editors use for this language level today.
func TestSchemaAgreesWithTheContract(t *testing.T) {
	t.Parallel()

	data, err := os.ReadFile("testdata/contract.schema.json")
	if err != nil {
		t.Fatal(err)
	}

	ours, err := JSONSchema(source(t))
	if err != nil {
		t.Fatal(err)
	}

	want, got := flatten(t, data), flatten(t, ours)
	if len(want) < 700 {
		t.Fatalf("only %d paths in the contract", len(want))
	}

	for path, w := range want {
		g, ok := got[path]

		switch {
		case excused(path):
		case !ok:
			t.Errorf("%s is missing", path)
		case !subset(w.types, g.types):
			t.Errorf("%s takes %v, not %v", path, g.types, w.types)
		case !subset(w.enum, g.enum), w.enum != nil && len(w.enum) != len(g.enum):
			t.Errorf("%s takes the values %v, not %v", path, g.enum, w.enum)
		case w.required != g.required:
			t.Errorf("%s is required: %t, in the contract: %t", path, g.required, w.required)
		case w.pattern && !g.pattern && w.enum == nil:
			t.Errorf("%s has no pattern", path)
		}
	}

	// The published schema leaves out most of the main document; that nothing else is
	// declared is tested with the declarations.
	for path := range got {
		if kind, _, _ := strings.Cut(path, " "); kind != config.MainKind && !excused(path) {
			// An object without fields in the published schema can be anything.
			parent := path[:max(strings.LastIndexAny(path, ".["), 0)]
			if _, ok := want[path]; !ok && want[parent].types == nil {
				t.Errorf("%s is not in the contract", path)
			}
		}
	}
}

func excused(path string) bool {
	kind, _, _ := strings.Cut(path, " ")
	if differences[kind] != "" || strings.HasPrefix(kind, "KubeSpanEndpoints") || strings.HasPrefix(kind, "UnattendedInstall") {
		return true
	}

	for d := range differences {
		if path == d || strings.HasPrefix(path, d+".") || strings.HasPrefix(path, d+"[") {
			return true
		}
	}

	return false
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}
