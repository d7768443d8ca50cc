package provision

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// Supervise runs a cluster until SIGTERM or until the last machine powered off.
// images answers for the cluster's images; nil for none. When everything was
// started it says "ready" on file descriptor 3, if that is open.
func Supervise(ctx context.Context, dir string, images http.Handler) error {
	ctx, stop := signal.NotifyContext(ctx, unix.SIGTERM, unix.SIGINT)
	defer stop()

	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close() //nolint:errcheck

	if err = unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return fmt.Errorf("cluster in %s has a supervisor already: %w", dir, err)
	}

	pid := []byte(strconv.Itoa(os.Getpid()) + "\n")
	if err = os.WriteFile(filepath.Join(dir, "supervisor.pid"), pid, 0o600); err != nil {
		return err
	}

	s, err := loadDir(dir)
	if err != nil {
		return err
	}

	nw, err := startNetwork(ctx, s, images)
	if err != nil {
		return err
	}
	defer nw.close()

	var (
		wg   sync.WaitGroup
		errs = make([]error, len(s.Nodes))
	)

	for i, n := range s.Nodes {
		wg.Go(func() {
			waitTurn(ctx, s, n)

			if errs[i] = runMachine(ctx, s, n); errs[i] != nil {
				slog.Error("machine stopped", "machine", n.Name, "error", errs[i])
			}
		})
	}

	if f := os.NewFile(3, "ready"); f != nil {
		f.WriteString("ready") //nolint:errcheck // nobody may be waiting
		f.Close()              //nolint:errcheck
	}

	wg.Wait()

	return errors.Join(errs...)
}
