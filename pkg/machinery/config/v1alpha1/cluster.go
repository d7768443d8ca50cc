package v1alpha1

import (
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// ClusterConfig describes the cluster; it is the same on all machines of a type.
type ClusterConfig struct {
	// Tells clusters apart in the discovery service; base64 of 32 random bytes.
	ID string `yaml:"id,omitempty"`
	// Encrypts what members tell each other through the discovery service.
	Secret string `yaml:"secret,omitempty" secret:"true"`
	// How the Kubernetes API is reached.
	ControlPlane ControlPlaneConfig `yaml:"controlPlane,omitempty"`
	// Name of the cluster, for people. It is the context name in kubeconfigs.
	ClusterName string `yaml:"clusterName,omitempty"`
	// Networks of pods and services, and the CNI.
	Network ClusterNetworkConfig `yaml:"network,omitempty"`
	// Bootstrap token of kubelets, as 6.16 letters and digits.
	Token string `yaml:"token,omitempty" secret:"true"`
	// Key for secrets at rest in etcd, in the older form.
	AescbcEncryptionSecret string `yaml:"aescbcEncryptionSecret,omitempty" secret:"true"`
	// Key for secrets at rest in etcd.
	SecretboxEncryptionSecret string `yaml:"secretboxEncryptionSecret,omitempty" secret:"true"`
	// Kubernetes authority. Only control plane machines have its key.
	CA *x509.PEMEncodedCertificateAndKey `yaml:"ca,omitempty" secret:"true"`
	// Further authorities the API server accepts, for rotating the first.
	AcceptedCAs []x509.PEMEncodedCertificate `yaml:"acceptedCAs,omitempty"`
	// Authority for extension API servers.
	AggregatorCA *x509.PEMEncodedCertificateAndKey `yaml:"aggregatorCA,omitempty" secret:"true"`
	// Signs service account tokens.
	ServiceAccount *x509.PEMEncodedKey `yaml:"serviceAccount,omitempty" secret:"true"`
	// How kube-apiserver runs.
	APIServer APIServerConfig `yaml:"apiServer,omitempty"`
	// How kube-controller-manager runs.
	ControllerManager ControllerManagerConfig `yaml:"controllerManager,omitempty"`
	// How kube-proxy runs.
	Proxy ProxyConfig `yaml:"proxy,omitempty"`
	// How kube-scheduler runs.
	Scheduler SchedulerConfig `yaml:"scheduler,omitempty"`
	// How machines of the cluster find each other.
	Discovery ClusterDiscoveryConfig `yaml:"discovery,omitempty"`
	// The database of the control plane.
	Etcd EtcdConfig `yaml:"etcd,omitempty"`
	// How CoreDNS, the DNS server of the cluster, runs.
	CoreDNS CoreDNS `yaml:"coreDNS,omitempty"`
	// Leaves node lifecycle to a cloud's own controller.
	ExternalCloudProvider ExternalCloudProviderConfig `yaml:"externalCloudProvider,omitempty"`
	// URLs of manifests applied when bootstrapping, and again when they change.
	ExtraManifests []string `yaml:"extraManifests,omitempty"`
	// HTTP headers sent when fetching them.
	ExtraManifestHeaders map[string]string `yaml:"extraManifestHeaders,omitempty" secret:"true"`
	// Manifests applied when bootstrapping, and again when they change.
	InlineManifests []InlineManifest `yaml:"inlineManifests,omitempty"`
	// About kubeconfigs handed out by the API.
	AdminKubeconfig AdminKubeconfigConfig `yaml:"adminKubeconfig,omitempty"`
	// Older name of allowSchedulingOnControlPlanes.
	AllowSchedulingOnMasters *bool `yaml:"allowSchedulingOnMasters,omitempty"`
	// True lets workloads run on control plane nodes. Default false: they are tainted.
	AllowSchedulingOnControlPlanes *bool `yaml:"allowSchedulingOnControlPlanes,omitempty"`
}

// ControlPlaneConfig says where the Kubernetes API is.
type ControlPlaneConfig struct {
	// URL for nodes and people, best of a load balancer or a virtual address.
	Endpoint value.URL `yaml:"endpoint,omitempty"`
	// Port of the API server on each control plane machine. Default 6443.
	LocalAPIServerPort int `yaml:"localAPIServerPort,omitempty" range:"1..65535"`
}

// FlannelCNIConfig changes how flannel runs.
type FlannelCNIConfig struct {
	// Arguments of flanneld.
	ExtraArgs []string `yaml:"extraArgs,omitempty"`
	// True adds an agent that enforces network policies. Default false.
	KubeNetworkPoliciesEnabled *bool `yaml:"kubeNetworkPoliciesEnabled,omitempty"`
}

// CNIConfig chooses the network plugin.
type CNIConfig struct {
	// flannel, none to bring another, or custom with URLs. Default flannel.
	Name string `yaml:"name,omitempty"`
	// URLs of manifests of a custom plugin.
	URLs []string `yaml:"urls,omitempty"`
	// Settings of flannel.
	Flannel FlannelCNIConfig `yaml:"flannel,omitempty"`
}

// ClusterNetworkConfig is the network inside the cluster.
type ClusterNetworkConfig struct {
	// The network plugin.
	CNI CNIConfig `yaml:"cni,omitempty"`
	// Domain of services. Default cluster.local; cannot change later.
	DNSDomain string `yaml:"dnsDomain,omitempty"`
	// Networks of pods, one per address family. Default 10.244.0.0/16; cannot change
	// later.
	PodSubnets []string `yaml:"podSubnets,omitempty" merge:"replace"`
	// Networks of services, one per address family. Default 10.96.0.0/12; cannot change
	// later.
	ServiceSubnets []string `yaml:"serviceSubnets,omitempty" merge:"replace"`
}

// VolumeMountConfig mounts a directory of the machine into a static pod.
type VolumeMountConfig struct {
	// Path on the machine.
	HostPath string `yaml:"hostPath,omitempty"`
	// Path in the pod.
	MountPath string `yaml:"mountPath,omitempty"`
	// True forbids writing. Default false.
	ReadOnly *bool `yaml:"readonly,omitempty"`
}

// AdmissionPluginConfig configures one admission plugin.
type AdmissionPluginConfig struct {
	// Name of the plugin, such as PodSecurity.
	Name string `yaml:"name,omitempty"`
	// Passed to it as it is.
	Configuration value.Object `yaml:"configuration,omitempty"`
}

// ResourcesConfig is requests and limits of a pod, as in its manifest.
type ResourcesConfig struct {
	// What is reserved for the pod, such as cpu: 100m and memory: 200Mi.
	Requests value.Object `yaml:"requests,omitempty"`
	// The most the pod may use, such as memory: 1Gi.
	Limits value.Object `yaml:"limits,omitempty"`
}

// AuthorizationConfigAuthorizerConfig is one authorizer.
type AuthorizationConfigAuthorizerConfig struct {
	// Node, RBAC or Webhook.
	Type string `yaml:"type,omitempty"`
	// Tells it apart in metrics.
	Name string `yaml:"name,omitempty"`
	// Settings of a webhook, as in Kubernetes' AuthorizationConfiguration.
	Webhook value.Object `yaml:"webhook,omitempty"`
}

// APIServerConfig changes how kube-apiserver runs.
type APIServerConfig struct {
	// Image reference with tag. Default: of this release.
	Image string `yaml:"image,omitempty"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Directories of the machine mounted into the pod.
	ExtraVolumes []VolumeMountConfig `yaml:"extraVolumes,omitempty"`
	// Environment variables by name.
	Env map[string]string `yaml:"env,omitempty"`
	// Further names and addresses in its certificate.
	CertSANs []string `yaml:"certSANs,omitempty"`
	// No effect: pod security policies are gone from Kubernetes.
	DisablePodSecurityPolicy *bool `yaml:"disablePodSecurityPolicy,omitempty"`
	// Settings of admission plugins.
	AdmissionControl []AdmissionPluginConfig `yaml:"admissionControl,omitempty" merge:"name"`
	// What is logged to the audit log. Default: who did what to which object.
	AuditPolicy value.Object `yaml:"auditPolicy,omitempty" merge:"replace"`
	// Requests and limits of the pod.
	Resources ResourcesConfig `yaml:"resources,omitempty"`
	// Authorizers besides Node and RBAC, in order.
	AuthorizationConfig []AuthorizationConfigAuthorizerConfig `yaml:"authorizationConfig,omitempty"`
}

// ControllerManagerConfig changes how kube-controller-manager runs.
type ControllerManagerConfig struct {
	// Image reference with tag. Default: of this release.
	Image string `yaml:"image,omitempty"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Directories of the machine mounted into the pod.
	ExtraVolumes []VolumeMountConfig `yaml:"extraVolumes,omitempty"`
	// Environment variables by name.
	Env map[string]string `yaml:"env,omitempty"`
	// Requests and limits of the pod.
	Resources ResourcesConfig `yaml:"resources,omitempty"`
}

// ProxyConfig changes how kube-proxy runs.
type ProxyConfig struct {
	// True leaves it out, for a CNI that does its work. Default false.
	Disabled *bool `yaml:"disabled,omitempty"`
	// Image reference with tag. Default: of this release.
	Image string `yaml:"image,omitempty"`
	// nftables, iptables or ipvs. Default nftables.
	Mode string `yaml:"mode,omitempty"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
}

// SchedulerConfig changes how kube-scheduler runs.
type SchedulerConfig struct {
	// Image reference with tag. Default: of this release.
	Image string `yaml:"image,omitempty"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Directories of the machine mounted into the pod.
	ExtraVolumes []VolumeMountConfig `yaml:"extraVolumes,omitempty"`
	// Environment variables by name.
	Env map[string]string `yaml:"env,omitempty"`
	// Requests and limits of the pod.
	Resources ResourcesConfig `yaml:"resources,omitempty"`
	// Its configuration file, KubeSchedulerConfiguration.
	Config value.Object `yaml:"config,omitempty"`
}

// RegistryKubernetesConfig is the registry in Kubernetes.
type RegistryKubernetesConfig struct {
	// False publishes there. Default true: kubelets may not read other nodes any more.
	Disabled *bool `yaml:"disabled,omitempty"`
}

// RegistryServiceConfig is the registry outside; it sees encrypted data only.
type RegistryServiceConfig struct {
	// True does not use the service. Default false.
	Disabled *bool `yaml:"disabled,omitempty"`
	// URL of the service. Default https://discovery.talos.dev/.
	Endpoint string `yaml:"endpoint,omitempty"`
}

// DiscoveryRegistriesConfig lists the registries.
type DiscoveryRegistriesConfig struct {
	// Annotations of Kubernetes nodes.
	Kubernetes RegistryKubernetesConfig `yaml:"kubernetes,omitempty"`
	// A discovery service outside the cluster.
	Service RegistryServiceConfig `yaml:"service,omitempty"`
}

// ClusterDiscoveryConfig lets machines of a cluster find each other.
type ClusterDiscoveryConfig struct {
	// True joins the registries below. Default false when left out.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Where members are published.
	Registries DiscoveryRegistriesConfig `yaml:"registries,omitempty"`
}

// EtcdConfig changes how etcd runs.
type EtcdConfig struct {
	// Image reference with tag. Default: of this release.
	Image string `yaml:"image,omitempty"`
	// Authority of members and clients.
	CA *x509.PEMEncodedCertificateAndKey `yaml:"ca,omitempty" secret:"true"`
	// Flags; those that decide about membership cannot be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Older form of advertisedSubnets.
	Subnet string `yaml:"subnet,omitempty"`
	// Networks of which the machine's addresses are told to other members; !network
	// leaves one out.
	AdvertisedSubnets []string `yaml:"advertisedSubnets,omitempty"`
	// Networks on whose addresses etcd listens. Default: the advertised ones.
	ListenSubnets []string `yaml:"listenSubnets,omitempty"`
}

// CoreDNS changes how CoreDNS runs.
type CoreDNS struct {
	// True leaves it out. Default false.
	Disabled *bool `yaml:"disabled,omitempty"`
	// Image reference with tag. Default: of this release.
	Image string `yaml:"image,omitempty"`
}

// ExternalCloudProviderConfig is for clouds with a controller of their own.
type ExternalCloudProviderConfig struct {
	// True makes kubelets wait for it. Default false.
	Enabled *bool `yaml:"enabled,omitempty"`
	// URLs of its manifests.
	Manifests []string `yaml:"manifests,omitempty"`
}

// InlineManifest is a manifest in the config.
type InlineManifest struct {
	// Tells manifests apart; has to be unique.
	Name string `yaml:"name,omitempty"`
	// One or more Kubernetes objects.
	Contents string `yaml:"contents,omitempty" trim:"left"`
}

// AdminKubeconfigConfig is about kubeconfigs for administrators.
type AdminKubeconfigConfig struct {
	// How long one is valid. Default 8760h, which is a year.
	CertLifetime time.Duration `yaml:"certLifetime,omitempty"`
}
