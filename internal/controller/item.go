package controller

import (
	"context"
	"fmt"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"

	kinds "github.com/talos-os/talos/pkg/machinery/resource"
)

// Item is one resource that a controller wants to exist with a given spec.
type Item interface {
	// Pointer names the resource.
	Pointer() resource.Pointer
	write(ctx context.Context, rt cosi.Writer) error
}

type item[T any] struct {
	kind        *kinds.Kind[T]
	md          resource.Metadata
	spec        T
	labels      map[string]string
	annotations map[string]string
}

// ItemOption adds to a wanted resource.
type ItemOption func(*itemOptions)

type itemOptions struct {
	namespace   resource.Namespace
	labels      map[string]string
	annotations map[string]string
}

// InNamespace puts the resource into another namespace than the kind's default.
func InNamespace(ns resource.Namespace) ItemOption {
	return func(o *itemOptions) { o.namespace = ns }
}

// Labels sets labels on the resource; others that it has stay.
func Labels(labels map[string]string) ItemOption {
	return func(o *itemOptions) { o.labels = labels }
}

// Annotations sets annotations on the resource; others that it has stay.
func Annotations(annotations map[string]string) ItemOption {
	return func(o *itemOptions) { o.annotations = annotations }
}

// Want says that a resource shall exist.
func Want[T any](kind *kinds.Kind[T], id resource.ID, spec T, opts ...ItemOption) Item {
	o := itemOptions{namespace: kind.Definition().Namespace}

	for _, opt := range opts {
		opt(&o)
	}

	return item[T]{kind, kind.RefIn(o.namespace, id), spec, o.labels, o.annotations}
}

func (i item[T]) Pointer() resource.Pointer { return i.md }

func (i item[T]) String() string {
	return fmt.Sprintf("%s/%s/%s %+v", i.md.Namespace(), i.md.Type(), i.md.ID(), i.spec)
}

func (i item[T]) write(ctx context.Context, rt cosi.Writer) error {
	var zero T

	return rt.Modify(ctx, i.kind.NewIn(i.md.Namespace(), i.md.ID(), zero), func(r resource.Resource) error {
		res, err := i.kind.Cast(r)
		if err != nil {
			return err
		}

		*res.TypedSpec() = i.spec

		for k, v := range i.labels {
			res.Metadata().Labels().Set(k, v)
		}

		for k, v := range i.annotations {
			res.Metadata().Annotations().Set(k, v)
		}

		return nil
	})
}

// Running leaves the resources out that are being torn down: to a planner those
// are gone.
func Running[R resource.Resource](list []R) []R {
	out := make([]R, 0, len(list))

	for _, r := range list {
		if r.Metadata().Phase() == resource.PhaseRunning {
			out = append(out, r)
		}
	}

	return out
}

// outputs writes wanted resources and removes those of earlier rounds.
type outputs struct {
	meta
	// namespaces ever written by kind: where left-overs can be.
	namespaces map[resource.Type]map[resource.Namespace]bool
	wanted     map[key]bool
}

type key struct {
	namespace resource.Namespace
	typ       resource.Type
	id        resource.ID
}

func keyOf(p resource.Pointer) key { return key{p.Namespace(), p.Type(), p.ID()} }

func newOutputs(m meta) *outputs {
	return &outputs{meta: m, namespaces: map[resource.Type]map[resource.Namespace]bool{}}
}

func (o *outputs) begin() { o.wanted = map[key]bool{} }

func (o *outputs) write(ctx context.Context, rt cosi.ReaderWriter, i Item) error {
	p := i.Pointer()
	o.wanted[keyOf(p)] = true

	if o.namespaces[p.Type()] == nil {
		o.namespaces[p.Type()] = map[resource.Namespace]bool{}
	}

	o.namespaces[p.Type()][p.Namespace()] = true

	err := i.write(ctx, rt)
	if state.IsPhaseConflictError(err) {
		// Wanted again while its end is under way: finish that first. While
		// somebody still holds a finalizer, the removal wakes this controller
		// through its DestroyReady input.
		ready, tearErr := rt.Teardown(ctx, p)
		if tearErr != nil || !ready {
			return tearErr
		}

		if err = rt.Destroy(ctx, p); err == nil {
			err = i.write(ctx, rt)
		}
	}

	if err != nil {
		return fmt.Errorf("write %s/%s: %w", p.Type(), p.ID(), err)
	}

	return nil
}

// finish removes what this controller owns and did not want in this round.
func (o *outputs) finish(ctx context.Context, rt cosi.ReaderWriter) error {
	for typ, namespaces := range o.namespaces {
		for ns := range namespaces {
			list, err := rt.List(ctx, resource.NewMetadata(ns, typ, "", resource.VersionUndefined))
			if err != nil {
				return fmt.Errorf("list outputs %s: %w", typ, err)
			}

			for _, r := range list.Items {
				md := r.Metadata()
				if md.Owner() != o.name || o.wanted[keyOf(md)] {
					continue
				}

				ready, err := rt.Teardown(ctx, md)
				if err == nil && ready {
					err = rt.Destroy(ctx, md)
				}

				if err != nil && !state.IsNotFoundError(err) {
					return fmt.Errorf("remove %s/%s: %w", md.Type(), md.ID(), err)
				}
			}
		}
	}

	return nil
}
