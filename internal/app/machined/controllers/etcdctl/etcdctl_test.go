package etcdctl

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
)

func addrs(list ...string) []netip.Addr {
	out := make([]netip.Addr, 0, len(list))
	for _, a := range list {
		out = append(out, netip.MustParseAddr(a))
	}

	return out
}

func TestPlanLaunch(t *testing.T) {
	t.Parallel()

	spec := &etcd.Spec{Name: "cp1", AdvertisedAddresses: addrs("10.5.0.2")}

	for _, tt := range []struct {
		name string
		view launchView
		mode Mode
		why  string
	}{
		{"nothing is known yet", launchView{}, 0, "addresses and host name"},
		{"certificates are not written yet", launchView{spec: spec}, 0, "certificates"},
		{"a fresh node waits to be told", launchView{spec: spec, pki: true}, 0, "bootstrap, or a control plane node to join"},
		{
			"its own address is nobody to join",
			launchView{spec: spec, pki: true, peers: addrs("10.5.0.2")}, 0, "bootstrap, or a control plane node to join",
		},
		{"data wins over everything", launchView{
			spec: spec, pki: true, hasData: true, request: &bootstrapRequest{}, peers: addrs("10.5.0.3"),
		}, ModeRestart, ""},
		{"bootstrap starts a cluster", launchView{spec: spec, pki: true, request: &bootstrapRequest{}}, ModeNew, ""},
		{
			"bootstrap wins over joining: the endpoint may be a leftover",
			launchView{spec: spec, pki: true, request: &bootstrapRequest{}, peers: addrs("10.5.0.3")}, ModeNew, "",
		},
		{"recovery", launchView{spec: spec, pki: true, request: &bootstrapRequest{recover: true}}, ModeRecover, ""},
		{"another control plane node", launchView{spec: spec, pki: true, peers: addrs("10.5.0.3")}, ModeJoin, ""},
	} {
		if got := planLaunch(tt.view); got.mode != tt.mode || got.why != tt.why {
			t.Errorf("%s: %s %q, want %s %q", tt.name, got.mode, got.why, tt.mode, tt.why)
		}
	}
}

func TestArgs(t *testing.T) {
	t.Parallel()

	spec := etcd.Spec{
		Name:                  "cp1",
		AdvertisedAddresses:   addrs("10.5.0.2", "fd00::2"),
		ListenPeerAddresses:   addrs("::"),
		ListenClientAddresses: addrs("::"),
		ExtraArgs: map[string]etcd.ArgValues{
			"quota-backend-bytes": {Values: []string{"4294967296"}},
			"data-dir":            {Values: []string{"/elsewhere"}},
			"feature-gates":       {Values: []string{"X=true"}},
		},
	}

	args := Args(spec, ModeNew, map[string][]string{"cp1": peerURLs(spec.AdvertisedAddresses)})

	for _, want := range []string{
		"--name=cp1",
		"--data-dir=/var/lib/etcd",
		"--initial-cluster=cp1=https://10.5.0.2:2380,cp1=https://[fd00::2]:2380",
		"--initial-cluster-state=new",
		"--listen-client-urls=https://[::]:2379",
		"--advertise-client-urls=https://10.5.0.2:2379,https://[fd00::2]:2379",
		"--quota-backend-bytes=4294967296",
		"--feature-gates=InitialCorruptCheck=true,X=true",
		"--peer-client-cert-auth=true",
	} {
		if !slices.Contains(args, want) {
			t.Errorf("%s is missing in\n%s", want, strings.Join(args, "\n"))
		}
	}

	if !slices.Contains(Args(spec, ModeJoin, nil), "--initial-cluster-state=existing") {
		t.Error("who joins must not found a cluster")
	}
}

func TestPlanSpec(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name             string
		routed, previous string
		valid, exclude   string
		want             string
	}{
		{"the first address is advertised", "10.5.0.2 10.6.0.2", "", "", "", "10.5.0.2"},
		{"an advertised address stays", "10.4.0.2 10.5.0.2", "10.5.0.2", "", "", "10.5.0.2"},
		{"until the node loses it", "10.4.0.2", "10.5.0.2", "", "", "10.4.0.2"},
		{"a shared address is never advertised", "10.5.0.50 10.5.0.2", "", "", "10.5.0.50", "10.5.0.2"},
		{"all of the configured networks", "10.5.0.2 10.6.0.2 10.7.0.2", "", "10.6.0.0/16 10.7.0.0/16", "", "10.6.0.2 10.7.0.2"},
		{"no address there yet", "10.5.0.2", "", "10.9.0.0/16", "", ""},
	} {
		v := specView{
			hostname: "cp1",
			config: &etcd.ConfigSpec{
				AdvertiseValidSubnets: strings.Fields(tt.valid), AdvertiseExcludeSubnets: strings.Fields(tt.exclude),
			},
			routed: addrs(strings.Fields(tt.routed)...),
		}

		if tt.previous != "" {
			v.have = &etcd.Spec{AdvertisedAddresses: addrs(tt.previous)}
		}

		items, err := planSpec(v)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)

			continue
		}

		var got []string

		if len(items) > 0 {
			text := items[0].(interface{ String() string }).String()
			_, list, _ := strings.Cut(text, "AdvertisedAddresses:[")
			list, _, _ = strings.Cut(list, "]")
			got = strings.Fields(list)
		}

		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
}
