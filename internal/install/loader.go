package install

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Places on the EFI system partition.
const (
	entryDir   = "EFI/Linux"
	loaderConf = "loader/loader.conf"
	entryStart = "Talos-"
	entryEnd   = ".efi"
)

// EntryName is the file name of a version's unified kernel image. The second and
// later builds of one version are told apart by n.
func EntryName(version string, n int) string {
	if n > 0 {
		version = fmt.Sprintf("%s~%d", version, n)
	}

	return entryStart + version + entryEnd
}

// EntryVersion is the version an entry's file name stands for.
func EntryVersion(name string) (version string, ok bool) {
	version, ok = strings.CutPrefix(filepath.Base(name), entryStart)
	if !ok {
		return "", false
	}

	if version, ok = strings.CutSuffix(version, entryEnd); !ok {
		return "", false
	}

	version, _, _ = strings.Cut(version, "~")

	return version, version != ""
}

// loaderConfig starts the default entry at once; holding a key during start shows
// the menu with the other version. The editor is off: a command line typed at the
// console would get around everything the machine config says.
func loaderConfig(entry string) []byte {
	return fmt.Appendf(nil, "default %s\ntimeout 0\neditor no\n", entry)
}

// defaultEntry is the entry named in loader.conf.
func defaultEntry(config []byte) string {
	for line := range strings.Lines(string(config)) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == "default" {
			return fields[1]
		}
	}

	return ""
}

// upgradePlan says what an upgrade does to the entries on the partition.
type upgradePlan struct {
	Entry  string   // name of the new entry
	Write  bool     // false: it is there already with the right content
	Remove []string // entries given up to make room
}

// planUpgrade keeps what is running and what boots by default, and gives up the rest.
// same tells which of the present entries equals the new image.
func planUpgrade(version string, present []string, running, byDefault string, same func(name string) bool) upgradePlan {
	var p upgradePlan

	for n := 0; p.Entry == ""; n++ {
		name := EntryName(version, n)

		switch {
		case !slices.Contains(present, name):
			p.Entry, p.Write = name, true
		case same(name):
			p.Entry = name
		case name != running && name != byDefault:
			// A leftover of another build of this version: replaced.
			p.Entry, p.Write = name, true
		}
	}

	keep := running
	if keep == "" {
		keep = byDefault
	}

	for _, name := range present {
		if name != p.Entry && name != keep {
			p.Remove = append(p.Remove, name)
		}
	}

	return p
}
