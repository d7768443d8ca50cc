//go:build netns

package netctl_test

import (
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cosi-project/runtime/pkg/controller/runtime"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/insomniacslk/dhcp/dhcpv4/server4"
	"go.uber.org/zap"

	"github.com/talos-os/talos/internal/app/machined/controllers/netctl"
	"github.com/talos-os/talos/internal/sys/mount"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/netns"
	"github.com/talos-os/talos/pkg/machinery/config"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

func TestMain(m *testing.M) { netns.Main(m) }

func must(t *testing.T, err error) {
	t.Helper()

	if err != nil {
		t.Fatal(err)
	}
}

// node runs all controllers of the package against the kernel of this namespace.
type node struct {
	t     *testing.T
	state state.State
	etc   string
	// resolved is the directory of the pods' resolv.conf.
	resolved string
}

func start(t *testing.T, cmdline string) *node {
	t.Helper()

	n := &node{t: t, etc: t.TempDir(), resolved: t.TempDir(), state: state.WrapCore(namespaced.NewState(func(ns resource.Namespace) state.CoreState { return inmem.Build(ns) }))}

	for _, f := range []string{"hosts", "hostname", "resolv.conf"} {
		must(t, os.WriteFile(filepath.Join(n.etc, f), []byte("from the image\n"), 0o644))
	}

	engine, err := runtime.NewRuntime(n.state, zap.NewNop())
	must(t, err)

	for _, c := range netctl.Controllers(netctl.Deps{Cmdline: cmdline, EtcDir: n.etc, EtcSource: t.TempDir(), ResolvedDir: n.resolved}) {
		must(t, engine.RegisterController(c))
	}

	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)

	go func() { done <- engine.Run(ctx) }()

	t.Cleanup(func() {
		cancel()

		if err := <-done; err != nil {
			t.Error(err)
		}

		for _, f := range []string{"hosts", "hostname", "resolv.conf"} {
			_ = mount.Detach(filepath.Join(n.etc, f))
		}
	})

	return n
}

func (n *node) apply(text string) {
	n.t.Helper()

	c, err := config.Load([]byte(text))
	must(n.t, err)

	res := machineconfig.MachineConfigs.New(machineconfig.Active, machineconfig.Of(c))

	have, err := n.state.Get(n.t.Context(), res.Metadata())
	if state.IsNotFoundError(err) {
		must(n.t, n.state.Create(n.t.Context(), res))

		return
	}

	must(n.t, err)
	res.Metadata().SetVersion(have.Metadata().Version())
	must(n.t, n.state.Update(n.t.Context(), res))
}

// eventually waits for a resource to exist and be as wanted.
func eventually[T any](n *node, kind *kinds.Kind[T], id string, ok func(T) bool) T {
	n.t.Helper()

	ctx, cancel := context.WithTimeout(n.t.Context(), 15*time.Second)
	defer cancel()

	var last T

	_, err := n.state.WatchFor(ctx, kind.Ref(id), state.WithCondition(func(r resource.Resource) (bool, error) {
		res, err := kind.Cast(r)
		if err != nil {
			return false, nil //nolint:nilerr // a tombstone
		}

		last = *res.TypedSpec()

		return res.Metadata().Phase() == resource.PhaseRunning && ok(last), nil
	}))
	if err != nil {
		n.t.Fatalf("%s %s stayed %+v: %v", kind.Type(), id, last, err)
	}

	return last
}

func gone[T any](n *node, kind *kinds.Kind[T], id string) {
	n.t.Helper()

	for end := time.Now().Add(15 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if r, err := kind.Find(n.t.Context(), n.state, id); err == nil && r == nil {
			return
		}

		if time.Now().After(end) {
			n.t.Fatalf("%s %s did not go away", kind.Type(), id)
		}
	}
}

func exists[T any](T) bool { return true }

