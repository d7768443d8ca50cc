package talosctl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/inspect"
)

func newInspectCmd(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inspect",
		Short: "Look into a node",
	}

	cmd.AddCommand(newInspectDependenciesCmd(a))

	return a.apiFlags(cmd)
}

func newInspectDependenciesCmd(a *app) *cobra.Command {
	var withResources bool

	cmd := &cobra.Command{
		Use:   "dependencies",
		Short: "Draw which controller reads and writes which state",
		Long: `Writes a graph of the controllers of a node in the language of Graphviz: which one
waits for what another one writes. With --with-resources the state between them is
drawn as well.`,
		Example: "  talosctl inspect dependencies | dot -Tsvg > dependencies.svg",
		Args:    usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			connect := func() (*nodes, error) { return a.connectOne("a graph is drawn of", a.connect) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				resp, err := n.Inspect.ControllerRuntimeDependencies(ctx, &emptypb.Empty{})
				if err != nil {
					return err
				}

				for _, m := range resp.GetMessages() {
					if _, err = fmt.Fprint(a.stdout, graph(m.GetEdges(), withResources)); err != nil {
						return err
					}
				}

				return nil
			})
		},
	}

	cmd.Flags().BoolVar(&withResources, "with-resources", false, "with the state that controllers share")

	return cmd
}

func isOutput(e *inspect.ControllerDependencyEdge) bool {
	return e.GetEdgeType() == inspect.DependencyEdgeType_OUTPUT_EXCLUSIVE || e.GetEdgeType() == inspect.DependencyEdgeType_OUTPUT_SHARED
}

// graph is the edges in dot(1)'s language, sorted, so that two can be compared.
func graph(edges []*inspect.ControllerDependencyEdge, withResources bool) string {
	var lines []string

	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf("  "+format+"\n", args...)) }

	writers := map[string][]string{}

	for _, e := range edges {
		if isOutput(e) {
			writers[e.GetResourceType()] = append(writers[e.GetResourceType()], e.GetControllerName())
		}
	}

	for _, e := range edges {
		name, typ := e.GetControllerName(), e.GetResourceType()
		add("%q [shape=box];", name)

		if withResources {
			add("%q [shape=note];", typ)

			if isOutput(e) {
				add("%q -> %q;", name, typ)
			} else {
				add("%q -> %q [label=%q];", typ, name, e.GetResourceId())
			}

			continue
		}

		if isOutput(e) {
			continue
		}

		// A controller that reads what it writes waits for nobody.
		for _, w := range writers[typ] {
			if w != name {
				add("%q -> %q [label=%q];", w, name, typ)
			}
		}
	}

	slices.Sort(lines)

	return "digraph {\n" + strings.Join(slices.Compact(lines), "") + "}\n"
}
