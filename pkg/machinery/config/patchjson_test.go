package config_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

// TestJSONPatches has the ways to what an operation changes.
func TestJSONPatches(t *testing.T) {
	t.Parallel()

	const (
		worker = "machine: {type: worker}"
		names  = "machine: {certSANs: [a, b, c, d, e, f, g, h, i, j, k]}"
	)

	for _, tt := range []struct{ name, base, patch, want, refused string }{
		{name: "a move to a longer key", base: "machine: {nodeLabels: {a: b}}", patch: "[{op: move, from: /machine/nodeLabels/a, path: /machine/nodeLabels/ab}]", want: "machine: {nodeLabels: {ab: b}}"},
		{name: "a move to where it is", base: worker, patch: "[{op: move, from: /machine/type, path: /machine/type}, {op: add, path: /machine/token, value: a}]", want: "machine: {type: worker, token: a}"},
		{name: "a section that is left out is replaced", base: worker, patch: "[{op: replace, path: /machine/nodeLabels, value: {a: b}}]", want: "machine: {type: worker, nodeLabels: {a: b}}"},
		{name: "a key that is there is added", base: worker, patch: "[{op: add, path: /machine/type, value: init}]", want: "machine: {type: init}"},
		{name: "the last items of a long list", base: names, patch: "[{op: replace, path: /machine/certSANs/10, value: x}, {op: replace, path: /machine/certSANs/9, value: y}]", want: "machine: {certSANs: [a, b, c, d, e, f, g, h, i, y, x]}"},
		{name: "a section that means something by being there", base: worker, patch: "[{op: add, path: /machine/install/diskSelector/type, value: nvme}]", want: "machine: {type: worker, install: {diskSelector: {type: nvme}}}"},
		{name: "sections far down", base: worker, patch: "[{op: add, path: /machine/systemDiskEncryption/state/keys/0, value: {slot: 0}}]", want: "machine: {type: worker, systemDiskEncryption: {state: {keys: [{slot: 0}]}}}"},
		{name: "a list in a map", base: "machine: {registries: {mirrors: {a.io: {}}}}", patch: "[{op: add, path: /machine/registries/mirrors/a.io/endpoints/-, value: 'https://b.io'}]", want: "machine: {registries: {mirrors: {a.io: {endpoints: ['https://b.io']}}}}"},
		{name: "a key of a free-form part", base: worker, patch: "[{op: add, path: /machine/kubelet/extraConfig/a, value: {b: c}}]", want: "machine: {type: worker, kubelet: {extraConfig: {a: {b: c}}}}"},
		{name: "what may be anything in a free-form part", base: "machine: {kubelet: {extraConfig: {c: d}}}", patch: "[{op: add, path: /machine/kubelet/extraConfig/a/b, value: c}]", refused: "/machine/kubelet/extraConfig/a: is not there"},
		{name: "a key of a map", base: worker, patch: "[{op: add, path: /machine/registries/mirrors/a.io/endpoints/-, value: 'https://b.io'}]", refused: "/machine/registries: is not there"},
		{name: "half of a pair of keys", base: worker, patch: "[{op: add, path: /machine/ca/crt, value: YQ==}]", refused: "/machine/ca: is not there"},
		{name: "an item of an argument", base: "machine: {kubelet: {extraArgs: {b: c}}}", patch: "[{op: add, path: /machine/kubelet/extraArgs/a/-, value: b}]", refused: "/machine/kubelet/extraArgs/a: is not there"},
		{name: "what is below a text", base: worker, patch: "[{op: add, path: /machine/type/-, value: a}]", refused: "add /machine/type/-: what it should be added to is a single value"},
		{name: "a move to nowhere", base: worker, patch: "[{op: move, from: /machine/type, path: /machine/nope/a}]", refused: "/machine/nope: is not there"},
		{name: "a copy to nowhere", base: worker, patch: "[{op: copy, from: /machine/type, path: /machine/nope/a}]", refused: "/machine/nope: is not there"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			p, err := patch.Parse("p", []byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}

			c, err := config.ApplyPatches(mustLoad(t, tt.base), p)
			if tt.refused != "" {
				if err == nil || !strings.Contains(err.Error(), tt.refused) {
					t.Errorf("error is %v, want %q in it", err, tt.refused)
				}

				return
			}

			if err != nil {
				t.Fatal(err)
			}

			if have, want := plain(t, c.Bytes()), plain(t, []byte(tt.want)); !reflect.DeepEqual(have, want) {
				t.Errorf("got\n%s\nwant\n%s", c.Bytes(), tt.want)
			}
		})
	}
}
