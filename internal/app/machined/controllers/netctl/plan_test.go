package netctl

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/dhcp4"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

var testLinks = []netlink.Link{
	{Name: "lo", Index: 1, Flags: unix.IFF_UP},
	{Name: "eth0", Index: 2, Flags: unix.IFF_UP},
	{Name: "eth1", Index: 3},
}

// specs reads "eth0 10.0.0.4/24, ..." with an optional metric.
func addressSpecs(text string) []network.AddressSpec {
	var out []network.AddressSpec

	for s := range strings.SplitSeq(text, ", ") {
		if f := strings.Fields(s); len(f) > 1 {
			a := address(f[0], netip.MustParsePrefix(f[1]), 0)
			if len(f) > 2 {
				_, _ = fmt.Sscan(f[2], &a.Priority)
			}

			out = append(out, a)
		}
	}

	return out
}

func TestPlanAddresses(t *testing.T) {
	t.Parallel()

	for _, row := range []struct{ name, have, leaving, want, plan string }{
		{"old address goes before new one comes", "eth0 10.0.0.4/24", "eth0 10.0.0.4/24", "eth0 10.0.0.5/24", "- eth0 10.0.0.4/24\n+ eth0 10.0.0.5/24\n"},
		{"nothing to do", "eth0 10.0.0.4/24", "", "eth0 10.0.0.4/24", ""},
		{"link-local and foreign addresses stay", "eth0 fe80::1/64, eth1 10.244.0.1/24", "", "", ""},
		{"one that is wanted again is not removed", "eth0 10.0.0.4/24", "eth0 10.0.0.4/24", "eth0 10.0.0.4/24", ""},
		{"one that is gone already is not removed", "", "eth0 10.0.0.4/24", "", ""},
		{"a missing link is waited for", "", "", "eth7 10.0.0.4/24", ""},
		{"the same address on another link is another", "eth1 10.0.0.4/24", "", "eth0 10.0.0.4/24", "+ eth0 10.0.0.4/24\n"},
		{"another metric needs a new address", "eth0 10.0.0.4/24", "", "eth0 10.0.0.4/24 7", "- eth0 10.0.0.4/24\n+ eth0 10.0.0.4/24\n"},
	} {
		v := addressView{specs: addressSpecs(row.want), leaving: addressSpecs(row.leaving), links: testLinks}

		for _, s := range addressSpecs(row.have) {
			i := slices.IndexFunc(testLinks, func(l netlink.Link) bool { return l.Name == s.LinkName })
			v.addresses = append(v.addresses, netlink.Address{LinkIndex: testLinks[i].Index, Prefix: s.Address, Flags: unix.IFA_F_PERMANENT})
		}

		if got := planAddresses(v).String(); got != row.plan {
			t.Errorf("%s: got\n%s", row.name, got)
		}
	}
}

func TestBroadcast(t *testing.T) {
	t.Parallel()

	for p, want := range map[string]string{"10.1.2.3/8": "10.255.255.255", "192.0.2.130/25": "192.0.2.255", "192.0.2.9/30": "192.0.2.11"} {
		if got := broadcast(netip.MustParsePrefix(p)); got.String() != want {
			t.Errorf("of %s: %s", p, got)
		}
	}
}

// routeSpecs reads "10.0.0.0/8 via 10.1.1.1 dev eth0 metric 7".
func routeSpecs(text string) []network.RouteSpec {
	var out []network.RouteSpec

	for s := range strings.SplitSeq(text, ", ") {
		f := strings.Fields(s)
		if len(f) == 0 {
			continue
		}

		var r network.RouteSpec

		if f[0] != "default" {
			r.Destination = netip.MustParsePrefix(f[0])
		}

		for i := 1; i+1 < len(f); i += 2 {
			switch f[i] {
			case "via":
				r.Gateway = netip.MustParseAddr(f[i+1])
			case "dev":
				r.OutLinkName = f[i+1]
			case "metric":
				_, _ = fmt.Sscan(f[i+1], &r.Priority)
			case "mtu":
				_, _ = fmt.Sscan(f[i+1], &r.MTU)
			}
		}

		out = append(out, route(r))
	}

	return out
}

