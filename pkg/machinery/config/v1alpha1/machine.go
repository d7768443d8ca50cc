package v1alpha1

import (
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// MachineConfig describes one machine: what it is, its network, disks and services.
type MachineConfig struct {
	// What the machine is. It cannot change later: reset the machine instead.
	Type string `yaml:"type,omitempty" enum:"controlplane|worker" older:"init=controlplane|join=worker"`
	// Shown to trustd by a machine that wants a certificate; the same on all machines of
	// a cluster.
	Token string `yaml:"token,omitempty" secret:"true"`
	// Authority of the nodes' API. Only control plane machines have its key.
	CA *x509.PEMEncodedCertificateAndKey `yaml:"ca,omitempty" secret:"true"`
	// Further authorities whose client certificates are accepted, for rotating the first.
	AcceptedCAs []x509.PEMEncodedCertificate `yaml:"acceptedCAs,omitempty"`
	// Further names and addresses in the certificate of the nodes' API.
	CertSANs []string `yaml:"certSANs,omitempty"`
	// Which control plane components run on this machine.
	ControlPlane MachineControlPlaneConfig `yaml:"controlPlane,omitempty"`
	// How kubelet runs.
	Kubelet KubeletConfig `yaml:"kubelet,omitempty"`
	// Static pods, run by kubelet without the API server.
	Pods []value.Object `yaml:"pods,omitempty"`
	// Network of the machine.
	Network NetworkConfig `yaml:"network,omitempty"`
	// Partitions of further disks, for user data.
	Disks []MachineDisk `yaml:"disks,omitempty"`
	// Where and how to install. Used when installing or upgrading only.
	Install InstallConfig `yaml:"install,omitempty"`
	// Files written while booting. Most of the file system is read-only.
	Files []MachineFile `yaml:"files,omitempty"`
	// Environment variables of all services, first of all proxy settings.
	Env map[string]string `yaml:"env,omitempty"`
	// Where the time comes from.
	Time TimeConfig `yaml:"time,omitempty"`
	// Kernel parameters below /proc/sys, dots or slashes between parts.
	Sysctls map[string]string `yaml:"sysctls,omitempty"`
	// Kernel parameters below /sys, dots between parts.
	Sysfs map[string]string `yaml:"sysfs,omitempty"`
	// Mirrors and credentials for pulling images.
	Registries RegistriesConfig `yaml:"registries,omitempty"`
	// Encryption of the system's own partitions.
	SystemDiskEncryption SystemDiskEncryptionConfig `yaml:"systemDiskEncryption,omitempty"`
	// Switches for parts of the system.
	Features FeaturesConfig `yaml:"features,omitempty"`
	// Additional rules for device events.
	Udev UdevConfig `yaml:"udev,omitempty"`
	// Where to send logs of services.
	Logging LoggingConfig `yaml:"logging,omitempty"`
	// Kernel modules to load besides those devices ask for.
	Kernel KernelConfig `yaml:"kernel,omitempty"`
	// Profiles that pods can refer to by file name.
	SeccompProfiles []MachineSeccompProfile `yaml:"seccompProfiles,omitempty"`
	// Laid over the OCI runtime specification that every container starts from.
	BaseRuntimeSpecOverrides value.Object `yaml:"baseRuntimeSpecOverrides,omitempty"`
	// Labels of the Kubernetes node. Ones that are taken away here are removed from it.
	NodeLabels map[string]string `yaml:"nodeLabels,omitempty"`
	// Annotations of the Kubernetes node.
	NodeAnnotations map[string]string `yaml:"nodeAnnotations,omitempty"`
	// Taints of the Kubernetes node, as value:effect by key. Only set at registration.
	NodeTaints map[string]string `yaml:"nodeTaints,omitempty"`
}

// MachineControllerManagerConfig is the switch for kube-controller-manager.
type MachineControllerManagerConfig struct {
	// True keeps it from running on this machine. Default false.
	Disabled *bool `yaml:"disabled,omitempty"`
}

// MachineSchedulerConfig is the switch for kube-scheduler.
type MachineSchedulerConfig struct {
	// True keeps it from running on this machine. Default false.
	Disabled *bool `yaml:"disabled,omitempty"`
}

// MachineControlPlaneConfig turns single components off, where another machine runs
// them.
type MachineControlPlaneConfig struct {
	// Switch for kube-controller-manager.
	ControllerManager MachineControllerManagerConfig `yaml:"controllerManager,omitempty"`
	// Switch for kube-scheduler.
	Scheduler MachineSchedulerConfig `yaml:"scheduler,omitempty"`
}

// MachineFile is one file.
type MachineFile struct {
	// Text of the file.
	Content string `yaml:"content,omitempty"`
	// Permission bits, in octal. Default 0: none.
	Permissions value.FileMode `yaml:"permissions,omitempty"`
	// Absolute path; new files are possible below /var only.
	Path string `yaml:"path,omitempty"`
	// create makes a new file, append and overwrite change one of the system for this
	// boot.
	Op string `yaml:"op,omitempty"`
}

// TimeConfig says where the time comes from.
type TimeConfig struct {
	// True leaves the clock alone, for machines whose host sets it. Default false.
	Disabled *bool `yaml:"disabled,omitempty"`
	// Time servers (NTP), or a PTP device such as /dev/ptp0. Default time.cloudflare.com.
	Servers []string `yaml:"servers,omitempty"`
	// How long booting waits for the right time. Default 0: for ever, because certificates
	// need it.
	BootTimeout time.Duration `yaml:"bootTimeout,omitempty"`
}

// UdevConfig holds rules in the format of udev(7).
type UdevConfig struct {
	// One rule a line.
	Rules []string `yaml:"rules,omitempty"`
}

// LoggingDestination is one receiver.
type LoggingDestination struct {
	// Address as udp://host:port or tcp://host:port.
	Endpoint value.URL `yaml:"endpoint,omitempty"`
	// One JSON object a line is the only form.
	Format string `yaml:"format,omitempty" enum:"json_lines"`
	// Tags added to every message.
	ExtraTags map[string]string `yaml:"extraTags,omitempty"`
}

// LoggingConfig sends logs of services elsewhere.
type LoggingConfig struct {
	// Every log line goes to all of them.
	Destinations []LoggingDestination `yaml:"destinations,omitempty"`
}

// KernelModuleConfig is one module.
type KernelModuleConfig struct {
	// Name of the module, as modprobe knows it.
	Name string `yaml:"name,omitempty"`
	// Parameters as name=value. Used when the module is loaded only.
	Parameters []string `yaml:"parameters,omitempty"`
}

// KernelConfig is about the running kernel.
type KernelConfig struct {
	// Loaded while booting, in order.
	Modules []KernelModuleConfig `yaml:"modules,omitempty"`
}

// MachineSeccompProfile is one profile.
type MachineSeccompProfile struct {
	// File name, by which pods refer to it as localhost/profiles/<name>.
	Name string `yaml:"name,omitempty"`
	// The profile, in the format of the OCI runtime.
	Value value.Object `yaml:"value,omitempty"`
}
