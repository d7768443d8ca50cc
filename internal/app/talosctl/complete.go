package talosctl

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

// What shells propose comes from files of this machine and from lists in this
// program: a key press must not wait for a node.

//go:embed resourcetypes.txt
var resourceTypes string

// services are those that every node may have; extensions bring others.
var services = []string{"apid", "containerd", "cri", "etcd", "kubelet", "machined", "trustd", "udevd"}

func completeType(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}

	return strings.Fields(resourceTypes), cobra.ShellCompDirectiveNoFileComp
}

func completeService(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	switch {
	case len(args) == 0:
		return services, cobra.ShellCompDirectiveNoFileComp
	case len(args) == 1 && cmd.Name() == "service":
		return []string{"start", "stop", "restart", "status"}, cobra.ShellCompDirectiveNoFileComp
	}

	return nil, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) completeContext(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	cfg, err := talosconfig.Open(a.talosconfig)
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}

	return cfg.Names(), cobra.ShellCompDirectiveNoFileComp
}

// completeNames proposes contexts, and the endpoints and nodes of the chosen one.
func (a *app) completeNames(cmd *cobra.Command) {
	addresses := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		cfg, err := talosconfig.Open(a.talosconfig)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}

		c, err := cfg.Select(a.context)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}

		all := append(slices.Clone(c.Nodes), c.Endpoints...)
		slices.Sort(all)

		return slices.Compact(all), cobra.ShellCompDirectiveNoFileComp
	}

	cmd.RegisterFlagCompletionFunc("nodes", addresses)                                                                              //nolint:errcheck // the flags exist
	cmd.RegisterFlagCompletionFunc("endpoints", addresses)                                                                          //nolint:errcheck
	cmd.RegisterFlagCompletionFunc("context", func(cmd *cobra.Command, _ []string, s string) ([]string, cobra.ShellCompDirective) { //nolint:errcheck
		return a.completeContext(cmd, nil, s)
	})
}
