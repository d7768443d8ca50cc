// Package k8s declares Kubernetes on this node: kubelet, control plane components, static pods, bootstrap
// manifests, the node object.
package k8s

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	APIServerConfigID                 = "kube-apiserver"
	APIServerID                       = "kube-apiserver"
	AdmissionControlConfigID          = "admission-control"
	AuditPolicyConfigID               = "audit-policy"
	AuthenticationConfigID            = "authentication-config"
	AuthorizationConfigID             = "authorization"
	BootstrapManifestsConfigID        = "manifests"
	ConfigStatusStaticPodID           = "static-pods"
	ControlPlaneAPIServerEndpointsID  = "kube-apiserver"
	ControlPlaneDiscoveredEndpointsID = "discovery"
	ControlPlaneKubernetesEndpointsID = "controlplane"
	ControllerManagerConfigID         = "kube-controller-manager"
	ControllerManagerID               = "kube-controller-manager"
	EtcdEncryptionConfigID            = "k8s"
	ExtraManifestsConfigID            = "extra-manifests"
	FinalAPIServerConfigID            = "final-kube-apiserver"
	FinalControllerManagerConfigID    = "final-kube-controller-manager"
	FinalPrefix                       = "final-"
	FinalSchedulerConfigID            = "final-kube-scheduler"
	KubePrismConfigID                 = "k8s-loadbalancer-config"
	KubePrismEndpointsID              = "k8s-cluster"
	KubePrismStatusesID               = "k8s-loadbalancer"
	KubeletID                         = "kubelet"
	KubeletKubeconfigID               = "kubelet"
	KubeletLifecycleID                = "kubelet"
	ManifestStatusID                  = "manifests"
	NodeCordonedID                    = "cordoned"
	NodenameID                        = "nodename"
	SchedulerConfigID                 = "kube-scheduler"
	SchedulerID                       = "kube-scheduler"
	StaticPodSecretsStaticPodID       = "static-pods"
	StaticPodServerStatusResourceID   = "static-pod-server-status"
	NodeAddressFilterNoK8s            = "no-k8s"
	NodeAddressFilterOnlyK8s          = "only-k8s"
)
