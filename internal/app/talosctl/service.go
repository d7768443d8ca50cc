package talosctl

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newServiceCmd(a *app) *cobra.Command {
	var m maintenance

	cmd := &cobra.Command{
		Use:     "service [<id> [start|stop|restart|status]]",
		Aliases: []string{"services"},
		Short:   "Show services, or start, stop or restart one",
		Long: `Without arguments lists the services of a node; with an ID shows one with its
history, which says why it failed. Only kubelet and extension services can be
started, stopped or restarted: the others are the node's own business.`,
		Example: `  talosctl service
  talosctl service etcd
  talosctl service kubelet restart`,
		Args:              usageArgs(a, cobra.RangeArgs(0, 2)),
		ValidArgsFunction: completeService,
		RunE: func(cmd *cobra.Command, args []string) error {
			connect := func() (*nodes, error) { return a.connectTo(m) }

			switch {
			case len(args) == 0:
				t := a.table("NODE", "SERVICE", "STATE", "HEALTH", "LAST CHANGE", "LAST EVENT")

				return t.end(run(cmd.Context(), connect, func(ctx context.Context, n node) error { return listServices(ctx, n, t) }))
			case len(args) == 1 || args[1] == "status":
				return run(cmd.Context(), connect, func(ctx context.Context, n node) error { return a.showService(ctx, n, args[0]) })
			}

			control, ok := controls[args[1]]
			if !ok {
				return a.usagef("action %q: choose start, stop, restart or status", args[1])
			}

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				said, err := control(ctx, n, args[0])
				if err == nil {
					_, err = fmt.Fprintf(a.stdout, "%s: %s\n", n.name, said)
				}

				return err
			})
		},
	}

	m.flags(cmd)

	return a.apiFlags(cmd)
}

// controls ask a node to do something with a service; the answer is what it says to it.
var controls = map[string]func(ctx context.Context, n node, id string) (string, error){
	"start": func(ctx context.Context, n node, id string) (string, error) {
		resp, err := n.Machine.ServiceStart(ctx, &machine.ServiceStartRequest{Id: id})

		return said(resp.GetMessages(), id, "started"), err
	},
	"stop": func(ctx context.Context, n node, id string) (string, error) {
		resp, err := n.Machine.ServiceStop(ctx, &machine.ServiceStopRequest{Id: id})

		return said(resp.GetMessages(), id, "stopped"), err
	},
	"restart": func(ctx context.Context, n node, id string) (string, error) {
		resp, err := n.Machine.ServiceRestart(ctx, &machine.ServiceRestartRequest{Id: id})

		return said(resp.GetMessages(), id, "restarted"), err
	},
}

func said[M interface{ GetResp() string }](messages []M, id, otherwise string) string {
	for _, m := range messages {
		if m.GetResp() != "" {
			return m.GetResp()
		}
	}

	return id + " " + otherwise
}

func healthOf(s interface{ GetHealth() *machine.ServiceHealth }) string {
	switch {
	case s.GetHealth().GetUnknown():
		return "?"
	case s.GetHealth().GetHealthy():
		return "OK"
	default:
		return "Fail"
	}
}

func lastEvent(s *machine.ServiceInfo) (message string, ago time.Duration) {
	list := s.GetEvents().GetEvents()
	if len(list) == 0 {
		return "", 0
	}

	last := list[len(list)-1]

	return last.GetMsg(), time.Since(last.GetTs().AsTime()).Round(time.Second)
}

func listServices(ctx context.Context, n node, t *table) error {
	resp, err := n.Machine.ServiceList(ctx, &emptypb.Empty{})
	if err != nil {
		return err
	}

	for _, m := range resp.GetMessages() {
		slices.SortFunc(m.GetServices(), func(x, y *machine.ServiceInfo) int { return cmp.Compare(x.GetId(), y.GetId()) })

		for _, s := range m.GetServices() {
			message, ago := lastEvent(s)
			t.row(client.Node(m, n.name), s.GetId(), s.GetState(), healthOf(s), ago.String()+" ago", message)
		}
	}

	return nil
}

func (a *app) showService(ctx context.Context, n node, id string) error {
	resp, err := n.Machine.ServiceList(ctx, &emptypb.Empty{})
	if err != nil {
		return err
	}

	for _, m := range resp.GetMessages() {
		for _, s := range m.GetServices() {
			if s.GetId() != id {
				continue
			}

			w := newTabs(a.stdout)
			fmt.Fprintf(w, "NODE\t%s\nID\t%s\nSTATE\t%s\nHEALTH\t%s\n", client.Node(m, n.name), s.GetId(), s.GetState(), healthOf(s)) //nolint:errcheck

			if text := s.GetHealth().GetLastMessage(); text != "" {
				fmt.Fprintf(w, "LAST HEALTH MESSAGE\t%s\n", text) //nolint:errcheck
			}

			list := s.GetEvents().GetEvents()
			slices.Reverse(list)

			for i, e := range list {
				label := ""
				if i == 0 {
					label = "EVENTS"
				}

				fmt.Fprintf(w, "%s\t[%s]: %s (%s ago)\n", label, e.GetState(), e.GetMsg(), time.Since(e.GetTs().AsTime()).Round(time.Second)) //nolint:errcheck
			}

			return w.Flush()
		}
	}

	return fmt.Errorf("there is no service %q; `talosctl service` lists them", id)
}
