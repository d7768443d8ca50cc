package v1alpha1

type Config struct {
	Version string        `yaml:"version,omitempty" enum:"v1alpha1"`
	Debug   *bool         `yaml:"debug,omitempty"`
	Persist *bool         `yaml:"persist,omitempty"`
	Machine MachineConfig `yaml:"machine,omitempty"`
	Cluster ClusterConfig `yaml:"cluster,omitempty"`
}
