// Command init is the first stage of a boot, and modprobe for the kernel when it
// is started by that name. It is one binary because both are small and needed
// before anything else is.
package main

import (
	"os"
	"path/filepath"

	"github.com/talos-os/talos/internal/boot1"
)

func main() {
	if filepath.Base(os.Args[0]) == "modprobe" {
		os.Exit(boot1.Modprobe(os.Args[1:]))
	}

	boot1.Main()
}
