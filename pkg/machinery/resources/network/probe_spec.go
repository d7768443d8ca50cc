package network

import (
	"net/url"
	"time"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// ProbeSpec asks whether something can be reached, again and again. FailureThreshold failures in a
// row make it unreachable.
type ProbeSpec struct {
	Interval         time.Duration `yaml:"interval" protobuf:"1"`
	FailureThreshold int           `yaml:"failureThreshold" protobuf:"2"`
	TCP              TCPProbeSpec  `yaml:"tcp,omitempty" protobuf:"3"`
	ConfigLayer      ConfigLayer   `yaml:"layer" protobuf:"4"`
	HTTP             HTTPProbeSpec `yaml:"http,omitempty" protobuf:"5"`
}

// TCPProbeSpec opens a connection to host and port.
type TCPProbeSpec struct {
	Endpoint string        `yaml:"endpoint" protobuf:"1"`
	Timeout  time.Duration `yaml:"timeout" protobuf:"2"`
}

// HTTPProbeSpec gets a URL; any answer below 400 will do.
type HTTPProbeSpec struct {
	URL     *url.URL      `yaml:"url" protobuf:"1"`
	Timeout time.Duration `yaml:"timeout" protobuf:"2"`
}

// ProbeSpecs have what is probed as ID; in the namespace network-config, with the layer before it.
var ProbeSpecs = resource.Define[ProbeSpec](Kinds, resource.Definition{
	Type: "ProbeSpecs.net.talos.dev", Namespace: "network",
})
