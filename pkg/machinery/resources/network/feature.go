package network

import (
	"go.yaml.in/yaml/v4"
)

// EthernetFeatureStatus is an offload feature as ethtool names it and its state.
type EthernetFeatureStatus struct {
	Name   string `yaml:"name" protobuf:"1"`
	Status string `yaml:"status" protobuf:"2"`
}

// EthernetFeatureStatusList shows in YAML as a mapping in the driver's order.
type EthernetFeatureStatusList []EthernetFeatureStatus

// MarshalYAML implements the YAML library's marshaler.
func (l EthernetFeatureStatusList) MarshalYAML() (any, error) {
	node := &yaml.Node{Kind: yaml.MappingNode}

	for _, f := range l {
		node.Content = append(node.Content,
			&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: f.Name},
			&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: f.Status})
	}

	return node, nil
}
