package k8s

// Pods and manifests show their content at the top level, without the field
// that holds it.

// MarshalYAML implements the YAML libraries' marshaler.
func (s StaticPodSpec) MarshalYAML() (any, error) { return s.Pod, nil }

// MarshalYAML implements the YAML libraries' marshaler.
func (s StaticPodStatusSpec) MarshalYAML() (any, error) { return s.PodStatus, nil }

// MarshalYAML implements the YAML libraries' marshaler.
func (s ManifestSpec) MarshalYAML() (any, error) { return s.Items, nil }
