package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// KubeAPIServerConfig runs kube-apiserver.
type KubeAPIServerConfig struct {
	// Image reference with tag.
	Image string `yaml:"image,omitempty" required:"true"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Environment of the process.
	Env map[string]string `yaml:"env,omitempty"`
	// Requests and limits of the pod.
	Resources ResourcesConfig `yaml:"resources,omitempty"`
	// Port of the API server on each control plane machine. Default 6443.
	APIPort int `yaml:"apiPort,omitempty" range:"1..65535"`
	// Further names and addresses in its certificate.
	CertExtraSANs []string `yaml:"certExtraSANs,omitempty"`
	// False never kills it for being slow to start. Default true.
	StartupProbes *bool `yaml:"startupProbes,omitempty"`
}

// ResourcesConfig is requests and limits of a pod, as in its manifest.
type ResourcesConfig struct {
	// What is reserved for the pod, such as cpu: 100m and memory: 200Mi.
	Requests value.Object `yaml:"requests,omitempty"`
	// The most the pod may use, such as memory: 1Gi.
	Limits value.Object `yaml:"limits,omitempty"`
}

// KubeAdmissionControlConfig configures one admission plugin.
type KubeAdmissionControlConfig struct {
	// Name of the plugin, such as PodSecurity.
	Name string `yaml:"name,omitempty"`
	// Configuration of the plugin, passed to it as it is.
	Configuration value.Object `yaml:"configuration,omitempty"`
}

// KubeAuditPolicyConfig says what goes to the audit log of the API server.
type KubeAuditPolicyConfig struct {
	// A Policy of audit.k8s.io. Default: who did what to which object, without contents.
	Configuration value.Object `yaml:"configuration,omitempty" merge:"replace"`
}

// KubeAuthenticationConfig says whose tokens the API server accepts.
type KubeAuthenticationConfig struct {
	// An AuthenticationConfiguration of apiserver.config.k8s.io.
	Configuration value.Object `yaml:"configuration,omitempty" merge:"replace"`
}

// KubeAuthorizerConfig adds an authorizer of the API server.
type KubeAuthorizerConfig struct {
	// Tells it apart in metrics.
	Name string `yaml:"name,omitempty"`
	// What decides: Node, RBAC or a Webhook.
	Type string `yaml:"type,omitempty" enum:"Node|RBAC|Webhook"`
	// Settings of a webhook, as in Kubernetes' AuthorizationConfiguration.
	Webhook value.Object `yaml:"webhook,omitempty"`
}

// KubeControllerManagerConfig runs kube-controller-manager.
type KubeControllerManagerConfig struct {
	// False keeps it from running on this machine. Default true.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Image reference with tag.
	Image string `yaml:"image,omitempty" required:"true"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Environment of the process.
	Env map[string]string `yaml:"env,omitempty"`
	// Requests and limits of the pod.
	Resources ResourcesConfig `yaml:"resources,omitempty"`
}

// KubeSchedulerConfig runs kube-scheduler.
type KubeSchedulerConfig struct {
	// False keeps it from running on this machine. Default true.
	Enabled *bool `yaml:"enabled,omitempty"`
	// Image reference with tag.
	Image string `yaml:"image,omitempty" required:"true"`
	// Laid over the KubeSchedulerConfiguration.
	Config value.Object `yaml:"config,omitempty"`
	// Flags, replacing defaults where these may be replaced.
	ExtraArgs value.Args `yaml:"extraArgs,omitempty"`
	// Environment of the process.
	Env map[string]string `yaml:"env,omitempty"`
	// Requests and limits of the pod.
	Resources ResourcesConfig `yaml:"resources,omitempty"`
}
