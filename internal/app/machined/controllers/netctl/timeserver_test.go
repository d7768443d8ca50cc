package netctl

import (
	"slices"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

func TestTimeServersOfTheConfig(t *testing.T) {
	t.Parallel()

	const head = "apiVersion: v1alpha1\nkind: TimeSyncConfig\n"

	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"nothing is said", "machine: {type: worker}", nil},
		{"the main document", "machine: {time: {servers: [a]}}", []string{"a"}},
		{"servers of the document", head + "ntp: {servers: [b, c]}", []string{"b", "c"}},
		{"clocks alone", head + "ptp: {devices: [/dev/ptp0]}", []string{"/dev/ptp0"}},
		{"servers and clocks", head + "ntp: {servers: [b]}\nptp: {devices: [/dev/ptp0]}", []string{"b", "/dev/ptp0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			c, err := config.Load([]byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}

			var got []string

			for _, s := range planTimeServers(cmdline{}, c) {
				if s.ConfigLayer == network.ConfigLayerConfiguration {
					got = s.NTPServers
				}
			}

			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
