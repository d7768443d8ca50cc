// Package resource declares the kinds of state a node has.
//
// A kind is one declaration: [Define] takes the spec's Go struct and derives
// copy, YAML, wire form and registration from the struct and its tags. The
// store, watches and finalizers are github.com/cosi-project/runtime's; this
// package only saves its users the seven declarations per kind that it asks for.
//
// Specs are plain data with `yaml:"name"` and `protobuf:"number"` tags, both of
// which other programs rely on. They are values: the store hands out copies,
// so a spec read from it may be changed freely, and changes nothing there.
package resource

import (
	"fmt"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/siderolabs/protoenc"
)

// Resource is one piece of state of a kind declared by [Define].
type Resource[T any] struct {
	md   resource.Metadata
	spec box[T]
}

// TypedSpec gives the spec for reading or changing this copy.
func (r *Resource[T]) TypedSpec() *T { return &r.spec.value }

// Metadata implements the store's resource interface.
func (r *Resource[T]) Metadata() *resource.Metadata { return &r.md }

// Spec implements the store's resource interface; use TypedSpec instead.
func (r *Resource[T]) Spec() any { return &r.spec }

// DeepCopy implements the store's resource interface.
func (r *Resource[T]) DeepCopy() resource.Resource {
	cp := &Resource[T]{md: r.md.Copy()}
	copyInto(&cp.spec.value, &r.spec.value)

	return cp
}

// ID is the resource's ID within its kind and namespace.
func (r *Resource[T]) ID() resource.ID { return r.md.ID() }

func (r *Resource[T]) String() string {
	return fmt.Sprintf("%s(%s/%s)", r.md.Type(), r.md.Namespace(), r.md.ID())
}

// UnmarshalProto implements the store's interface for resources read from a remote store.
func (r *Resource[T]) UnmarshalProto(md *resource.Metadata, wire []byte) error {
	r.md = md.Copy()

	return r.spec.UnmarshalProto(wire)
}

// box carries a spec through the store's untyped interfaces.
type box[T any] struct{ value T }

func (b *box[T]) MarshalYAML() (any, error) { return &b.value, nil }

type wireForm interface {
	MarshalProto() ([]byte, error)
}

func (b *box[T]) MarshalProto() ([]byte, error) {
	if m, ok := any(&b.value).(wireForm); ok {
		return m.MarshalProto()
	}

	return protoenc.Marshal(&b.value)
}

func (b *box[T]) UnmarshalProto(wire []byte) error {
	if m, ok := any(&b.value).(interface{ UnmarshalProto([]byte) error }); ok {
		return m.UnmarshalProto(wire)
	}

	return protoenc.Unmarshal(wire, &b.value)
}
