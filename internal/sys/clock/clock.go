// Package clock sets and disciplines the kernel's clock, and reads hardware
// clocks of PTP devices.
package clock

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// State of the kernel's clock, see adjtimex(2).
type State struct {
	Offset    time.Duration
	Frequency float64 // ratio, 1 for no correction
	MaxError  time.Duration
	EstError  time.Duration
	Status    int32 // STA_*
	Constant  int
	Code      int // TIME_*
}

// Modes of adjtimex(2) that golang.org/x/sys does not name.
const (
	adjOffset    = 0x0001
	adjMaxError  = 0x0004
	adjEstError  = 0x0008
	adjStatus    = 0x0010
	adjTimeConst = 0x0020
	adjSetOffset = 0x0100
	adjNano      = 0x2000

	StatusPLL    = 0x0001
	StatusUnsync = 0x0040
	StatusNano   = 0x2000
)

// Step moves the clock at once, in one system call, so that nothing is lost
// between reading and setting it.
func Step(by time.Duration) error {
	secs := by / time.Second
	nanos := by % time.Second

	if nanos < 0 { // the fraction must be positive
		secs, nanos = secs-1, nanos+time.Second
	}

	t := unix.Timex{Modes: adjSetOffset | adjNano}
	setTimeval(&t.Time, int64(secs), int64(nanos))

	if _, err := unix.Adjtimex(&t); err != nil {
		return fmt.Errorf("step clock by %s: %w", by, err)
	}

	return nil
}

// Slew lets the kernel's phase-locked loop work off a small offset, for a poll
// interval, and says that the clock is synchronized with at most that error:
// from then on the kernel copies it to the hardware clock every 11 minutes.
func Slew(by, maxError, poll time.Duration) error {
	t := unix.Timex{Modes: adjOffset | adjStatus | adjNano | adjMaxError | adjEstError | adjTimeConst}
	t.Status = StatusPLL | StatusNano

	const limit = 500 * time.Millisecond

	setInt(&t.Offset, int64(min(max(by, -limit), limit)))
	setInt(&t.Maxerror, int64(maxError/time.Microsecond))
	setInt(&t.Esterror, int64(by.Abs()/time.Microsecond))

	// The loop's time constant is the base two logarithm of the interval, less
	// four with nanosecond resolution.
	constant := int64(0)
	for s := poll / time.Second; s > 16; s /= 2 {
		constant++
	}

	setInt(&t.Constant, min(constant, 10))

	if _, err := unix.Adjtimex(&t); err != nil {
		return fmt.Errorf("slew clock by %s: %w", by, err)
	}

	return nil
}

// Read the state without changing it.
func Read() (State, error) {
	var t unix.Timex

	code, err := unix.Adjtimex(&t)
	if err != nil {
		return State{}, fmt.Errorf("read state of clock: %w", err)
	}

	unit := time.Microsecond
	if t.Status&StatusNano != 0 {
		unit = time.Nanosecond
	}

	return State{
		Offset: time.Duration(t.Offset) * unit,
		// Parts per million with a fraction of 16 bits.
		Frequency: 1 + float64(t.Freq)/65536/1e6,
		MaxError:  time.Duration(t.Maxerror) * time.Microsecond, EstError: time.Duration(t.Esterror) * time.Microsecond,
		Status: t.Status, Constant: int(t.Constant), Code: code,
	}, nil
}

// PTPOffset is how far the clock is behind that of a PTP device, such as the
// host's clock that a hypervisor offers as /dev/ptp0.
func PTPOffset(device string) (time.Duration, error) {
	f, err := os.Open(device)
	if err != nil {
		return 0, err
	}

	defer f.Close() //nolint:errcheck

	var best, width time.Duration

	// The narrowest of some samples: an interrupt in between widens others.
	for i := range 5 {
		var ts unix.Timespec

		before := time.Now()

		// FD_TO_CLOCKID of clock_gettime(2).
		if err := unix.ClockGettime(int32(^int(f.Fd())<<3|3), &ts); err != nil {
			return 0, fmt.Errorf("read clock of %s: %w", device, err)
		}

		took := time.Since(before)
		if i == 0 || took < width {
			best, width = time.Unix(ts.Unix()).Sub(before.Add(took/2)), took
		}
	}

	return best, nil
}

// The fields have the width of a C long.

func setInt[T ~int32 | ~int64](to *T, v int64) { *to = T(v) }

func setTimeval(tv *unix.Timeval, secs, nanos int64) {
	setInt(&tv.Sec, secs)
	setInt(&tv.Usec, nanos) // nanoseconds, with adjNano
}
