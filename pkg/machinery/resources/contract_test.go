// Package resources_test holds the declared kinds against the interface that
// clients of the API rely on.
package resources_test

import (
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
	"github.com/talos-os/talos/pkg/machinery/resources/cri"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
	"github.com/talos-os/talos/pkg/machinery/resources/files"
	"github.com/talos-os/talos/pkg/machinery/resources/hardware"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/perf"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

type contract struct {
	Resources []struct {
		Type        string   `json:"type"`
		Namespace   string   `json:"default_namespace"`
		Aliases     []string `json:"all_aliases"`
		DisplayType string   `json:"display_type"`
		Sensitivity string   `json:"sensitivity"`
		Columns     []struct {
			Name     string `json:"name"`
			JSONPath string `json:"jsonpath"`
		} `json:"print_columns"`
	} `json:"resources"`
}

func groups() []*resource.Group {
	return []*resource.Group{
		block.Kinds, cluster.Kinds, cri.Kinds, etcd.Kinds, files.Kinds, hardware.Kinds, k8s.Kinds,
		network.Kinds, perf.Kinds, runtime.Kinds, secrets.Kinds, timesync.Kinds,
	}
}

func TestKindsAreWhatClientsExpect(t *testing.T) {
	t.Parallel()

	raw, err := os.ReadFile("testdata/resources.json")
	if err != nil {
		t.Fatal(err)
	}

	var want contract
	if err = json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}

	known := map[string]int{}
	for i, r := range want.Resources {
		known[r.Type] = i
	}

	for _, g := range groups() {
		for _, k := range g.Kinds() {
			rd := k.ResourceDefinition()
			if err := rd.Fill(); err != nil {
				t.Errorf("%s: %v", rd.Type, err)

				continue
			}

			i, ok := known[rd.Type]
			if !ok {
				t.Errorf("%s is no kind that clients know", rd.Type)

				continue
			}

			w := want.Resources[i]
			got := []string{rd.DefaultNamespace, rd.DisplayType, join(rd.AllAliases), string(rd.Sensitivity), columns(rd.PrintColumns)}

			sens := w.Sensitivity
			if sens == "non-sensitive" {
				sens = ""
			}

			var cols []resource.Column
			for _, c := range w.Columns {
				cols = append(cols, resource.Column{Name: c.Name, JSONPath: c.JSONPath})
			}

			expected := []string{w.Namespace, w.DisplayType, join(w.Aliases), sens, columns(cols)}
			if !reflect.DeepEqual(got, expected) {
				t.Errorf("%s:\n got %q\nwant %q", rd.Type, got, expected)
			}
		}
	}
}

func join(s []string) string {
	s = slices.Clone(s)
	slices.Sort(s)

	return strings.Join(slices.Compact(s), " ")
}

func columns(cols []resource.Column) string {
	var out []string
	for _, c := range cols {
		out = append(out, c.Name+"="+c.JSONPath)
	}

	return strings.Join(out, " ")
}
