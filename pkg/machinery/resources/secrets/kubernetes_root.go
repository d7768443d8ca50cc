package secrets

import (
	"net/netip"
	"net/url"

	"github.com/siderolabs/crypto/x509"
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// KubernetesRootSpec is what all of Kubernetes' secrets are made from: CAs, keys of service
// accounts and of encryption at rest. Accepted CAs, keys and issuers are there while one replaces
// another.
type KubernetesRootSpec struct {
	Name                       string                            `yaml:"name" protobuf:"1"`
	Endpoint                   *url.URL                          `yaml:"endpoint" protobuf:"2"`
	LocalEndpoint              *url.URL                          `yaml:"local_endpoint" protobuf:"3"`
	CertSANs                   []string                          `yaml:"certSANs" protobuf:"4"`
	APIServerIPs               []netip.Addr                      `yaml:"apiServerIPs" protobuf:"14"`
	DNSDomain                  string                            `yaml:"dnsDomain" protobuf:"6"`
	IssuingCA                  *x509.PEMEncodedCertificateAndKey `yaml:"issuingCA" protobuf:"7"`
	AcceptedCAs                []*x509.PEMEncodedCertificate     `yaml:"acceptedCAs" protobuf:"15"`
	AggregatorCA               *x509.PEMEncodedCertificateAndKey `yaml:"aggregatorCA" protobuf:"9"`
	AcceptedAggregatorCAs      []*x509.PEMEncodedCertificate     `yaml:"acceptedAggregatorCAs" protobuf:"17"`
	ServiceAccount             *x509.PEMEncodedKey               `yaml:"serviceAccount" protobuf:"8"`
	ServiceAccountAcceptedKeys []*x509.PEMEncodedKey             `yaml:"serviceAccountAcceptedKeys" protobuf:"18"`
	IssuerURL                  string                            `yaml:"issuerURL" protobuf:"19"`
	AcceptedIssuers            []string                          `yaml:"acceptedIssuers" protobuf:"20"`
	APIAudiences               []string                          `yaml:"apiAudiences" protobuf:"21"`
	AESCBCEncryptionSecret     string                            `yaml:"aesCBCEncryptionSecret" protobuf:"10"`
	BootstrapTokenID           string                            `yaml:"bootstrapTokenID" protobuf:"11"`
	BootstrapTokenSecret       string                            `yaml:"bootstrapTokenSecret" protobuf:"12"`
	SecretboxEncryptionSecret  string                            `yaml:"secretboxEncryptionSecret" protobuf:"13"`
	EtcdEncryptionConfig       map[string]any                    `yaml:"etcdEncryptionConfig" protobuf:"16"`
}

// KubernetesRootSecrets has one resource, KubernetesRootID, on control plane nodes.
var KubernetesRootSecrets = resource.Define[KubernetesRootSpec](Kinds, resource.Definition{
	Type: "KubernetesRootSecrets.secrets.talos.dev", Namespace: "secrets",
	Sensitive: true,
})
