package document

import (
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type KubeAPIServerConfig struct {
	Image         string            `yaml:"image,omitempty" required:"true"`
	ExtraArgs     value.Args        `yaml:"extraArgs,omitempty"`
	Env           map[string]string `yaml:"env,omitempty"`
	Resources     ResourcesConfig   `yaml:"resources,omitempty"`
	APIPort       int               `yaml:"apiPort,omitempty"`
	CertExtraSANs []string          `yaml:"certExtraSANs,omitempty"`
	StartupProbes *bool             `yaml:"startupProbes,omitempty"`
}

type ResourcesConfig struct {
	Requests value.Object `yaml:"requests,omitempty"`
	Limits   value.Object `yaml:"limits,omitempty"`
}

type KubeAdmissionControlConfig struct {
	Name          string       `yaml:"name,omitempty"`
	Configuration value.Object `yaml:"configuration,omitempty"`
}

type KubeAuditPolicyConfig struct {
	Configuration value.Object `yaml:"configuration,omitempty" merge:"replace"`
}

type KubeAuthenticationConfig struct {
	Configuration value.Object `yaml:"configuration,omitempty" merge:"replace"`
}

type KubeAuthorizerConfig struct {
	Name    string       `yaml:"name,omitempty"`
	Type    string       `yaml:"type,omitempty" enum:"Node|RBAC|Webhook"`
	Webhook value.Object `yaml:"webhook,omitempty"`
}

type KubeControllerManagerConfig struct {
	Enabled   *bool             `yaml:"enabled,omitempty"`
	Image     string            `yaml:"image,omitempty" required:"true"`
	ExtraArgs value.Args        `yaml:"extraArgs,omitempty"`
	Env       map[string]string `yaml:"env,omitempty"`
	Resources ResourcesConfig   `yaml:"resources,omitempty"`
}

type KubeSchedulerConfig struct {
	Enabled   *bool             `yaml:"enabled,omitempty"`
	Image     string            `yaml:"image,omitempty" required:"true"`
	Config    value.Object      `yaml:"config,omitempty"`
	ExtraArgs value.Args        `yaml:"extraArgs,omitempty"`
	Env       map[string]string `yaml:"env,omitempty"`
	Resources ResourcesConfig   `yaml:"resources,omitempty"`
}
