package document

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type EnvironmentConfig struct {
	Variables map[string]string `yaml:"variables,omitempty"`
}

type EtcFileConfig struct {
	Name     string         `yaml:"name,omitempty" required:"true"`
	Mode     value.FileMode `yaml:"mode,omitempty"`
	Contents string         `yaml:"contents,omitempty"`
}

type EventSinkConfig struct {
	Endpoint string `yaml:"endpoint,omitempty"`
}

type KernelModuleConfig struct {
	Name       string   `yaml:"name,omitempty" required:"true"`
	Parameters []string `yaml:"parameters,omitempty"`
}

type KmsgLogConfig struct {
	Name string    `yaml:"name,omitempty"`
	URL  value.URL `yaml:"url,omitempty"`
}

type OOMConfig struct {
	TriggerExpression         value.Expression `yaml:"triggerExpression,omitempty"`
	CgroupRankingExpression   value.Expression `yaml:"cgroupRankingExpression,omitempty"`
	StrictCgroupClassOrdering *bool            `yaml:"strictCgroupClassOrdering,omitempty"`
	SampleInterval            time.Duration    `yaml:"sampleInterval,omitempty"`
}

type PCIDriverRebindConfig struct {
	Name         string `yaml:"name,omitempty" required:"true"`
	TargetDriver string `yaml:"targetDriver,omitempty" required:"true"`
}

type SecurityProfileConfig struct {
	WorkloadIsolation *bool `yaml:"workloadIsolation,omitempty"`
}

type SideroLinkConfig struct {
	APIURL      value.URL `yaml:"apiUrl,omitempty"`
	UniqueToken string    `yaml:"uniqueToken,omitempty" secret:"true"`
}

type SysctlConfig struct {
	Params map[string]string `yaml:"params,omitempty"`
}

type SysfsConfig struct {
	Params map[string]string `yaml:"params,omitempty"`
}

type TrustedRootsConfig struct {
	Name         string `yaml:"name,omitempty" required:"true"`
	Certificates string `yaml:"certificates,omitempty"`
}

type UdevRulesConfig struct {
	Rules []string `yaml:"rules,omitempty"`
}

type UnattendedInstallConfig struct {
	Reboot       *bool                   `yaml:"reboot,omitempty"`
	Installer    InstallerSpec           `yaml:"installer,omitempty"`
	Provisioning InstallProvisioningSpec `yaml:"provisioning,omitempty"`
}

type InstallerSpec struct {
	Image string `yaml:"image,omitempty"`
}

type DiskSelectorSpec struct {
	Match value.Expression `yaml:"match,omitempty"`
}

type InstallProvisioningSpec struct {
	DiskSelector DiskSelectorSpec `yaml:"diskSelector,omitempty"`
	Wipe         *bool            `yaml:"wipe,omitempty"`
}

type WatchdogTimerConfig struct {
	Device  string        `yaml:"device,omitempty"`
	Timeout time.Duration `yaml:"timeout,omitempty"`
}
