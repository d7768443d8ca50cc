package trustd

import (
	"context"
	"flag"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// Main is the program trustd.
func Main() {
	var opts Options

	flag.StringVar(&opts.StateSocket, "state", StateSocket, "unix socket of the state")
	flag.StringVar(&opts.Address, "listen", "", "address to listen on, by default the usual port on all")
	flag.Parse()

	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))

	// Almost always idle, so small counts and speed does not.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(50)
	}

	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(64 << 20)
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()

	if err := Run(ctx, opts); err != nil {
		slog.Error("trustd ends", "error", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}
