package talosctl

import (
	"github.com/spf13/cobra"
)

func newMachineConfigCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "machineconfig",
		Aliases: []string{"mc"},
		Short:   "Work on machine config files",
	}

	var force bool

	gen := newGenConfigCmd(a, "machineconfig gen", &force)
	gen.Flags().BoolVarP(&force, "force", "f", false, "replace existing files")

	cmd.AddCommand(gen, newMachineConfigPatchCmd(a), newMachineConfigDiffCmd(a))

	return cmd
}

func newMachineConfigPatchCmd(a *app) *cobra.Command {
	var (
		patches []string
		output  string
	)

	cmd := &cobra.Command{
		Use:   "patch <machineconfig-file>",
		Short: "Apply patches to a machine config file",
		Long: `Applies strategic or JSON patches, in order. Comments and the order of keys of
the file survive. The result goes to standard output or to --output, which may
be the same file.`,
		Example: `  talosctl machineconfig patch worker.yaml -p @labels.yaml -o worker.yaml
  talosctl machineconfig patch worker.yaml -p '{"machine": {"network": {"hostname": "w1"}}}'`,
		Args: usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := a.loadConfig(args[0])
			if err != nil {
				return err
			}

			loaded, err := a.loadPatches(patches)
			if err != nil {
				return err
			}

			if cfg, err = a.patched(cfg, loaded); err != nil {
				return err
			}

			return a.writeOutput(output, cfg.Bytes(), true)
		},
	}

	cmd.Flags().StringArrayVarP(&patches, "patch", "p", nil, "patch, or @file with one; may be repeated")
	cmd.Flags().StringVarP(&output, "output", "o", "-", "`file` to write")
	a.identityFlag(cmd)
	cmd.MarkFlagRequired("patch") //nolint:errcheck

	return cmd
}
