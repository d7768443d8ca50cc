package contract_test

import (
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
)

func TestParse(t *testing.T) {
	t.Parallel()

	for in, want := range map[string]string{"": "v1.14", "v1.6": "v1.6", "1.12": "v1.12", "v1.12.4": "v1.12", "v1.13.0-alpha.1": "v1.13", "v1.13-alpha": "v1.13", "v1.0": "v1.0"} {
		if c, err := contract.Parse(in); err != nil || c.String() != want {
			t.Errorf("%q is %s, %v; want %s", in, c, err, want)
		}
	}

	for _, in := range []string{"v2.0", "v0.14", "v1.16", "v1.-1", "v1", "x", "v1.x"} {
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

// TestKubernetes has the windows that the releases were published with.
func TestKubernetes(t *testing.T) {
	t.Parallel()

	for line, want := range map[string][2]int{
		"v1.2": {23, 25}, "v1.3": {24, 26}, "v1.4": {25, 27}, "v1.5": {26, 28}, "v1.6": {24, 29}, "v1.7": {25, 30},
		"v1.8": {26, 31}, "v1.9": {27, 32}, "v1.10": {28, 33}, "v1.11": {29, 34}, "v1.12": {30, 35}, "v1.13": {31, 36},
		"v1.14": {32, 37}, "v1.15": {33, 38},
	} {
		c, err := contract.Parse(line)
		if err != nil {
			t.Fatal(err)
		}

		if oldest, newest, known := c.Kubernetes(); !known || [2]int{oldest, newest} != want {
			t.Errorf("%s runs %d to %d, %t; want %v", line, oldest, newest, known, want)
		}
	}

	c, err := contract.Parse("v1.1")
	if err != nil {
		t.Fatal(err)
	}

	if _, _, known := c.Kubernetes(); known {
		t.Error("the window of v1.1 is not published")
	}
}
