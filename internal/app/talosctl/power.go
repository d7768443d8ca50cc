package talosctl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

// waiting are the flags of commands that take a machine down.
type waiting struct {
	wait    bool
	timeout time.Duration
	debug   bool
	mode    string
}

func (w *waiting) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&w.wait, "wait", true, "wait until it is done, telling how it goes")
	cmd.Flags().DurationVar(&w.timeout, "timeout", 30*time.Minute, "how long to wait")
	cmd.Flags().BoolVar(&w.debug, "debug", false, "show tasks, not only phases")
}

func newRebootCmd(a *app) *cobra.Command {
	var (
		w    waiting
		mode string
	)

	modes := map[string]machine.RebootRequest_Mode{
		"default": machine.RebootRequest_DEFAULT, "powercycle": machine.RebootRequest_POWERCYCLE, "force": machine.RebootRequest_FORCE,
	}

	cmd := &cobra.Command{
		Use:   "reboot",
		Short: "Reboot a node",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, ok := modes[mode]
			if !ok {
				return fmt.Errorf("mode %q: choose default, powercycle or force", mode)
			}

			return a.takeDown(cmd.Context(), w, true, func(ctx context.Context, c *client.Client) (string, error) {
				resp, err := c.Machine.Reboot(ctx, &machine.RebootRequest{Mode: m})
				if err != nil {
					return "", err
				}

				return resp.GetMessages()[0].GetActorId(), nil
			})
		},
	}

	cmd.Flags().StringVarP(&mode, "mode", "m", "default", "default, powercycle (no kexec), or force (as a power cut would)")
	w.flags(cmd)

	return a.apiFlags(cmd)
}

func newShutdownCmd(a *app) *cobra.Command {
	var (
		w     waiting
		force bool
	)

	cmd := &cobra.Command{
		Use:   "shutdown",
		Short: "Power a node off",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.takeDown(cmd.Context(), w, false, func(ctx context.Context, c *client.Client) (string, error) {
				resp, err := c.Machine.Shutdown(ctx, &machine.ShutdownRequest{Force: force})
				if err != nil {
					return "", err
				}

				return resp.GetMessages()[0].GetActorId(), nil
			})
		},
	}

	cmd.Flags().BoolVar(&force, "force", false, "do not drain the node first")
	w.flags(cmd)

	return a.apiFlags(cmd)
}

func newResetCmd(a *app) *cobra.Command {
	var (
		w                 waiting
		graceful, reboot  bool
		labels, userDisks []string
		mode              string
		insecure          bool
		modes             = map[string]machine.ResetRequest_WipeMode{"all": machine.ResetRequest_ALL, "system-disk": machine.ResetRequest_SYSTEM_DISK, "user-disks": machine.ResetRequest_USER_DISKS}
	)

	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Wipe a node",
		Long: `Takes a node out of its cluster and wipes it. With --system-labels-to-wipe only
these partitions of the system disk are wiped: STATE and EPHEMERAL bring an
installed node back to maintenance mode.`,
		Example: "  talosctl reset -n 10.0.0.12 --reboot --system-labels-to-wipe STATE,EPHEMERAL",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, ok := modes[mode]
			if !ok {
				return fmt.Errorf("wipe mode %q: choose all, system-disk or user-disks", mode)
			}

			req := &machine.ResetRequest{Graceful: graceful, Reboot: reboot, UserDisksToWipe: userDisks, Mode: m}
			for _, l := range labels {
				req.SystemPartitionsToWipe = append(req.SystemPartitionsToWipe, &machine.ResetPartitionSpec{Label: l, Wipe: true})
			}

			// A wiped node does not come back as the same: it is gone when it is down.
			return a.takeDown(cmd.Context(), w, false, func(ctx context.Context, c *client.Client) (string, error) {
				resp, err := c.Machine.Reset(ctx, req)
				if err != nil {
					return "", err
				}

				return resp.GetMessages()[0].GetActorId(), nil
			})
		},
	}

	f := cmd.Flags()
	f.BoolVar(&graceful, "graceful", true, "drain the node and leave etcd first")
	f.BoolVar(&reboot, "reboot", false, "reboot afterwards instead of powering off")
	f.StringSliceVar(&labels, "system-labels-to-wipe", nil, "wipe only these partitions of the system disk")
	f.StringSliceVar(&userDisks, "user-disks-to-wipe", nil, "wipe these disks, too")
	f.StringVar(&mode, "wipe-mode", "all", "all, system-disk or user-disks")
	f.BoolVar(&insecure, "insecure", false, "talk to a node in maintenance mode")
	w.flags(cmd)

	return a.apiFlags(cmd)
}

