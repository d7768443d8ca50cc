package resource

import (
	"context"
	"fmt"

	"github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/resource/meta/spec"
	"github.com/cosi-project/runtime/pkg/resource/protobuf"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/siderolabs/gen/optional"
)

// Column is an extra column of `talosctl get`'s table.
type Column = spec.PrintColumn

// Definition is what a kind is apart from its spec.
type Definition struct {
	// Type is the full name, "Plurals.domain.talos.dev".
	Type resource.Type
	// Namespace is where resources of the kind are looked for by default.
	Namespace resource.Namespace
	// Aliases are short names in addition to the automatic ones (singular,
	// capitals). Clients report a name that two kinds share as ambiguous, so
	// an extra alias can break somebody's command.
	Aliases []string
	// SkipAutomaticAliases leaves the automatic short names out.
	SkipAutomaticAliases bool
	// Columns are shown by `talosctl get` after the ID and version.
	Columns []Column
	// Sensitive kinds are readable by administrators only.
	Sensitive bool
}

// AnyKind is a kind whose spec type is not known.
type AnyKind interface {
	Definition() Definition
	// ResourceDefinition is the definition in the form the State API lists.
	ResourceDefinition() spec.ResourceDefinitionSpec
	// Check reports mistakes in the declaration.
	Check() error
}

// Group lists the kinds of a package in order of declaration.
type Group struct{ kinds []AnyKind }

// NewGroup makes an empty group.
func NewGroup() *Group { return &Group{} }

// Kinds returns the kinds declared so far.
func (g *Group) Kinds() []AnyKind { return g.kinds }

// Kind is a declared kind: makes, reads and lists its resources, and names it
// as controller input or output.
type Kind[T any] struct{ def Definition }

// Define declares a kind and adds it to its package's group. It panics on a type
// declared twice. What else may be wrong is for a test to find, with Check: this
// runs at the start of every program that knows the kinds, and looking closely at
// all of them takes half a second there on an emulated processor.
func Define[T any](g *Group, def Definition) *Kind[T] {
	k := &Kind[T]{def: def}

	if err := protobuf.RegisterResource(def.Type, &Resource[T]{}); err != nil {
		panic(fmt.Sprintf("define %s: %v", def.Type, err))
	}

	g.kinds = append(g.kinds, k)

	return k
}

// Check implements AnyKind: the spec has to be plain data, which copies, compares
// and travels, and the names have to fit the rules of the State API.
func (k *Kind[T]) Check() error {
	if err := checkSpec[T](); err != nil {
		return fmt.Errorf("define %s: %w", k.def.Type, err)
	}

	rd := k.ResourceDefinition()
	if err := rd.Fill(); err != nil {
		return fmt.Errorf("define %s: %w", k.def.Type, err)
	}

	return nil
}

// Definition of the kind.
func (k *Kind[T]) Definition() Definition { return k.def }

// Type is the kind's full name.
func (k *Kind[T]) Type() resource.Type { return k.def.Type }

// ResourceDefinition implements AnyKind.
func (k *Kind[T]) ResourceDefinition() spec.ResourceDefinitionSpec {
	sensitivity := spec.NonSensitive
	if k.def.Sensitive {
		sensitivity = spec.Sensitive
	}

	return spec.ResourceDefinitionSpec{
		Type:                 k.def.Type,
		DefaultNamespace:     k.def.Namespace,
		Aliases:              k.def.Aliases,
		SkipAutomaticAliases: k.def.SkipAutomaticAliases,
		PrintColumns:         k.def.Columns,
		Sensitivity:          sensitivity,
	}
}

// New makes a resource in the kind's default namespace. It is not stored.
func (k *Kind[T]) New(id resource.ID, value T) *Resource[T] {
	return k.NewIn(k.def.Namespace, id, value)
}

// NewIn makes a resource in a namespace.
func (k *Kind[T]) NewIn(ns resource.Namespace, id resource.ID, value T) *Resource[T] {
	return &Resource[T]{
		md:   resource.NewMetadata(ns, k.def.Type, id, resource.VersionUndefined),
		spec: box[T]{value},
	}
}

// Ref points at a resource of the default namespace.
func (k *Kind[T]) Ref(id resource.ID) resource.Metadata { return k.RefIn(k.def.Namespace, id) }

// RefIn points at a resource of a namespace.
func (k *Kind[T]) RefIn(ns resource.Namespace, id resource.ID) resource.Metadata {
	return resource.NewMetadata(ns, k.def.Type, id, resource.VersionUndefined)
}

