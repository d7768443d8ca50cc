package timectl

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/sntp"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

const (
	// stepLimit is what the kernel's loop works off; more is stepped.
	stepLimit = 128 * time.Millisecond
	// spikes is how many answers in a row must say that the clock is off by more
	// before a clock that was right is believed to be wrong.
	spikes = 3

	firstRetry = time.Second
	// slowRetry is the least between questions that nobody answers, once the
	// first quick ones are over: under a second of waiting adds up on a machine
	// that never sees the internet.
	slowRetry  = 32 * time.Second
	quickTries = 4
	lastRetry  = 17 * time.Minute

	minPoll = 64 * time.Second
	maxPoll = 2048 * time.Second
	// goodOffset lets the next question wait twice as long.
	goodOffset = 5 * time.Millisecond

	answerTime = 4 * time.Second
)

// syncClock asks time servers and disciplines the clock.
//
// While no server answers, TimeStatus says "not synced", unless time is disabled
// or its boot timeout is over.
func syncClock(d Deps) controller.Controller {
	s := &syncer{deps: d, started: time.Now()}

	return controller.Reconcile[syncView, syncPlan]{
		Name: "time.SyncController",
		Inputs: controller.In(
			network.TimeServerStatuses.Weak(kinds.ID(network.TimeServerID)),
			network.NetworkStatuses.Weak(kinds.ID(network.StatusID)),
			machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active)),
		),
		Outputs: controller.Out(timesync.TimeStatuses.Exclusive(), timesync.NTPStatuses.Exclusive()),
		Observe: s.observe,
		Plan:    planSync,
		Apply:   s.apply,
	}.Build()
}

// progress is what the controller remembers between rounds.
type progress struct {
	synced   bool
	epoch    int
	spikes   int
	failures int
	poll     time.Duration
	next     time.Time
	servers  []string
}

type syncView struct {
	servers     []string
	nts         bool
	reachable   bool
	disabled    bool
	bootTimeout time.Duration
	now         time.Time
	started     time.Time
	progress    progress
}

type syncPlan struct {
	progress progress
	ask      []string
	refused  bool // the servers shall be asked in a way that is not there
	status   timesync.StatusSpec
	again    time.Time
}

func (p syncPlan) CheckAgainAt() time.Time { return p.again }

func (p syncPlan) String() string {
	if len(p.ask) > 0 {
		return "ask " + strings.Join(p.ask, ", ")
	}

	return fmt.Sprintf("synced=%t", p.status.Synced)
}

func planSync(v syncView) syncPlan {
	p := syncPlan{progress: v.progress, status: timesync.StatusSpec{Epoch: v.progress.epoch, SyncDisabled: v.disabled}}

	if v.disabled {
		p.status.Synced = true

		return p
	}

	// Other servers are asked at once.
	if !slices.Equal(v.servers, v.progress.servers) {
		p.progress.servers, p.progress.next, p.progress.failures = v.servers, time.Time{}, 0
	}

	p.status.Synced = p.progress.synced

	if v.bootTimeout > 0 && !p.status.Synced {
		end := v.started.Add(v.bootTimeout)
		p.status.Synced = !v.now.Before(end)
		p.again = end
	}

	if p.status.Synced {
		p.again = time.Time{}
	}

	// Asking without the authentication that was asked for would be a trap.
	p.refused = v.nts && !allDevices(v.servers)

	if !v.reachable || len(v.servers) == 0 || p.refused {
		return p // an address or a server wakes us
	}

	if v.now.Before(p.progress.next) {
		if p.again.IsZero() || p.progress.next.Before(p.again) {
			p.again = p.progress.next
		}

		return p
	}

	p.ask = v.servers
	// When to ask next is known only after the answer: look right after it.
	p.again = v.now

	return p
}

// failed is the wait after no server answered.
func (p *progress) failed(now time.Time) {
	p.failures++

	wait := firstRetry << min(p.failures-1, 10)
	if p.failures > quickTries {
		wait = min(max(wait, slowRetry), lastRetry)
	}

	p.next = now.Add(wait)
}

// action is what an answer asks to be done.
type action int

const (
	slew action = iota
	step
	ignore
)

// answered decides what to do about an offset, and when to ask again.
func (p *progress) answered(offset time.Duration, now time.Time) action {
	p.failures = 0

	if offset.Abs() > stepLimit {
		if p.synced {
			if p.spikes++; p.spikes < spikes {
				p.poll = minPoll
				p.next = now.Add(minPoll / 4)

				return ignore
			}
		}

		p.spikes, p.synced, p.poll = 0, true, minPoll
		p.epoch++
		p.next = now.Add(minPoll / 4)

		return step
	}

	p.spikes, p.synced = 0, true

	if offset.Abs() < goodOffset {
		p.poll = min(max(p.poll*2, minPoll), maxPoll)
	} else {
		p.poll = minPoll
	}

	p.next = now.Add(p.poll)

	return slew
}

