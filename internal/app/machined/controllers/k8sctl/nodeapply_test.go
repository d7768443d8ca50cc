package k8sctl

import (
	"encoding/json"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
)

func TestNodePatch(t *testing.T) {
	t.Parallel()

	role := nodeWant{labels: map[string]string{"role": ""}}
	taint := nodeWant{taints: []k8s.NodeTaintSpec{{Key: "cp", Effect: "NoSchedule"}}}

	limited := taint
	limited.limited = true

	for _, tt := range []struct {
		name, node string
		want       nodeWant
		patch      string // without the version
	}{
		{"a label that is missing", `{}`, role, `{"metadata":{"labels":{"role":""},"annotations":{"talos.dev/owned-labels":"[\"role\"]"}}}`},
		{
			"a label that is there", `{"metadata":{"labels":{"role":""},"annotations":{"talos.dev/owned-labels":"[\"role\"]"}}}`, role, `null`,
		},
		{
			"a label that is not wanted any more", `{"metadata":{"labels":{"old":"x"},"annotations":{"talos.dev/owned-labels":"[\"old\"]"}}}`,
			nodeWant{}, `{"metadata":{"labels":{"old":null},"annotations":{"talos.dev/owned-labels":null}}}`,
		},
		{"a label of somebody else", `{"metadata":{"labels":{"theirs":"x"}}}`, nodeWant{}, `null`},
		{"a value of somebody else", `{"metadata":{"labels":{"role":"theirs"}}}`, role, `null`},
		{
			"a value of its own", `{"metadata":{"labels":{"role":"old"},"annotations":{"talos.dev/owned-labels":"[\"role\"]"}}}`, role,
			`{"metadata":{"labels":{"role":""},"annotations":{}}}`,
		},
		{
			"a taint beside others", `{"spec":{"taints":[{"key":"theirs","effect":"NoExecute"}]}}`, taint,
			`{"metadata":{"labels":{},"annotations":{"talos.dev/owned-taints":"[\"cp\"]"}},"spec":{"taints":[{"effect":"NoExecute","key":"theirs"},{"effect":"NoSchedule","key":"cp"}]}}`,
		},
		{
			"a taint that goes", `{"metadata":{"annotations":{"talos.dev/owned-taints":"[\"cp\"]"}},"spec":{"taints":[{"key":"cp","effect":"NoSchedule"}]}}`, nodeWant{},
			`{"metadata":{"labels":{},"annotations":{"talos.dev/owned-taints":null}},"spec":{"taints":[]}}`,
		},
		{"taints are not a kubelet's to change", `{}`, limited, `null`},
		{
			"cordon", `{}`, nodeWant{cordoned: true},
			`{"metadata":{"labels":{},"annotations":{"talos.dev/cordoned":"true"}},"spec":{"unschedulable":true}}`,
		},
		{"somebody else's cordon", `{"spec":{"unschedulable":true}}`, nodeWant{}, `null`},
		{
			"its own cordon, after the boot", `{"metadata":{"annotations":{"talos.dev/cordoned":"true"}},"spec":{"unschedulable":true}}`, nodeWant{},
			`{"metadata":{"labels":{},"annotations":{"talos.dev/cordoned":null}},"spec":{"unschedulable":null}}`,
		},
	} {
		var node map[string]any
		if err := json.Unmarshal([]byte(tt.node), &node); err != nil {
			t.Fatal(err)
		}

		got := nodePatch(node, tt.want)
		if md := field(got, "metadata"); md != nil {
			delete(md, "resourceVersion")
		}

		gotText, _ := json.Marshal(got) //nolint:errcheck

		var want map[string]any
		if err := json.Unmarshal([]byte(tt.patch), &want); err != nil {
			t.Fatal(err)
		}

		wantText, _ := json.Marshal(want) //nolint:errcheck

		if string(gotText) != string(wantText) {
			t.Errorf("%s:\n%s, want\n%s", tt.name, gotText, wantText)
		}
	}
}
