package reference

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/expression"
)

// expressionExamples are shown on the page of expressions.
var expressionExamples = []struct{ kind, expression, what string }{
	{"UserVolumeConfig", `disk.transport == "nvme" && disk.size >= 500u * GB`, "NVMe disks of at least 500 GB"},
	{"UserVolumeConfig", `!system_disk && !disk.rotational`, "solid disks that the system is not on"},
	{"UserVolumeConfig", `disk.model.startsWith("WDC") || disk.serial in ["S1", "S2"]`, "disks by what their maker calls them"},
	{"UserVolumeConfig", `disk.symlinks.exists(s, s.matches("by-id/ata-.*"))`, "disks by the names that udev gives them"},
	{"ExistingVolumeConfig", `volume.partition_label == "data" && volume.name == "xfs"`, "a partition by its label and its file system"},
	{"LinkAliasConfig", `glob("00:1a:2b:*", mac(link.permanent_addr))`, "cards of one maker"},
	{"LinkAliasConfig", `link.driver == "e1000" && link.mtu == 1500u`, "cards by their driver"},
}

// expressions is the page of what CEL expressions may be about.
func expressions() string {
	var b strings.Builder

	b.WriteString(`# Expressions

Some settings select disks, volumes or network links by an expression in
[CEL](https://cel.dev) that is true for those meant. ` + "`talosctl validate`" + ` and machines compile it with the names and
types below, and refuse what is misspelt or compares a number with a text. Numbers without a sign (uint) are written
with a u, as in ` + "`10u * GiB`" + `. ` + generated + `

| expression | meaning |
| --- | --- |
`)

	for _, e := range expressionExamples {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(e.expression, "|", `\|`), e.what)
	}

	b.WriteString(`
Disks and volumes also have system_disk (bool: the system is on this disk) and the units kB, MB, GB, TB, PB and EB of
1000 bytes and KiB, MiB, GiB, TiB, PiB and EiB of 1024. Links have the functions glob(pattern, text), which compares with
a shell pattern, and mac(address), which writes an address as 00:1a:2b:3c:4d:5e.
`)

	for _, v := range []struct{ name, what string }{
		{"disk", "a disk; as `talosctl get disks -o yaml` shows it"},
		{"volume", "a partition, or a disk without any; as `talosctl get discoveredvolumes -o yaml` shows it"},
		{"link", "a network card; as `talosctl get links -o yaml` shows it"},
	} {
		fields := expression.Fields(v.name)

		fmt.Fprintf(&b, "\n## %s\n\nFields of %s.\n\n| field | type |\n| --- | --- |\n", v.name, v.what)

		for _, name := range slices.Sorted(maps.Keys(fields)) {
			fmt.Fprintf(&b, "| `%s.%s` | %s |\n", v.name, name, fields[name])
		}
	}

	return b.String()
}
