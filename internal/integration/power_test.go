//go:build qemu

package integration

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/api/machine"
)

// chance is the random numbers of a test, from TALOS_SEED or the clock; the log
// has the seed, so that a failure can be had again.
func chance(t *testing.T) *rand.Rand {
	t.Helper()

	seed, err := strconv.ParseUint(os.Getenv("TALOS_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}

	t.Logf("TALOS_SEED=%d", seed)

	return rand.New(rand.NewPCG(seed, 0))
}

// TestPowerCutDuringWrites cuts the power while configs and META values are
// written one after the other. What the machine said it took is there, or what
// it was just taking; never something else, and never nothing.
func TestPowerCutDuringWrites(t *testing.T) {
	c := newCluster(t, "test-cut-writes")
	random := chance(t)

	c.create(5*time.Minute, "--workers", "0", "--skip-config")

	n := c.nodes()[0]
	cfg := filepath.Join(c.genConfig(n.Address, "/dev/vda",
		"--config-patch", fmt.Sprintf("machine: {nodeLabels: {written: %s}}", mark(0))), "controlplane.yaml")

	from := c.apply(n, cfg)
	c.waitConsole(3*time.Minute, n.Name, from, sayBooted)

	text, err := os.ReadFile(cfg)
	if err != nil {
		t.Fatal(err)
	}

	generation := 0

	for round := range 3 {
		done, from := c.writeUntilCut(n, string(text), &generation, 3*time.Second+time.Duration(random.IntN(6000))*time.Millisecond)
		t.Logf("round %d: taken before the cut: %+v, last tried: %d", round, done, generation)

		c.waitConsole(4*time.Minute, n.Name, from, sayBooted)

		c.eventually(2*time.Minute, "the node to answer", func() error {
			_, err := c.run(time.Minute, "", "version")

			return err
		})

		for what, taken := range done {
			got := c.must(time.Minute, "get", what, "-o", "yaml")

			// The one that was under way when the power went may be there or not.
			if !strings.Contains(got, mark(taken)) && !strings.Contains(got, mark(taken+1)) {
				t.Errorf("%s after the cut has neither %s nor %s:\n%s", what, mark(taken), mark(taken+1), got)
			}
		}
	}
}

// mark is a value that is no part of another one's.
func mark(generation int) string { return fmt.Sprintf("generation-%d-end", generation) }

// writeUntilCut writes configs and META values with marks until the power is cut
// after a while. It returns the last generation that the machine took, by kind of
// state, and where its console was.
func (c *cluster) writeUntilCut(n node, config string, generation *int, after time.Duration) (done map[string]int, from int64) {
	c.t.Helper()

	type attempt struct {
		what       string
		generation int
		err        error
	}

	results, cut := make(chan attempt), make(chan struct{})

	api := c.client()
	defer api.Close() //nolint:errcheck

	write := func(what string, i int) error {
		ctx, cancel := context.WithTimeout(c.t.Context(), 20*time.Second)
		defer cancel()

		var err error
		if what == "metakeys" {
			_, err = api.Machine.MetaWrite(ctx, &machine.MetaWriteRequest{Key: 0x0b, Value: []byte(mark(i))})
		} else {
			_, err = api.Machine.ApplyConfiguration(ctx, &machine.ApplyConfigurationRequest{
				Data: []byte(strings.Replace(config, mark(0), mark(i), 1)), Mode: machine.ApplyConfigurationRequest_NO_REBOOT,
			})
		}

		return err
	}

	go func() {
		defer close(results)

		for i := *generation + 1; ; i++ {
			for _, what := range []string{"metakeys", "machineconfigs"} {
				select {
				case <-cut:
					return
				default:
				}

				results <- attempt{what, i, write(what, i)}
			}
		}
	}()

	done = map[string]int{}
	timer := time.NewTimer(after)
	lost := false

	for {
		select {
		case <-timer.C:
			from = c.consoleSize(n.Name)
			lost = true

			close(cut)
			c.cutPower(n.Name)
		case a, ok := <-results:
			switch {
			case !ok:
				return done, from
			case a.err == nil:
				done[a.what] = a.generation
			case !lost:
				c.t.Errorf("write %s: %v", a.what, a.err)
			}

			*generation = a.generation
		}
	}
}
