package expression_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/talos-os/talos/api/resource/definitions/block"
	"github.com/talos-os/talos/api/resource/definitions/network"
	"github.com/talos-os/talos/pkg/machinery/config/expression"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

func TestCheck(t *testing.T) {
	t.Parallel()

	for expr, want := range map[string]string{
		`disk.size > 10u * GiB && !system_disk`:                                         "",
		`disk.transport == "nvme" ? disk.rotational : true`:                             "",
		`disk.symlinks.exists(s, s.startsWith('/dev/disk/by-id/a'))`:                    "",
		`disk.model in ["a", 'b', r"c\d"] // of these`:                                  "",
		`'/dev/disk/a' in disk.symlinks && has(disk.wwid)`:                              "",
		`disk.size <= 1u || disk.size >= 2u && disk.size < 3u + 1u - 1u * 2u / 2u % 2u`: "",
		`volume.partition_label == "x" && volume.size > 1u`:                             "",
		`"disk.modell" == 'a' // disk.modell`:                                           "",

		`disk.size >`:                    "character 12: something is missing at the end",
		``:                               "character 1: something is missing at the end",
		`disk.size = 1`:                  "character 11: = is not an operator; write ==",
		`disk.rotational & system_disk`:  "character 17: & is not an operator; write &&",
		`disk.model | "a"`:               "character 12: | is not an operator; write ||",
		`disk.model == "a`:               `character 15: the text has no closing "`,
		`disk.model == '`:                "character 15: the text has no closing '",
		`disk.size > 1u $ 2u`:            `character 16: "$" cannot be in an expression`,
		`(disk.size > 1u`:                "character 16: there is no )",
		`disk.size > 1u)`:                "character 15: did not expect )",
		`disk.size > 1u and system_disk`: "character 16: did not expect and",
		`disk. == 1`:                     "character 7: did not expect . ==",
		"disk.model ==\n'ä' && $":        `line 2, character 8: "$" cannot be in an expression`,

		`disk.Size == 1u`:           `character 6: disk has no field "Size"; did you mean "size"?`,
		`disk.zzzzzzzzzz == 1u`:     `character 6: disk has no field "zzzzzzzzzz"; fields are bus_path, cdrom, dev_path`,
		`volume.labell == "a"`:      `character 8: volume has no field "labell"; did you mean "label"?`,
		`has(disk.nope)`:            "there is no field nope",
		`disc.size > 10u`:           "character 1: there is no name disc; did you mean disk?",
		`disk.size > 10u * gb`:      "character 19: there is no name gb; did you mean GB?",
		`link.mtu == 1u`:            "character 1: there is no name link; known are EB, EiB, GB, GiB, KiB, MB, MiB, PB, PiB, TB, TiB, disk, kB, system_disk, volume",
		`glob("WDC*", disk.model)`:  "character 1: there is no function glob",
		`disk.symlinks.exist(s, s)`: "character 15: there is no function exist; did you mean exists?",
		`disk.model.match("x")`:     "character 12: there is no function match",

		`disk.size > 10`:        "character 11: > does not go with uint and int; write a size or a count with a u, as in 10u",
		`disk.size > "10GB"`:    "character 11: > does not go with uint and string",
		`disk.model.matches(1)`: "character 19: matches does not take string.(int)",
		`1 + 1`:                 "it is of type int, not true or false",
		`disk.model`:            "it is of type string, not true or false",

		strings.Repeat("(", 400) + "1" + strings.Repeat(")", 400) + " != 1": "recursion limit",
	} {
		err := expression.Check("VolumeConfig", value.Expression(expr))

		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", expr, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: error is %v, want %s", expr, err, want)
		}
	}
}

