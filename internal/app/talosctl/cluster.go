package talosctl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/internal/imager/ocimirror"
	"github.com/talos-os/talos/internal/provision"
)

func newClusterCmd(a *app) *cobra.Command {
	var name string

	cmd := &cobra.Command{
		Use:   "cluster",
		Short: "Run local clusters of virtual machines",
		Long: `Runs clusters of virtual machines in QEMU on this machine, as an ordinary user and
without changing anything of its network. A cluster is there to try things:
destroying it leaves nothing behind.`,
	}

	cmd.PersistentFlags().StringVar(&name, "name", "talos-default", "name of the cluster")

	create := &cobra.Command{Use: "create", Short: "Create a local cluster"}
	create.AddCommand(newClusterCreateQEMUCmd(a, &name))

	cmd.AddCommand(create, newClusterShowCmd(a, &name), newClusterDestroyCmd(a, &name),
		newClusterVerifyCmd(a, &name), newClusterSuperviseCmd())

	return cmd
}

func newClusterDestroyCmd(a *app, name *string) *cobra.Command {
	var force bool

	cmd := &cobra.Command{
		Use:   "destroy",
		Short: "End a local cluster and remove its files",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), time.Minute)
			defer cancel()

			_, err := provision.Load(*name)

			gone := errors.Is(err, provision.ErrNotFound)
			if err != nil && !gone && !force {
				return fmt.Errorf("%w; --force removes what is there", err)
			}

			if err = provision.Destroy(ctx, *name); err != nil {
				return err
			}

			if gone {
				fmt.Fprintf(a.stderr, "there is no cluster %s\n", *name) //nolint:errcheck
			} else {
				fmt.Fprintf(a.stderr, "cluster %s is gone\n", *name) //nolint:errcheck
			}

			return nil
		},
	}

	cmd.Flags().BoolVarP(&force, "force", "f", false, "also remove a cluster whose files are damaged")

	return cmd
}

func newClusterShowCmd(a *app, name *string) *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show a local cluster's machines and how to reach them",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			s, err := provision.Load(*name)
			if err != nil {
				return err
			}

			state := "stopped"
			if s.Running() {
				state = "running"
			}

			w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintf(w, "cluster\t%s (%s, %s, since %s)\ndirectory\t%s\n\n", s.Name, state, s.Accel, s.Created.Format(time.DateTime), s.Dir()) //nolint:errcheck
			fmt.Fprintln(w, "NAME\tROLE\tADDRESS\tAPI\tKUBERNETES\tCPUS\tMEMORY\tCONSOLE")                                                        //nolint:errcheck

			for _, n := range s.Nodes {
				role, kube := "worker", "-"
				if n.ControlPlane {
					role, kube = "controlplane", fmt.Sprintf("127.0.0.1:%d", n.KubernetesPort)
				}

				fmt.Fprintf(w, "%s\t%s\t%s\t127.0.0.1:%d\t%s\t%d\t%d MiB\t%s\n", n.Name, role, n.Address, n.APIPort, kube, //nolint:errcheck
					n.CPUs, n.MemoryMiB, filepath.Join(s.NodeDir(n.Name), "console.log"))
			}

			return w.Flush()
		},
	}
}

// newClusterSuperviseCmd is what create starts in the background.
func newClusterSuperviseCmd() *cobra.Command {
	return &cobra.Command{
		Use:    "supervise <directory>",
		Short:  "Run a cluster's network and machines",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			collectGarbage(100) // this one stays

			s, err := provision.LoadDir(args[0])
			if err != nil {
				return err
			}

			var images http.Handler

			if layouts := s.Assets.Layouts(); len(layouts) > 0 {
				images = ocimirror.Handler(layouts...)
			}

			return provision.Supervise(cmd.Context(), args[0], images)
		},
	}
}
