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
	// For people, and the context name in kubeconfigs.
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
	ServiceAccount    *x509.PEMEncodedKey     `yaml:"serviceAccount,omitempty" secret:"true"`
	APIServer         APIServerConfig         `yaml:"apiServer,omitempty"`
	ControllerManager ControllerManagerConfig `yaml:"controllerManager,omitempty"`
	Proxy             ProxyConfig             `yaml:"proxy,omitempty"`
	Scheduler         SchedulerConfig         `yaml:"scheduler,omitempty"`
	Discovery         ClusterDiscoveryConfig  `yaml:"discovery,omitempty"`
	// The database of the control plane.
	Etcd    EtcdConfig `yaml:"etcd,omitempty"`
	CoreDNS CoreDNS    `yaml:"coreDNS,omitempty"`
	// Leaves node lifecycle to a cloud's own controller.
	ExternalCloudProvider ExternalCloudProviderConfig `yaml:"externalCloudProvider,omitempty"`
	// URLs of manifests applied when bootstrapping, and again when they change.
	ExtraManifests []string `yaml:"extraManifests,omitempty"`
	// HTTP headers sent when fetching them.
	ExtraManifestHeaders map[string]string `yaml:"extraManifestHeaders,omitempty"`
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
	LocalAPIServerPort int `yaml:"localAPIServerPort,omitempty"`
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
	// flannel, none to bring another, or custom with URLs.
	Name string `yaml:"name,omitempty"`
	// Manifests of a custom plugin.
	URLs    []string         `yaml:"urls,omitempty"`
	Flannel FlannelCNIConfig `yaml:"flannel,omitempty"`
}

// ClusterNetworkConfig is the network inside the cluster.
type ClusterNetworkConfig struct {
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
	// On the machine.
	HostPath string `yaml:"hostPath,omitempty"`
	// In the pod.
	MountPath string `yaml:"mountPath,omitempty"`
	// True forbids writing.
	ReadOnly *bool `yaml:"readonly,omitempty"`
}

// AdmissionPluginConfig configures one admission plugin.
type AdmissionPluginConfig struct {
	// Of the plugin, such as PodSecurity.
	Name string `yaml:"name,omitempty"`
	// Passed to it as it is.
	Configuration value.Object `yaml:"configuration,omitempty"`
}

// ResourcesConfig is requests and limits of a pod, as in its manifest.
type ResourcesConfig struct {
	// What is reserved.
	Requests value.Object `yaml:"requests,omitempty"`
	// What is the most.
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
	// Reference with tag.
	Image string `yaml:"image,omitempty"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs    value.Args          `yaml:"extraArgs,omitempty"`
	ExtraVolumes []VolumeMountConfig `yaml:"extraVolumes,omitempty"`
	// Environment of the process.
	Env map[string]string `yaml:"env,omitempty"`
	// Further names and addresses in its certificate.
	CertSANs []string `yaml:"certSANs,omitempty"`
	// Of no effect: pod security policies are gone from Kubernetes.
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
	// Reference with tag.
	Image string `yaml:"image,omitempty"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs    value.Args          `yaml:"extraArgs,omitempty"`
	ExtraVolumes []VolumeMountConfig `yaml:"extraVolumes,omitempty"`
	Env          map[string]string   `yaml:"env,omitempty"`
	Resources    ResourcesConfig     `yaml:"resources,omitempty"`
}

// ProxyConfig changes how kube-proxy runs.
type ProxyConfig struct {
	// True leaves it out, for a CNI that does its work. Default false.
	Disabled *bool `yaml:"disabled,omitempty"`
	// Reference with tag.
	Image string `yaml:"image,omitempty"`
	// nftables, iptables or ipvs. Default nftables.
	Mode      string     `yaml:"mode,omitempty"`
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
}

// SchedulerConfig changes how kube-scheduler runs.
type SchedulerConfig struct {
	// Reference with tag.
	Image        string              `yaml:"image,omitempty"`
	ExtraArgs    value.Args          `yaml:"extraArgs,omitempty"`
	ExtraVolumes []VolumeMountConfig `yaml:"extraVolumes,omitempty"`
	Env          map[string]string   `yaml:"env,omitempty"`
	Resources    ResourcesConfig     `yaml:"resources,omitempty"`
	// Its configuration file, KubeSchedulerConfiguration.
	Config value.Object `yaml:"config,omitempty"`
}

// RegistryKubernetesConfig is the registry in Kubernetes.
type RegistryKubernetesConfig struct {
	// Default true: kubelets may not read other nodes any more.
	Disabled *bool `yaml:"disabled,omitempty"`
}

// RegistryServiceConfig is the registry outside; it sees encrypted data only.
type RegistryServiceConfig struct {
	// Default false.
	Disabled *bool `yaml:"disabled,omitempty"`
	// URL of the service.
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
	// Reference with tag.
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
	// Reference with tag.
	Image string `yaml:"image,omitempty"`
}

// ExternalCloudProviderConfig is for clouds with a controller of their own.
type ExternalCloudProviderConfig struct {
	// True makes kubelets wait for it.
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
	// How long one is valid. Default a year.
	CertLifetime time.Duration `yaml:"certLifetime,omitempty"`
}
