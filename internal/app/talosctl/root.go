// Package talosctl is the command line client. A command is one file with one
// value: its help, flags and code; this file lists them.
//
// What goes where: results to standard output, progress and notes to standard
// error, so that output can be piped. Errors end with what to try. Start-up is
// part of every script's run time, so nothing happens before a command runs.
package talosctl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

// app is what commands share: the global flags and where output goes.
type app struct {
	talosconfig    string
	context        string
	cluster        string
	endpoints      []string
	nodes          []string
	siderov1Keys   string
	ageIdentities  []string
	stdinRead      bool // by readInput
	toldUnknown    bool // by openTalosconfig
	stdout, stderr io.Writer
}

// Main runs the client and returns the exit code: 0 for success, 1 for a
// failure, 2 for a command line that makes no sense.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()

	// Most commands end with less than 16 MiB on the heap: collecting garbage before that
	// costs a fifth of the time of a check.
	collectGarbage(400)

	return execute(ctx, args, os.Stdout, os.Stderr)
}

// collectGarbage sets how far the heap grows between two collections, in percent of what
// is in use, unless $GOGC does.
func collectGarbage(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

func execute(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot(&app{stdout: stdout, stderr: stderr})
	root.SetArgs(args)

	cmd, err := root.ExecuteContextC(ctx)

	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		return 2
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "interrupted") //nolint:errcheck

		return 130
	case madeNoSense(err):
		fmt.Fprintf(stderr, "error: %v\nSee `%s --help`.\n", err, cmd.CommandPath()) //nolint:errcheck

		return 2
	default:
		fmt.Fprintln(stderr, explain(err)) //nolint:errcheck

		return 1
	}
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "talosctl",
		Short: "Operate nodes and clusters over the network",
		Long: `talosctl speaks to the API of the nodes: there is no shell to log in to.

Where to connect to and with which certificate is kept in the client
configuration (--talosconfig, $TALOSCONFIG or ~/.talos/config). Endpoints are
the addresses that talosctl itself connects to, usually the control plane;
nodes are the machines that a command is about, reached through an endpoint.

First steps:
  talosctl gen config mycluster https://10.0.0.10:6443   make the configs
  talosctl apply-config --insecure -n 10.0.0.10 -f controlplane.yaml
  talosctl bootstrap -n 10.0.0.10 -e 10.0.0.10           start etcd, once
  talosctl kubeconfig -n 10.0.0.10 -e 10.0.0.10          and on with kubectl`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
	}

	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		fmt.Fprintf(a.stderr, "error: %v\nSee `%s --help`.\n", err, cmd.CommandPath()) //nolint:errcheck

		return errUsage
	})

	for _, make := range commands {
		root.AddCommand(make(a))
	}

	askForCommand(root)

	return root
}

// apiFlags are the flags of every command that talks to nodes.
func (a *app) apiFlags(cmd *cobra.Command) *cobra.Command {
	f := cmd.PersistentFlags()
	f.StringVar(&a.talosconfig, "talosconfig", "", "client configuration `file` (default $TALOSCONFIG, then ~/.talos/config)")
	f.StringVar(&a.context, "context", "", "context of the client configuration to use instead of its current one")
	f.StringVarP(&a.cluster, "cluster", "c", "", "cluster to connect to, if a proxying endpoint serves several")
	f.StringSliceVarP(&a.endpoints, "endpoints", "e", nil, "addresses to connect to instead of the context's endpoints")
	f.StringSliceVarP(&a.nodes, "nodes", "n", nil, "nodes that the command is about instead of the context's nodes")
	f.StringVar(&a.siderov1Keys, "siderov1-keys-dir", "", "directory of keys for signed requests (default $SIDEROV1_KEYS_DIR, then ~/.talos/keys)")
	a.completeNames(cmd)

	return cmd
}

// askForCommand makes commands that only have others below say so, where cobra
// would print their help and call it a success.
func askForCommand(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		if sub.Runnable() || !sub.HasSubCommands() {
			askForCommand(sub)

			continue
		}

		sub.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}

			return fmt.Errorf("unknown command %q for %q%s", args[0], cmd.CommandPath(), suggest(cmd, args[0]))
		}

		askForCommand(sub)
	}
}

func suggest(cmd *cobra.Command, typed string) string {
	cmd.SuggestionsMinimumDistance = 2

	if near := cmd.SuggestionsFor(typed); len(near) > 0 {
		return "; did you mean " + strings.Join(near, " or ") + "?"
	}

	return ""
}