func TestPlanRoutes(t *testing.T) {
	t.Parallel()

	const lease1, lease2 = "default via 10.0.0.1 dev eth0 metric 1024", "default via 10.0.0.2 dev eth0 metric 1024"

	byName := map[string]netlink.Link{}
	for _, l := range testLinks {
		byName[l.Name] = l
	}

	for _, row := range []struct{ name, have, leaving, want, plan string }{
		{"nothing to do", lease1, "", lease1, ""},
		{"another gateway takes the place", lease1, lease1, lease2, "- default dev 2 table 254 metric 1024 via 10.0.0.1\n+ default dev 2 table 254 metric 1024 via 10.0.0.2\n"},
		{"the gateway's own route comes first", "", "", lease1 + ", 10.0.0.1/32 dev eth0 metric 1024",
			"+ 10.0.0.1/32 dev 2 table 254 metric 1024\n+ default dev 2 table 254 metric 1024 via 10.0.0.1\n"},
		{"a link that is down is waited for", "", "", "default via 10.0.0.1 dev eth1 metric 1024", ""},
		{"another MTU needs a new route", lease1, "", lease1 + " mtu 1400", "- default dev 2 table 254 metric 1024 via 10.0.0.1\n+ default dev 2 table 254 metric 1024 via 10.0.0.1\n"},
		{"foreign routes stay", lease1, "", "", ""},
		{"0.0.0.0/0 is the default route", lease1, "", "0.0.0.0/0 via 10.0.0.1 dev eth0 metric 1024", ""},
		{"the same IPv6 gateway on two links are two", "default via fe80::1 dev eth0 metric 1024", "default via fe80::1 dev eth1 metric 1024", "default via fe80::1 dev eth0 metric 1024", ""},
	} {
		v := routeView{specs: routeSpecs(row.want), leaving: routeSpecs(row.leaving), links: testLinks}

		for _, s := range routeSpecs(row.have) {
			r, _ := kernelRoute(s, byName)
			v.routes = append(v.routes, r)
		}

		if got := planRoutes(v).String(); got != row.plan {
			t.Errorf("%s: got\n%s", row.name, got)
		}
	}
}

func TestRouteIDs(t *testing.T) {
	t.Parallel()

	for spec, want := range map[string]string{
		"default via 10.0.0.1 dev eth0 metric 1024":         "inet4/10.0.0.1//1024",
		"10.0.0.0/8 dev eth0":                               "inet4//10.0.0.0/8/0",
		"default via fe80::1 dev eth0 metric 1":             "eth0/inet6/fe80::1//1",
		"2001:db8::/32 via 2001:db8:1::1 dev eth0 metric 5": "eth0/inet6/2001:db8:1::1/2001:db8::/32/5",
	} {
		if got := routeID(routeSpecs(spec)[0]); got != want {
			t.Errorf("of %s: %s", spec, got)
		}
	}

	r := routeSpecs("10.0.0.0/8 dev eth0")[0]
	if r.Table = 77; routeID(r) != "77/inet4//10.0.0.0/8/0" {
		t.Errorf("in a table: %s", routeID(r))
	}
}

func TestPlanHostnames(t *testing.T) {
	t.Parallel()

	for _, row := range []struct {
		name, config string
		view         hostnameView
		want         string
	}{
		{"without anything there is none", "", hostnameView{}, ""},
		{"the card's address until there is an identity", "", hostnameView{mac: "02:00:00:00:00:01"}, "default talos-2sn-xvh"},
		{"the identity from then on", "", hostnameView{mac: "02:00:00:00:00:01", identity: "x"}, "default talos-45d-d35"},
		{"the config has the last word", "machine: {network: {hostname: A.example.org}}", hostnameView{cmdline: "b", identity: "x"},
			"configuration a.example.org, cmdline b, default talos-45d-d35"},
		{"not stable is by address", "machine: {features: {stableHostname: false}}", hostnameView{address: netip.MustParseAddr("172.20.0.2"), identity: "x"}, "default talos-172-20-0-2"},
		{"off is off", "apiVersion: v1alpha1\nkind: HostnameConfig\nauto: off\nhostname: h\n", hostnameView{address: netip.MustParseAddr("172.20.0.2"), identity: "x"}, "configuration h"},
		{"what is no name is not taken", "", hostnameView{cmdline: "no_name"}, ""},
	} {
		row.view.config = load(t, row.config)

		var got []string

		for _, s := range planHostnames(row.view) {
			name := s.Hostname
			if s.Domainname != "" {
				name += "." + s.Domainname
			}

			got = append(got, s.ConfigLayer.String()+" "+name)
		}

		if s := strings.Join(got, ", "); s != row.want {
			t.Errorf("%s: got %s", row.name, s)
		}
	}
}

func load(t *testing.T, text string) *config.Config {
	t.Helper()

	if text == "" {
		return nil
	}

	c, err := config.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}

	return c
}

