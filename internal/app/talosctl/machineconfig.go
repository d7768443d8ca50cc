package talosctl

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/config"
)

func newMachineConfigCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "machineconfig",
		Aliases: []string{"mc"},
		Short:   "Work on machine config files",
	}

	var force bool

	gen := newGenConfigCmd(a, "gen", &force)
	gen.Flags().BoolVarP(&force, "force", "f", false, "replace existing files")

	cmd.AddCommand(gen, newMachineConfigPatchCmd(a))

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

			patched, err := config.ApplyPatches(cfg, loaded...)
			if err != nil {
				return err
			}

			if config.Same(cfg, patched) {
				a.note("the patches change nothing")
			}

			return a.writeOutput(output, patched.Bytes(), true)
		},
	}

	cmd.Flags().StringArrayVarP(&patches, "patch", "p", nil, "patch, or @file with one; may be repeated")
	cmd.Flags().StringVarP(&output, "output", "o", "-", "`file` to write")
	a.identityFlag(cmd)
	cmd.MarkFlagRequired("patch") //nolint:errcheck

	return cmd
}

func newValidateCmd(a *app) *cobra.Command {
	var (
		path, mode string
		strict     bool
	)

	cmd := &cobra.Command{
		Use:   "validate",
		Short: "Check a machine config",
		Long: `Checks a machine config as a node would before it takes it. Everything wrong is
reported at once, with the line it is on. Warnings do not fail unless --strict.`,
		Example: `  talosctl validate --mode metal --config controlplane.yaml
  talosctl validate --mode cloud --config worker.sops.yaml   # decrypted in memory only`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.loadConfig(path)
			if err != nil {
				return err
			}

			m, err := config.ParseMode(mode)
			if err != nil {
				return err
			}

			var opts []config.ValidateOption
			if strict {
				opts = append(opts, config.Strict())
			}

			warnings, err := config.Validate(cfg, m, opts...)
			for _, w := range warnings {
				a.note("warning: %s", w)
			}

			if err != nil {
				return err
			}

			_, err = fmt.Fprintf(a.stdout, "%s is valid for %s mode\n", path, mode)

			return err
		},
	}

	cmd.Flags().StringVarP(&path, "config", "c", "", "machine config `file`; - for standard input")
	cmd.Flags().StringVarP(&mode, "mode", "m", "", "where the machine runs: metal, cloud or container")
	cmd.Flags().BoolVar(&strict, "strict", false, "treat warnings as errors")
	a.identityFlag(cmd)
	cmd.MarkFlagRequired("config") //nolint:errcheck
	cmd.MarkFlagRequired("mode")   //nolint:errcheck

	return cmd
}
