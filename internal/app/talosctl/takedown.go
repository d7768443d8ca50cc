package talosctl

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/health"
	"github.com/talos-os/talos/pkg/machinery/client"
)

// takeDown asks nodes for something that ends their run, and follows it: first
// the events of the work, then the node's absence, then its next boot.
type takeDown struct {
	wait, debug  bool
	timeout      time.Duration
	drain        bool
	drainTimeout time.Duration
	progress     string

	comesBack bool
	ask       func(ctx context.Context, n node) (actor string, err error)
}

func (takeDown) defaultDrainTimeout() time.Duration { return 5 * time.Minute }

func (w *takeDown) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&w.wait, "wait", true, "wait until it is done, telling how it goes")
	cmd.Flags().DurationVar(&w.timeout, "timeout", 30*time.Minute, "how long to wait")
	cmd.Flags().BoolVar(&w.debug, "debug", false, "show tasks, not only phases")
}

// poll is how often a node is asked whether it is back; tests are faster.
var poll = 2 * time.Second

func (w *takeDown) run(ctx context.Context, a *app, connect func() (*nodes, error)) error {
	say := a.progress

	switch w.progress {
	case "", "auto", "plain":
	case "quiet":
		say = func(time.Time, string, ...any) {}
	default:
		return a.usagef("progress %q: choose auto, plain or quiet", w.progress)
	}

	ns, err := connect()
	if err != nil {
		return err
	}
	defer ns.close()

	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()

	start := time.Now()

	return ns.atOnce(ctx, func(ctx context.Context, n node) error {
		one := &takingDown{takeDown: w, app: a, node: n, say: func(format string, args ...any) {
			say(start, "%s: %s", n.name, fmt.Sprintf(format, args...))
		}}

		return one.run(ctx)
	})
}

// takingDown is takeDown of one node.
type takingDown struct {
	*takeDown
	app    *app
	node   node
	say    func(format string, args ...any)
	before string
}

func (t *takingDown) run(ctx context.Context) error {
	if t.drain {
		undo, err := t.drainNode(ctx)
		if err != nil {
			return fmt.Errorf("drain: %w", err)
		}

		if t.wait {
			defer undo()
		}
	}

	if !t.wait {
		_, err := t.ask(ctx, t.node)

		return err
	}

	attempt, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()

	var err error

	// Going down can be seen without the boot ID.
	if t.before, err = bootID(attempt, t.node.Client); err != nil && (t.comesBack || away(err)) {
		return fmt.Errorf("ask for the boot ID: %w", err)
	}

	if t.before == "" && t.comesBack {
		return errors.New("the node does not say which boot this is, so its next one could not be told apart; use --wait=false")
	}

	following, stop := context.WithCancel(ctx)
	defer stop()

	// The events are opened first so that none is missed.
	events, err := t.node.Machine.Events(following, &machine.EventsRequest{})
	if err == nil {
		_, err = events.Recv()
	}

	if err != nil {
		return fmt.Errorf("follow events: %w", err)
	}

	actor, err := t.ask(ctx, t.node)
	if err != nil {
		return err
	}

	// A machine without power ends no connection.
	go t.whenGone(following, stop)

	if err = t.followEvents(actor, events.Recv); err != nil {
		return err
	}

	t.say("on its way down")

	return t.untilDone(ctx)
}

// followEvents tells what the node does until it says no more.
func (t *takingDown) followEvents(actor string, recv func() (*machine.Event, error)) error {
	for {
		ev, err := recv()
		if err != nil {
			return nil //nolint:nilerr // a node that goes down ends the stream
		}

		if ev.GetActorId() != actor {
			continue
		}

		payload, err := client.Payload(ev)
		if err != nil {
			continue
		}

		switch p := payload.(type) {
		case *machine.SequenceEvent:
			if p.GetError() != nil {
				return fmt.Errorf("%s: %s: %s", p.GetSequence(), p.GetError().GetCode(), p.GetError().GetMessage())
			}
		case *machine.PhaseEvent:
			if p.GetAction() == machine.PhaseEvent_START {
				t.say("%s", p.GetPhase())
			}
		case *machine.TaskEvent:
			if t.debug {
				t.say("  %s %s", p.GetTask(), p.GetAction())
			}
		}
	}
}

// whenGone calls stop when the node has not answered for a while, or has booted.
func (t *takingDown) whenGone(ctx context.Context, stop func()) {
	for silent := 0; sleep(ctx, poll) == nil; {
		attempt, cancel := context.WithTimeout(ctx, 5*poll)
		now, err := bootID(attempt, t.node.Client)

		cancel()

		switch {
		case err == nil && now != t.before:
			silent = gone
		case away(err):
			silent++
		default:
			silent = 0
		}

		if silent >= gone {
			stop()

			return
		}
	}
}

// away says that there was nobody to answer.
func away(err error) bool {
	code := status.Code(err)

	return code == codes.Unavailable || code == codes.DeadlineExceeded
}

// gone is how many calls in a row a node that is off leaves without answer.
const gone = 3

// untilDone waits for another boot, or for nobody to answer any more.
func (t *takingDown) untilDone(ctx context.Context) error {
	silent := 0

	var last error

	for {
		attempt, cancel := context.WithTimeout(ctx, 5*poll)
		now, err := bootID(attempt, t.node.Client)

		cancel()

		switch {
		case err == nil && now != t.before:
			t.say("booted again")

			if !t.comesBack {
				return nil
			}

			return t.untilReady(ctx)
		case err == nil:
			silent = 0
		case t.replaced(err):
			t.say("answers as another machine: it is wiped")

			return nil
		default:
			last = err

			if silent++; !t.comesBack && silent >= gone {
				t.say("no longer answers")

				return nil
			}
		}

		if err = sleep(ctx, poll); err != nil {
			if last == nil {
				return fmt.Errorf("the node is still there after %s: `talosctl dmesg` and `talosctl service` may say why", t.timeout)
			}

			return fmt.Errorf("the node did not come back within %s: its console says how far it came (%w)", t.timeout, last)
		}
	}
}

// replaced says that who answers is no longer who did: a wiped node is back in
// maintenance mode, where its certificate is not of the cluster.
func (t *takingDown) replaced(err error) bool {
	return !t.comesBack && status.Code(err) == codes.Unavailable && explained(err, "unknown authority")
}

func (t *takingDown) untilReady(ctx context.Context) error {
	last := ""

	for {
		attempt, cancel := context.WithTimeout(ctx, 10*poll)
		stage, unmet, err := health.MachineStatus(attempt, t.node.Client)

		cancel()

		if err == nil && unmet == "" && stage == "running" {
			t.say("ready")

			return nil
		}

		if text := stage + " (" + unmet + ")"; err == nil && text != last {
			t.say("%s", text)

			last = text
		}

		if sleep(ctx, poll) != nil {
			return fmt.Errorf("booted, but not ready within %s: %s; `talosctl service` and `talosctl dmesg` say more", t.timeout, last)
		}
	}
}

// sleep waits, and tells whether there is still time left.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
