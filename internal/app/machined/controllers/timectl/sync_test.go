package timectl

import (
	"testing"
	"time"
)

func TestPlanSync(t *testing.T) {
	t.Parallel()

	now := time.Unix(1_800_000_000, 0)
	ready := syncView{servers: []string{"a"}, reachable: true, now: now, started: now, progress: progress{servers: []string{"a"}}}

	with := func(f func(*syncView)) syncView {
		v := ready
		f(&v)

		return v
	}

	for _, row := range []struct {
		name   string
		view   syncView
		ask    bool
		synced bool
		again  time.Time
	}{
		{"asks as soon as there is an address", ready, true, false, now},
		{"without an address it waits for one", with(func(v *syncView) { v.reachable = false }), false, false, time.Time{}},
		{"without servers it waits for them", with(func(v *syncView) { v.servers = nil }), false, false, time.Time{}},
		{"authentication is not left out silently", with(func(v *syncView) { v.nts = true }), false, false, time.Time{}},
		{"disabled is synced at once", with(func(v *syncView) { v.disabled = true }), false, true, time.Time{}},
		{"not before it is time", with(func(v *syncView) { v.progress.next = now.Add(time.Minute) }), false, false, now.Add(time.Minute)},
		{"other servers are asked at once", with(func(v *syncView) { v.progress.next, v.servers = now.Add(time.Minute), []string{"b"} }), true, false, now},
		{"the boot timeout comes before the next question", with(func(v *syncView) {
			v.progress.next, v.bootTimeout = now.Add(time.Minute), time.Second
		}), false, false, now.Add(time.Second)},
		{"after the boot timeout nobody waits any more", with(func(v *syncView) {
			v.progress.next, v.bootTimeout, v.started = now.Add(time.Minute), time.Second, now.Add(-time.Second)
		}), false, true, now.Add(time.Minute)},
	} {
		p := planSync(row.view)
		if len(p.ask) > 0 != row.ask || p.status.Synced != row.synced || !p.again.Equal(row.again) {
			t.Errorf("%s: got %+v", row.name, p)
		}
	}
}

func TestUnreachableServersAreNotPestered(t *testing.T) {
	t.Parallel()

	var (
		p     progress
		now   = time.Unix(0, 0)
		quick int
	)

	for range 100 {
		p.failed(now)

		if p.next.Sub(now) < slowRetry {
			quick++
		}

		if p.next.Sub(now) > lastRetry {
			t.Errorf("waits %s", p.next.Sub(now))
		}

		now = p.next
	}

	if quick != quickTries {
		t.Errorf("%d quick tries", quick)
	}
}

func TestAnswers(t *testing.T) {
	t.Parallel()

	now := time.Unix(1_800_000_000, 0)

	for _, row := range []struct {
		name    string
		offsets []time.Duration
		want    []action
		epoch   int
	}{
		{"a clock far off is stepped the first time", []time.Duration{time.Hour, 0}, []action{step, slew}, 1},
		{"a small offset never steps", []time.Duration{-100 * time.Millisecond, 20 * time.Millisecond}, []action{slew, slew}, 0},
		{"one wild answer is a spike", []time.Duration{0, time.Minute, 0}, []action{slew, ignore, slew}, 0},
		{"three in a row are the truth", []time.Duration{0, time.Minute, time.Minute, time.Minute}, []action{slew, ignore, ignore, step}, 1},
	} {
		var p progress

		for i, o := range row.offsets {
			if got := p.answered(o, now); got != row.want[i] {
				t.Errorf("%s: answer %d leads to %d", row.name, i, got)
			}
		}

		if p.epoch != row.epoch || !p.synced {
			t.Errorf("%s: ends as %+v", row.name, p)
		}
	}

	var p progress
	for range 20 {
		p.answered(0, now)
	}

	if p.poll != maxPoll {
		t.Errorf("a good clock is asked about every %s", p.poll)
	}
}
