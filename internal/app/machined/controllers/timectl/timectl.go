// Package timectl keeps the clock right and says when it is: certificates, etcd
// and the kubelet wait for that.
package timectl

import (
	"context"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/clock"
	"github.com/talos-os/talos/internal/sys/sntp"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

// Deps is what the controllers need from outside the store.
type Deps struct {
	// Disabled is for platforms whose clock is not ours to set: containers.
	Disabled bool
	// Clock and Ask are for tests; nil is the kernel and the network.
	Clock Clock
	Ask   func(ctx context.Context, server string) (sntp.Sample, error)
}

// Clock is what is done to the clock.
type Clock interface {
	Step(by time.Duration) error
	Slew(by, maxError, poll time.Duration) error
	PTPOffset(device string) (time.Duration, error)
}

type kernelClock struct{}

func (kernelClock) Step(by time.Duration) error { return clock.Step(by) }
func (kernelClock) Slew(by, maxError, poll time.Duration) error {
	return clock.Slew(by, maxError, poll)
}
func (kernelClock) PTPOffset(device string) (time.Duration, error) {
	return clock.PTPOffset(device)
}

// Controllers lists the controllers of this package.
func Controllers(d Deps) []controller.Controller {
	if d.Clock == nil {
		d.Clock = kernelClock{}
	}

	if d.Ask == nil {
		d.Ask = sntp.Query
	}

	return []controller.Controller{syncClock(d), adjtimeStatus()}
}

// adjtimeStatus shows the kernel's own view of its clock. There is no notice of
// its changes; a minute is often enough for people.
func adjtimeStatus() controller.Controller {
	return controller.Source{
		Name:    "time.AdjtimeStatusController",
		Outputs: controller.Out(timesync.AdjtimeStatuses.Exclusive()),
		Every:   time.Minute,
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			s, err := clock.Read()
			if err != nil {
				return nil, err
			}

			return []controller.Item{controller.Want(timesync.AdjtimeStatuses, timesync.AdjtimeStatusID, timesync.AdjtimeStatusSpec{
				Offset: s.Offset, FrequencyAdjustmentRatio: s.Frequency, MaxError: s.MaxError, EstError: s.EstError,
				Status: statusText(s.Status), Constant: s.Constant, SyncStatus: s.Status&clock.StatusUnsync == 0, State: stateText(s.Code),
			})}, nil
		},
	}.Build()
}

func statusText(status int32) string {
	var out []string

	for i, name := range []string{
		"PLL", "PPSFREQ", "PPSTIME", "FLL", "INS", "DEL", "UNSYNC", "FREQHOLD", "PPSSIGNAL",
		"PPSJITTER", "PPSWANDER", "PPSERROR", "CLOCKERR", "NANO", "MODE", "CLK",
	} {
		if status&(1<<i) != 0 {
			out = append(out, "STA_"+name)
		}
	}

	return strings.Join(out, " | ")
}

func stateText(code int) string {
	switch code {
	case unix.TIME_OK:
		return "TIME_OK"
	case unix.TIME_INS:
		return "TIME_INS"
	case unix.TIME_DEL:
		return "TIME_DEL"
	case unix.TIME_OOP:
		return "TIME_OOP"
	case unix.TIME_WAIT:
		return "TIME_WAIT"
	case unix.TIME_ERROR:
		return "TIME_ERROR"
	}

	return "unknown"
}
