package talosctl

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/config"
)

func newApplyConfigCmd(a *app) *cobra.Command {
	var (
		file, mode string
		patches    []string
		dryRun     bool
		m          maintenance
		tryTimeout time.Duration
	)

	modes := map[string]machine.ApplyConfigurationRequest_Mode{
		"auto": machine.ApplyConfigurationRequest_AUTO, "no-reboot": machine.ApplyConfigurationRequest_NO_REBOOT,
		"reboot": machine.ApplyConfigurationRequest_REBOOT, "staged": machine.ApplyConfigurationRequest_STAGED,
		"try": machine.ApplyConfigurationRequest_TRY,
	}

	cmd := &cobra.Command{
		Use:     "apply-config",
		Aliases: []string{"apply"},
		Short:   "Apply a machine config to a node",
		Long: `Sends a machine config to a node. A node in maintenance mode (--insecure) installs
itself if the config asks for it. On a running node the mode says when the config
takes effect: no-reboot and auto at once, staged at the next boot, reboot with a
reboot that follows at once, try at once and taken back after --timeout unless
something else is applied. Warnings name settings that have to wait for a reboot.`,
		Example: `  talosctl apply-config --insecure -n 10.0.0.10 -f controlplane.yaml
  talosctl apply-config -n 10.0.0.10 -f controlplane.yaml -p @patch.yaml --dry-run`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			chosen, ok := modes[mode]
			if !ok {
				return a.usagef("mode %q: choose auto, no-reboot, reboot, staged or try", mode)
			}

			cfg, err := a.loadConfig(file)
			if err != nil {
				return err
			}

			loaded, err := a.loadPatches(patches)
			if err != nil {
				return err
			}

			if cfg, err = config.ApplyPatches(cfg, loaded...); err != nil {
				return err
			}

			connect := func() (*nodes, error) { return a.connectTo(m) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.ApplyConfiguration(ctx, &machine.ApplyConfigurationRequest{
					Data: cfg.Bytes(), Mode: chosen, DryRun: dryRun, TryModeTimeout: durationpb.New(tryTimeout),
				})
				if err != nil {
					return err
				}

				for _, msg := range resp.GetMessages() {
					for _, w := range msg.GetWarnings() {
						a.note("warning: %s", w)
					}

					if details := strings.TrimSpace(msg.GetModeDetails()); details != "" {
						a.note("%s", details)
					}
				}

				return nil
			})
		},
	}

	f := cmd.Flags()
	f.StringVarP(&file, "file", "f", "", "machine config `file`; - for standard input")
	f.StringVarP(&mode, "mode", "m", "auto", "when it takes effect: auto, no-reboot, reboot, staged, try")
	f.StringArrayVarP(&patches, "config-patch", "p", nil, "patch to apply first, or @file; may be repeated")
	f.BoolVar(&dryRun, "dry-run", false, "show what would change without changing it")
	f.DurationVar(&tryTimeout, "timeout", time.Minute, "how long a try lasts")
	m.flags(cmd)
	a.identityFlag(cmd)
	cmd.MarkFlagRequired("file") //nolint:errcheck

	return a.apiFlags(cmd)
}

func newBootstrapCmd(a *app) *cobra.Command {
	var (
		recoverFrom string
		skipHash    bool
	)

	cmd := &cobra.Command{
		Use:   "bootstrap",
		Short: "Start etcd of a new cluster on one control plane node",
		Long: `Tells one control plane node to start a new etcd cluster; all others join it. This
is done once in the life of a cluster: a node that has etcd data refuses.

With --recover-from, etcd starts from a snapshot made by ` + "`talosctl etcd snapshot`" + `.`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			connect := func() (*nodes, error) { return a.connectOne("etcd is bootstrapped on", a.connect) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				if recoverFrom != "" {
					if err := uploadSnapshot(ctx, n.Client, recoverFrom); err != nil {
						return err
					}
				}

				_, err := n.Machine.Bootstrap(ctx, &machine.BootstrapRequest{RecoverEtcd: recoverFrom != "", RecoverSkipHashCheck: skipHash})

				return err
			})
		},
	}

	cmd.Flags().StringVar(&recoverFrom, "recover-from", "", "snapshot `file` to start from")
	cmd.Flags().BoolVar(&skipHash, "recover-skip-hash-check", false, "accept a snapshot copied from a data directory, which has no checksum")

	return a.apiFlags(cmd)
}

func uploadSnapshot(ctx context.Context, c *client.Client, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck

	stream, err := c.Machine.EtcdRecover(ctx)
	if err != nil {
		return err
	}

	if err = sendAll(f, stream.Send); err != nil {
		return fmt.Errorf("upload snapshot %s: %w", path, err)
	}

	_, err = stream.CloseAndRecv()

	return err
}