func TestStaticAndBack(t *testing.T) {
	c, err := netlink.Dial()
	must(t, err)
	must(t, c.AddLink(netlink.Link{Name: "s0", Kind: "veth"}, "s1"))

	n := start(t, "talos.hostname=from-cmdline")

	eventually(n, network.LinkStatuses, "s0", exists)
	eventually(n, network.AddressStatuses, "lo/127.0.0.1/8", exists)
	eventually(n, network.HostnameStatuses, "hostname", func(s network.HostnameStatusSpec) bool { return s.Hostname == "from-cmdline" })

	n.apply(`
machine:
  network:
    hostname: worker-1.example.org
    nameservers: [192.0.2.53]
    interfaces:
      - interface: s1
      - interface: s0
        mtu: 1400
        addresses: [10.11.0.4/24]
        routes:
          - network: 0.0.0.0/0
            gateway: 10.11.0.1
          - network: 203.0.113.0/24
            gateway: 10.11.0.2
            metric: 7
      - interface: br7
        bridge: {interfaces: [], stp: {enabled: true}}
        addresses: [10.12.0.1/24]
---
apiVersion: v1alpha1
kind: VethConfig
name: v0
peer: {name: v1}
addresses:
  - address: 10.13.0.1/30
`)

	eventually(n, network.LinkStatuses, "s0", func(s network.LinkStatusSpec) bool { return s.MTU == 1400 && s.OperationalState.String() == "up" })
	eventually(n, network.AddressStatuses, "s0/10.11.0.4/24", exists)
	eventually(n, network.RouteStatuses, "inet4/10.11.0.1//1024", func(s network.RouteStatusSpec) bool { return s.OutLinkName == "s0" })
	eventually(n, network.RouteStatuses, "inet4/10.11.0.2/203.0.113.0/24/7", exists)
	eventually(n, network.LinkStatuses, "br7", func(s network.LinkStatusSpec) bool { return s.Kind == "bridge" && s.BridgeMaster.STP.Enabled })
	eventually(n, network.AddressStatuses, "br7/10.12.0.1/24", exists)
	eventually(n, network.LinkStatuses, "v1", func(s network.LinkStatusSpec) bool { return s.Veth.PeerName == "v0" })
	eventually(n, network.AddressStatuses, "v0/10.13.0.1/30", exists)
	eventually(n, network.HostnameStatuses, "hostname", func(s network.HostnameStatusSpec) bool {
		return s.Hostname == "worker-1" && s.Domainname == "example.org"
	})
	eventually(n, network.NodeAddresses, "default", func(s network.NodeAddressSpec) bool { return len(s.Addresses) == 1 })
	eventually(n, network.NetworkStatuses, "status", func(s network.StatusSpec) bool {
		return s.AddressReady && s.ConnectivityReady && s.EtcFilesReady && s.HostnameReady
	})

	if name, _ := os.Hostname(); name != "worker-1" {
		t.Errorf("kernel's hostname is %q", name)
	}

	n.file("resolv.conf", "nameserver 192.0.2.53\n")
	n.file("hosts", "worker-1.example.org worker-1")
	n.file("hostname", "worker-1\n")

	// What somebody takes away comes back.
	links, err := c.Links()
	must(t, err)

	for _, l := range links {
		if l.Name == "s0" {
			must(t, c.DeleteAddress(netlink.Address{LinkIndex: l.Index, Prefix: netip.MustParsePrefix("10.11.0.4/24")}))
		}

		if l.Name == "br7" {
			must(t, c.DeleteLink(l.Index))
		}
	}

	time.Sleep(100 * time.Millisecond)
	eventually(n, network.RouteStatuses, "inet4/10.11.0.1//1024", exists)
	eventually(n, network.AddressStatuses, "s0/10.11.0.4/24", exists)
	eventually(n, network.AddressStatuses, "br7/10.12.0.1/24", exists)

	// Another config: everything of the old one goes.
	n.apply(`
machine:
  network:
    interfaces:
      - interface: s1
      - interface: s0
        addresses: [10.11.0.5/24]
`)
	eventually(n, network.AddressStatuses, "s0/10.11.0.5/24", exists)
	gone(n, network.AddressStatuses, "s0/10.11.0.4/24")
	gone(n, network.RouteStatuses, "inet4/10.11.0.1//1024")
	gone(n, network.LinkStatuses, "br7")
	gone(n, network.LinkStatuses, "v0")
	eventually(n, network.HostnameStatuses, "hostname", func(s network.HostnameStatusSpec) bool { return s.Hostname == "from-cmdline" })
}

