package netctl

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

func TestPlanProbing(t *testing.T) {
	t.Parallel()

	now := time.Unix(100, 0)
	v := probeView{
		now:   now,
		specs: map[string]network.ProbeSpec{"new": {Interval: time.Minute}, "due": {Interval: 10 * time.Second}, "later": {Interval: time.Minute}},
		state: map[string]probeState{"due": {last: now.Add(-10 * time.Second)}, "later": {last: now.Add(-55 * time.Second)}},
	}

	p := planProbing(v)
	if !slices.Equal(p.due, []string{"due", "new"}) || !p.again.Equal(now.Add(5*time.Second)) {
		t.Errorf("got %s at %s", p, p.again)
	}

	if p = planProbing(probeView{now: now}); !p.again.IsZero() {
		t.Error("wakes up for nothing")
	}
}

func TestProbeThreshold(t *testing.T) {
	t.Parallel()

	var s probeState

	down, now := errors.New("down"), time.Unix(1, 0)

	for i, row := range []struct {
		err     error
		known   bool
		lastErr string
	}{
		{down, false, ""},    // forgiven
		{nil, true, ""},      // and forgotten
		{down, true, ""},     // forgiven again
		{down, true, "down"}, // not twice in a row
		{nil, true, ""},
	} {
		if s = s.next(row.err, 1, now); s.known != row.known || s.err != row.lastErr {
			t.Errorf("after %d: %+v", i, s)
		}
	}
}
