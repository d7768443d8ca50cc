// Command machined is PID 1.
package main

import (
	"fmt"
	"os"

	"github.com/talos-os/talos/internal/app/machined/node"
)

func main() {
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "machined is the first process of a machine and does nothing as any other; use talosctl to talk to a node") //nolint:errcheck
		os.Exit(1)
	}

	node.Main()
}
