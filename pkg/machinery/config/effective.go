package config

import "github.com/talos-os/talos/pkg/machinery/config/v1alpha1"

func effective(c *Config) *v1alpha1.Config {
	out := &v1alpha1.Config{}
	if m := c.V1Alpha1(); m != nil {
		*out = *m
	}

	return out
}
