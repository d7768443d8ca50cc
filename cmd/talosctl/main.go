// Command talosctl is the client of the nodes' API.
package main

import (
	"os"

	"github.com/talos-os/talos/internal/app/talosctl"
)

func main() { os.Exit(talosctl.Main(os.Args[1:])) }
