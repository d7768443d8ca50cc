package talosctl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func newVersionCmd(a *app) *cobra.Command {
	var (
		clientOnly, short, insecure, asJSON bool
		fingerprints                        []string
	)

	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of the client and of nodes",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.printClientVersion(short, asJSON); err != nil || clientOnly {
				return err
			}

			c, err := a.connectMaybeInsecure(insecure, fingerprints)
			if err != nil {
				return err
			}
			defer c.Close() //nolint:errcheck

			if _, err = fmt.Fprintln(a.stdout, "Server:"); err != nil {
				return err
			}

			return c.eachNode(cmd.Context(), func(ctx context.Context, node string) error {
				resp, err := c.Machine.Version(ctx, &emptypb.Empty{})
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					if node == "" {
						node = strings.Join(c.Endpoints(), ",")
					}

					v := m.GetVersion()
					if _, err = fmt.Fprintf(a.stdout, "\tNODE:        %s\n\tTag:         %s\n\tSHA:         %s\n\tBuilt:       %s\n\tGo version:  %s\n\tOS/Arch:     %s/%s\n\tEnabled:     %s\n",
						node, v.GetTag(), v.GetSha(), v.GetBuilt(), v.GetGoVersion(), v.GetOs(), v.GetArch(), features(m)); err != nil {
						return err
					}
				}

				return nil
			})
		},
	}

	f := cmd.Flags()
	f.BoolVar(&clientOnly, "client", false, "print the client's version only")
	f.BoolVar(&short, "short", false, "print the version numbers only")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	a.insecureFlags(cmd, &insecure, &fingerprints)

	return a.apiFlags(cmd)
}

func features(v *machine.Version) string {
	if v.GetFeatures().GetRbac() {
		return "RBAC"
	}

	return ""
}

// insecureFlags are for nodes in maintenance mode.
func (a *app) insecureFlags(cmd *cobra.Command, insecure *bool, fingerprints *[]string) {
	cmd.Flags().BoolVarP(insecure, "insecure", "i", false, "talk to a node in maintenance mode, which cannot prove who it is")
	cmd.Flags().StringSliceVar(fingerprints, "cert-fingerprint", nil, "with --insecure, accept only these server keys (the node's console shows its own)")
}

func (a *app) connectMaybeInsecure(insecure bool, fingerprints []string) (*connection, error) {
	if insecure {
		return a.connectInsecure(fingerprints)
	}

	return a.connect()
}

func newApplyConfigCmd(a *app) *cobra.Command {
	var (
		file, mode       string
		patches          []string
		dryRun, insecure bool
		fingerprints     []string
		tryTimeout       time.Duration
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
takes effect: no-reboot and auto at once, staged at the next boot, try at once and
taken back after --timeout unless something else is applied.`,
		Example: `  talosctl apply-config --insecure -n 10.0.0.10 -f controlplane.yaml
  talosctl apply-config -n 10.0.0.10 -f controlplane.yaml -p @patch.yaml --dry-run`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, ok := modes[mode]
			if !ok {
				return fmt.Errorf("mode %q: choose auto, no-reboot, reboot, staged or try", mode)
			}

			cfg, err := loadConfig(file)
			if err != nil {
				return err
			}

			loaded, err := patch.LoadAll(patches)
			if err != nil {
				return err
			}

			if cfg, err = config.ApplyPatches(cfg, loaded...); err != nil {
				return err
			}

			c, err := a.connectMaybeInsecure(insecure, fingerprints)
			if err != nil {
				return err
			}
			defer c.Close() //nolint:errcheck

			return c.eachNode(cmd.Context(), func(ctx context.Context, _ string) error {
				resp, err := c.Machine.ApplyConfiguration(ctx, &machine.ApplyConfigurationRequest{
					Data: cfg.Bytes(), Mode: m, DryRun: dryRun, TryModeTimeout: durationpb.New(tryTimeout),
				})
				if err != nil {
					return err
				}

				for _, msg := range resp.GetMessages() {
					for _, w := range msg.GetWarnings() {
						fmt.Fprintln(a.stderr, "warning:", w) //nolint:errcheck
					}

					if details := strings.TrimSpace(msg.GetModeDetails()); details != "" {
						fmt.Fprintln(a.stderr, details) //nolint:errcheck
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
	a.insecureFlags(cmd, &insecure, &fingerprints)
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
			c, err := a.connect()
			if err != nil {
				return err
			}
			defer c.Close() //nolint:errcheck

			if len(c.nodes) > 1 {
				return fmt.Errorf("etcd is bootstrapped on one node, and %d are named: choose one with --nodes", len(c.nodes))
			}

			return c.eachNode(cmd.Context(), func(ctx context.Context, _ string) error {
				if recoverFrom != "" {
					if err := uploadSnapshot(ctx, c.Client, recoverFrom); err != nil {
						return err
					}
				}

				_, err := c.Machine.Bootstrap(ctx, &machine.BootstrapRequest{RecoverEtcd: recoverFrom != "", RecoverSkipHashCheck: skipHash})

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

// errDown says what is usual while a node restarts.
var errDown = errors.New("the node does not answer")