func TestEachKindHasItsNames(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		kind string
		expr value.Expression
		want string
	}{
		{"LinkAliasConfig", `glob("00:1a:*", mac(link.permanent_addr)) && link.type == 1`, ""},
		{"LinkAliasConfig", `disk.size > 1u`, "there is no name disk; known are link"},
		{"UserVolumeConfig", `link.mtu > 1u`, "there is no name link"},
		{"OOMConfig", `memory.anything() > others`, ""},
		{"OOMConfig", `memory.anything( > others`, "did not expect"},
	} {
		if err := expression.Check(tt.kind, tt.expr); (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s in %s: %v instead of %q", tt.expr, tt.kind, err, tt.want)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()

	disk := map[string]any{"disk": map[string]any{
		"size": uint64(20 << 30), "symlinks": []string{"/dev/disk/by-id/a"}, "model": "ä", "rotational": false,
	}, "system_disk": true}
	link := map[string]any{"link": map[string]any{
		"permanent_addr": []byte{0, 0x1a, 2, 3, 4, 5}, "type": int64(1), "mtu": uint64(1500), "alt_names": []string{"x"},
	}}

	for _, tt := range []struct {
		language *expression.Language
		vars     map[string]any
		expr     value.Expression
		want     bool
		err      string
	}{
		{expression.Volumes, disk, `disk.size > 10u * GiB && disk.size < 22u * GB && system_disk`, true, ""},
		{expression.Volumes, disk, `disk.symlinks.exists(s, s.startsWith("/dev/disk")) && disk.model == "ä"`, true, ""},
		{expression.Volumes, disk, `disk.rotational || disk.size == 1u * EiB`, false, ""},
		{expression.Volumes, disk, `has(disk.model) && !has(disk.wwid)`, true, ""},
		{expression.Volumes, disk, `disk.wwid == ""`, false, "no such key: wwid"},
		{expression.Volumes, disk, `disk.size`, false, `expression "disk.size": it is of type uint`},
		{expression.Links, link, `mac(link.permanent_addr) == "00:1a:02:03:04:05" && glob("00:1a:*", mac(link.permanent_addr))`, true, ""},
		{expression.Links, link, `link.type == 1 && link.mtu == 1500u && "x" in link.alt_names`, true, ""},
		{expression.Links, link, `glob("[", "a")`, false, "syntax error in pattern"},
	} {
		got, err := tt.language.Match(tt.expr, tt.vars)
		if got != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: %v, %v", tt.expr, got, err)
		}
	}

	long := value.Expression(`[` + strings.Repeat("1,", 200) + `1].all(a, [` + strings.Repeat("1,", 600) + `1].all(b, a == b))`)
	if _, err := expression.Volumes.Match(long, disk); err == nil || !strings.Contains(err.Error(), "cost limit") {
		t.Errorf("an expression without end: %v", err)
	}
}

// TestFieldsAreThoseOfTheProtocol compares names and types with the messages.
func TestFieldsAreThoseOfTheProtocol(t *testing.T) {
	t.Parallel()

	for variable, m := range map[string]protoreflect.ProtoMessage{
		"disk": &block.DiskSpec{}, "volume": &block.DiscoveredVolumeSpec{}, "link": &network.LinkStatusSpec{},
	} {
		have, want := expression.Fields(variable), map[string]string{}

		for list, i := m.ProtoReflect().Descriptor().Fields(), 0; i < list.Len(); i++ {
			if f := list.Get(i); f.Kind() != protoreflect.MessageKind { // what belongs to links of some kinds
				want[string(f.Name())] = celType(f)
			}
		}

		for name, typ := range want {
			if have[name] != typ {
				t.Errorf("%s.%s is of type %q instead of %s", variable, name, have[name], typ)
			}

			delete(have, name)
		}

		if len(have) > 0 {
			t.Errorf("%s: nothing has the fields %v", variable, have)
		}
	}
}

func celType(f protoreflect.FieldDescriptor) string {
	name := map[protoreflect.Kind]string{
		protoreflect.BoolKind: "bool", protoreflect.StringKind: "string", protoreflect.BytesKind: "bytes",
		protoreflect.Uint32Kind: "uint", protoreflect.Uint64Kind: "uint",
		protoreflect.Int32Kind: "int", protoreflect.Int64Kind: "int", protoreflect.EnumKind: "int",
	}[f.Kind()]

	if f.IsList() {
		return "list(" + name + ")"
	}

	return name
}
