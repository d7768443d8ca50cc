package v1alpha1

import (
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type ClusterConfig struct {
	ID                             string                            `yaml:"id,omitempty"`
	Secret                         string                            `yaml:"secret,omitempty" secret:"true"`
	ControlPlane                   ControlPlaneConfig                `yaml:"controlPlane,omitempty"`
	ClusterName                    string                            `yaml:"clusterName,omitempty"`
	Network                        ClusterNetworkConfig              `yaml:"network,omitempty"`
	Token                          string                            `yaml:"token,omitempty" secret:"true"`
	AescbcEncryptionSecret         string                            `yaml:"aescbcEncryptionSecret,omitempty" secret:"true"`
	SecretboxEncryptionSecret      string                            `yaml:"secretboxEncryptionSecret,omitempty" secret:"true"`
	CA                             *x509.PEMEncodedCertificateAndKey `yaml:"ca,omitempty" secret:"true"`
	AcceptedCAs                    []x509.PEMEncodedCertificate      `yaml:"acceptedCAs,omitempty"`
	AggregatorCA                   *x509.PEMEncodedCertificateAndKey `yaml:"aggregatorCA,omitempty" secret:"true"`
	ServiceAccount                 *x509.PEMEncodedKey               `yaml:"serviceAccount,omitempty" secret:"true"`
	APIServer                      APIServerConfig                   `yaml:"apiServer,omitempty"`
	ControllerManager              ControllerManagerConfig           `yaml:"controllerManager,omitempty"`
	Proxy                          ProxyConfig                       `yaml:"proxy,omitempty"`
	Scheduler                      SchedulerConfig                   `yaml:"scheduler,omitempty"`
	Discovery                      ClusterDiscoveryConfig            `yaml:"discovery,omitempty"`
	Etcd                           EtcdConfig                        `yaml:"etcd,omitempty"`
	CoreDNS                        CoreDNS                           `yaml:"coreDNS,omitempty"`
	ExternalCloudProvider          ExternalCloudProviderConfig       `yaml:"externalCloudProvider,omitempty"`
	ExtraManifests                 []string                          `yaml:"extraManifests,omitempty"`
	ExtraManifestHeaders           map[string]string                 `yaml:"extraManifestHeaders,omitempty"`
	InlineManifests                []InlineManifest                  `yaml:"inlineManifests,omitempty"`
	AdminKubeconfig                AdminKubeconfigConfig             `yaml:"adminKubeconfig,omitempty"`
	AllowSchedulingOnMasters       *bool                             `yaml:"allowSchedulingOnMasters,omitempty"`
	AllowSchedulingOnControlPlanes *bool                             `yaml:"allowSchedulingOnControlPlanes,omitempty"`
}

type ControlPlaneConfig struct {
	Endpoint           value.URL `yaml:"endpoint,omitempty"`
	LocalAPIServerPort int       `yaml:"localAPIServerPort,omitempty"`
}

type FlannelCNIConfig struct {
	ExtraArgs                  []string `yaml:"extraArgs,omitempty"`
	KubeNetworkPoliciesEnabled *bool    `yaml:"kubeNetworkPoliciesEnabled,omitempty"`
}

type CNIConfig struct {
	Name    string           `yaml:"name,omitempty"`
	URLs    []string         `yaml:"urls,omitempty"`
	Flannel FlannelCNIConfig `yaml:"flannel,omitempty"`
}

type ClusterNetworkConfig struct {
	CNI            CNIConfig `yaml:"cni,omitempty"`
	DNSDomain      string    `yaml:"dnsDomain,omitempty"`
	PodSubnets     []string  `yaml:"podSubnets,omitempty" merge:"replace"`
	ServiceSubnets []string  `yaml:"serviceSubnets,omitempty" merge:"replace"`
}

type VolumeMountConfig struct {
	HostPath  string `yaml:"hostPath,omitempty"`
	MountPath string `yaml:"mountPath,omitempty"`
	ReadOnly  *bool  `yaml:"readonly,omitempty"`
}

type AdmissionPluginConfig struct {
	Name          string       `yaml:"name,omitempty"`
	Configuration value.Object `yaml:"configuration,omitempty"`
}

type ResourcesConfig struct {
	Requests value.Object `yaml:"requests,omitempty"`
	Limits   value.Object `yaml:"limits,omitempty"`
}

type AuthorizationConfigAuthorizerConfig struct {
	Type    string       `yaml:"type,omitempty"`
	Name    string       `yaml:"name,omitempty"`
	Webhook value.Object `yaml:"webhook,omitempty"`
}

type APIServerConfig struct {
	Image                    string                                `yaml:"image,omitempty"`
	ExtraArgs                value.Args                            `yaml:"extraArgs,omitempty"`
	ExtraVolumes             []VolumeMountConfig                   `yaml:"extraVolumes,omitempty"`
	Env                      map[string]string                     `yaml:"env,omitempty"`
	CertSANs                 []string                              `yaml:"certSANs,omitempty"`
	DisablePodSecurityPolicy *bool                                 `yaml:"disablePodSecurityPolicy,omitempty"`
	AdmissionControl         []AdmissionPluginConfig               `yaml:"admissionControl,omitempty" merge:"name"`
	AuditPolicy              value.Object                          `yaml:"auditPolicy,omitempty" merge:"replace"`
	Resources                ResourcesConfig                       `yaml:"resources,omitempty"`
	AuthorizationConfig      []AuthorizationConfigAuthorizerConfig `yaml:"authorizationConfig,omitempty"`
}

type ControllerManagerConfig struct {
	Image        string              `yaml:"image,omitempty"`
	ExtraArgs    value.Args          `yaml:"extraArgs,omitempty"`
	ExtraVolumes []VolumeMountConfig `yaml:"extraVolumes,omitempty"`
	Env          map[string]string   `yaml:"env,omitempty"`
	Resources    ResourcesConfig     `yaml:"resources,omitempty"`
}

type ProxyConfig struct {
	Disabled  *bool      `yaml:"disabled,omitempty"`
	Image     string     `yaml:"image,omitempty"`
	Mode      string     `yaml:"mode,omitempty"`
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
}

type SchedulerConfig struct {
	Image        string              `yaml:"image,omitempty"`
	ExtraArgs    value.Args          `yaml:"extraArgs,omitempty"`
	ExtraVolumes []VolumeMountConfig `yaml:"extraVolumes,omitempty"`
	Env          map[string]string   `yaml:"env,omitempty"`
	Resources    ResourcesConfig     `yaml:"resources,omitempty"`
	Config       value.Object        `yaml:"config,omitempty"`
}

type RegistryKubernetesConfig struct {
	Disabled *bool `yaml:"disabled,omitempty"`
}

type RegistryServiceConfig struct {
	Disabled *bool  `yaml:"disabled,omitempty"`
	Endpoint string `yaml:"endpoint,omitempty"`
}

type DiscoveryRegistriesConfig struct {
	Kubernetes RegistryKubernetesConfig `yaml:"kubernetes,omitempty"`
	Service    RegistryServiceConfig    `yaml:"service,omitempty"`
}

type ClusterDiscoveryConfig struct {
	Enabled    *bool                     `yaml:"enabled,omitempty"`
	Registries DiscoveryRegistriesConfig `yaml:"registries,omitempty"`
}

type EtcdConfig struct {
	Image             string                            `yaml:"image,omitempty"`
	CA                *x509.PEMEncodedCertificateAndKey `yaml:"ca,omitempty" secret:"true"`
	ExtraArgs         value.Args                        `yaml:"extraArgs,omitempty"`
	Subnet            string                            `yaml:"subnet,omitempty"`
	AdvertisedSubnets []string                          `yaml:"advertisedSubnets,omitempty"`
	ListenSubnets     []string                          `yaml:"listenSubnets,omitempty"`
}

type CoreDNS struct {
	Disabled *bool  `yaml:"disabled,omitempty"`
	Image    string `yaml:"image,omitempty"`
}

type ExternalCloudProviderConfig struct {
	Enabled   *bool    `yaml:"enabled,omitempty"`
	Manifests []string `yaml:"manifests,omitempty"`
}

type InlineManifest struct {
	Name     string `yaml:"name,omitempty"`
	Contents string `yaml:"contents,omitempty"`
}

type AdminKubeconfigConfig struct {
	CertLifetime time.Duration `yaml:"certLifetime,omitempty"`
}
