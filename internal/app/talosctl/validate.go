package talosctl

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/config"
)

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
			m, err := config.ParseMode(mode)
			if err != nil {
				return a.usagef("--mode: %s", err)
			}

			cfg, err := a.loadConfig(path)
			if err != nil {
				return err
			}

			if cfg.IsEmpty() {
				return fmt.Errorf("%s has no documents", inputName(path))
			}

			var opts []config.ValidateOption
			if strict {
				opts = append(opts, config.Strict())
			}

			warnings, err := config.Validate(cfg, m, opts...)
			for _, w := range warnings {
				a.note("warning: %s", w)
			}

			if e, ok := errors.AsType[*config.Error](err); ok {
				e.Name = inputName(path)
			}

			if err != nil {
				return err
			}

			_, err = fmt.Fprintf(a.stdout, "%s is valid for %s mode\n", inputName(path), m)

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
