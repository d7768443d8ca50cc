package netctl

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/wireguard"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

func (k *fakeKernel) tunnelsNow() map[string]wireguard.Device {
	out := map[string]wireguard.Device{}

	for _, l := range k.links {
		if d, err := k.WireGuard(l.Name); err == nil {
			out[l.Name] = d
		}
	}

	return out
}

// specsOf translates a config and merges it with the defaults, like the
// controllers do one after the other.
func specsOf(t *testing.T, text string, k *fakeKernel) []network.LinkSpec {
	t.Helper()

	var c *config.Config

	if text != "" {
		var err error
		if c, err = config.Load([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}

	links := map[string]network.LinkStatusSpec{}
	for _, l := range k.links {
		links[l.Name] = linkStatusOf(l, k.links)
	}

	v := layersView{config: c, links: links}

	var all []network.LinkSpec

	for layer, w := range v.layers() {
		for _, s := range w.links {
			s.ConfigLayer = layer
			all = append(all, s)
		}
	}

	m := mergeOf[network.LinkSpec]{
		id:    func(s network.LinkSpec) string { return s.Name },
		layer: func(s network.LinkSpec) network.ConfigLayer { return s.ConfigLayer },
		merge: mergeLinks,
	}

	return m.plan(all)
}

// settle runs rounds until nothing is left to do.
func settle(t *testing.T, k *fakeKernel, specs, gone []network.LinkSpec) {
	t.Helper()

	a := &linkApplier{kernel: k, applied: map[string]netlink.Bond{}, tunnels: map[string]wireguard.Device{}}

	for range 10 {
		p := planLinks(linkView{specs: specs, leaving: gone, links: k.links, applied: a.applied, wireguard: k.tunnelsNow(), tunnels: a.tunnels})
		if len(p.ops) == 0 {
			return
		}

		if err := a.steps(p, func(linkOp) {}); err != nil {
			t.Fatalf("%s%v", p, err)
		}
	}

	t.Fatalf("never settles:\n%s", planLinks(linkView{specs: specs, leaving: gone, links: k.links, applied: a.applied}))
}

func TestLinksSettle(t *testing.T) {
	t.Parallel()

	for _, row := range []struct {
		name          string
		config, other string // the kernel after each, starting from two cards
		want, after   string
	}{
		{
			"without a config cards come up", "", "",
			"lo up\neth0 up\neth1 up\n", "lo up\neth0 up\neth1 up\n",
		},
		{
			"a VLAN waits for its bond, the bond takes the cards",
			`
machine:
  network:
    interfaces:
      - interface: bond0
        mtu: 9000
        bond: {interfaces: [eth0, eth1], mode: active-backup, miimon: 50}
        vlans: [{vlanId: 7, mtu: 1400}]
`, "",
			"lo up\neth0 in=bond0 up\neth1 in=bond0 up\nbond0 bond mtu=9000 up\nbond0.7 vlan id=7 on=bond0 mtu=1400 up\n",
			"lo up\neth0 up\neth1 up\n",
		},
		{
			"another bond mode makes a new bond",
			"machine: {network: {interfaces: [{interface: bond0, bond: {interfaces: [eth0], mode: active-backup}}]}}",
			"machine: {network: {interfaces: [{interface: bond0, bond: {interfaces: [eth0], mode: 802.3ad}}]}}",
			"lo up\neth0 in=bond0 up\neth1 up\nbond0 bond up\n",
			"lo up\neth0 in=bond0 up\neth1 up\nbond0 bond up\n",
		},
		{
			"a bond the driver adjusts is set once",
			"machine: {network: {interfaces: [{interface: bond0, bond: {interfaces: [eth0], mode: active-backup, miimon: 50}}]}}",
			"machine: {network: {interfaces: [{interface: bond0, bond: {interfaces: [eth0], mode: active-backup, miimon: 60}}]}}",
			"lo up\neth0 in=bond0 up\neth1 up\nbond0 bond up\n",
			"lo up\neth0 in=bond0 up\neth1 up\nbond0 bond up\n",
		},
		{
			"a VLAN with another id is made anew",
			"apiVersion: v1alpha1\nkind: VLANConfig\nname: v\nparent: eth0\nvlanID: 7\n",
			"apiVersion: v1alpha1\nkind: VLANConfig\nname: v\nparent: eth1\nvlanID: 7\n",
			"lo up\neth0 up\neth1 up\nv vlan id=7 on=eth0 up\n",
			"lo up\neth0 up\neth1 up\nv vlan id=7 on=eth1 up\n",
		},
		{
			"a card leaves the bridge it was in",
			"apiVersion: v1alpha1\nkind: BridgeConfig\nname: br0\nlinks: [eth0, eth1]\n",
			"apiVersion: v1alpha1\nkind: BridgeConfig\nname: br0\nlinks: [eth1]\n",
			"lo up\neth0 in=br0 up\neth1 in=br0 up\nbr0 bridge up\n",
			"lo up\neth0 up\neth1 in=br0 up\nbr0 bridge up\n",
		},
		{
			"both ends of a veth come and go together",
			"apiVersion: v1alpha1\nkind: VethConfig\nname: a0\npeer: {name: b0, mtu: 1400}\n", "",
			"lo up\neth0 up\neth1 up\na0 veth on=b0 up\nb0 veth on=a0 mtu=1400 up\n",
			"lo up\neth0 up\neth1 up\n",
		},
		{
			"a tunnel gets its peers once though they roam",
			wireguardText("[{publicKey: AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=, endpoint: 192.0.2.1:51820, allowedIPs: [10.1.0.0/24]}]"),
			wireguardText("[]"),
			"lo up\neth0 up\neth1 up\nwg0 wireguard peers=1 up\n",
			"lo up\neth0 up\neth1 up\nwg0 wireguard peers=0 up\n",
		},
		{
			"a link can be kept down",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\nup: false\n", "",
			"lo up\neth0 up\neth1\n", "lo up\neth0 up\neth1 up\n",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()

			k := newFake("eth0", "eth1")
			specs := specsOf(t, row.config, k)
			settle(t, k, specs, nil)

			if got := k.String(); got != row.want {
				t.Errorf("after the first config:\n%s\nwant:\n%s", got, row.want)
			}

			next := specsOf(t, row.other, k)
			settle(t, k, next, missing(specs, next))

			if got := k.String(); got != row.after {
				t.Errorf("after the second config:\n%s\nwant:\n%s", got, row.after)
			}
		})
	}
}

func wireguardText(peers string) string {
	return "apiVersion: v1alpha1\nkind: WireguardConfig\nname: wg0\nprivateKey: GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFg=\npeers: " + peers + "\n"
}

// missing are the specs that the store would be tearing down.
func missing(before, after []network.LinkSpec) []network.LinkSpec {
	var out []network.LinkSpec

next:
	for _, b := range before {
		for _, a := range after {
			if a.Name == b.Name {
				continue next
			}
		}

		out = append(out, b)
	}

	return out
}

func TestForeignMasterIsLeftAlone(t *testing.T) {
	t.Parallel()

	k := newFake("eth0")
	if err := k.AddLink(netlink.Link{Name: "cni0", Kind: "bridge", Bridge: &netlink.Bridge{}}, ""); err != nil {
		t.Fatal(err)
	}

	k.named("eth0").Master = k.named("cni0").Index
	settle(t, k, specsOf(t, "", k), nil)

	if k.named("eth0").Master != k.named("cni0").Index {
		t.Error("took a card out of a bridge that is not ours")
	}
}

func TestLinksWaitForTheirNames(t *testing.T) {
	t.Parallel()

	k := newFake("eth0")
	until := time.Unix(5, 0)
	p := planLinks(linkView{specs: specsOf(t, "", k), links: k.links, held: true, until: until})

	if got := p.String(); got != "~ lo up=true\n" || !p.CheckAgainAt().Equal(until) {
		t.Errorf("got %q until %s", got, p.CheckAgainAt())
	}
}

func TestFakeRefuses(t *testing.T) {
	t.Parallel()

	k := newFake("eth0")
	if err := k.DeleteLink(k.named("eth0").Index); !errors.Is(err, unix.EOPNOTSUPP) {
		t.Errorf("deleting a card: %v", err)
	}
}
