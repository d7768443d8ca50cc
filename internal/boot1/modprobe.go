package boot1

import (
	"fmt"
	"os"
	"strings"

	"github.com/talos-os/talos/internal/sys/kmod"
)

// Modprobe is what the kernel runs when it wants a module itself:
// "/sbin/modprobe -q -- name". It returns the exit status.
//
// Nothing else in the system uses it: machined loads modules in-process, and no
// other process may.
func Modprobe(args []string) int {
	quiet := false

	var names []string

	for i, arg := range args {
		if arg == "--" {
			names = append(names, args[i+1:]...)

			break
		}

		if strings.HasPrefix(arg, "-") {
			quiet = quiet || strings.Contains(arg, "q")

			continue
		}

		names = append(names, arg)
	}

	if len(names) == 0 {
		fmt.Fprintln(os.Stderr, "usage: modprobe [-q] [--] module [parameter=value ...]")

		return 2
	}

	if err := modprobe(names[0], names[1:]); err != nil {
		if !quiet {
			fmt.Fprintln(os.Stderr, "modprobe:", err)
		}

		return 1
	}

	return 0
}

func modprobe(name string, params []string) error {
	index, err := kmod.OpenRunning()
	if err != nil {
		return err
	}

	cmdline, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return err
	}

	return kmod.NewLoader(index, string(cmdline)).Load(name, params...)
}
