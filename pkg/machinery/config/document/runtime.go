package document

import (
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// EnvironmentConfig sets the environment of all services, first of all proxy settings.
// Needs a reboot.
type EnvironmentConfig struct {
	// Environment variables by name, such as https_proxy.
	Variables map[string]string `yaml:"variables,omitempty"`
}

// EtcFileConfig adds a file to /etc.
type EtcFileConfig struct {
	// Path of the file below /etc.
	Name string `yaml:"name,omitempty" required:"true"`
	// Permission bits, in octal. Default 0o644.
	Mode value.FileMode `yaml:"mode,omitempty"`
	// Text of the file.
	Contents string `yaml:"contents,omitempty"`
}

// EventSinkConfig sends events of the machine elsewhere.
type EventSinkConfig struct {
	// Address of the receiver, as host:port.
	Endpoint string `yaml:"endpoint,omitempty"`
}

// KernelModuleConfig loads a kernel module.
type KernelModuleConfig struct {
	// Name of the module, as modprobe knows it.
	Name string `yaml:"name,omitempty" required:"true"`
	// Parameters as name=value. Used when the module is loaded only.
	Parameters []string `yaml:"parameters,omitempty"`
}

// KmsgLogConfig sends the kernel log elsewhere.
type KmsgLogConfig struct {
	// Tells receivers apart.
	Name string `yaml:"name,omitempty"`
	// Address of the receiver, as tcp://host:port or udp://host:port.
	URL value.URL `yaml:"url,omitempty" scheme:"tcp|udp"`
}

// OOMConfig says what is killed before memory runs out.
type OOMConfig struct {
	// CEL expression that is true when something has to be killed.
	TriggerExpression value.Expression `yaml:"triggerExpression,omitempty"`
	// CEL expression that ranks control groups; the highest is killed.
	CgroupRankingExpression value.Expression `yaml:"cgroupRankingExpression,omitempty"`
	// True never kills a better class while a worse one is left. Default true.
	StrictCgroupClassOrdering *bool `yaml:"strictCgroupClassOrdering,omitempty"`
	// Time between two looks at memory. Default 500ms.
	SampleInterval time.Duration `yaml:"sampleInterval,omitempty"`
}

// PCIDriverRebindConfig gives a PCI device another driver.
type PCIDriverRebindConfig struct {
	// Address of the device, such as 0000:03:00.0.
	Name string `yaml:"name,omitempty" required:"true"`
	// Name of the driver to bind, such as vfio-pci.
	TargetDriver string `yaml:"targetDriver,omitempty" required:"true"`
}

// SecurityProfileConfig is about hardening.
type SecurityProfileConfig struct {
	// True keeps workloads away from the system's processes. Default false when left out.
	WorkloadIsolation *bool `yaml:"workloadIsolation,omitempty"`
}

// SideroLinkConfig connects the machine to a management server by WireGuard.
type SideroLinkConfig struct {
	// URL of the server to register at. Its query holds a token.
	APIURL value.URL `yaml:"apiUrl,omitempty" secret:"query" scheme:"https|grpc"`
	// Proves that this is the machine it was.
	UniqueToken string `yaml:"uniqueToken,omitempty" secret:"true"`
}

// SysctlConfig sets kernel parameters below /proc/sys.
type SysctlConfig struct {
	// Values by parameter, with dots or slashes between the parts of its path.
	Params map[string]string `yaml:"params,omitempty"`
}

// SysfsConfig sets kernel parameters below /sys.
type SysfsConfig struct {
	// Values by parameter, with dots between the parts of its path.
	Params map[string]string `yaml:"params,omitempty"`
}

// TrustedRootsConfig adds certificate authorities that the whole system trusts.
type TrustedRootsConfig struct {
	// Tells them apart.
	Name string `yaml:"name,omitempty" required:"true"`
	// One or more certificates in PEM.
	Certificates string `yaml:"certificates,omitempty"`
}

// UdevRulesConfig adds rules for device events.
type UdevRulesConfig struct {
	// Rules in the format of udev(7), one a line.
	Rules []string `yaml:"rules,omitempty"`
}

// UnattendedInstallConfig installs the system as soon as a matching disk is there.
type UnattendedInstallConfig struct {
	// True restarts into the installed system at once. Default false.
	Reboot *bool `yaml:"reboot,omitempty"`
	// What to install.
	Installer InstallerSpec `yaml:"installer,omitempty"`
	// Disk to install to.
	Provisioning InstallProvisioningSpec `yaml:"provisioning,omitempty"`
}

// InstallerSpec is the installer.
type InstallerSpec struct {
	// Image reference of the installer. It brings the version to install.
	Image string `yaml:"image,omitempty"`
}

// DiskSelectorSpec matches disks.
type DiskSelectorSpec struct {
	// CEL expression on disk.
	Match value.Expression `yaml:"match,omitempty"`
}

// InstallProvisioningSpec is the disk to install to.
type InstallProvisioningSpec struct {
	// Finds the disk by what it is.
	DiskSelector DiskSelectorSpec `yaml:"diskSelector,omitempty"`
	// True erases the whole disk first. Default false.
	Wipe *bool `yaml:"wipe,omitempty"`
}

// WatchdogTimerConfig lets hardware reset a machine that hangs.
type WatchdogTimerConfig struct {
	// Path of the timer, such as /dev/watchdog0.
	Device string `yaml:"device,omitempty"`
	// Time without a sign of life after which the machine is reset, at least 10s. Default
	// 1m.
	Timeout time.Duration `yaml:"timeout,omitempty"`
}
