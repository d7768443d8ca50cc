package talosctl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"google.golang.org/grpc"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

// chunk is what nodes send at once; it is a good size the other way, too.
const chunk = 32 << 10

func sendAll(r io.Reader, send func(*common.Data) error) error {
	buf := make([]byte, chunk)

	for {
		n, err := r.Read(buf)
		if n > 0 {
			if err := send(&common.Data{Bytes: buf[:n]}); err != nil {
				return err
			}
		}

		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// copyStream writes a byte stream of a node to w.
func copyStream(w io.Writer, stream grpc.ServerStreamingClient[common.Data], err error) error {
	if err != nil {
		return err
	}

	_, err = io.Copy(w, client.Reader(stream))

	return err
}

func newLogsCmd(a *app) *cobra.Command {
	var (
		follow, kubernetes bool
		tail               int32
	)

	cmd := &cobra.Command{
		Use:     "logs <service>",
		Short:   "Print what a service or container logged",
		Example: "  talosctl logs kubelet -f\n  talosctl logs -k kube-system/kube-apiserver-cp1:kube-apiserver",
		Args:    usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.connect()
			if err != nil {
				return err
			}
			defer c.Close() //nolint:errcheck

			namespace, driver := "system", common.ContainerDriver_CONTAINERD
			if kubernetes {
				namespace, driver = "k8s.io", common.ContainerDriver_CRI
			}

			return c.eachNode(cmd.Context(), func(ctx context.Context, _ string) error {
				stream, err := c.Machine.Logs(ctx, &machine.LogsRequest{Namespace: namespace, Id: args[0], Driver: driver, Follow: follow, TailLines: tail})

				return copyStream(a.stdout, stream, err)
			})
		},
	}

	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on with what is logged later")
	cmd.Flags().BoolVarP(&kubernetes, "kubernetes", "k", false, "take the name as a container of Kubernetes")
	cmd.Flags().Int32Var(&tail, "tail", -1, "number of last lines; -1 for all")

	return a.apiFlags(cmd)
}

func newDmesgCmd(a *app) *cobra.Command {
	var follow, tail bool

	cmd := &cobra.Command{
		Use:   "dmesg",
		Short: "Print the kernel's log",
		Args:  usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.connect()
			if err != nil {
				return err
			}
			defer c.Close() //nolint:errcheck

			return c.eachNode(cmd.Context(), func(ctx context.Context, _ string) error {
				stream, err := c.Machine.Dmesg(ctx, &machine.DmesgRequest{Follow: follow, Tail: tail})

				return copyStream(a.stdout, stream, err)
			})
		},
	}

	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on with what is logged later")
	cmd.Flags().BoolVar(&tail, "tail", false, "with --follow, leave out what was logged before")

	return a.apiFlags(cmd)
}

func newReadCmd(a *app) *cobra.Command {
	return a.apiFlags(&cobra.Command{
		Use:     "read <path>",
		Aliases: []string{"cat"},
		Short:   "Print a file of a node",
		Args:    usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.connect()
			if err != nil {
				return err
			}
			defer c.Close() //nolint:errcheck

			return c.eachNode(cmd.Context(), func(ctx context.Context, _ string) error {
				stream, err := c.Machine.Read(ctx, &machine.ReadRequest{Path: args[0]})

				return copyStream(a.stdout, stream, err)
			})
		},
	})
}

func newCopyCmd(a *app) *cobra.Command {
	return a.apiFlags(&cobra.Command{
		Use:     "copy <src-path> -|<local-file>",
		Aliases: []string{"cp"},
		Short:   "Fetch a file or directory of a node as a tar.gz archive",
		Args:    usageArgs(a, cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.connect()
			if err != nil {
				return err
			}
			defer c.Close() //nolint:errcheck

			out := a.stdout

			if args[1] != "-" {
				f, err := os.OpenFile(args[1], os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
				if err != nil {
					return fmt.Errorf("write archive: %w", err)
				}
				defer f.Close() //nolint:errcheck

				out = f
			}

			return c.eachNode(cmd.Context(), func(ctx context.Context, _ string) error {
				stream, err := c.Machine.Copy(ctx, &machine.CopyRequest{RootPath: args[0]})

				return copyStream(out, stream, err)
			})
		},
	})
}
