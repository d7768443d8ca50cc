package proc

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// orphanAge is how long a process must have been dead before it counts as
// nobody's. A child started by os/exec without this package has a waiter that
// takes it within microseconds; this leaves room for a waiter that reads the
// output of a grandchild first.
const orphanAge = 5 * time.Second

// Reap collects orphans that the kernel made children of PID 1, until the
// context ends.
//
// wait4(-1) would also take the children that os/exec waits for and hand them
// an error, so the dead are looked up in /proc and taken one by one, leaving out
// those of [Start] and those that died just now. Nothing runs while nobody dies.
func Reap(ctx context.Context) {
	died := make(chan os.Signal, 1)

	signal.Notify(died, unix.SIGCHLD)
	defer signal.Stop(died)

	seen := map[int]time.Time{}
	timer := time.NewTimer(orphanAge)
	armed := true

	defer timer.Stop()

	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			if armed = reap(os.Getpid(), seen, time.Now()); armed {
				timer.Reset(orphanAge)
			}
		case <-died:
			if !armed {
				armed = true

				timer.Reset(orphanAge)
			}
		}
	}
}

// reap takes the dead that were seen dead before and says whether some remain.
func reap(parent int, seen map[int]time.Time, now time.Time) bool {
	dead := zombies(parent)

	for pid := range seen {
		if !dead[pid] {
			delete(seen, pid)
		}
	}

	for pid := range dead {
		since, ok := seen[pid]

		switch {
		case !ok:
			seen[pid] = now
		case now.Sub(since) >= orphanAge-time.Second:
			var status unix.WaitStatus

			if got, err := unix.Wait4(pid, &status, unix.WNOHANG, nil); err == nil && got == pid {
				slog.Debug("reaped an orphan", "pid", pid, "status", int(status))
			}

			delete(seen, pid)
		}
	}

	return len(seen) > 0
}

// zombies are the dead children of parent that nobody in this process owns.
func zombies(parent int) map[int]bool {
	dead := map[int]bool{}

	dir, err := os.Open("/proc")
	if err != nil {
		return dead
	}

	defer dir.Close() //nolint:errcheck

	names, err := dir.Readdirnames(-1)
	if err != nil {
		return dead
	}

	children.Lock()
	defer children.Unlock()

	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || children.pids[pid] {
			continue
		}

		if state, ppid := stateOf(name); state == "Z" && ppid == parent {
			dead[pid] = true
		}
	}

	return dead
}

func stateOf(pid string) (state string, parent int) {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return "", 0
	}

	// The command is in parentheses and may contain anything, also those.
	_, rest, ok := cutLast(string(text), ") ")
	if !ok {
		return "", 0
	}

	fields := strings.Fields(rest)
	if len(fields) < 2 {
		return "", 0
	}

	parent, _ = strconv.Atoi(fields[1]) //nolint:errcheck // the kernel writes numbers

	return fields[0], parent
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}

	return s, "", false
}
