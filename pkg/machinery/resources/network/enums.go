package network

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
)

// ConfigLayer says who asks for a setting: of two for the same thing, that of the higher layer is
// taken.
type ConfigLayer uint32

// Layers, the lowest first.
const (
	ConfigLayerDefault       ConfigLayer = 0
	ConfigLayerCmdline       ConfigLayer = 1
	ConfigLayerPlatform      ConfigLayer = 2
	ConfigLayerOperator      ConfigLayer = 3
	ConfigLayerConfiguration ConfigLayer = 4
)

var configLayerNames = []netenum.Name[ConfigLayer]{
	{Value: ConfigLayerDefault, Text: "default"},
	{Value: ConfigLayerCmdline, Text: "cmdline"},
	{Value: ConfigLayerPlatform, Text: "platform"},
	{Value: ConfigLayerOperator, Text: "operator"},
	{Value: ConfigLayerConfiguration, Text: "configuration"},
}

func (v ConfigLayer) String() string { return netenum.EnumString(configLayerNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v ConfigLayer) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *ConfigLayer) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(configLayerNames, "ConfigLayer", string(text), v)
}

// Operator is something that finds settings out by itself.
type Operator uint32

// Operators.
const (
	OperatorDhcp4 Operator = 0
	OperatorDhcp6 Operator = 1
	OperatorVip   Operator = 2
)

var operatorNames = []netenum.Name[Operator]{
	{Value: OperatorDhcp4, Text: "dhcp4"},
	{Value: OperatorDhcp6, Text: "dhcp6"},
	{Value: OperatorVip, Text: "vip"},
}

func (v Operator) String() string { return netenum.EnumString(operatorNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v Operator) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Operator) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(operatorNames, "Operator", string(text), v)
}