// Reader is what reading needs; a store, a remote store and a controller's runtime all are one.
type Reader interface {
	Get(context.Context, resource.Pointer, ...state.GetOption) (resource.Resource, error)
	List(context.Context, resource.Kind, ...state.ListOption) (resource.List, error)
}

// Get reads one resource. A missing one is an error for which IsNotFound is true.
func (k *Kind[T]) Get(ctx context.Context, r Reader, id resource.ID) (*Resource[T], error) {
	return k.GetIn(ctx, r, k.def.Namespace, id)
}

// GetIn reads one resource of a namespace.
func (k *Kind[T]) GetIn(ctx context.Context, r Reader, ns resource.Namespace, id resource.ID) (*Resource[T], error) {
	res, err := r.Get(ctx, k.RefIn(ns, id))
	if err != nil {
		return nil, err
	}

	return k.Cast(res)
}

// Find is Get with a missing resource reported as nil and no error.
func (k *Kind[T]) Find(ctx context.Context, r Reader, id resource.ID) (*Resource[T], error) {
	return k.FindIn(ctx, r, k.def.Namespace, id)
}

// FindIn is GetIn with a missing resource reported as nil and no error.
func (k *Kind[T]) FindIn(ctx context.Context, r Reader, ns resource.Namespace, id resource.ID) (*Resource[T], error) {
	res, err := k.GetIn(ctx, r, ns, id)
	if state.IsNotFoundError(err) {
		return nil, nil
	}

	return res, err
}

// List reads all resources of the default namespace, ordered by ID.
func (k *Kind[T]) List(ctx context.Context, r Reader, opts ...state.ListOption) ([]*Resource[T], error) {
	return k.ListIn(ctx, r, k.def.Namespace, opts...)
}

// ListIn reads all resources of a namespace, ordered by ID.
func (k *Kind[T]) ListIn(ctx context.Context, r Reader, ns resource.Namespace, opts ...state.ListOption) ([]*Resource[T], error) {
	list, err := r.List(ctx, k.RefIn(ns, ""), opts...)
	if err != nil {
		return nil, err
	}

	out := make([]*Resource[T], 0, len(list.Items))

	for _, item := range list.Items {
		res, err := k.Cast(item)
		if err != nil {
			return nil, err
		}

		out = append(out, res)
	}

	return out, nil
}

// Cast gives a resource its type back, such as one taken from a watch event.
func (k *Kind[T]) Cast(res resource.Resource) (*Resource[T], error) {
	typed, ok := res.(*Resource[T])
	if !ok {
		return nil, fmt.Errorf("%s is a %T, not a %s", res, res, k.def.Type)
	}

	return typed, nil
}

// InputOption narrows an input.
type InputOption func(*controller.Input)

// Namespace makes an input watch another namespace than the kind's default.
func Namespace(ns resource.Namespace) InputOption {
	return func(in *controller.Input) { in.Namespace = ns }
}

// ID makes an input watch a single resource.
func ID(id resource.ID) InputOption {
	return func(in *controller.Input) { in.ID = optional.Some(id) }
}

func (k *Kind[T]) input(kind controller.InputKind, opts []InputOption) controller.Input {
	in := controller.Input{Namespace: k.def.Namespace, Type: k.def.Type, Kind: kind}

	for _, opt := range opts {
		opt(&in)
	}

	return in
}

// Weak is an input that wakes the controller on change.
func (k *Kind[T]) Weak(opts ...InputOption) controller.Input {
	return k.input(controller.InputWeak, opts)
}

// Strong is an input that in addition holds back the end of a resource until
// the controller has taken its finalizer off.
func (k *Kind[T]) Strong(opts ...InputOption) controller.Input {
	return k.input(controller.InputStrong, opts)
}

// DestroyReady wakes a controller when one of its outputs, torn down, lost its last finalizer.
func (k *Kind[T]) DestroyReady(opts ...InputOption) controller.Input {
	return k.input(controller.InputDestroyReady, opts)
}

// Exclusive is an output no other controller may write.
func (k *Kind[T]) Exclusive() controller.Output {
	return controller.Output{Type: k.def.Type, Kind: controller.OutputExclusive}
}

// Shared is an output several controllers write, each its own resources.
func (k *Kind[T]) Shared() controller.Output {
	return controller.Output{Type: k.def.Type, Kind: controller.OutputShared}
}
