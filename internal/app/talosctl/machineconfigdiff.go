package talosctl

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/impact"
)

func newMachineConfigDiffCmd(a *app) *cobra.Command {
	var (
		patches []string
		output  string
	)

	cmd := &cobra.Command{
		Use:   "diff <machineconfig-file> [<machineconfig-file>]",
		Short: "Compare two machine configs, and say what the change costs",
		Long: `Lists what differs in effect between two machine configs, or between one and itself
with patches: a setting that only moves to a document of its own is no difference.
Each change says whether a running machine follows it (live), restarts a service,
or takes it over at the next boot. Secrets are named and not shown.`,
		Example: `  talosctl machineconfig diff worker.yaml new/worker.yaml
  talosctl machineconfig diff worker.yaml --patch @labels.yaml --output json`,
		Args: usageArgs(a, cobra.RangeArgs(1, 2)),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) == 1 && len(patches) == 0:
				return a.usagef("name a second file, or patches with --patch")
			case output != "text" && output != "json":
				return a.usagef("output %q: choose text or json", output)
			}

			old, err := a.loadConfig(args[0])
			if err != nil {
				return err
			}

			next := old

			if len(args) == 2 {
				if next, err = a.loadConfig(args[1]); err != nil {
					return err
				}
			}

			loaded, err := a.loadPatches(patches)
			if err != nil {
				return err
			}

			if next, err = a.patched(next, loaded); err != nil {
				return err
			}

			report := impact.Between(old, next)

			if output == "json" {
				return a.printReportJSON(report)
			}

			if len(report.Changes) == 0 && len(config.Diff(old, next)) > 0 {
				a.note("no change in effect: the same settings are written in another way")
			}

			return a.printReport(report)
		},
	}

	cmd.Flags().StringArrayVarP(&patches, "patch", "p", nil, "patch to apply before, or @file with one; may be repeated")
	cmd.Flags().StringVarP(&output, "output", "o", "text", "form of the output: text or json")
	a.identityFlag(cmd)

	return cmd
}

func (a *app) printReport(report impact.Report) error {
	for _, c := range report.Changes {
		cost := c.Effect.String()

		if len(c.Services) > 0 {
			cost += " of " + strings.Join(c.Services, ", ")
		}

		if c.Effect != impact.Live {
			cost += ": " + c.Reason
		}

		if _, err := fmt.Fprintf(a.stdout, "%s  [%s]\n", c.Change, cost); err != nil {
			return err
		}
	}

	return nil
}

// printReportJSON writes one document; a list of no changes is an empty one.
func (a *app) printReportJSON(report impact.Report) error {
	changes := report.Changes
	if changes == nil {
		changes = []impact.Change{}
	}

	enc := json.NewEncoder(a.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)

	return enc.Encode(struct {
		Effect   impact.Effect   `json:"effect"`
		Services []string        `json:"services,omitempty"`
		Changes  []impact.Change `json:"changes"`
	}{report.Effect(), report.Services(), changes})
}
