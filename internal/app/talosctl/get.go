package talosctl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/resource/meta"
	"github.com/cosi-project/runtime/pkg/resource/meta/spec"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"
	"k8s.io/client-go/util/jsonpath"

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

// printer writes resources in one of the output forms.
type printer interface {
	print(node, sign string, rd *spec.ResourceDefinitionSpec, r resource.Resource) error
	flush() error
}

func newPrinter(w io.Writer, o getOptions) (printer, error) {
	switch form, template, _ := strings.Cut(o.output, "="); form {
	case "table":
		return &tablePrinter{w: newTabs(w), watch: o.watch}, nil
	case "yaml":
		return &documentPrinter{w: w, encode: func(v any) ([]byte, error) {
			raw, err := yaml.Marshal(v)

			return append([]byte("---\n"), raw...), err
		}}, nil
	case "json":
		return &documentPrinter{w: w, encode: func(v any) ([]byte, error) {
			raw, err := json.MarshalIndent(v, "", "    ")

			return append(raw, '\n'), err
		}}, nil
	case "jsonpath":
		path := jsonpath.New("output").AllowMissingKeys(true)
		if err := path.Parse(template); err != nil {
			return nil, fmt.Errorf("jsonpath %q: %w", template, err)
		}

		return &documentPrinter{w: w, encode: func(v any) ([]byte, error) {
			var b strings.Builder
			if err := path.Execute(&b, v); err != nil {
				return nil, err
			}

			return []byte(b.String() + "\n"), nil
		}}, nil
	}

	return nil, fmt.Errorf("output %q: choose table, yaml, json, or jsonpath=<template>", o.output)
}

// sharedPrinter keeps what nodes watched at the same time print apart.
type sharedPrinter struct {
	mu sync.Mutex
	printer
}

func (p *sharedPrinter) print(node, sign string, rd *spec.ResourceDefinitionSpec, r resource.Resource) error {
	p.mu.Lock()
	defer p.mu.Unlock()

	return p.printer.print(node, sign, rd, r)
}

func (p *sharedPrinter) flush() error {
	p.mu.Lock()
	defer p.mu.Unlock()

	return p.printer.flush()
}

// plain is a resource's spec as YAML's own types, which is how every output
// form shows it: also kinds that this program does not know have that.
func plain(r resource.Resource) (any, error) {
	if resource.IsTombstone(r) {
		return nil, nil
	}

	raw, err := yaml.Marshal(r.Spec())
	if err != nil {
		return nil, err
	}

	var v any

	return v, yaml.Unmarshal(raw, &v)
}

type tablePrinter struct {
	w      *tabs
	watch  bool
	header string
}

func (p *tablePrinter) print(node, sign string, rd *spec.ResourceDefinitionSpec, r resource.Resource) error {
	if p.header != rd.Type {
		p.header = rd.Type

		if p.watch {
			fmt.Fprint(p.w, "*\t") //nolint:errcheck
		}

		fmt.Fprint(p.w, "NODE\tNAMESPACE\tTYPE\tID\tVERSION") //nolint:errcheck

		for _, c := range rd.PrintColumns {
			fmt.Fprint(p.w, "\t", strings.ToUpper(c.Name)) //nolint:errcheck
		}

		fmt.Fprintln(p.w) //nolint:errcheck
	}

	value, err := plain(r)
	if err != nil {
		return err
	}

	if p.watch {
		fmt.Fprint(p.w, sign, "\t") //nolint:errcheck
	}

	md := r.Metadata()
	fmt.Fprintf(p.w, "%s\t%s\t%s\t%s\t%s", node, md.Namespace(), rd.DisplayType, md.ID(), md.Version()) //nolint:errcheck

	for _, c := range rd.PrintColumns {
		fmt.Fprint(p.w, "\t", column(c, value)) //nolint:errcheck
	}

	_, err = fmt.Fprintln(p.w)

	return err
}

func (p *tablePrinter) flush() error { return p.w.Flush() }

// column evaluates a column's path; what is not there shows as nothing.
func column(c spec.PrintColumn, value any) string {
	path := jsonpath.New(c.Name).AllowMissingKeys(true)
	if path.Parse(c.JSONPath) != nil {
		return ""
	}

	results, err := path.FindResults(value)
	if err != nil {
		return ""
	}

	var out []string

	for _, set := range results {
		for _, v := range set {
			if v.CanInterface() && v.Interface() != nil {
				out = append(out, cell(v.Interface()))
			}
		}
	}

	return strings.Join(out, " ")
}

func cell(v any) string {
	switch v.(type) {
	case []any, map[string]any:
		raw, err := json.Marshal(v)
		if err == nil {
			return string(raw)
		}
	}

	return fmt.Sprint(v)
}

type documentPrinter struct {
	w      io.Writer
	encode func(v any) ([]byte, error)
}

func (p *documentPrinter) print(node, sign string, _ *spec.ResourceDefinitionSpec, r resource.Resource) error {
	value, err := plain(r)
	if err != nil {
		return err
	}

	md := r.Metadata()

	metadata := map[string]any{
		"namespace": md.Namespace(), "type": md.Type(), "id": md.ID(), "version": md.Version().String(),
		"owner": md.Owner(), "phase": md.Phase().String(), "created": md.Created(), "updated": md.Updated(),
	}

	if labels := md.Labels().Raw(); len(labels) > 0 {
		metadata["labels"] = labels
	}

	if annotations := md.Annotations().Raw(); len(annotations) > 0 {
		metadata["annotations"] = annotations
	}

	if finalizers := *md.Finalizers(); len(finalizers) > 0 {
		metadata["finalizers"] = []string(finalizers)
	}

	doc := map[string]any{"node": node, "metadata": metadata, "spec": value}
	if sign != "" {
		doc["event"] = map[string]string{"+": "created", " ": "updated", "-": "destroyed"}[sign]
	}

	raw, err := p.encode(doc)
	if err != nil {
		return err
	}

	_, err = p.w.Write(raw)

	return err
}

func (p *documentPrinter) flush() error { return nil }
