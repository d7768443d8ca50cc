package apid

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Main is the program apid. It takes paths as flags so that it can be run beside a
// node of a test.
func Main() {
	var opts Options

	flag.StringVar(&opts.StateSocket, "state", StateSocket, "unix socket of the state")
	flag.StringVar(&opts.MachineSocket, "machine", MachineSocket, "unix socket of machined")
	flag.Parse()

	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))

	// A gateway holds little and allocates much: collecting early costs it hardly
	// any time and keeps it small. The limit makes a burst of large messages collect
	// harder before the cgroup ends the process.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}

	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(96 << 20)
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	if err := Run(ctx, opts); err != nil {
		slog.Error("apid ends", "error", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}
