package v1alpha1

// Versions of the parts that a config without explicit images runs. They are the
// ones the cluster image bundle of this release is built from.
const (
	DefaultKubernetesVersion = "1.37.1"
	DefaultEtcdVersion       = "3.7.3"
	DefaultCoreDNSVersion    = "v1.15.0"
	DefaultFlannelVersion    = "0.28.4"
	DefaultPauseVersion      = "3.10.2"
)

// Image references without a tag. The versions above are the default tags.
const (
	KubeletImage               = "ghcr.io/siderolabs/kubelet"
	KubeAPIServerImage         = "registry.k8s.io/kube-apiserver"
	KubeControllerManagerImage = "registry.k8s.io/kube-controller-manager"
	KubeSchedulerImage         = "registry.k8s.io/kube-scheduler"
	KubeProxyImage             = "registry.k8s.io/kube-proxy"
	CoreDNSImage               = "registry.k8s.io/coredns/coredns"
	EtcdImage                  = "registry.k8s.io/etcd"
	FlannelImage               = "ghcr.io/siderolabs/flannel"
	PauseImage                 = "registry.k8s.io/pause"
	InstallerImage             = "ghcr.io/siderolabs/installer"
	KubeNetworkPoliciesImage   = "registry.k8s.io/networking/kube-network-policies:v1.1.1"
)

// Complete image references of the parts a config cannot choose.
const (
	DefaultPauseImage   = PauseImage + ":" + DefaultPauseVersion
	DefaultFlannelImage = FlannelImage + ":" + DefaultFlannelVersion
)

// Machine types, the values of machine.type.
const (
	TypeControlPlane = "controlplane"
	TypeWorker       = "worker"
)

// Cluster network defaults. The IPv6 networks serve a cluster whose endpoint and
// nodes have no IPv4.
const (
	DefaultDNSDomain            = "cluster.local"
	DefaultPodSubnet            = "10.244.0.0/16"
	DefaultServiceSubnet        = "10.96.0.0/12"
	DefaultPodSubnetIPv6        = "fc00:db8:10::/56"
	DefaultServiceSubnetIPv6    = "fc00:db8:20::/112"
	DefaultNodeCIDRMaskSizeIPv4 = 24
	DefaultNodeCIDRMaskSizeIPv6 = 64
)

// CNI names, the values of cluster.network.cni.name.
const (
	CNIFlannel = "flannel"
	CNICustom  = "custom"
	CNINone    = "none"
)

// Ports and endpoints that a config may override.
const (
	DefaultAPIServerPort     = 6443
	DefaultKubePrismPort     = 7445
	DefaultDiscoveryEndpoint = "https://discovery.talos.dev/"
	DefaultTimeServer        = "time.cloudflare.com"
)

// DefaultResolvers are used while neither config nor DHCP gave any.
func DefaultResolvers() []string { return []string{"1.1.1.1", "8.8.8.8"} }

// FlannelBackendVXLAN is flannel's default backend and its port.
const (
	FlannelBackendVXLAN     = "vxlan"
	FlannelBackendVXLANPort = 4789
)