// takeDown asks every node for something that ends it, and follows it.
func (a *app) takeDown(ctx context.Context, w waiting, comesBack bool, ask func(ctx context.Context, c *client.Client) (actor string, err error)) error {
	c, err := a.connect()
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck

	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()

	return c.eachNode(ctx, func(ctx context.Context, node string) error {
		return a.follow(ctx, c.Client, node, w, comesBack, ask)
	})
}

func bootID(ctx context.Context, c *client.Client) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()

	stream, err := c.Machine.Read(ctx, &machine.ReadRequest{Path: "/proc/sys/kernel/random/boot_id"})
	if err != nil {
		return "", err
	}

	raw, err := io.ReadAll(io.LimitReader(client.Reader(stream), 100))

	return string(raw), err
}

func (a *app) follow(ctx context.Context, c *client.Client, node string, w waiting, comesBack bool, ask func(ctx context.Context, c *client.Client) (string, error)) error {
	start := time.Now()

	before, err := bootID(ctx, c)
	if err != nil {
		return fmt.Errorf("read boot id: %w", err)
	}

	// The events are opened first so that none is missed.
	events, err := c.Machine.Events(ctx, &machine.EventsRequest{})
	if err != nil {
		return err
	}

	if _, err = events.Recv(); err != nil {
		return fmt.Errorf("follow events: %w", err)
	}

	actor, err := ask(ctx, c)
	if err != nil {
		return err
	}

	if !w.wait {
		return nil
	}

	if err = a.followEvents(start, node, actor, w.debug, events.Recv); err != nil {
		return err
	}

	a.progress(start, "%s: on its way down", node)

	return a.waitForNode(ctx, c, node, start, before, comesBack)
}

// followEvents tells what the node does until it says no more.
func (a *app) followEvents(start time.Time, node, actor string, debug bool, recv func() (*machine.Event, error)) error {
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
				a.progress(start, "%s: %s", node, p.GetPhase())
			}
		case *machine.TaskEvent:
			if debug {
				a.progress(start, "%s:   %s %s", node, p.GetTask(), p.GetAction())
			}
		}
	}
}

// waitForNode waits for another boot, or for nobody to answer any more.
func (a *app) waitForNode(ctx context.Context, c *client.Client, node string, start time.Time, before string, comesBack bool) error {
	silent := 0

	for {
		now, err := bootID(ctx, c)

		switch {
		case err == nil && now != before:
			a.progress(start, "%s: booted again", node)

			return a.waitReady(ctx, c, node, start)
		case err != nil && status.Code(err) != codes.Canceled:
			if silent++; !comesBack && silent > 3 {
				a.progress(start, "%s: no longer answers", node)

				return nil
			}
		}

		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), errDown)
		case <-time.After(2 * time.Second):
		}
	}
}

func (a *app) waitReady(ctx context.Context, c *client.Client, node string, start time.Time) error {
	last := ""

	for {
		attempt, cancel := context.WithTimeout(ctx, 20*time.Second)
		stage, unmet, err := machineStatus(attempt, c)

		cancel()

		if err == nil && unmet == "" && stage == "running" {
			a.progress(start, "%s: ready", node)

			return nil
		}

		if text := stage + " " + unmet; err == nil && text != last {
			a.progress(start, "%s: %s", node, text)

			last = text
		}

		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for %s to be ready: %w (%s)", node, ctx.Err(), last)
		case <-time.After(2 * time.Second):
		}
	}
}

var _ = emptypb.Empty{}
