// Package version says what this build is. The values are stamped in by the
// linker (-X) and default to something usable for "go build" without flags.
package version

import (
	"fmt"
	"runtime"
)

var (
	// Name is what the system calls itself to people and in file names.
	Name = "Talos"
	// Tag is the release, with its leading v. It names images and boot entries and
	// is the API level clients compare with theirs.
	Tag = "v1.14.0"
	// SHA is the commit the build was made from.
	SHA = "unknown"
	// Built is the time of that commit, not of the build: the same source gives the
	// same bytes.
	Built = ""
)

// String is the short form: name and release.
func String() string { return fmt.Sprintf("%s %s", Name, Tag) }

// Arch names the architecture as image names and asset names do.
func Arch() string { return runtime.GOARCH }
