// Package proc starts sandboxed children and reaps orphans; it is for PID 1.
package proc

import (
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Sandbox bounds what a child and everything it starts can ever do.
type Sandbox struct {
	UID, GID uint32
	// Capabilities that may be had; nil leaves what this process's bounding set
	// has. PID 1 takes module loading and rebooting out of its own for all.
	Capabilities []uintptr
	// NoNewPrivileges makes set-uid programs and file capabilities useless.
	NoNewPrivileges bool
	// Cgroup is an open directory of the group to be born in; nil for ours.
	Cgroup *os.File
	// OOMScore is what the kernel adds when it looks for a process to kill.
	OOMScore int
}

// Start starts cmd in a session of its own. Wait has to be called for it as for
// any other command; until then the reaper leaves the process alone.
//
// os/exec knows neither the bounding set nor no_new_privs. Both belong to the
// thread and are inherited over clone(2), so they are set on a thread that only
// starts this child and then ends. The other way, a re-executed copy of this
// program that sets them on itself, would cost half a second under emulation
// for each service.
func Start(cmd *exec.Cmd, s Sandbox) (*Child, error) {
	attr := &syscall.SysProcAttr{Setsid: true}

	if s.UID != 0 || s.GID != 0 {
		attr.Credential = &syscall.Credential{Uid: s.UID, Gid: s.GID}
	}

	if s.Cgroup != nil {
		attr.UseCgroupFD, attr.CgroupFD = true, int(s.Cgroup.Fd())
	}

	cmd.SysProcAttr = attr

	err := onThreadOfItsOwn(func() error {
		if err := s.confine(); err != nil {
			return err
		}

		children.Lock()
		defer children.Unlock()

		if err := cmd.Start(); err != nil {
			return err
		}

		children.pids[cmd.Process.Pid] = true

		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}

	path := "/proc/" + strconv.Itoa(cmd.Process.Pid) + "/oom_score_adj"
	if err := os.WriteFile(path, []byte(strconv.Itoa(s.OOMScore)), 0); err != nil {
		slog.Warn("cannot set OOM score", "process", cmd.Path, "error", err)
	}

	return &Child{cmd}, nil
}

// Child is a started process.
type Child struct{ cmd *exec.Cmd }

// PID of the process.
func (c *Child) PID() int { return c.cmd.Process.Pid }

// Signal sends a signal; to the process only, not its descendants.
func (c *Child) Signal(sig os.Signal) error { return c.cmd.Process.Signal(sig) }

// Wait waits for the process to end and its output to be read.
func (c *Child) Wait() error {
	defer func() {
		children.Lock()
		delete(children.pids, c.cmd.Process.Pid)
		children.Unlock()
	}()

	return c.cmd.Wait()
}

// children that somebody waits for.
var children = struct {
	sync.Mutex
	pids map[int]bool
}{pids: map[int]bool{}}

func (s Sandbox) confine() error {
	if s.Capabilities != nil {
		keep := map[uintptr]bool{}
		for _, c := range s.Capabilities {
			keep[c] = true
		}

		// The kernel may know more than we do: it says EINVAL after its last.
		for c := uintptr(0); ; c++ {
			if keep[c] {
				continue
			}

			if err := unix.Prctl(unix.PR_CAPBSET_DROP, c, 0, 0, 0); err != nil {
				if err == unix.EINVAL && c > 0 { //nolint:errorlint // errno, not wrapped
					break
				}

				return fmt.Errorf("drop capability %d: %w", c, err)
			}
		}
	}

	if s.NoNewPrivileges {
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return fmt.Errorf("set no new privileges: %w", err)
		}
	}

	return nil
}

// onThreadOfItsOwn runs fn on a thread that ends afterwards. The main thread
// cannot end, so there another one is looked for while it is kept busy.
func onThreadOfItsOwn(fn func() error) error {
	result := make(chan error, 1)

	go func() {
		runtime.LockOSThread()

		if unix.Gettid() == unix.Getpid() {
			result <- onThreadOfItsOwn(fn)

			runtime.UnlockOSThread()

			return
		}

		result <- fn() // still locked: the thread ends with this goroutine
	}()

	return <-result
}
