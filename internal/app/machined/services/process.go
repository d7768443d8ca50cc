package services

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/cgroup"
	"github.com/talos-os/talos/internal/sys/proc"
)

// Times a service has to end in.
const (
	stopTime = 10 * time.Second
	killTime = 5 * time.Second
)

// Process runs a program as a child of PID 1.
type Process struct {
	Path string
	Args []string
	Env  []string
	// UID and GID to run as.
	UID, GID uint32
	// Capabilities it may have; nil for all that PID 1 leaves to its children.
	Capabilities []uintptr
	OOMScore     int
	Cgroup       cgroup.Group
	Limits       cgroup.Limits
	// KeepDescendants lets what it started live on when it ends, for containers
	// that survive their containerd.
	KeepDescendants bool
	// StopTime is how long it may take to end; ten seconds if zero.
	StopTime time.Duration
	Log      io.Writer
}

func (p Process) String() string { return "process " + filepath.Base(p.Path) }

// Run implements Runner.
func (p Process) Run(ctx context.Context, up func(int)) error {
	group, err := p.openCgroup()
	if err != nil {
		return err
	}

	if group != nil {
		defer group.Close() //nolint:errcheck

		if !p.KeepDescendants {
			defer p.killDescendants()
		}
	}

	cmd := exec.Command(p.Path, p.Args...)
	cmd.Env = p.Env
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = p.Log, p.Log
	// Descendants may hold the pipes of its output open for as long as they live.
	cmd.WaitDelay = time.Second

	child, err := proc.Start(cmd, proc.Sandbox{
		UID: p.UID, GID: p.GID,
		Capabilities:    p.Capabilities,
		NoNewPrivileges: true,
		Cgroup:          group,
		OOMScore:        p.OOMScore,
	})
	if err != nil {
		return err
	}

	up(child.PID())

	ended := make(chan error, 1)

	go func() { ended <- child.Wait() }()

	select {
	case err = <-ended:
		return described(err)
	case <-ctx.Done():
	}

	return p.stop(child, ended)
}

func (p Process) stop(child *proc.Child, ended <-chan error) error {
	limit := p.StopTime
	if limit == 0 {
		limit = stopTime
	}

	if err := child.Signal(unix.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}

	select {
	case <-ended:
		return nil // told to end, it may end as it likes
	case <-time.After(limit):
	}

	if err := child.Signal(unix.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}

	select {
	case <-ended:
		return fmt.Errorf("it did not end within %s and was killed", limit)
	case <-time.After(killTime):
		return errors.New("it does not even end when killed: it waits for the kernel")
	}
}

// described says in words how a process ended.
func described(err error) error {
	var exit *exec.ExitError

	switch {
	case errors.Is(err, exec.ErrWaitDelay):
		return nil
	case !errors.As(err, &exit):
		return err
	}

	if status, ok := exit.Sys().(interface {
		Signaled() bool
		Signal() unix.Signal
	}); ok && status.Signaled() {
		if status.Signal() == unix.SIGKILL {
			return errors.New("it was killed (SIGKILL), perhaps because memory ran out")
		}

		return fmt.Errorf("it was ended by signal %s", unix.SignalName(status.Signal()))
	}

	return fmt.Errorf("it ended with code %d", exit.ExitCode())
}

func (p Process) openCgroup() (*os.File, error) {
	if p.Cgroup == "" {
		return nil, nil
	}

	if err := p.Cgroup.Create(p.Limits); err != nil {
		slog.Warn("service runs without some of its limits", "process", p.Path, "error", err)
	}

	return p.Cgroup.Open()
}

func (p Process) killDescendants() {
	if err := p.Cgroup.Kill(killTime); err != nil {
		slog.Warn("cannot end what a service left behind", "process", p.Path, "error", err)
	}
}
