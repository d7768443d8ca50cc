package netctl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// show is one line per thing wanted.
func show(w wanted) string {
	var b strings.Builder

	for _, l := range w.links {
		fmt.Fprintf(&b, "link %s %s%s%s", l.Name, l.Kind, l.ParentName, l.BondSlave.MasterName)

		if l.Kind == network.LinkKindBond {
			fmt.Fprintf(&b, " %s miimon=%d", l.BondMaster.Mode, l.BondMaster.MIIMon)
		}

		if l.MTU != 0 {
			fmt.Fprintf(&b, " mtu=%d", l.MTU)
		}

		b.WriteString("\n")
	}

	for _, a := range w.addresses {
		fmt.Fprintf(&b, "address %s\n", addressID(a.LinkName, a.Address))
	}

	for _, r := range w.routes {
		fmt.Fprintf(&b, "route %s\n", routeID(r))
	}

	for _, o := range w.operators {
		fmt.Fprintf(&b, "operator %s\n", operatorID(o))
	}

	return b.String()
}

func TestCmdline(t *testing.T) {
	t.Parallel()

	links := map[string]network.LinkStatusSpec{
		"lo":   {Index: 1, Type: netenum.LinkTypeLoopback},
		"eth1": {Index: 3, Type: netenum.LinkTypeEther, HardwareAddr: netenum.HardwareAddr{2, 0, 0, 0, 0, 0xab}},
		"eth0": {Index: 2, Type: netenum.LinkTypeEther},
	}

	for _, row := range []struct{ name, cmdline, want string }{
		{"all of ip=", "quiet ip=10.5.0.2:10.5.0.9:10.5.0.1:255.255.255.0:node:eth1:none:1.1.1.1:8.8.8.8:10.5.0.8",
			"link eth1 \naddress eth1/10.5.0.2/24\nroute inet4/10.5.0.1//1024\n"},
		{"without a device it is the first card", "ip=10.5.0.2::10.5.0.1:255.255.0.0", "link eth0 \naddress eth0/10.5.0.2/16\nroute inet4/10.5.0.1//1024\n"},
		{"IPv6 is in brackets", "ip=[2001:db8::2]::[2001:db8::1]:64::eth0", "link eth0 \naddress eth0/2001:db8::2/64\nroute eth0/inet6/2001:db8::1//1024\n"},
		{"a device by its address", "ip=10.5.0.2::::n:enx0200000000ab", "link eth1 \naddress eth1/10.5.0.2/32\n"},
		{"DHCP on one", "ip=eth1:dhcp", "link eth1 \noperator dhcp4/eth1\n"},
		{"DHCP on the first", "ip=dhcp", "link eth0 \noperator dhcp4/eth0\n"},
		{"DHCP in the long form", "ip=:::::eth1:dhcp", "link eth1 \noperator dhcp4/eth1\n"},
		{"a VLAN", "vlan=eth0.7:eth0 ip=10.5.0.2:::24:n:eth0.7", "link eth0.7 vlaneth0\nlink eth0 \naddress eth0.7/10.5.0.2/24\n"},
		{"VLANs by number", "vlan=vlan0007:eth0", "link vlan0007 vlaneth0\nlink eth0 \n"},
		{"a bond with options", "bond=bond1:eth0,eth1:mode=802.3ad,miimon=50:9000", "link bond1 bond 802.3ad miimon=50 mtu=9000\nlink eth0 bond1\nlink eth1 bond1\n"},
		{"a bond by default", "bond=", "link bond0 bond balance-rr miimon=0\nlink eth0 bond0\nlink eth1 bond0\n"},
		{"a mode by number", "bond=b:eth0:mode=1", "link b bond active-backup miimon=0\nlink eth0 b\n"},
		{"nonsense is nothing", "ip=nonsense ip=a:b:c:d vlan=x vlan=: ip=", ""},
	} {
		if got := show(fromCmdline(parseCmdline(row.cmdline), links)); got != row.want {
			t.Errorf("%s: got\n%s", row.name, got)
		}
	}
}

func TestCmdlineNames(t *testing.T) {
	t.Parallel()

	for line, want := range map[string]string{
		"talos.hostname=a ip=1.2.3.4:::::b": "",
		"talos.hostname=a":                  "a",
		"ip=10.0.0.4::::b:eth0":             "b",
		"ip=10.0.0.4::::10.0.0.4:eth0":      "",
	} {
		if want == "" && strings.HasPrefix(line, "talos") {
			want = "a"
		}

		if got, _ := parseCmdline(line).hostnames(); got != want {
			t.Errorf("%s: got %q", line, got)
		}
	}

	c := parseCmdline("talos.network.interface.ignore=enp* talos.network.interface.ignore=eth7")
	if !c.ignores("enp0s3") || !c.ignores("eth7") || c.ignores("eth0") {
		t.Error("ignores the wrong ones")
	}
}

func TestIgnoredAndDescribedCardsGetNoDefaults(t *testing.T) {
	t.Parallel()

	card := network.LinkStatusSpec{Type: netenum.LinkTypeEther}
	v := layersView{
		cmdline: parseCmdline("talos.network.interface.ignore=eth3"),
		config:  load(t, "machine: {network: {interfaces: [{interface: eth1}, {interface: eth2, ignore: true}]}}"),
		links:   map[string]network.LinkStatusSpec{"eth0": card, "eth1": card, "eth2": card, "eth3": card, "eth4": card, "cni0": {Kind: "bridge", Type: card.Type}},
		taken:   map[string]bool{"eth4": true},
	}
	got := show(v.layers()[network.ConfigLayerDefault])

	for _, line := range []string{"link eth0 \n", "link eth4 \n", "operator dhcp4/eth0\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("no %q in\n%s", line, got)
		}
	}

	for _, line := range []string{"eth1", "eth2", "eth3", "cni0", "operator dhcp4/eth4"} {
		if strings.Contains(got, line) {
			t.Errorf("%q in\n%s", line, got)
		}
	}
}

func FuzzCmdline(f *testing.F) {
	f.Add("ip=10.5.0.2:10.5.0.9:10.5.0.1:255.255.255.0:node:eth1:none:1.1.1.1:8.8.8.8:10.5.0.8 vlan=a.1:b bond=x:y:z:1")
	f.Fuzz(func(_ *testing.T, line string) { fromCmdline(parseCmdline(line), nil) })
}
