package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

func TestExpressions(t *testing.T) {
	t.Parallel()

	for expr, want := range map[string]string{
		`disk.size > 10u * GiB && !system_disk`:                      "",
		`disk.transport == "nvme" ? disk.rotational : true`:          "",
		`disk.symlinks.exists(s, s.startsWith('/dev/disk/by-id/a'))`: "",
		`disk.model in ["a", 'b', r"c\d"] // of these`:               "",
		`!(disk.dev_path == '/dev/sda' || -1.5e3 < .5)`:              "",
		`glob("WDC*", disk.model)`:                                   "",
		`{"a": 1, "b": [2, 3]}["a"] == 0x1f`:                         "",
		`disk.size >`:                                                "expected a value, but the expression ends",
		`disk.size = 1`:                                              "character 11: = is not an operator; write ==",
		`disk.rotational & system_disk`:                              "write &&",
		`disk.model == "a`:                                           `character 15: the text has no closing "`,
		`(disk.size > 1`:                                             "expected a closing ), but the expression ends",
		`disk.size > 1)`:                                             "character 14: expected an operator or the end, found )",
		`disk.size > 1 and system_disk`:                              "character 15: expected an operator or the end, found and",
		`disk. == 1`:                                                 "character 7: expected a field, found ==",
		`&& disk.size`:                                               "expected a value, found &&",
		`disk.model.matches("a"`:                                     "expected a comma or a closing )",
		`disk.size > 10 GB`:                                          "found GB",
		`disk.size <= 1u || disk.size >= 2u && disk.size < 3u + 1u - 1u * 2u / 2u % 2u`: "",
		`disk._private == 1`:                      `disk has no field "_private"`,
		`disk.Size == 1`:                          `character 6: disk has no field "Size"; did you mean "size"?`,
		`other.modell == 1`:                       "",
		`a.disk.modell == 1`:                      "",
		`disk.modell()`:                           "",
		`disk.?model.orValue("") == "a"`:          "",
		`disk["model"] == "a" && disk[?"a"] == 1`: "",
		`disk.size > 1 $ 2`:                       `character 15: "$" cannot be in an expression`,
		`disk.model == "a" ? 1`:                   "expected a colon, but the expression ends",
		`disk.size > 1 ? : 2`:                     "expected a value, found :",
		`disk.model == '`:                         "has no closing '",
		`disk.model | "a"`:                        "write ||",
		`{"a" 1}`:                                 "expected a colon",
		`{"a": }`:                                 "expected a value",
		`{: 1}`:                                   "expected a value",
		`[1 2]`:                                   "expected a comma or a closing ]",
		`disk.size.exists(`:                       "expected a value, but the expression ends",
		`disk["a"`:                                "expected a comma or a closing ]",
		`()`:                                      "expected a value, found )",
		`in [1]`:                                  "expected a value, found in",
		`-`:                                       "expected a value, but the expression ends",
		`. == 1`:                                  "expected a value, found .",
		`disk.modelmodelmodelmodelmodel`:          "fields are bus_path, cdrom",
		`"a" "a text of more than twenty letters"`:                        `found "a text of more than…`,
		strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200) + "!=1": "nested too deep",
	} {
		c, err := config.Make(nil, userVolume(expr))
		if err != nil {
			t.Fatal(err)
		}

		_, err = config.Validate(c, config.Metal)

		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", expr, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "provisioning.diskSelector.match")):
			t.Errorf("%s: error is %v, want %s", expr, err, want)
		}
	}
}

// A machine compiles expressions. It still refuses a field that the compiler takes.
func TestCompiledExpressions(t *testing.T) {
	t.Parallel()

	refuse := func(kind, path string, e value.Expression) error {
		if e == "disk.rotational + 1" {
			return fmt.Errorf("%s %s: not a condition", kind, path)
		}

		return nil
	}

	for expr, want := range map[string]string{
		`disk.rotational + 1`:                 "UserVolumeConfig provisioning.diskSelector.match: not a condition",
		`disk.rotational`:                     "",
		`disk.modell == "a"`:                  `character 6: disk has no field "modell"; did you mean "model"?`,
		`"disk.modell" == 'a' // disk.modell`: "",
		`0x1 == 1 && disk.nope`:               `character 18: disk has no field "nope"`,
	} {
		c, err := config.Make(nil, userVolume(expr))
		if err != nil {
			t.Fatal(err)
		}

		_, err = config.Validate(c, config.Metal, config.WithExpressions(refuse))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", expr, err, want)
		}
	}

	fields := config.ExpressionFields("disk")
	if !slices.Contains(fields, "model") || config.ExpressionFields("nothing") != nil {
		t.Errorf("fields are %q", fields)
	}

	fields[0] = "changed"
	if config.ExpressionFields("disk")[0] == "changed" {
		t.Error("the list can be changed from outside")
	}
}

func userVolume(expr string) *document.UserVolumeConfig {
	return &document.UserVolumeConfig{Name: "data", Provisioning: document.ProvisioningSpec{
		DiskSelector: document.DiskSelector{Match: value.Expression(expr)}, MinSize: value.Bytes(1 << 30),
	}}
}