func TestMergeResolvers(t *testing.T) {
	t.Parallel()

	spec := func(layer network.ConfigLayer, servers string, search ...string) network.ResolverSpec {
		s := network.ResolverSpec{ConfigLayer: layer, SearchDomains: search}
		for _, a := range strings.Fields(servers) {
			s.DNSServers = append(s.DNSServers, netip.MustParseAddr(a))
		}

		return s
	}

	for _, row := range []struct {
		name  string
		specs []network.ResolverSpec
		want  string
	}{
		{"two leases are joined", []network.ResolverSpec{spec(0, "1.1.1.1"), spec(3, "10.0.0.1 10.0.0.2"), spec(3, "10.0.0.2 10.0.0.3")}, "[10.0.0.1 10.0.0.2 10.0.0.3] []"},
		{"search domains alone keep the servers of the layer below", []network.ResolverSpec{spec(3, "10.0.0.1", "lease"), spec(4, "", "config")}, "[10.0.0.1] [config]"},
	} {
		m := mergeResolvers(row.specs)
		if got := fmt.Sprint(m.DNSServers, m.SearchDomains); got != row.want {
			t.Errorf("%s: got %s", row.name, got)
		}
	}
}

func TestNodeAddresses(t *testing.T) {
	t.Parallel()

	status := func(text string) []network.AddressStatusSpec {
		var out []network.AddressStatusSpec

		for _, s := range addressSpecs(text) {
			out = append(out, network.AddressStatusSpec{Address: s.Address, LinkName: s.LinkName, Scope: s.Scope})
		}

		return out
	}
	prefixes := func(text string) []netip.Prefix {
		var out []netip.Prefix
		for _, s := range strings.Fields(text) {
			out = append(out, netip.MustParsePrefix(s))
		}

		return out
	}

	for _, row := range []struct {
		name, have, before         string
		def, current, routed, ever string
	}{
		{"loopback, link-local and links that are down do not count", "lo 127.0.0.1/8, eth0 fe80::1/64, eth0 10.0.0.4/24, down 10.9.0.4/24", "",
			"10.0.0.4/24", "10.0.0.4/24", "10.0.0.4/24", "10.0.0.4/24"},
		{"the default stays though a lower one comes", "eth0 10.0.0.4/24, eth0 10.0.0.2/24", "10.0.0.4/24",
			"10.0.0.4/24", "10.0.0.2/24 10.0.0.4/24", "10.0.0.2/24 10.0.0.4/24", "10.0.0.2/24 10.0.0.4/24"},
		{"a virtual address is not routed and never the default", "eth0 10.0.0.4/24, eth0 10.0.0.2/32", "",
			"10.0.0.4/24", "10.0.0.2/32 10.0.0.4/24", "10.0.0.4/24", "10.0.0.2/32 10.0.0.4/24"},
		{"a single host's address is all a cloud leases", "eth0 10.0.0.2/32", "", "10.0.0.2/32", "10.0.0.2/32", "10.0.0.2/32", "10.0.0.2/32"},
		{"a CNI's bridge does not take over", "cni0 10.244.0.1/24", "172.20.0.4/24", "172.20.0.4/24", "10.244.0.1/24", "10.244.0.1/24", "10.244.0.1/24 172.20.0.4/24"},
		{"a card comes before a bridge", "cni0 10.0.0.1/24, eth0 172.20.0.4/24", "", "172.20.0.4/24", "10.0.0.1/24 172.20.0.4/24", "10.0.0.1/24 172.20.0.4/24", "10.0.0.1/24 172.20.0.4/24"},
		{"without a carrier the node is still the same", "", "10.0.0.4/24", "10.0.0.4/24", "", "", "10.0.0.4/24"},
	} {
		v := nodeAddressView{
			addresses: status(row.have), up: map[string]bool{"lo": true, "eth0": true, "cni0": true}, outside: map[string]bool{"eth0": true},
			filters: map[string]network.NodeAddressFilterSpec{"none": {ExcludeSubnets: prefixes("0.0.0.0/0")}},
			before:  map[string][]netip.Prefix{"default": prefixes(row.before), "accumulative": prefixes(row.before)},
		}
		got := planNodeAddresses(v)

		for id, want := range map[string]string{"default": row.def, "current": row.current, "routed": row.routed, "accumulative": row.ever, "current-none": ""} {
			if !slices.Equal(got[id], prefixes(want)) {
				t.Errorf("%s: %s is %v", row.name, id, got[id])
			}
		}
	}
}

