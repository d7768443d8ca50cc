package kernelctl

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/attr"
	"github.com/talos-os/talos/internal/sys/uevent"
)

// quiet is how long no device may have asked for a driver before those present
// at start count as served. A driver announces its devices while it is being
// loaded, so the next request follows at once.
const quiet = 50 * time.Millisecond

// workers load side by side, because a driver may wait seconds for its hardware
// while the one for the system disk is next in the queue.
const workers = 4

// soonNeeded are modules that no device asks for and every node needs.
var soonNeeded = []string{"xfs", "overlay"}

// LoadDrivers loads what devices ask for, those that are there and those that
// come, until the context ends.
//
// It is no controller, because it has nothing to do with state, and disks and
// networks are what all the others wait for: it runs while they are being made.
func LoadDrivers(ctx context.Context, d Deps) error {
	return serveDevices(ctx, d.withDefaults(), slog.With("part", "drivers"))
}

func serveDevices(ctx context.Context, d Deps, log *slog.Logger) error {
	m, sys, q := d.Modules, d.Sys, newQueue()
	eg, ctx := errgroup.WithContext(ctx)

	eg.Go(func() error {
		defer q.close()

		return uevent.Listen(ctx, uevent.Kernel,
			// Listening first and looking then leaves no gap.
			func() { q.walk(sys) },
			func(ev uevent.Event) {
				switch {
				case ev.Lost:
					q.walk(sys)
				case ev.Action == "add":
					q.push(ev.Env["MODALIAS"])
				}
			})
	})

	start := time.Now()

	var (
		count atomic.Int64
		rest  sync.Once
	)

	for range workers {
		eg.Go(func() error {
			for {
				alias, ok := q.pop(quiet)
				if !ok {
					return ctx.Err()
				}

				if alias == "" {
					if ctx.Err() == nil && m.settled() {
						log.Info("drivers loaded", "modules", count.Load(), "took", time.Since(start).Round(time.Millisecond).String())
					}

					rest.Do(func() {
						eg.Go(func() error {
							loadRest(ctx, d, q, log)

							return nil
						})
					})

					continue
				}

				asked := time.Now()
				names, err := m.forDevice(alias)
				count.Add(int64(len(names)))
				q.done()

				switch {
				case onlyAbsent(err):
					log.Debug("driver found nothing to drive", "modules", names, "error", err)
				case err != nil:
					log.Warn("driver not loaded", "modalias", alias, "error", err)
				case len(names) > 0:
					log.Debug("driver", "modules", names, "modalias", alias, "took", time.Since(asked).Round(time.Millisecond).String())
				}
			}
		})
	}

	err := eg.Wait()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}

	return err
}

// onlyAbsent reports whether drivers just found their hardware missing, as those
// for features of a processor often do.
func onlyAbsent(err error) bool {
	if err == nil {
		return false
	}

	joined, ok := err.(interface{ Unwrap() []error }) //nolint:errorlint // the list itself is wanted
	if !ok {
		return errors.Is(err, unix.ENODEV)
	}

	for _, e := range joined.Unwrap() {
		if !onlyAbsent(e) {
			return false
		}
	}

	return true
}

// loadRest loads what the boot does not wait for. Each module keeps an emulated
// processor busy for a large part of a second, XFS for a whole one, so unless a
// disk says that XFS is wanted next, all that is left to the moment when the API
// answers.
func loadRest(ctx context.Context, d Deps, q *queue, log *slog.Logger) {
	if installed(d.Sys) {
		loadAhead(d.Modules, log)
	}

	d.Unhurried(ctx)
	loadAhead(d.Modules, log)
	q.releaseSlow()
}

// installed reports whether a disk has the partition that the machine config is
// kept on. The kernel reads partition tables before it announces a disk.
func installed(sys string) bool {
	paths, _ := filepath.Glob(filepath.Join(sys, "class/block/*/uevent"))

	for _, path := range paths {
		if raw, err := attr.Read(path); err == nil && slices.Contains(strings.Split(string(raw), "\n"), "PARTNAME=STATE") {
			return true
		}
	}

	return false
}

func loadAhead(m *Modules, log *slog.Logger) {
	for _, name := range soonNeeded {
		if err := m.Load(name); err != nil {
			log.Debug("module not loaded ahead", "module", name, "error", err)
		}
	}
}

// queue holds the aliases to look up, each once.
type queue struct {
	mu      sync.Mutex
	wake    chan struct{}
	aliases []string
	// slow waits until the urgent ones are done, which released says.
	slow     []string
	released bool
	seen     map[string]bool
	// quietSaid keeps pop from reporting quiet more than once per busy time.
	quietSaid bool
	walking   bool
	// busy counts what was popped and is not done.
	busy   int
	closed bool
}

func newQueue() *queue {
	return &queue{wake: make(chan struct{}, 1), seen: map[string]bool{}, quietSaid: true}
}

