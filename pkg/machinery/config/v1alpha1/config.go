package v1alpha1

// Config is the main config document.
type Config struct {
	// Version of the language. There is only v1alpha1. Default v1alpha1.
	Version string `yaml:"version,omitempty" enum:"v1alpha1"`
	// True writes more about the system's work to the console. Default false.
	Debug *bool `yaml:"debug,omitempty"`
	// No effect: the config is always kept. It is there for older configs.
	Persist *bool `yaml:"persist,omitempty"`
	// The machine: what it is, its network, disks and services.
	Machine MachineConfig `yaml:"machine,omitempty"`
	// The cluster: its endpoint, secrets and control plane.
	Cluster ClusterConfig `yaml:"cluster,omitempty"`

	Folded Folded `yaml:"-"`
}

// IsControlPlane reports whether the machine runs etcd and the control plane.
func (c *Config) IsControlPlane() bool { return c.Machine.Type == TypeControlPlane }
