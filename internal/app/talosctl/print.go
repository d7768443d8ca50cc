package talosctl

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/resource/meta/spec"
	"go.yaml.in/yaml/v4"
	"k8s.io/client-go/util/jsonpath"
)

// printer writes resources in one of the output forms.
type printer interface {
	print(node, sign string, rd *spec.ResourceDefinitionSpec, r resource.Resource) error
	// none says that there is nothing to print.
	none(rd *spec.ResourceDefinitionSpec)
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

// none prints the header, which is what a table without rows has.
func (p *tablePrinter) none(rd *spec.ResourceDefinitionSpec) {
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
}

func (p *tablePrinter) print(node, sign string, rd *spec.ResourceDefinitionSpec, r resource.Resource) error {
	p.none(rd)

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

func (p *documentPrinter) none(*spec.ResourceDefinitionSpec) {}

func (p *documentPrinter) flush() error { return nil }
