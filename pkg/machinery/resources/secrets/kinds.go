// Package secrets declares roots of trust and the certificates made from them. All kinds are sensitive:
// only administrators and the services they are for can read them.
package secrets

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	APIID                    = "api"
	CertSANAPIID             = "api"
	CertSANKubernetesID      = "k8s"
	CertSANMaintenanceID     = "maintenance"
	EncryptionSaltID         = "salt"
	EtcdID                   = "etcd"
	EtcdRootID               = "etcd"
	KubeletID                = "kubelet"
	KubernetesDynamicCertsID = "k8s-dynamic-certs"
	KubernetesID             = "k8s-certs"
	KubernetesRootID         = "k8s"
	MaintenanceRootID        = "maintenance"
	OSRootID                 = "os"
	TrustdID                 = "trustd"
)
