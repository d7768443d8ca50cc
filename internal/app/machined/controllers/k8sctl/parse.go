package k8sctl

import (
	"bytes"
	"encoding/json"
	"fmt"

	"sigs.k8s.io/yaml"

	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
)

// parseManifests reads a stream of YAML documents, or JSON, as kubectl would.
// Lists become their items; empty documents are skipped.
func parseManifests(stream []byte) ([]k8s.SingleManifest, error) {
	var out []k8s.SingleManifest

	for i, doc := range splitDocuments(stream) {
		var obj map[string]any

		asJSON, err := yaml.YAMLToJSON(doc)
		if err == nil {
			err = json.Unmarshal(asJSON, &obj)
		}

		if err != nil {
			return nil, fmt.Errorf("document %d: %w", i+1, err)
		}

		if len(obj) == 0 {
			continue
		}

		objects := []map[string]any{obj}
		if text(obj, "kind") == "List" {
			objects = list(obj, "items")
		}

		for _, o := range objects {
			if text(o, "kind") == "" || text(o, "apiVersion") == "" || text(field(o, "metadata"), "name") == "" {
				return nil, fmt.Errorf("document %d has no kind, apiVersion or metadata.name", i+1)
			}

			out = append(out, k8s.SingleManifest{Object: o})
		}
	}

	return out, nil
}

// splitDocuments cuts at separator lines.
func splitDocuments(stream []byte) [][]byte {
	var (
		out     [][]byte
		current []byte
	)

	for line := range bytes.Lines(stream) {
		rest, isSeparator := bytes.CutPrefix(line, []byte("---"))
		if isSeparator && (len(bytes.TrimSpace(rest)) == 0 || rest[0] == ' ') {
			out = append(out, current)
			current = append([]byte(nil), bytes.TrimLeft(rest, " ")...)

			continue
		}

		current = append(current, line...)
	}

	return append(out, current)
}
