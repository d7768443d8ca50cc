package netctl

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/pkg/machinery/config/expression"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

func TestAliases(t *testing.T) {
	t.Parallel()

	card := func(last byte, driver string) network.LinkStatusSpec {
		return network.LinkStatusSpec{Type: netenum.LinkTypeEther, Driver: driver, PermanentAddr: netenum.HardwareAddr{2, 0, 0, 0, 0, last}}
	}
	links := map[string]network.LinkStatusSpec{
		"eth0": card(3, "virtio_net"), "eth1": card(1, "e1000"), "eth2": card(2, "e1000"), "cni0": {Type: netenum.LinkTypeEther, Kind: "bridge"},
	}

	for _, row := range []struct{ name, alias, match, want string }{
		{"by address", "mgmt", `mac(link.permanent_addr) == "02:00:00:00:00:03"`, "map[eth0:mgmt]"},
		{"by pattern", "mgmt", `glob("*:02", mac(link.permanent_addr))`, "map[eth2:mgmt]"},
		{"by driver, numbered by address", "net%d", `link.driver == "e1000"`, "map[eth1:net0 eth2:net1]"},
		{"several without a number get none", "net", `link.driver == "e1000"`, "map[]"},
		{"no bridge is a card", "all%d", `true`, "map[eth0:all2 eth1:all0 eth2:all1]"},
	} {
		c := load(t, fmt.Sprintf("apiVersion: v1alpha1\nkind: LinkAliasConfig\nname: %s\nselector: {match: '%s'}\n", row.alias, row.match))

		got, err := planAliases(c, links)
		if s := fmt.Sprint(got); s != row.want || (err != nil) != (row.alias == "net") {
			t.Errorf("%s: got %s, %v", row.name, s, err)
		}
	}

	if got, want := slices.Sorted(maps.Keys(expression.Fields("link"))), slices.Sorted(maps.Keys(linkVars(network.LinkStatusSpec{}))); !slices.Equal(got, want) {
		t.Errorf("a config may use %v, there are %v", got, want)
	}

}

func TestAliasSteps(t *testing.T) {
	t.Parallel()

	v := aliasView{
		wanted: map[string]string{"a": "x", "b": "y"}, given: map[string]string{"c": "z", "d": "w"},
		links: []netlink.Link{{Name: "a", Index: 1}, {Name: "b", Index: 2, Alias: "y"}, {Name: "c", Index: 3, Alias: "z"}, {Name: "d", Index: 4, Alias: "changed"}},
	}
	if got := fmt.Sprint(planAliasSteps(v)); got != "[{a x 1} {c  3}]" {
		t.Errorf("got %s", got)
	}
}