func TestLeadsOutside(t *testing.T) {
	t.Parallel()

	links := map[string]network.LinkStatusSpec{
		"eth0": {Index: 2, Type: netenum.LinkTypeEther, MasterIndex: 4}, "cni0": {Index: 3, Kind: "bridge"}, "br0": {Index: 4, Kind: "bridge"},
		"veth1": {Index: 5, Kind: "veth", MasterIndex: 3, Type: netenum.LinkTypeEther}, "kube-ipvs0": {Index: 6, Kind: "dummy", Type: netenum.LinkTypeEther},
		"bond0": {Index: 7, Kind: "bond"}, "flannel.1": {Index: 8, Kind: "vxlan", Type: netenum.LinkTypeEther},
	}

	for n, l := range links {
		want := n == "eth0" || n == "br0" || n == "bond0"
		if got := leadsOutside(l, links); got != want {
			t.Errorf("%s: %t", n, got)
		}
	}
}

func TestLeaseRoutes(t *testing.T) {
	t.Parallel()

	a := netip.MustParseAddr

	for _, row := range []struct {
		name  string
		lease dhcp4.Lease
		want  string
	}{
		{"the first router", dhcp4.Lease{Address: netip.MustParsePrefix("10.0.0.4/24"), Routers: []netip.Addr{a("10.0.0.1"), a("10.0.0.2")}}, "inet4/10.0.0.1//1024"},
		{"a gateway elsewhere is on the link", dhcp4.Lease{Address: netip.MustParsePrefix("10.0.0.4/32"), Routers: []netip.Addr{a("10.9.0.1")}}, "inet4//10.9.0.1/32/1024 inet4/10.9.0.1//1024"},
		{"classless routes instead of routers", dhcp4.Lease{
			Address: netip.MustParsePrefix("10.0.0.4/24"), Routers: []netip.Addr{a("10.0.0.1")},
			Routes: []dhcp4.Route{{Destination: netip.MustParsePrefix("192.168.0.0/16"), Gateway: a("10.0.0.9")}},
		}, "inet4/10.0.0.9/192.168.0.0/16/1024"},
		{"the server says itself how the gateway is reached", dhcp4.Lease{
			Address: netip.MustParsePrefix("10.0.0.4/32"),
			Routes: []dhcp4.Route{
				{Destination: netip.MustParsePrefix("10.9.0.1/32")},
				{Destination: netip.MustParsePrefix("0.0.0.0/0"), Gateway: a("10.9.0.1")},
			},
		}, "inet4//10.9.0.1/32/1024 inet4/10.9.0.1//1024"},
	} {
		s := network.OperatorSpec{LinkName: "eth0", DHCP4: network.DHCP4OperatorSpec{RouteMetric: 1024}}

		var got []string
		for _, r := range leaseRoutes(s, row.lease) {
			got = append(got, routeID(r))
		}

		if s := strings.Join(got, " "); s != row.want {
			t.Errorf("%s: got %s", row.name, s)
		}
	}
}

func TestSelectors(t *testing.T) {
	t.Parallel()

	links := map[string]network.LinkStatusSpec{
		"eth0":  {Type: netenum.LinkTypeEther, Driver: "virtio_net", HardwareAddr: netenum.HardwareAddr{2, 0, 0, 0, 0, 1}, PCIID: "1AF4:1000"},
		"eth1":  {Type: netenum.LinkTypeEther, Driver: "e1000", BusPath: "0000:00:04.0", Alias: "mgmt"},
		"dummy": {Type: netenum.LinkTypeEther, Kind: "dummy"},
	}

	for selector, want := range map[string]string{
		"{driver: virtio*}":                     "eth0",
		"{hardwareAddr: '02:00:00:00:00:01'}":   "eth0",
		"{hardwareAddr: '02:*'}":                "eth0",
		"{pciID: '1af4:*'}":                     "eth0",
		"{busPath: '0000:00:04.*'}":             "eth1",
		"{physical: true}":                      "eth0 eth1",
		"{driver: e1000, busPath: '0000:01:*'}": "",
		"{}":                                    "",
	} {
		w := fromConfig(load(t, "machine: {network: {interfaces: [{deviceSelector: "+selector+"}]}}"), links)

		var got []string
		for _, l := range w.links {
			got = append(got, l.Name)
		}

		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: got %s", selector, s)
		}
	}

	if got := resolveName("mgmt", links); got != "eth1" {
		t.Errorf("alias leads to %s", got)
	}
}
