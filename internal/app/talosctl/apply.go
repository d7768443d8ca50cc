package talosctl

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/config"
)

// applying is how a machine config is given to a node.
type applying struct {
	mode       string
	dryRun     bool
	tryTimeout time.Duration
}

var applyModes = map[string]machine.ApplyConfigurationRequest_Mode{
	"auto": machine.ApplyConfigurationRequest_AUTO, "no-reboot": machine.ApplyConfigurationRequest_NO_REBOOT,
	"reboot": machine.ApplyConfigurationRequest_REBOOT, "staged": machine.ApplyConfigurationRequest_STAGED,
	"try": machine.ApplyConfigurationRequest_TRY,
}

func (o *applying) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&o.mode, "mode", "m", "auto", "when it takes effect: auto, no-reboot, reboot, staged, try")
	f.BoolVar(&o.dryRun, "dry-run", false, "show what would change without changing it")
	f.DurationVar(&o.tryTimeout, "timeout", time.Minute, "how long a try lasts")
}

func (a *app) checkMode(o applying) error {
	if _, ok := applyModes[o.mode]; !ok {
		return a.usagef("mode %q: choose auto, no-reboot, reboot, staged or try", o.mode)
	}

	return nil
}

// apply gives a config to one node and tells what it says.
func (a *app) apply(ctx context.Context, n node, cfg *config.Config, o applying) error {
	resp, err := n.Machine.ApplyConfiguration(ctx, &machine.ApplyConfigurationRequest{
		Data: cfg.Bytes(), Mode: applyModes[o.mode], DryRun: o.dryRun, TryModeTimeout: durationpb.New(o.tryTimeout),
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
}

func newApplyConfigCmd(a *app) *cobra.Command {
	var (
		file    string
		patches []string
		o       applying
		m       maintenance
	)

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
			if err := a.checkMode(o); err != nil {
				return err
			}

			cfg, err := a.loadConfig(file)
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

			connect := func() (*nodes, error) { return a.connectTo(m) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error { return a.apply(ctx, n, cfg, o) })
		},
	}

	f := cmd.Flags()
	f.StringVarP(&file, "file", "f", "", "machine config `file`; - for standard input")
	f.StringArrayVarP(&patches, "config-patch", "p", nil, "patch to apply first, or @file; may be repeated")
	o.flags(cmd)
	m.flags(cmd)
	a.identityFlag(cmd)
	cmd.MarkFlagRequired("file") //nolint:errcheck

	return a.apiFlags(cmd)
}
