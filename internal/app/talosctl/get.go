package talosctl

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/resource/meta"
	"github.com/cosi-project/runtime/pkg/resource/meta/spec"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/spf13/cobra"

	"github.com/talos-os/talos/pkg/machinery/client"
)

type getOptions struct {
	namespace, output string
	watch             bool
	m                 maintenance
}

func newGetCmd(a *app) *cobra.Command {
	var o getOptions

	cmd := &cobra.Command{
		Use:     "get <type> [<id>]",
		Aliases: []string{"g"},
		Short:   "Show resources: what a node is made of, wants and does",
		Long: `Shows resources of a node. Everything a node knows is a resource: addresses,
volumes, services, certificates. ` + "`talosctl get rd`" + ` lists the types with their short names.`,
		Example: "  talosctl get addresses\n  talosctl get members -o yaml\n  talosctl get machinestatus -w",
		Args:    usageArgs(a, cobra.RangeArgs(1, 2)),

		ValidArgsFunction: completeType,
		RunE: func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) == 2 {
				id = args[1]
			}

			p, err := newPrinter(a.stdout, o)
			if err != nil {
				return err
			}

			ns, err := a.connectTo(o.m)
			if err != nil {
				return err
			}
			defer ns.close()

			calls := ns.each
			if o.watch {
				calls = ns.atOnce
			}

			p = &sharedPrinter{printer: p}

			return errors.Join(calls(cmd.Context(), func(ctx context.Context, n node) error {
				return get(ctx, n, args[0], id, o, p)
			}), p.flush())
		},
	}

	cmd.Flags().StringVar(&o.namespace, "namespace", "", "namespace to look in (default: the type's own)")
	cmd.Flags().StringVarP(&o.output, "output", "o", "table", "table, yaml, json, or jsonpath=<template>")
	cmd.Flags().BoolVarP(&o.watch, "watch", "w", false, "go on with changes")
	o.m.flags(cmd)

	return a.apiFlags(cmd)
}

// resolveType finds the kind that a person means, by its name or an alias.
func resolveType(ctx context.Context, c *client.Client, name string) (*spec.ResourceDefinitionSpec, error) {
	list, err := c.State.List(ctx, resource.NewMetadata(meta.NamespaceName, meta.ResourceDefinitionType, "", resource.VersionUndefined))
	if err != nil {
		return nil, err
	}

	var (
		found []*spec.ResourceDefinitionSpec
		all   []string
	)

	for _, r := range list.Items {
		rd, ok := r.(*meta.ResourceDefinition)
		if !ok {
			continue
		}

		s := rd.TypedSpec()
		all = append(all, strings.ToLower(s.DisplayType))

		if strings.EqualFold(s.Type, name) {
			return s, nil
		}

		if slices.Contains(s.AllAliases, strings.ToLower(name)) {
			found = append(found, s)
		}
	}

	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return nil, fmt.Errorf("there is no resource type %q; `talosctl get rd` lists them%s", name, nearest(name, all))
	default:
		var types []string
		for _, s := range found {
			types = append(types, s.Type)
		}

		slices.Sort(types)

		return nil, fmt.Errorf("resource type %q is ambiguous: %s", name, strings.Join(types, ", "))
	}
}

// nearest proposes names that contain what was typed.
func nearest(name string, all []string) string {
	var near []string

	for _, n := range all {
		if strings.Contains(n, strings.ToLower(name)) {
			near = append(near, n)
		}
	}

	if slices.Sort(near); len(near) == 0 {
		return ""
	}

	return "; close: " + strings.Join(near[:min(5, len(near))], ", ")
}

func get(ctx context.Context, n node, typ, id string, o getOptions, p printer) error {
	rd, err := resolveType(ctx, n.Client, typ)
	if err != nil {
		return err
	}

	ns := o.namespace
	if ns == "" {
		ns = rd.DefaultNamespace
	}

	md := resource.NewMetadata(ns, rd.Type, id, resource.VersionUndefined)

	if o.watch {
		return watch(ctx, n, md, id, rd, p)
	}

	if id != "" {
		r, err := n.State.Get(ctx, md)
		if state.IsNotFoundError(err) {
			return fmt.Errorf("there is no %s %q in namespace %s; `talosctl get %s` lists them", rd.DisplayType, id, ns, typ)
		} else if err != nil {
			return err
		}

		return p.print(n.name, "", rd, r)
	}

	list, err := n.State.List(ctx, md)
	if err != nil {
		return err
	}

	if len(list.Items) == 0 {
		p.none(rd)
	}

	for _, r := range list.Items {
		if err = p.print(n.name, "", rd, r); err != nil {
			return err
		}
	}

	return nil
}

func watch(ctx context.Context, n node, md resource.Metadata, id string, rd *spec.ResourceDefinitionSpec, p printer) error {
	events := make(chan state.Event)

	var err error
	if id != "" {
		err = n.State.Watch(ctx, md, events)
	} else {
		err = n.State.WatchKind(ctx, md, events, state.WithBootstrapContents(true))
	}

	if err != nil {
		return err
	}

	started := id != "" // the contents of a kind come first, and line up

	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case ev := <-events:
			sign := map[state.EventType]string{state.Created: "+", state.Updated: " ", state.Destroyed: "-"}[ev.Type]

			switch ev.Type {
			case state.Errored:
				return ev.Error
			case state.Noop:
				continue
			case state.Bootstrapped:
				started = true
			default:
				if err = p.print(n.name, sign, rd, ev.Resource); err != nil {
					return err
				}
			}

			if started {
				if err = p.flush(); err != nil {
					return err
				}
			}
		}
	}
}
