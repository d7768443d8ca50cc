package v1alpha1

import (
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/value"
)

type MachineConfig struct {
	Type                     string                            `yaml:"type,omitempty" enum:"controlplane|worker"`
	Token                    string                            `yaml:"token,omitempty" secret:"true"`
	CA                       *x509.PEMEncodedCertificateAndKey `yaml:"ca,omitempty" secret:"true"`
	AcceptedCAs              []x509.PEMEncodedCertificate      `yaml:"acceptedCAs,omitempty"`
	CertSANs                 []string                          `yaml:"certSANs,omitempty"`
	ControlPlane             MachineControlPlaneConfig         `yaml:"controlPlane,omitempty"`
	Kubelet                  KubeletConfig                     `yaml:"kubelet,omitempty"`
	Pods                     []value.Object                    `yaml:"pods,omitempty"`
	Network                  NetworkConfig                     `yaml:"network,omitempty"`
	Disks                    []MachineDisk                     `yaml:"disks,omitempty"`
	Install                  InstallConfig                     `yaml:"install,omitempty"`
	Files                    []MachineFile                     `yaml:"files,omitempty"`
	Env                      map[string]string                 `yaml:"env,omitempty"`
	Time                     TimeConfig                        `yaml:"time,omitempty"`
	Sysctls                  map[string]string                 `yaml:"sysctls,omitempty"`
	Sysfs                    map[string]string                 `yaml:"sysfs,omitempty"`
	Registries               RegistriesConfig                  `yaml:"registries,omitempty"`
	SystemDiskEncryption     SystemDiskEncryptionConfig        `yaml:"systemDiskEncryption,omitempty"`
	Features                 FeaturesConfig                    `yaml:"features,omitempty"`
	Udev                     UdevConfig                        `yaml:"udev,omitempty"`
	Logging                  LoggingConfig                     `yaml:"logging,omitempty"`
	Kernel                   KernelConfig                      `yaml:"kernel,omitempty"`
	SeccompProfiles          []MachineSeccompProfile           `yaml:"seccompProfiles,omitempty"`
	BaseRuntimeSpecOverrides value.Object                      `yaml:"baseRuntimeSpecOverrides,omitempty"`
	NodeLabels               map[string]string                 `yaml:"nodeLabels,omitempty"`
	NodeAnnotations          map[string]string                 `yaml:"nodeAnnotations,omitempty"`
	NodeTaints               map[string]string                 `yaml:"nodeTaints,omitempty"`
}

type MachineControllerManagerConfig struct {
	Disabled *bool `yaml:"disabled,omitempty"`
}

type MachineSchedulerConfig struct {
	Disabled *bool `yaml:"disabled,omitempty"`
}

type MachineControlPlaneConfig struct {
	ControllerManager MachineControllerManagerConfig `yaml:"controllerManager,omitempty"`
	Scheduler         MachineSchedulerConfig         `yaml:"scheduler,omitempty"`
}

type MachineFile struct {
	Content     string         `yaml:"content,omitempty"`
	Permissions value.FileMode `yaml:"permissions,omitempty"`
	Path        string         `yaml:"path,omitempty"`
	Op          string         `yaml:"op,omitempty"`
}

type TimeConfig struct {
	Disabled    *bool         `yaml:"disabled,omitempty"`
	Servers     []string      `yaml:"servers,omitempty"`
	BootTimeout time.Duration `yaml:"bootTimeout,omitempty"`
}

type UdevConfig struct {
	Rules []string `yaml:"rules,omitempty"`
}

type LoggingDestination struct {
	Endpoint  value.URL         `yaml:"endpoint,omitempty"`
	Format    string            `yaml:"format,omitempty" enum:"json_lines"`
	ExtraTags map[string]string `yaml:"extraTags,omitempty"`
}

type LoggingConfig struct {
	Destinations []LoggingDestination `yaml:"destinations,omitempty"`
}

type KernelModuleConfig struct {
	Name       string   `yaml:"name,omitempty"`
	Parameters []string `yaml:"parameters,omitempty"`
}

type KernelConfig struct {
	Modules []KernelModuleConfig `yaml:"modules,omitempty"`
}

type MachineSeccompProfile struct {
	Name  string       `yaml:"name,omitempty"`
	Value value.Object `yaml:"value,omitempty"`
}
