//go:build k8s

package kube_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
)

// inNamespace runs this program again where the ports are free and the node's
// address exists.
func inNamespace() int {
	const setup = "ip link set lo up && ip addr add " + nodeIP + "/24 dev lo && ip route add default dev lo && " +
		"for n in 11 12 13; do ip addr add 10.5.0.$n/24 dev lo; done"

	args := append([]string{"-c", setup + ` && exec "$0" "$@"`}, os.Args...)

	cmd := exec.Command("/bin/sh", args...)
	cmd.Env = append(os.Environ(), "IN_NAMESPACE=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}

	err := cmd.Run()

	var exit *exec.ExitError

	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	default:
		fmt.Fprintln(os.Stderr, strings.TrimSpace("cannot make a network namespace: "+err.Error()))

		return 1
	}
}
