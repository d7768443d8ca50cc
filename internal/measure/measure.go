// Package measure says what a program takes, for benchmarks and tests with a limit.
package measure

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// Peak runs a command to its end and returns the most resident memory that it had at
// once, in bytes. It fails as the command does.
//
// wait4(2) cannot tell the memory of a program that a large one starts. The child
// shares its parent's memory until it executes the program, and the kernel counts
// that: the answer is never less than what the parent has. So the program is traced
// and asked at its end, which costs time: take times of another run.
func Peak(cmd *exec.Cmd) (most int64, err error) {
	// Only the thread that starts a traced program hears of it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	cmd.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}

	if err = cmd.Start(); err != nil {
		return 0, err
	}

	pid := cmd.Process.Pid

	var status unix.WaitStatus

	// Stopped at its first instruction.
	if _, err = unix.Wait4(pid, &status, 0, nil); err == nil {
		err = unix.PtraceSetOptions(pid, unix.PTRACE_O_TRACEEXIT|unix.PTRACE_O_EXITKILL)
	}

	if err != nil {
		return 0, errors.Join(fmt.Errorf("trace %s: %w", cmd.Path, err), cmd.Process.Kill(), cmd.Wait())
	}

	for signal := 0; ; {
		if err = unix.PtraceCont(pid, signal); err == nil {
			_, err = unix.Wait4(pid, &status, 0, nil)
		}

		switch {
		case err != nil:
			return 0, fmt.Errorf("trace %s: %w", cmd.Path, err)
		case status.Exited() || status.Signaled():
			cmd.Wait() //nolint:errcheck // nobody is left to wait for; it ends what copies the output

			if status.ExitStatus() != 0 {
				err = fmt.Errorf("%s: exit status %d", cmd.Path, status.ExitStatus())
			} else if most == 0 {
				err = fmt.Errorf("%s ended without a stop in which its memory could be asked for", cmd.Path)
			}

			return most, err
		case status.TrapCause() == unix.PTRACE_EVENT_EXIT:
			if most, err = peak(pid); err != nil {
				return 0, err
			}

			signal = 0
		default:
			signal = int(status.StopSignal())
		}
	}
}

// peak is a process's high-water mark, see proc_pid_status(5).
func peak(pid int) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}

	_, rest, _ := bytes.Cut(raw, []byte("VmHWM:"))
	fields := bytes.Fields(rest)

	if len(fields) == 0 {
		return 0, fmt.Errorf("no VmHWM in the status of process %d", pid)
	}

	kib, err := strconv.ParseInt(string(fields[0]), 10, 64)

	return kib << 10, err
}
