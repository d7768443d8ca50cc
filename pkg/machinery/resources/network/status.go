package network

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// StatusSpec says how far the network has come: an address, a way out, a host name, the files of
// /etc.
type StatusSpec struct {
	AddressReady      bool `yaml:"addressReady" protobuf:"1"`
	ConnectivityReady bool `yaml:"connectivityReady" protobuf:"2"`
	HostnameReady     bool `yaml:"hostnameReady" protobuf:"3"`
	EtcFilesReady     bool `yaml:"etcFilesReady" protobuf:"4"`
}

// NetworkStatuses has one resource, StatusID.
var NetworkStatuses = resource.Define[StatusSpec](Kinds, resource.Definition{
	Type: "NetworkStatuses.net.talos.dev", Namespace: "network",
	Aliases: []string{"netstatus", "netstatuses"},
	Columns: []resource.Column{{Name: "Address", JSONPath: "{.addressReady}"}, {Name: "Connectivity", JSONPath: "{.connectivityReady}"}, {Name: "Hostname", JSONPath: "{.hostnameReady}"}, {Name: "Etc", JSONPath: "{.etcFilesReady}"}},
})