// floppy is the identifier of a floppy controller. Firmware announces one where
// there is none, and the driver then waits seconds for an answer.
const floppy = "PNP0700"

func (q *queue) push(alias string) {
	if alias == "" || strings.Contains(alias, floppy) {
		return
	}

	q.mu.Lock()
	defer q.mu.Unlock()

	if q.seen[alias] {
		return
	}

	q.seen[alias] = true

	if urgent(alias) || q.released {
		q.add(alias)

		return
	}

	q.slow = append(q.slow, alias)
}

// urgent says whether a device may lead to disks or networks, which is what the
// boot waits for. Storage, network and USB controllers are known by their PCI
// class. Everything else (processor features, watchdogs, sensors, buttons) comes
// after: under emulation each module costs a large part of a second.
func urgent(alias string) bool {
	bus, rest, _ := strings.Cut(alias, ":")

	switch bus {
	case "virtio", "nvme", "scsi", "usb", "vmbus", "xen", "mmc", "sdio", "of", "mdio", "hv":
		return true
	case "platform":
		// Boards without PCI have their controllers there; the firmware's variables
		// are for crash dumps.
		return rest != "efivars"
	case "acpi":
		// Hyper-V's bus, memory cards and virtio over MMIO are announced like
		// this; buttons, batteries and processors, too.
		return !strings.HasPrefix(rest, "LNX") && !strings.HasPrefix(rest, "ACPI0") && !strings.HasPrefix(rest, "PNP0C")
	case "pci":
		for _, class := range []string{"bc01", "bc02", "bc08sc05", "bc0Csc03"} {
			if strings.Contains(rest, class) {
				return true
			}
		}
	}

	return false
}

// leadsToNetwork says whether a device is a network adapter. It goes first: whoever
// waits for the API waits for an address, which takes a conversation with others,
// while disks are looked at locally.
func leadsToNetwork(alias string) bool {
	const virtioNet = "virtio:d00000001v"

	return strings.HasPrefix(alias, virtioNet) || strings.HasPrefix(alias, "pci:") && strings.Contains(alias, "bc02")
}

func (q *queue) add(aliases ...string) {
	for _, a := range aliases {
		if leadsToNetwork(a) {
			q.aliases = slices.Insert(q.aliases, 0, a)
		} else {
			q.aliases = append(q.aliases, a)
		}
	}

	if len(aliases) > 0 {
		q.quietSaid = false
	}

	q.signal()
}

// signal wakes one pop, which wakes the next if there is more.
func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// done says that what was popped has been dealt with.
func (q *queue) done() {
	q.mu.Lock()
	defer q.mu.Unlock()

	if q.busy--; q.busy == 0 {
		q.signal()
	}
}

func (q *queue) releaseSlow() {
	q.mu.Lock()
	defer q.mu.Unlock()

	slow := q.slow
	q.slow, q.released = nil, true

	if len(slow) > 0 {
		q.add(slow...)
	}
}

// walk pushes the alias of every device there is. Devices that drivers exist
// for are on a bus; going through /sys/devices instead would take a hundred
// times as many system calls.
func (q *queue) walk(sys string) {
	q.mu.Lock()
	q.walking = true
	q.mu.Unlock()

	for _, pattern := range []string{"bus/*/devices/*/modalias", "class/dmi/id/modalias"} {
		paths, _ := filepath.Glob(filepath.Join(sys, pattern))

		for _, path := range paths {
			if raw, err := attr.Read(path); err == nil {
				q.push(strings.TrimSpace(string(raw)))
			}
		}
	}

	q.mu.Lock()
	defer q.mu.Unlock()

	// Even a machine without any device gets its moment of quiet.
	q.walking, q.quietSaid = false, false
	q.add()
}

func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()

	q.closed = true
	q.add()
}

// pop returns the next alias; an empty one, once, when none came for a while;
// and false at the end.
func (q *queue) pop(quiet time.Duration) (string, bool) {
	var timeout <-chan time.Time

	for {
		q.mu.Lock()

		switch {
		case q.closed:
			q.signal() // for the other workers
			q.mu.Unlock()

			return "", false
		case len(q.aliases) > 0:
			alias := q.aliases[0]
			q.aliases = q.aliases[1:]
			q.busy++

			if len(q.aliases) > 0 {
				q.signal()
			}
			q.mu.Unlock()

			return alias, true
		}

		said := q.quietSaid || q.walking || q.busy > 0
		q.mu.Unlock()

		if !said && timeout == nil {
			timeout = time.After(quiet)
		}

		select {
		case <-q.wake:
			timeout = nil
		case <-timeout:
			q.mu.Lock()
			isQuiet := len(q.aliases) == 0 && q.busy == 0 && !q.walking && !q.quietSaid
			q.quietSaid = q.quietSaid || isQuiet
			q.mu.Unlock()

			if isQuiet {
				return "", true
			}

			timeout = nil
		}
	}
}
