// Command machined is PID 1, and under their names the two services that answer
// the network: apid and trustd. They are processes of their own, with users of
// their own, and one program: the image has its code once, and so has memory.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/talos-os/talos/internal/app/apid"
	"github.com/talos-os/talos/internal/app/machined/node"
	"github.com/talos-os/talos/internal/app/trustd"
)

func main() {
	switch filepath.Base(os.Args[0]) {
	case "apid":
		apid.Main()
	case "trustd":
		trustd.Main()
	default:
		machined()
	}
}

func machined() {
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "machined is the first process of a machine and does nothing as any other; use talosctl to talk to a node") //nolint:errcheck
		os.Exit(1)
	}

	node.Main()
}
