package document

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// EnvironmentConfig sets the environment of all services, first of all proxy settings.
// Needs a reboot.
type EnvironmentConfig struct {
	// By name.
	Variables map[string]string `yaml:"variables,omitempty"`
}

// EtcFileConfig adds a file to /etc.
type EtcFileConfig struct {
	// Path below /etc.
	Name string `yaml:"name,omitempty" required:"true"`
	// Default 0o644.
	Mode value.FileMode `yaml:"mode,omitempty"`
	// Its text.
	Contents string `yaml:"contents,omitempty"`
}

// EventSinkConfig sends events of the machine elsewhere.
type EventSinkConfig struct {
	// As host:port.
	Endpoint string `yaml:"endpoint,omitempty"`
}

// KernelModuleConfig loads a kernel module.
type KernelModuleConfig struct {
	// As modprobe knows it.
	Name string `yaml:"name,omitempty" required:"true"`
	// As name=value.
	Parameters []string `yaml:"parameters,omitempty"`
}

// KmsgLogConfig sends the kernel log elsewhere.
type KmsgLogConfig struct {
	// Tells receivers apart.
	Name string `yaml:"name,omitempty"`
	// tcp:// or udp://.
	URL value.URL `yaml:"url,omitempty"`
}

// OOMConfig says what is killed before memory runs out.
type OOMConfig struct {
	// CEL; true means act.
	TriggerExpression value.Expression `yaml:"triggerExpression,omitempty"`
	// CEL; the highest is killed.
	CgroupRankingExpression value.Expression `yaml:"cgroupRankingExpression,omitempty"`
	// True never kills a better class while a worse one is left. Default true.
	StrictCgroupClassOrdering *bool `yaml:"strictCgroupClassOrdering,omitempty"`
	// Default 500ms.
	SampleInterval time.Duration `yaml:"sampleInterval,omitempty"`
}

// PCIDriverRebindConfig gives a PCI device another driver.
type PCIDriverRebindConfig struct {
	// Address of the device, such as 0000:03:00.0.
	Name string `yaml:"name,omitempty" required:"true"`
	// Driver to bind.
	TargetDriver string `yaml:"targetDriver,omitempty" required:"true"`
}

// SecurityProfileConfig is about hardening.
type SecurityProfileConfig struct {
	// True keeps workloads away from the system's processes.
	WorkloadIsolation *bool `yaml:"workloadIsolation,omitempty"`
}

// SideroLinkConfig connects the machine to a management server by WireGuard.
type SideroLinkConfig struct {
	// Where to register; the query holds a token.
	APIURL value.URL `yaml:"apiUrl,omitempty" secret:"query"`
	// Proves that this is the machine it was.
	UniqueToken string `yaml:"uniqueToken,omitempty" secret:"true"`
}

// SysctlConfig sets kernel parameters below /proc/sys.
type SysctlConfig struct {
	// Dots or slashes between parts.
	Params map[string]string `yaml:"params,omitempty"`
}

// SysfsConfig sets kernel parameters below /sys.
type SysfsConfig struct {
	// Dots between parts.
	Params map[string]string `yaml:"params,omitempty"`
}

// TrustedRootsConfig adds certificate authorities that the whole system trusts.
type TrustedRootsConfig struct {
	// Tells them apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// In PEM.
	Certificates string `yaml:"certificates,omitempty"`
}

// UdevRulesConfig adds rules for device events.
type UdevRulesConfig struct {
	// In the format of udev(7), one a line.
	Rules []string `yaml:"rules,omitempty"`
}

// UnattendedInstallConfig installs the system as soon as a matching disk is there.
type UnattendedInstallConfig struct {
	// True restarts into it at once.
	Reboot *bool `yaml:"reboot,omitempty"`
	// What to install.
	Installer InstallerSpec `yaml:"installer,omitempty"`
	// Where.
	Provisioning InstallProvisioningSpec `yaml:"provisioning,omitempty"`
}

// InstallerSpec is the installer.
type InstallerSpec struct {
	// Reference; it brings the version to install.
	Image string `yaml:"image,omitempty"`
}

// DiskSelectorSpec matches disks.
type DiskSelectorSpec struct {
	// CEL expression on disk.
	Match value.Expression `yaml:"match,omitempty"`
}

// InstallProvisioningSpec is the disk to install to.
type InstallProvisioningSpec struct {
	DiskSelector DiskSelectorSpec `yaml:"diskSelector,omitempty"`
	// True erases the whole disk first. Default false.
	Wipe *bool `yaml:"wipe,omitempty"`
}

// WatchdogTimerConfig lets hardware reset a machine that hangs.
type WatchdogTimerConfig struct {
	// Such as /dev/watchdog0.
	Device string `yaml:"device,omitempty"`
	// Default a minute; at least ten seconds.
	Timeout time.Duration `yaml:"timeout,omitempty"`
}
