package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

type LinkAliasSpec struct {
	Alias string `yaml:"alias" protobuf:"1"`
}

var LinkAliasSpecs = resource.Define[LinkAliasSpec](Kinds, resource.Definition{
	Type: "LinkAliasSpecs.net.talos.dev", Namespace: "network",
	Columns: []resource.Column{{Name: "Alias", JSONPath: "{.alias}"}},
})
