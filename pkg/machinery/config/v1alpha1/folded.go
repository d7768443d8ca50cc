package v1alpha1

import (
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// Folded is what newer documents say that no field of this document can. Only
// the effective form has it; it is never written.
type Folded struct {
	NodeCIDRMaskSizeIPv4 int
	NodeCIDRMaskSizeIPv6 int

	// KubePrismServerName is the name expected in the API server's certificate.
	KubePrismServerName string

	// APIServerStartupProbes is false where a startup probe would kill an API
	// server that is merely slow to start.
	APIServerStartupProbes bool
	Authentication         value.Object
	// EtcdEncryption is a complete EncryptionConfiguration. When it is nil, the
	// secretbox and AES-CBC secrets of the cluster section apply.
	EtcdEncryption value.Object `secret:"true"`

	ServiceAccount        ServiceAccountIssuer
	AcceptedAggregatorCAs []x509.PEMEncodedCertificate

	Flannel FlannelBackend

	ProxyConfig    value.Object
	ProxyResources ResourcesConfig

	// ExternalManifests are extraManifests and external manifest documents.
	ExternalManifests []ExternalManifest

	// InstallMatch selects the install disk when neither a device nor a selector
	// is given.
	InstallMatch  value.Expression
	InstallReboot bool

	// MirrorOverrides lists, by registry, the mirror endpoints whose path is used
	// as it is, without the /v2 the registry protocol adds.
	MirrorOverrides map[string][]string
}

// ServiceAccountIssuer says how service account tokens are issued and which are
// accepted besides.
type ServiceAccountIssuer struct {
	IssuerURL          value.URL // unset: derived from the cluster endpoint
	AcceptedPublicKeys []string
	AcceptedIssuers    []value.URL
	Audiences          []string
}

// FlannelBackend is how flannel carries traffic between nodes.
type FlannelBackend struct {
	Type      string
	Port      uint16
	MTU       uint32 // 0: flannel finds out
	Extra     value.Object
	Resources ResourcesConfig
}

// ExternalManifest is a manifest applied at bootstrap from a URL.
type ExternalManifest struct {
	Name    string
	URL     string
	Headers map[string]string `secret:"true"`
}
