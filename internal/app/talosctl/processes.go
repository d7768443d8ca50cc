package talosctl

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

func newProcessesCmd(a *app) *cobra.Command {
	var sort string

	orders := map[string]func(x, y *machine.ProcessInfo) int{
		"rss": func(x, y *machine.ProcessInfo) int { return cmp.Compare(y.GetResidentMemory(), x.GetResidentMemory()) },
		"cpu": func(x, y *machine.ProcessInfo) int { return cmp.Compare(y.GetCpuTime(), x.GetCpuTime()) },
	}

	cmd := &cobra.Command{
		Use:     "processes",
		Aliases: []string{"p", "ps"},
		Short:   "List the processes of a node",
		Example: "  talosctl processes --sort cpu",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			order, ok := orders[sort]
			if !ok {
				return a.usagef("sort %q: choose rss or cpu", sort)
			}

			t := a.table("NODE", "PID", "STATE", "THREADS", "CPU-TIME", "VIRTMEM", "RESMEM", "LABEL", "COMMAND")

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.Processes(ctx, &emptypb.Empty{})
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					slices.SortStableFunc(m.GetProcesses(), order)

					for _, p := range m.GetProcesses() {
						t.row(client.Node(m, n.name), p.GetPid(), p.GetState(), p.GetThreads(), fmt.Sprintf("%.2f", p.GetCpuTime()),
							size(p.GetVirtualMemory()), size(p.GetResidentMemory()), p.GetLabel(), commandLine(p))
					}
				}

				return nil
			}))
		},
	}

	cmd.Flags().StringVarP(&sort, "sort", "s", "rss", "what the biggest is in: rss (memory) or cpu (time)")

	return a.apiFlags(cmd)
}

// commandLine is the best that is known of what a process runs; the kernel's own
// have a name only. It is one line whatever the arguments hold.
func commandLine(p *machine.ProcessInfo) string {
	line := p.GetArgs()

	switch {
	case p.GetExecutable() == "" && line == "":
		line = "[" + p.GetCommand() + "]"
	case line == "":
		line = p.GetExecutable()
	}

	return strings.Join(strings.Fields(strings.ReplaceAll(line, "\x00", " ")), " ")
}
