// Pause is the first process of a pod: it holds the pod's namespaces open, waits
// for the children that are given to it, and ends when told to.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	if len(os.Args) > 1 && (os.Args[1] == "-v" || os.Args[1] == "--version") {
		fmt.Println("pause")

		return
	}

	// There is nothing to collect, and a hundred of these may run on a node.
	debug.SetGCPercent(-1)

	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)

	for s := range signals {
		if s != syscall.SIGCHLD {
			return
		}

		// One signal may stand for several children.
		for {
			pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
			if err == syscall.EINTR {
				continue
			}

			if pid <= 0 || err != nil {
				break
			}
		}
	}
}