func (n *node) file(name, want string) {
	n.t.Helper()

	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		b, err := os.ReadFile(filepath.Join(n.etc, name))
		if err == nil && strings.Contains(string(b), want) {
			return
		}

		if time.Now().After(end) {
			n.t.Fatalf("%s is %q, %v", name, b, err)
		}
	}
}

func TestDHCP(t *testing.T) {
	c, err := netlink.Dial()
	must(t, err)
	must(t, c.AddLink(netlink.Link{Name: "h0", Kind: "veth"}, "h1"))

	links, err := c.Links()
	must(t, err)

	var peer uint32

	for _, l := range links {
		if l.Name == "h1" {
			peer = l.Index
			must(t, c.ChangeLink(l.Index, netlink.LinkChange{Up: new(true)}))
			must(t, c.AddAddress(netlink.Address{LinkIndex: l.Index, Prefix: netip.MustParsePrefix("10.14.0.1/24")}))
		}
	}

	srv, err := server4.NewServer("h1", &net.UDPAddr{IP: net.IPv4zero, Port: 67}, func(conn net.PacketConn, _ net.Addr, m *dhcpv4.DHCPv4) {
		kind := dhcpv4.MessageTypeOffer
		if m.MessageType() == dhcpv4.MessageTypeRequest {
			kind = dhcpv4.MessageTypeAck
		}

		r, err := dhcpv4.NewReplyFromRequest(m, dhcpv4.WithMessageType(kind), dhcpv4.WithServerIP(net.IP{10, 14, 0, 1}),
			dhcpv4.WithYourIP(net.IP{10, 14, 0, 55}), dhcpv4.WithOption(dhcpv4.OptServerIdentifier(net.IP{10, 14, 0, 1})),
			dhcpv4.WithNetmask(net.CIDRMask(24, 32)), dhcpv4.WithRouter(net.IP{10, 14, 0, 1}), dhcpv4.WithDNS(net.IP{10, 14, 0, 2}),
			dhcpv4.WithOption(dhcpv4.OptHostName("leased")), dhcpv4.WithGeneric(dhcpv4.OptionInterfaceMTU, []byte{5, 120}),
			dhcpv4.WithOption(dhcpv4.OptNTPServers(net.IP{10, 14, 0, 3})), dhcpv4.WithLeaseTime(3600))
		if err == nil {
			_, _ = conn.WriteTo(r.ToBytes(), &net.UDPAddr{IP: net.IPv4bcast, Port: 68})
		}
	})
	must(t, err)

	go srv.Serve() //nolint:errcheck

	defer srv.Close() //nolint:errcheck

	n := start(t, "ip=h0:dhcp")

	eventually(n, network.AddressStatuses, "h0/10.14.0.55/24", exists)
	eventually(n, network.RouteStatuses, "inet4/10.14.0.1//1024", func(s network.RouteStatusSpec) bool {
		return s.Protocol.String() == "dhcp" && s.Source.String() == "10.14.0.55"
	})
	eventually(n, network.HostnameStatuses, "hostname", func(s network.HostnameStatusSpec) bool { return s.Hostname == "leased" })
	eventually(n, network.ResolverStatuses, "resolvers", func(s network.ResolverStatusSpec) bool {
		return len(s.DNSServers) == 1 && s.DNSServers[0].String() == "10.14.0.2"
	})
	eventually(n, network.TimeServerStatuses, "timeservers", func(s network.TimeServerStatusSpec) bool {
		return len(s.NTPServers) == 1 && s.NTPServers[0] == "10.14.0.3"
	})
	eventually(n, network.LinkStatuses, "h0", func(s network.LinkStatusSpec) bool { return s.MTU == 1400 })

	// A short loss of carrier does not take the address.
	must(t, c.ChangeLink(peer, netlink.LinkChange{Up: new(false)}))
	eventually(n, network.LinkStatuses, "h0", func(s network.LinkStatusSpec) bool { return s.OperationalState.String() != "up" })
	time.Sleep(200 * time.Millisecond)
	eventually(n, network.AddressStatuses, "h0/10.14.0.55/24", exists)
	must(t, c.ChangeLink(peer, netlink.LinkChange{Up: new(true)}))
	eventually(n, network.RouteStatuses, "inet4/10.14.0.1//1024", exists)
}

