package talosctl

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

func newConfigCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Manage the client configuration",
		Long: `The client configuration has a context for each cluster: where to connect to
(endpoints), what commands are about (nodes), and a certificate that says who you
are and what you may do.

gen config makes one; merge adds it to your own (--talosconfig, $TALOSCONFIG or
~/.talos/config).`,
	}

	cmd.AddCommand(
		newConfigAddCmd(a), newConfigContextCmd(a), newConfigContextsCmd(a), newConfigListCmd(a, "endpoint"),
		newConfigInfoCmd(a), newConfigMergeCmd(a), newConfigNewCmd(a), newConfigListCmd(a, "node"),
		newConfigProxyCmd(a), newConfigRemoveCmd(a),
	)

	return a.apiFlags(cmd)
}

// openTalosconfig reads the client configuration and tells, once, of what in it means
// nothing.
func (a *app) openTalosconfig() (*talosconfig.Config, error) {
	path := a.talosconfig
	if path == "" {
		path = talosconfig.Find()
	}

	cfg, err := talosconfig.Open(path)
	if err != nil {
		return nil, err
	}

	if !a.toldUnknown {
		a.noteUnknown(path, cfg)
	}

	a.toldUnknown = true

	return cfg, nil
}

func (a *app) noteUnknown(path string, cfg *talosconfig.Config) {
	if keys := cfg.Unknown(); len(keys) > 0 {
		a.note("warning: %s has keys that mean nothing here: %s", path, strings.Join(keys, ", "))
	}
}

// change loads the file, lets f change it, and writes it back.
func (a *app) change(f func(cfg *talosconfig.Config) error) error {
	cfg, err := a.openTalosconfig()
	if err != nil {
		return err
	}

	if err = f(cfg); err != nil {
		return err
	}

	return cfg.Save(a.talosconfig)
}

func newConfigAddCmd(a *app) *cobra.Command {
	var ca, crt, key string

	cmd := &cobra.Command{
		Use:     "add <context>",
		Short:   "Add a context",
		Example: "  talosctl config add mycluster --ca ca.crt --crt admin.crt --key admin.key",
		Args:    usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.change(func(cfg *talosconfig.Config) error {
				if _, taken := cfg.Contexts[args[0]]; taken {
					return fmt.Errorf("there is a context %q already; remove it first with `talosctl config remove`, or choose another name", args[0])
				}

				added := &talosconfig.Context{}

				for path, field := range map[*string]*string{&ca: &added.CA, &crt: &added.Crt, &key: &added.Key} {
					if *path == "" {
						continue
					}

					raw, err := os.ReadFile(*path)
					if err != nil {
						return err
					}

					*field = base64.StdEncoding.EncodeToString(raw)
				}

				if _, err := added.TLS(); err != nil {
					return err
				}

				if cfg.Contexts[args[0]] = added; cfg.Context == "" {
					cfg.Context = args[0]
				}

				return nil
			})
		},
	}

	cmd.Flags().StringVar(&ca, "ca", "", "CA certificate of the nodes' API, a PEM `file`")
	cmd.Flags().StringVar(&crt, "crt", "", "client certificate, a PEM `file`")
	cmd.Flags().StringVar(&key, "key", "", "key of the client certificate, a PEM `file`")
	cmd.MarkFlagsRequiredTogether("crt", "key")

	return cmd
}

func newConfigContextCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:               "context <context>",
		Aliases:           []string{"use-context"},
		Short:             "Select the context that commands use",
		Args:              usageArgs(a, cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeContext,
		RunE: func(_ *cobra.Command, args []string) error {
			return a.change(func(cfg *talosconfig.Config) error {
				if _, err := cfg.Select(args[0]); err != nil {
					return err
				}

				cfg.Context = args[0]

				return nil
			})
		},
	}
}

func newConfigContextsCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "contexts",
		Aliases: []string{"get-contexts"},
		Short:   "List the contexts",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := a.openTalosconfig()
			if err != nil {
				return err
			}

			t := a.table("CURRENT", "NAME", "ENDPOINTS", "NODES")

			for _, name := range cfg.Names() {
				mark := ""
				if name == cfg.Context {
					mark = "*"
				}

				t.row(mark, name, strings.Join(cfg.Contexts[name].Endpoints, ","), strings.Join(cfg.Contexts[name].Nodes, ","))
			}

			return t.end(nil)
		},
	}
}

