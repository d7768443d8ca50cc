package talosctl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newEventsCmd(a *app) *cobra.Command {
	var (
		req      machine.EventsRequest
		duration time.Duration
	)

	cmd := &cobra.Command{
		Use:   "events",
		Short: "Follow what happens on a node",
		Long: `Shows events of a node as they happen, and before them those that --tail, --since
or --duration ask for: a node keeps about a thousand. Events of one action, such
as a reboot, have the same actor.`,
		Example: `  talosctl events --tail -1
  talosctl events --duration 1h`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if duration < 0 || (duration > 0 && duration < time.Second) {
				return a.usagef("duration %s: give a second or more", duration)
			}

			req.TailSeconds = int32(duration / time.Second)

			ns, err := a.connect()
			if err != nil {
				return err
			}
			defer ns.close()

			out := &eventLines{w: a.stdout}

			return ns.atOnce(cmd.Context(), func(ctx context.Context, n node) error { return followEvents(ctx, n, &req, out) })
		},
	}

	f := cmd.Flags()
	f.Int32Var(&req.TailEvents, "tail", 0, "show this many past events first; -1 for all")
	f.StringVar(&req.TailId, "since", "", "show past events after the one of this `ID` first")
	f.DurationVar(&duration, "duration", 0, "show past events of this long first")
	f.StringVar(&req.WithActorId, "actor-id", "", "only events of this actor")
	cmd.MarkFlagsMutuallyExclusive("tail", "since", "duration")

	return a.apiFlags(cmd)
}

func followEvents(ctx context.Context, n node, req *machine.EventsRequest, out *eventLines) error {
	stream, err := n.Machine.Events(ctx, req)
	if err != nil {
		return err
	}

	for {
		ev, err := stream.Recv()

		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case client.Failures(ev) != nil:
			return client.Failures(ev)
		}

		if err = out.print(client.Node(ev, n.name), ev); err != nil {
			return err
		}
	}
}

// eventLines prints a row at a time, so columns are as wide as what is usual in them.
type eventLines struct {
	mu      sync.Mutex
	w       io.Writer
	started bool
}

const eventRow = "%-15s %-20s %-36s %-20s %s\n"

func (l *eventLines) print(name string, ev *machine.Event) error {
	payload, err := client.Payload(ev)
	if err != nil {
		// A newer node says more than this program knows.
		payload = nil
	} else if payload == nil {
		return nil // the greeting
	}

	kind := ev.GetData().GetTypeUrl()
	kind = strings.TrimSuffix(kind[strings.LastIndexAny(kind, "./")+1:], "Event")

	l.mu.Lock()
	defer l.mu.Unlock()

	if !l.started {
		l.started = true

		fmt.Fprintf(l.w, eventRow, "NODE", "ID", "ACTOR", "EVENT", "MESSAGE") //nolint:errcheck // the row's error counts
	}

	_, err = fmt.Fprintf(l.w, eventRow, name, ev.GetId(), ev.GetActorId(), kind, sentence(payload))

	return err
}

// sentence says what an event says.
func sentence(payload proto.Message) string {
	switch p := payload.(type) {
	case nil:
		return "(unknown to this version of talosctl)"
	case *machine.SequenceEvent:
		if e := p.GetError(); e != nil {
			return fmt.Sprintf("%s: %s: %s", p.GetSequence(), e.GetCode(), e.GetMessage())
		}

		return p.GetSequence() + " " + strings.ToLower(p.GetAction().String())
	case *machine.PhaseEvent:
		return p.GetPhase() + " " + strings.ToLower(p.GetAction().String())
	case *machine.TaskEvent:
		return p.GetTask() + " " + strings.ToLower(p.GetAction().String())
	case *machine.ServiceStateEvent:
		return fmt.Sprintf("%s %s: %s (health: %s)", p.GetService(), strings.ToLower(p.GetAction().String()), p.GetMessage(), healthOf(p))
	case *machine.MachineStatusEvent:
		text := fmt.Sprintf("%s, ready: %t", strings.ToLower(p.GetStage().String()), p.GetStatus().GetReady())

		for _, u := range p.GetStatus().GetUnmetConditions() {
			text += fmt.Sprintf("; %s: %s", u.GetName(), u.GetReason())
		}

		return text
	case *machine.AddressEvent:
		return p.GetHostname() + ": " + strings.Join(p.GetAddresses(), ", ")
	case *machine.ConfigLoadErrorEvent:
		return p.GetError()
	case *machine.ConfigValidationErrorEvent:
		return p.GetError()
	default:
		return prototext.MarshalOptions{}.Format(payload)
	}
}
