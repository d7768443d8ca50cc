package expression

import (
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"
)

// fields are what an expression may ask of a variable.
var fields = map[string]map[string]*types.Type{
	"disk": {
		"bus_path": types.StringType, "cdrom": types.BoolType, "dev_path": types.StringType, "firmware_version": types.StringType,
		"io_size": types.UintType, "modalias": types.StringType, "model": types.StringType, "pretty_size": types.StringType,
		"readonly": types.BoolType, "rotational": types.BoolType, "secondary_disks": texts, "sector_size": types.UintType,
		"serial": types.StringType, "size": types.UintType, "sub_system": types.StringType, "symlinks": texts,
		"transport": types.StringType, "uuid": types.StringType, "wwid": types.StringType,
	},
	"volume": {
		"block_size": types.UintType, "dev_path": types.StringType, "device_path": types.StringType,
		"filesystem_block_size": types.UintType, "io_size": types.UintType, "label": types.StringType, "name": types.StringType,
		"offset": types.UintType, "parent": types.StringType, "parent_dev_path": types.StringType, "partition_index": types.UintType,
		"partition_label": types.StringType, "partition_type": types.StringType, "partition_uuid": types.StringType,
		"pretty_size": types.StringType, "probed_size": types.UintType, "sector_size": types.UintType, "size": types.UintType,
		"type": types.StringType, "uuid": types.StringType,
	},
	"link": {
		"alias": types.StringType, "alt_names": texts, "broadcast_addr": types.BytesType, "bus_path": types.StringType,
		"driver": types.StringType, "driver_version": types.StringType, "duplex": types.IntType, "firmware_version": types.StringType,
		"flags": types.UintType, "hardware_addr": types.BytesType, "index": types.UintType, "kind": types.StringType,
		"link_index": types.UintType, "link_state": types.BoolType, "master_index": types.UintType, "mtu": types.UintType,
		"operational_state": types.IntType, "pciid": types.StringType, "permanent_addr": types.BytesType, "port": types.IntType,
		"product": types.StringType, "product_id": types.StringType, "queue_disc": types.StringType, "slave_kind": types.StringType,
		"speed_megabits": types.IntType, "type": types.IntType, "vendor": types.StringType, "vendor_id": types.StringType,
	},
}

var texts = types.NewListType(types.StringType)

// Fields lists the fields of disk, volume or link with their types in CEL, such as uint.
func Fields(variable string) map[string]string {
	out := map[string]string{}
	for name, t := range fields[variable] {
		out[name] = t.String()
	}

	return out
}

// object is the type of a variable with fields. Its name is not that of the variable: the
// engine takes names of types for values.
func object(variable string) *types.Type { return types.NewObjectType("a " + variable) }

// provider tells the compiler of the variables' fields.
type provider struct{ *types.Registry }

func (p provider) FindStructType(name string) (*types.Type, bool) {
	if variable, ok := strings.CutPrefix(name, "a "); ok {
		return types.NewTypeTypeWithParam(object(variable)), true
	}

	return p.Registry.FindStructType(name)
}

func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	if variable, ok := strings.CutPrefix(name, "a "); ok {
		return slices.Sorted(maps.Keys(fields[variable])), true
	}

	return p.Registry.FindStructFieldNames(name)
}

// FindStructFieldType gives no way to read a field: values are maps, which the engine
// reads by itself.
func (p provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if variable, ok := strings.CutPrefix(name, "a "); ok {
		t, ok := fields[variable][field]

		return &types.FieldType{Type: t}, ok
	}

	return p.Registry.FindStructFieldType(name, field)
}
