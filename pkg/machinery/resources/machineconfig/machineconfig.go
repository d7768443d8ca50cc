// Package machineconfig declares the machine config and the machine's role as state.
package machineconfig

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// IDs of machine configs.
const (
	// Active is the config in force.
	Active = "v1alpha1"
	// Persistent is the config that the next boot starts with.
	Persistent = "persistent"
	// MachineTypeID is the ID of the one machine type.
	MachineTypeID = "machine-type"
)

// Spec is a machine config. Config is immutable and shared between copies.
type Spec struct {
	doc *config.Config
}

// Of makes the spec of a config.
func Of(c *config.Config) Spec { return Spec{c} }

// Config is never nil in stored resources.
func (s Spec) Config() *config.Config { return s.doc }

// MarshalYAML shows the whole text as one scalar; clients know by the annotation.
func (s Spec) MarshalYAML() (any, error) {
	if s.doc == nil {
		return "", nil
	}

	return string(s.doc.Bytes()), nil
}

// MarshalProto is field 1 of resource.config.MachineConfigSpec: the whole text.
func (s Spec) MarshalProto() ([]byte, error) {
	if s.doc == nil {
		return nil, nil
	}

	return protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), s.doc.Bytes()), nil
}

// UnmarshalProto is the inverse of MarshalProto.
func (s *Spec) UnmarshalProto(wire []byte) error {
	for len(wire) > 0 {
		num, typ, n := protowire.ConsumeTag(wire)
		if n < 0 {
			return protowire.ParseError(n)
		}

		wire = wire[n:]

		if num == 1 && typ == protowire.BytesType {
			text, n := protowire.ConsumeBytes(wire)
			if n < 0 {
				return protowire.ParseError(n)
			}

			doc, err := config.Load(text)
			if err != nil {
				return fmt.Errorf("load machine config: %w", err)
			}

			s.doc = doc
			wire = wire[n:]

			continue
		}

		if n = protowire.ConsumeFieldValue(num, typ, wire); n < 0 {
			return protowire.ParseError(n)
		}

		wire = wire[n:]
	}

	return nil
}

// TextAnnotation marks resources whose YAML form is itself YAML text in a scalar.
const TextAnnotation = "talos.dev/yaml-spec"

// MachineConfigs are the configs in force and of the next boot.
var MachineConfigs = resource.Define[Spec](Kinds, resource.Definition{
	Type: "MachineConfigs.config.talos.dev", Namespace: "config", Sensitive: true,
})

// TypeSpec is the machine's role; its YAML form is a plain scalar.
type TypeSpec struct {
	Type machine.Type `protobuf:"1"`
}

// MarshalYAML implements the YAML library's marshaler.
func (s TypeSpec) MarshalYAML() (any, error) { return s.Type.String(), nil }

// MachineTypes has the machine's role once a config is known.
var MachineTypes = resource.Define[TypeSpec](Kinds, resource.Definition{
	Type: "MachineTypes.config.talos.dev", Namespace: "config",
	Columns: []resource.Column{{Name: "Type", JSONPath: "{@}"}},
})
