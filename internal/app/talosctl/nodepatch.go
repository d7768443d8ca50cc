package talosctl

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// configType is the one kind of state that can be changed, and its ID in force.
const (
	configNamespace = "config"
	configType      = "MachineConfigs.config.talos.dev"
	configID        = "v1alpha1"
)

// configArgs takes the names of a machine config as get knows them. Its ID may follow.
func configArgs(a *app) cobra.PositionalArgs {
	return usageArgs(a, func(cmd *cobra.Command, args []string) error {
		if err := cobra.RangeArgs(1, 2)(cmd, args); err != nil {
			return err
		}

		switch strings.ToLower(args[0]) {
		case "mc", "machineconfig", "machineconfigs", strings.ToLower(configType):
		default:
			return fmt.Errorf("%s cannot be changed, only machineconfig can; everything else follows from it", args[0])
		}

		if len(args) == 2 && args[1] != configID {
			return fmt.Errorf("machineconfig %s cannot be changed, only %s can, the one in force", args[1], configID)
		}

		return nil
	})
}

func configNamespaceFlag(cmd *cobra.Command) {
	var namespace string

	cmd.Flags().StringVar(&namespace, "namespace", configNamespace, "namespace of the resource: there is only this one")
	cmd.Flags().MarkHidden("namespace") //nolint:errcheck
}

// configText reads the machine config in force from a node.
func configText(ctx context.Context, n node) (string, error) {
	var text string

	if err := n.Spec(ctx, configNamespace, configType, configID, &text); err != nil {
		return "", fmt.Errorf("read the machine config: %w", err)
	}

	return text, nil
}

func newPatchCmd(a *app) *cobra.Command {
	var (
		patches []string
		file    string
		o       applying
	)

	cmd := &cobra.Command{
		Use:   "patch machineconfig",
		Short: "Change the machine config of a node by patches",
		Long: `Reads the machine config in force from each node, applies strategic or JSON patches
in order, and gives it back. Comments in it survive. See apply-config for the modes.`,
		Example: `  talosctl patch machineconfig -n 10.0.0.10 -p @labels.yaml
  talosctl patch mc -n 10.0.0.10 -p 'machine: {sysctls: {vm.swappiness: "1"}}' --dry-run`,
		Args: configArgs(a),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.checkMode(o); err != nil {
				return err
			}

			if file != "" {
				patches = append(patches, "@"+file)
			}

			if len(patches) == 0 {
				return a.usagef("name patches with --patch or --patch-file")
			}

			loaded, err := a.loadPatches(patches)
			if err != nil {
				return err
			}

			return run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				text, err := configText(ctx, n)
				if err != nil {
					return err
				}

				cfg, err := config.Load([]byte(text))
				if err != nil {
					return err
				}

				if cfg, err = a.patched(cfg, loaded); err != nil {
					return err
				}

				// Also when nothing changes: that is how a try becomes permanent.
				return a.apply(ctx, n, cfg, o)
			})
		},
	}

	cmd.Flags().StringArrayVarP(&patches, "patch", "p", nil, "patch, or @file with one; may be repeated")
	cmd.Flags().StringVar(&file, "patch-file", "", "`file` with a patch")
	o.flags(cmd)
	configNamespaceFlag(cmd)
	a.identityFlag(cmd)

	return a.apiFlags(cmd)
}