// newConfigListCmd sets the endpoints or the nodes of a context.
func newConfigListCmd(a *app, what string) *cobra.Command {
	long := map[string]string{
		"endpoint": `Sets what talosctl connects to. Use control plane nodes, or a load balancer before
them: they pass calls on to the other nodes.`,
		"node": `Sets what commands are about unless --nodes says otherwise. The addresses are the
nodes' own, as the endpoints see them. Without any, each command has to name its nodes.`,
	}

	use, args := what+" <endpoint>...", cobra.MinimumNArgs(1)
	if what == "node" {
		args = cobra.ArbitraryArgs
	}

	return &cobra.Command{
		Use:     use,
		Aliases: []string{what + "s"},
		Short:   fmt.Sprintf("Set the %ss of the current context", what),
		Long:    long[what],
		Example: fmt.Sprintf("  talosctl config %s 10.0.0.10 10.0.0.11", what),
		Args:    usageArgs(a, args),
		RunE: func(_ *cobra.Command, args []string) error {
			var list []string

			for _, arg := range args {
				for one := range strings.SplitSeq(arg, ",") {
					if one = strings.TrimSpace(one); one != "" {
						list = append(list, one)
					}
				}
			}

			return a.change(func(cfg *talosconfig.Config) error {
				c, err := cfg.Select(a.context)
				if err != nil {
					return err
				}

				if what == "node" {
					c.Nodes = list
				} else {
					c.Endpoints = list
				}

				return nil
			})
		},
	}
}

func newConfigProxyCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "proxy-url [url]",
		Short:   "Set the proxy to connect through, or none",
		Example: "  talosctl config proxy-url socks5://127.0.0.1:1080",
		Args:    usageArgs(a, cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.change(func(cfg *talosconfig.Config) error {
				c, err := cfg.Select(a.context)
				if err != nil {
					return err
				}

				c.ProxyURL = strings.Join(args, "")

				return nil
			})
		},
	}
}

func newConfigMergeCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "merge <from>",
		Short: "Add the contexts of another client configuration",
		Long: `Adds the contexts of another file, and selects the one that is selected there. A
context whose name is taken by a different one gets a number; nothing is replaced.`,
		Example: "  talosctl config merge ./talosconfig",
		Args:    usageArgs(a, cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			raw, err := a.readInput(args[0])
			if err != nil {
				return err
			}

			from, err := talosconfig.Parse(raw)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}

			if len(from.Contexts) == 0 {
				return fmt.Errorf("%s has no contexts; is it a talosconfig?", args[0])
			}

			a.noteUnknown(args[0], from)

			return a.change(func(cfg *talosconfig.Config) error {
				for _, r := range cfg.Merge(from) {
					a.note("context %q is added as %q: the name was taken", r.From, r.To)
				}

				a.note("the current context is %q", cfg.Context)

				return nil
			})
		},
	}
}

func newConfigRemoveCmd(a *app) *cobra.Command {
	var dryRun, yes bool

	cmd := &cobra.Command{
		Use:               "remove <context>",
		Short:             "Remove a context",
		Long:              "Removes a context with its certificate, which is lost unless it is elsewhere, too.",
		Args:              usageArgs(a, cobra.ExactArgs(1)),
		ValidArgsFunction: a.completeContext,
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := a.openTalosconfig()
			if err != nil {
				return err
			}

			if _, err = cfg.Select(args[0]); err != nil {
				return err
			}

			if dryRun {
				a.note("would remove context %q", args[0])

				return nil
			}

			if !yes {
				fmt.Fprintf(a.stderr, "Remove context %q? [y/N] ", args[0]) //nolint:errcheck

				answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
				if err != nil && answer == "" {
					return errors.New("nobody answers; --noconfirm removes without asking")
				}

				if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
					return errors.New("kept")
				}
			}

			return a.change(func(cfg *talosconfig.Config) error {
				if delete(cfg.Contexts, args[0]); cfg.Context == args[0] {
					cfg.Context = ""

					if len(cfg.Contexts) > 0 {
						a.note("no context is selected now; `talosctl config context` selects one of %s", strings.Join(cfg.Names(), ", "))
					}
				}

				return nil
			})
		},
	}

	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only say what would be removed")
	cmd.Flags().BoolVarP(&yes, "noconfirm", "y", false, "do not ask")

	return cmd
}
