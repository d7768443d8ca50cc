package config_test

import (
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

func userVolume(expr string) *document.UserVolumeConfig {
	return &document.UserVolumeConfig{Name: "data", Provisioning: document.ProvisioningSpec{
		DiskSelector: document.DiskSelector{Match: value.Expression(expr)}, MinSize: value.Bytes(1 << 30),
	}}
}