type syncer struct {
	deps     Deps
	started  time.Time
	progress progress
	// complained keeps one message per reason.
	complained bool
}

func (s *syncer) observe(ctx context.Context, r cosi.Reader) (syncView, error) {
	v := syncView{disabled: s.deps.Disabled, now: time.Now(), started: s.started, progress: s.progress}

	servers, err := network.TimeServerStatuses.Find(ctx, r, network.TimeServerID)
	if err != nil {
		return v, err
	}

	if servers != nil {
		v.servers, v.nts = servers.TypedSpec().NTPServers, servers.TypedSpec().UseNTS
	}

	st, err := network.NetworkStatuses.Find(ctx, r, network.StatusID)
	if err != nil {
		return v, err
	}

	v.reachable = st != nil && st.TypedSpec().AddressReady || allDevices(v.servers)

	cfg, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Active)
	if err != nil {
		return v, err
	}

	if cfg != nil {
		t := cfg.TypedSpec().Config().Effective().Machine.Time
		v.disabled = v.disabled || document.Or(t.Disabled, false)
		v.bootTimeout = t.BootTimeout
	}

	return v, nil
}

func isDevice(server string) bool { return strings.HasPrefix(server, "/dev/") }

func allDevices(servers []string) bool {
	return len(servers) > 0 && !slices.ContainsFunc(servers, func(s string) bool { return !isDevice(s) })
}

func (s *syncer) apply(ctx context.Context, w *controller.Writer, plan syncPlan) error {
	p := &plan.progress

	if len(plan.ask) > 0 {
		s.ask(ctx, w, p, plan.ask)
		plan.status.Synced = plan.status.Synced || p.synced
		plan.status.Epoch = p.epoch
	}

	if plan.refused && !s.complained {
		w.Log.Error("time servers are not asked: authentication (NTS) is not supported yet, take useNTS out of TimeSyncConfig", "servers", p.servers)
	}

	s.complained = plan.refused
	s.progress = *p

	return errors.Join(
		w.Want(controller.Want(timesync.TimeStatuses, timesync.StatusID, plan.status)),
		w.Want(controller.Want(timesync.NTPStatuses, timesync.NTPStatusID, timesync.NTPStatusSpec{
			SpikeDetected: p.spikes > 0, ConsecutiveSpikes: p.spikes,
		})),
	)
}

func (s *syncer) ask(ctx context.Context, w *controller.Writer, p *progress, servers []string) {
	best, err := s.best(ctx, servers)
	if err != nil {
		if ctx.Err() != nil {
			return
		}

		if p.failures == 0 {
			w.Log.Warn("no time server answers, will retry", "servers", servers, "error", err)
		}

		p.failed(time.Now())

		return
	}

	first := !p.synced

	switch p.answered(best.Offset, time.Now()) {
	case step:
		err = s.deps.Clock.Step(best.Offset)
		if err == nil {
			w.Log.Info("stepped clock", "offset", best.Offset, "server", best.name)
		}
	case slew:
		err = s.deps.Clock.Slew(best.Offset, best.RTT/2+best.Offset.Abs(), p.poll)
		if err == nil && first {
			w.Log.Info("clock is right", "offset", best.Offset, "server", best.name)
		}
	case ignore:
		w.Log.Warn("a time server says the clock is off, asking again before believing it", "offset", best.Offset, "server", best.name)
	}

	if err != nil {
		w.Log.Error("clock cannot be set", "error", err)
	}
}

type named struct {
	sntp.Sample
	name string
}

// best asks all servers at once and takes the answer with the smallest error.
func (s *syncer) best(ctx context.Context, servers []string) (named, error) {
	type result struct {
		named
		err error
	}

	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()

	results := make(chan result, len(servers))

	for _, server := range servers {
		go func() {
			if isDevice(server) {
				offset, err := s.deps.Clock.PTPOffset(server)
				results <- result{named{sntp.Sample{Offset: offset}, server}, err}

				return
			}

			sample, err := s.deps.Ask(ctx, server)
			results <- result{named{sample, server}, err}
		}()
	}

	var (
		best named
		errs []error
	)

	for range servers {
		r := <-results
		if r.err != nil {
			errs = append(errs, r.err)

			continue
		}

		if best.name == "" || r.RTT < best.RTT {
			best = r.named
		}
	}

	if best.name == "" {
		return best, errors.Join(errs...)
	}

	return best, nil
}
