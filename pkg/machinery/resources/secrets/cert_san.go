package secrets

import (
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/resource"
)

// CertSANSpec are the names and addresses that a certificate has to have.
type CertSANSpec struct {
	IPs      []netip.Addr `yaml:"ips" protobuf:"1"`
	DNSNames []string     `yaml:"dnsNames" protobuf:"2"`
	FQDN     string       `yaml:"fqdn" protobuf:"3"`
}

// CertSANs have whose they are as ID: CertSANAPIID, CertSANKubernetesID, CertSANMaintenanceID.
var CertSANs = resource.Define[CertSANSpec](Kinds, resource.Definition{
	Type: "CertSANs.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
