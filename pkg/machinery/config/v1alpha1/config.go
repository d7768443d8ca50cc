package v1alpha1

// Config is the main config document.
type Config struct {
	Version string        `yaml:"version,omitempty" enum:"v1alpha1"`
	Debug   *bool         `yaml:"debug,omitempty"`
	Persist *bool         `yaml:"persist,omitempty"`
	Machine MachineConfig `yaml:"machine,omitempty"`
	Cluster ClusterConfig `yaml:"cluster,omitempty"`

	Folded Folded `yaml:"-"`
}

// IsControlPlane reports whether the machine runs etcd and the control plane.
func (c *Config) IsControlPlane() bool { return c.Machine.Type == TypeControlPlane }
