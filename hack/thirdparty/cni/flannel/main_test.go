package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestDelegate(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ name, conf, lease, want string }{
		{
			"the usual configuration",
			`{"cniVersion":"1.0.0","name":"cbr0","type":"flannel","delegate":{"hairpinMode":true,"isDefaultGateway":true}}`,
			"FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n",
			`{"cniVersion":"1.0.0","hairpinMode":true,"ipMasq":false,"ipam":{"ranges":[[{"subnet":"10.244.1.0/24"}]],"routes":[{"dst":"10.244.0.0/16"}],"type":"host-local"},"isDefaultGateway":true,"isGateway":true,"mtu":1450,"name":"cbr0","type":"bridge"}`,
		},
		{
			"two families, and the bridge masquerades",
			`{"name":"n","type":"flannel"}`,
			"FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_IPV6_NETWORK=fd00::/48\nFLANNEL_IPV6_SUBNET=fd00:0:0:1::1/64\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=false\n",
			`{"ipMasq":true,"ipam":{"ranges":[[{"subnet":"10.244.1.0/24"}],[{"subnet":"fd00:0:0:1::/64"}]],"routes":[{"dst":"10.244.0.0/16"},{"dst":"fd00::/48"}],"type":"host-local"},"isGateway":true,"mtu":1450,"name":"n","type":"bridge"}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			c, err := parse([]byte(tt.conf))
			if err != nil {
				t.Fatal(err)
			}

			l, err := parseLease(tt.lease)
			if err != nil {
				t.Fatal(err)
			}

			d, err := c.delegate(l)
			if err != nil {
				t.Fatal(err)
			}

			got, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}

			if string(got) != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestPodsWaitForTheLease(t *testing.T) {
	t.Parallel()

	c := &config{SubnetFile: filepath.Join(t.TempDir(), "subnet.env")}

	if _, err := c.await(0); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("without flanneld: %v", err)
	}

	go func() {
		time.Sleep(50 * time.Millisecond)
		writeFile(c.SubnetFile, []byte("FLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_MTU=1450\n")) //nolint:errcheck // await tells
	}()

	if _, err := c.await(10 * time.Second); err != nil {
		t.Error(err)
	}
}
