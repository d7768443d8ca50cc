package contract_test

import (
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
)

func TestParse(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]string{"": "v1.14", "v1.6": "v1.6", "1.12": "v1.12", "v1.12.4": "v1.12", "v1.13.0-alpha.1": "v1.13", "v1.0": "v1.0"} {
		if c, err := contract.Parse(in); err != nil || c.String() != want {
			t.Errorf("%q is %s, %v; want %s", in, c, err, want)
		}
	}

	for _, in := range []string{"v2.0", "v1.16", "v1", "x", "v1.x"} {
		if _, err := contract.Parse(in); err == nil {
			t.Errorf("%q is accepted", in)
		}
	}
}

func TestHas(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		line   string
		toggle contract.Toggle
		want   bool
	}{
		{"v1.5", contract.KubePrismEnabled, false},
		{"v1.6", contract.KubePrismEnabled, true},
		{"", contract.KubePrismEnabled, true},
		{"v1.11", contract.PopulateClusterSANsFromEndpoint, true},
		{"v1.12", contract.PopulateClusterSANsFromEndpoint, false},
		{"v1.0", contract.PopulateClusterSANsFromEndpoint, true},
		{"v1.13", contract.MultidocKubernetesConfigSupported, false},
		{"v1.14", contract.MultidocKubernetesConfigSupported, true},
	} {
		c, err := contract.Parse(tt.line)
		if err != nil {
			t.Fatal(err)
		}

		if got := c.Has(tt.toggle); got != tt.want {
			t.Errorf("%s has %s: %t", c, tt.toggle.Name, got)
		}
	}
}
