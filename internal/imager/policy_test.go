package imager

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/internal/imager/tree"
)

func TestNoShellGetsIntoTheImage(t *testing.T) {
	t.Parallel()

	elf := []byte("\x7fELF...")

	for name, c := range map[string]struct {
		add func(*tree.Tree)
		ok  bool
	}{
		"programs":         {func(tr *tree.Tree) { tr.Data("usr/bin/machined", elf, 0o755) }, true},
		"data":             {func(tr *tree.Tree) { tr.Text("usr/share/sh", "#!/bin/sh") }, true},
		"a shell":          {func(tr *tree.Tree) { tr.Data("usr/bin/sh", elf, 0o755) }, false},
		"a shell, hidden":  {func(tr *tree.Tree) { tr.Data("opt/x/busybox", elf, 0o700) }, false},
		"a script":         {func(tr *tree.Tree) { tr.Data("usr/bin/fsck.xfs", []byte("#!/bin/sh\n"), 0o755) }, false},
		"an empty program": {func(tr *tree.Tree) { tr.Data("usr/bin/x", nil, 0o755) }, false},
		"set-uid":          {func(tr *tree.Tree) { tr.Data("usr/bin/mount", elf, fs.ModeSetuid|0o755) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			tr := tree.New()
			c.add(tr)

			if err := checkPolicy(tr); (err == nil) != c.ok {
				t.Error(err)
			}
		})
	}
}

// The list of the last build, when there is one, is compared with what was agreed:
// a program that comes or goes must show up in a review.
func TestProgramsInTheImageAreTheAgreedOnes(t *testing.T) {
	t.Parallel()

	agreed, err := os.ReadFile("testdata/executables.txt")
	if err != nil {
		t.Fatal(err)
	}

	for line := range strings.Lines(string(agreed)) {
		if name := strings.TrimSpace(line); slices.Contains(interpreters, name[strings.LastIndexByte(name, '/')+1:]) {
			t.Errorf("%s was agreed to, but is an interpreter", name)
		}
	}

	built, err := os.ReadFile("../../_out/" + executablesName)
	if err != nil {
		t.Skip("nothing is built")
	}

	if string(built) != string(agreed) {
		t.Errorf("the build has\n%sagreed are\n%s", built, agreed)
	}
}