func TestRename(t *testing.T) {
	c, err := netlink.Dial()
	must(t, err)
	must(t, c.AddLink(netlink.Link{Name: "old0", Kind: "veth"}, "old1"))

	n := start(t, "")
	n.apply("machine: {network: {interfaces: [{interface: old1}, {interface: old0, addresses: [10.15.0.4/24]}]}}")
	old := eventually(n, network.AddressStatuses, "old0/10.15.0.4/24", exists)

	must(t, c.ChangeLink(old.LinkIndex, netlink.LinkChange{Name: "new0"}))
	eventually(n, network.AddressStatuses, "new0/10.15.0.4/24", exists)

	n.apply("machine: {network: {interfaces: [{interface: new0, addresses: [10.15.0.5/24]}]}}")
	eventually(n, network.AddressStatuses, "new0/10.15.0.5/24", exists)
	gone(n, network.AddressStatuses, "new0/10.15.0.4/24")
}

func TestFirewall(t *testing.T) {
	n := start(t, "")
	dial := func() bool {
		conn, err := net.DialTimeout("tcp", "127.0.0.1:10250", 300*time.Millisecond)
		if err == nil {
			conn.Close() //nolint:errcheck
		}

		return err == nil
	}

	l, err := net.Listen("tcp", "127.0.0.1:10250")
	must(t, err)

	defer l.Close() //nolint:errcheck

	n.apply("apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: block\n---\n" +
		"apiVersion: v1alpha1\nkind: NetworkRuleConfig\nname: kubelet\nportSelector: {ports: [10250, 10300-10400], protocol: tcp}\ningress: [{subnet: 10.5.0.0/24, except: 10.5.0.1/32}]\n")
	eventually(n, network.NfTablesChains, "ingress", func(s network.NfTablesChainSpec) bool { return s.Policy.String() == "drop" })
	time.Sleep(200 * time.Millisecond)

	// The loopback is never closed.
	if !dial() {
		t.Error("the node cannot reach itself")
	}

	n.apply("machine: {}")
	gone(n, network.NfTablesChains, "ingress")
}

func TestProbes(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)

	n := start(t, "")
	id := "tcp:" + l.Addr().String()

	n.apply("apiVersion: v1alpha1\nkind: TCPProbeConfig\nname: local\ninterval: 50ms\ntimeout: 1s\nendpoint: " + l.Addr().String() + "\n")
	eventually(n, network.ProbeStatuses, id, func(s network.ProbeStatusSpec) bool { return s.Success })
	eventually(n, network.NetworkStatuses, "status", func(s network.StatusSpec) bool { return s.ConnectivityReady })

	must(t, l.Close())
	eventually(n, network.ProbeStatuses, id, func(s network.ProbeStatusSpec) bool { return !s.Success && s.LastError != "" })
	eventually(n, network.NetworkStatuses, "status", func(s network.StatusSpec) bool { return !s.ConnectivityReady })

	n.apply("machine: {}")
	gone(n, network.ProbeStatuses, id)
}
