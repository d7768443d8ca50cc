package node

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/app/machined/boot"
	"github.com/talos-os/talos/internal/sys/proc"
	"github.com/talos-os/talos/pkg/machinery/version"
)

// Main is the life of PID 1. It never returns: a kernel whose first process
// ends panics, so whatever goes wrong ends in a reboot after a pause that is
// long enough to read the console.
func Main() {
	handler := boot.NewKmsgHandler(slog.LevelInfo)
	slog.SetDefault(slog.New(handler))
	slog.Info(version.String()+" starts", "sha", version.SHA, "arch", version.Arch())

	started := time.Now()

	err := guard(func() error {
		if err := boot.Run(); err != nil {
			// Reported, not fatal: see boot.Run.
			slog.Error("early boot had problems", "error", err)
		}

		go proc.Reap(context.Background())

		return run(context.Background(), handler, started)
	})

	slog.Error("the node cannot go on; rebooting in a minute", "error", err)
	time.Sleep(time.Minute)
	restart(unix.LINUX_REBOOT_CMD_RESTART)
}

// guard turns a panic of the main goroutine into an error. Controllers and
// tasks have guards of their own and are started again.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()

	return f()
}

// restart leaves the kernel for good. What is still mounted is synced first;
// the sequences unmounted what they could.
func restart(how int) {
	done := make(chan struct{})

	go func() {
		unix.Sync()
		close(done)
	}()

	// A dead disk must not keep the machine from rebooting.
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		slog.Warn("disks did not take all data within 30 seconds")
	}

	if err := unix.Reboot(how); err != nil {
		slog.Error("the kernel refused to reboot", "error", err)

		// The kernel's own way out when nothing else is left.
		os.WriteFile("/proc/sysrq-trigger", []byte("b"), 0) //nolint:errcheck
	}

	select {}
}
