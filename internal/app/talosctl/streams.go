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

// chunk is what is sent to nodes at once.
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

// stream prints what nodes send at the same time, line by line.
func (a *app) stream(ctx context.Context, m maintenance, open func(ctx context.Context, n node) (grpc.ServerStreamingClient[common.Data], error)) error {
	ns, err := a.connectTo(m)
	if err != nil {
		return err
	}
	defer ns.close()

	out := a.lines(ns)

	return ns.atOnce(ctx, func(ctx context.Context, n node) error {
		s, err := open(ctx, n)
		w := out.of(n.name)

		return errors.Join(copyStream(w, s, err), w.Close())
	})
}

// kubernetes is the flag of commands about containers.
type kubernetes struct{ on, cri bool }

func (k *kubernetes) flags(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&k.on, "kubernetes", "k", false, "containers of Kubernetes instead of the system's")
	cmd.Flags().BoolVar(&k.cri, "use-cri", false, "the same")
	cmd.Flags().MarkHidden("use-cri") //nolint:errcheck
}

func (k *kubernetes) choose() (namespace string, driver common.ContainerDriver) {
	if k.on || k.cri {
		return "k8s.io", common.ContainerDriver_CRI
	}

	return "system", common.ContainerDriver_CONTAINERD
}

func newLogsCmd(a *app) *cobra.Command {
	var (
		m      maintenance
		k      kubernetes
		follow bool
		tail   int32
	)

	cmd := &cobra.Command{
		Use:   "logs <service name>",
		Short: "Print what a service or container logged",
		Long: `Prints the log of a service (` + "`talosctl service`" + ` lists them), or with -k of a
container, named as ` + "`talosctl containers -k`" + ` shows it. Lines of several nodes
are told apart by the node's name in front.`,
		Example:           "  talosctl logs kubelet -f\n  talosctl logs -k kube-system/kube-apiserver-cp1:kube-apiserver --tail 100",
		Args:              usageArgs(a, cobra.ExactArgs(1)),
		ValidArgsFunction: completeService,
		RunE: func(cmd *cobra.Command, args []string) error {
			namespace, driver := k.choose()

			return a.stream(cmd.Context(), m, func(ctx context.Context, n node) (grpc.ServerStreamingClient[common.Data], error) {
				return n.Machine.Logs(ctx, &machine.LogsRequest{Namespace: namespace, Id: args[0], Driver: driver, Follow: follow, TailLines: tail})
			})
		},
	}

	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on with what is logged later")
	cmd.Flags().Int32Var(&tail, "tail", -1, "number of last lines; -1 for all")
	k.flags(cmd)
	m.flags(cmd)

	return a.apiFlags(cmd)
}

func newDmesgCmd(a *app) *cobra.Command {
	var (
		m            maintenance
		follow, tail bool
	)

	cmd := &cobra.Command{
		Use:     "dmesg",
		Short:   "Print the kernel's log",
		Long:    "Prints the kernel's log, which on a node holds what PID 1 says, too.",
		Example: "  talosctl dmesg -f --tail",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.stream(cmd.Context(), m, func(ctx context.Context, n node) (grpc.ServerStreamingClient[common.Data], error) {
				return n.Machine.Dmesg(ctx, &machine.DmesgRequest{Follow: follow, Tail: tail})
			})
		},
	}

	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on with what is logged later")
	cmd.Flags().BoolVar(&tail, "tail", false, "with --follow, leave out what was logged before")
	m.flags(cmd)

	return a.apiFlags(cmd)
}

func newReadCmd(a *app) *cobra.Command {
	return a.apiFlags(&cobra.Command{
		Use:     "read <path>",
		Aliases: []string{"cat"},
		Short:   "Print a file of a node",
		Example: "  talosctl read /proc/cmdline",
		Args:    usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				stream, err := n.Machine.Read(ctx, &machine.ReadRequest{Path: args[0]})

				return copyStream(a.stdout, stream, err)
			})
		},
	})
}

func newCopyCmd(a *app) *cobra.Command {
	return a.apiFlags(&cobra.Command{
		Use:     "copy <src-path> -|<local-path>",
		Aliases: []string{"cp"},
		Short:   "Fetch a file or directory of a node",
		Long: `Fetches a file or a directory with all that is in it. It is unpacked into the
local directory, which is made if it is missing; with - the tar.gz archive goes
to standard output. Owners are not kept, and nothing is written outside.`,
		Example: "  talosctl copy /var/log/pods ./pods\n  talosctl copy /etc - | tar tz",
		Args:    usageArgs(a, cobra.ExactArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			connect := func() (*nodes, error) { return a.connectOne("an archive comes from", a.connect) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				stream, err := n.Machine.Copy(ctx, &machine.CopyRequest{RootPath: args[0]})
				if args[1] == "-" || err != nil {
					return copyStream(a.stdout, stream, err)
				}

				return extract(client.Reader(stream), args[1])
			})
		},
	})
}

// download writes a stream to a new file, which is there whole or not at all.
func download(r io.Reader, path string) (n int64, err error) {
	part := path + ".part"

	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}

	n, err = io.Copy(f, r)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(part, path)
	}

	if err != nil {
		os.Remove(part) //nolint:errcheck // the first error counts

		return n, fmt.Errorf("write %s: %w", path, err)
	}

	return n, nil
}
