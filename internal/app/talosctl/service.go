package talosctl

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newServiceCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "service [<id> [start|stop|restart|status]]",
		Aliases: []string{"services"},
		Short:   "Show services, or start, stop or restart one",
		Long: `Without arguments lists the services of a node; with an ID shows one with its
history, which says why it failed. Only kubelet and extension services can be
started, stopped or restarted: the others are the node's own business.`,
		Args: usageArgs(a, cobra.RangeArgs(0, 2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.connect()
			if err != nil {
				return err
			}
			defer c.Close() //nolint:errcheck

			action := "status"
			if len(args) == 2 {
				action = args[1]
			}

			return c.eachNode(cmd.Context(), func(ctx context.Context, node string) error {
				switch {
				case len(args) == 0:
					return a.listServices(ctx, c.Client, node)
				case action == "status":
					return a.showService(ctx, c.Client, node, args[0])
				default:
					return a.controlService(ctx, c.Client, args[0], action)
				}
			})
		},
	}

	return a.apiFlags(cmd)
}

func health(s *machine.ServiceInfo) string {
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

func (a *app) listServices(ctx context.Context, c *client.Client, node string) error {
	resp, err := c.Machine.ServiceList(ctx, &emptypb.Empty{})
	if err != nil {
		return err
	}

	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, "NODE\tSERVICE\tSTATE\tHEALTH\tLAST CHANGE\tLAST EVENT") //nolint:errcheck

	for _, m := range resp.GetMessages() {
		slices.SortFunc(m.GetServices(), func(x, y *machine.ServiceInfo) int {
			if x.GetId() < y.GetId() {
				return -1
			}

			return 1
		})

		for _, s := range m.GetServices() {
			message, ago := lastEvent(s)
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s ago\t%s\n", client.Node(m, node), s.GetId(), s.GetState(), health(s), ago, message) //nolint:errcheck
		}
	}

	return w.Flush()
}

func (a *app) showService(ctx context.Context, c *client.Client, node, id string) error {
	resp, err := c.Machine.ServiceList(ctx, &emptypb.Empty{})
	if err != nil {
		return err
	}

	for _, m := range resp.GetMessages() {
		for _, s := range m.GetServices() {
			if s.GetId() != id {
				continue
			}

			w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
			fmt.Fprintf(w, "NODE\t%s\nID\t%s\nSTATE\t%s\nHEALTH\t%s\n", client.Node(m, node), s.GetId(), s.GetState(), health(s)) //nolint:errcheck

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

func (a *app) controlService(ctx context.Context, c *client.Client, id, action string) error {
	var err error

	switch action {
	case "start":
		_, err = c.Machine.ServiceStart(ctx, &machine.ServiceStartRequest{Id: id})
	case "stop":
		_, err = c.Machine.ServiceStop(ctx, &machine.ServiceStopRequest{Id: id})
	case "restart":
		_, err = c.Machine.ServiceRestart(ctx, &machine.ServiceRestartRequest{Id: id})
	default:
		return errors.New("action " + action + ": choose start, stop, restart or status")
	}

	return err
}
