package imager

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"slices"

	"github.com/talos-os/talos/internal/imager/tree"
)

// interpreters are programs that run what somebody else wrote. None may be in the
// root file system: whoever gets into a process there must find nothing to use.
var interpreters = []string{
	"ash", "awk", "bash", "busybox", "csh", "dash", "env", "expect", "fish", "gawk", "guile", "ksh", "lua", "mawk",
	"node", "nsenter", "osh", "perl", "php", "python", "python3", "rbash", "ruby", "sh", "socat", "ssh", "sshd", "su",
	"sudo", "tclsh", "toybox", "xargs", "zsh",
}

// checkPolicy refuses a root file system with a shell or interpreter, a script, or a
// set-uid program.
func checkPolicy(t *tree.Tree) error {
	for _, name := range t.Executables() {
		if slices.Contains(interpreters, path.Base(name)) {
			return fmt.Errorf("%s is an interpreter and must not be in the image", name)
		}

		e, _ := t.Lookup(name)
		if e.Mode&(os.ModeSetuid|os.ModeSetgid) != 0 {
			return fmt.Errorf("%s is set-uid and must not be in the image", name)
		}

		start, err := startOf(e)
		if err != nil {
			return err
		}

		if !bytes.HasPrefix(start, []byte("\x7fELF")) {
			return fmt.Errorf("%s is executable but no program: scripts must not be in the image", name)
		}
	}

	return nil
}

func startOf(e tree.Entry) ([]byte, error) {
	if e.Source == "" {
		return e.Data, nil
	}

	f, err := os.Open(e.Source)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck

	start := make([]byte, 4)

	n, err := io.ReadFull(f, start)
	if err == io.ErrUnexpectedEOF || err == io.EOF { //nolint:errorlint // io.ReadFull returns them bare
		err = nil
	}

	return start[:n], err
}
