package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// LinkAliasSpec gives a physical link a second name, by which the config can speak of it.
type LinkAliasSpec struct {
	Alias string `yaml:"alias" protobuf:"1"`
}

// LinkAliasSpecs have the link's name as ID.
var LinkAliasSpecs = resource.Define[LinkAliasSpec](Kinds, resource.Definition{
	Type: "LinkAliasSpecs.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Alias", JSONPath: "{.alias}"}},
})
