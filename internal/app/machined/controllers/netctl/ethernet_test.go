package netctl

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/ethtool"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// fakeCard refuses more than it has.
type fakeCard struct {
	rings    ethtool.Rings
	channels ethtool.Channels
	wol      uint32
	features map[string]bool
	calls    int
}

func (c *fakeCard) Media(string) (ethtool.Media, error) {
	return ethtool.Media{LinkUp: true, Speed: 1000}, nil
}
func (c *fakeCard) Rings(string) (ethtool.Rings, error)       { return c.rings, nil }
func (c *fakeCard) Channels(string) (ethtool.Channels, error) { return c.channels, nil }
func (c *fakeCard) WakeOnLAN(string) (uint32, error)          { return c.wol, nil }

func (c *fakeCard) SetRings(_ string, r ethtool.Rings) error {
	if c.calls++; r.RX > r.RXMax || r.TX > r.TXMax {
		return unix.EINVAL
	}

	c.rings = r

	return nil
}

func (c *fakeCard) SetChannels(_ string, ch ethtool.Channels) error {
	if c.calls++; ch.Combined > ch.CombinedMax {
		return unix.EINVAL
	}

	c.channels = ch

	return nil
}

func (c *fakeCard) SetWakeOnLAN(_ string, w uint32) error {
	c.calls++
	c.wol = w

	return nil
}

func (c *fakeCard) Features(string) ([]ethtool.Feature, error) {
	return []ethtool.Feature{{Name: "fixed", Fixed: true}, {Name: "gro", Active: true, Requested: true}, {Name: "tso", Requested: true}}, nil
}

func (c *fakeCard) SetFeatures(_ string, want map[string]bool) error {
	c.calls++
	c.features = want

	return nil
}

func TestTune(t *testing.T) {
	t.Parallel()

	specs := planEthernet(load(t, "apiVersion: v1alpha1\nkind: EthernetConfig\nname: eth0\nfeatures: {gro: false}\nrings: {rx: 512}\nchannels: {combined: 4}\nwakeOnLan: [magic, unicast]\n"))
	card := &fakeCard{
		rings:    ethtool.Rings{RXMax: 1024, TXMax: 1024, RX: 256, TX: 256},
		channels: ethtool.Channels{CombinedMax: 4, Combined: 1},
	}

	for range 2 {
		if err := tune(card, "eth0", specs["eth0"]); err != nil {
			t.Fatal(err)
		}
	}

	// Features are set blindly; the rest only when it differs.
	if card.rings.RX != 512 || card.rings.TX != 256 || card.channels.Combined != 4 || card.wol != 0x22 || card.calls != 5 {
		t.Errorf("card is %+v", card)
	}

	if err := tuneRings(card, "eth0", network.EthernetRingsSpec{RX: new(uint32(4096))}); err == nil {
		t.Error("more than there is")
	}

	if got := fmt.Sprint(ethernetStatusOf(card, "eth0").Features); got != "[{fixed off [fixed]} {gro on} {tso off [requested on]}]" {
		t.Errorf("features are %s", got)
	}
}

func TestEthernetIsSetOncePerLink(t *testing.T) {
	t.Parallel()

	spec := network.EthernetSpec{Features: map[string]bool{"gro": false}}
	v := ethernetView{
		specs: map[string]network.EthernetSpec{"eth0": spec, "missing": spec},
		links: map[string]network.LinkStatusSpec{"eth0": {Index: 2}},
	}

	if got := planEthernetSteps(v); len(got) != 1 || got[0].link != "eth0" {
		t.Errorf("got %+v", got)
	}

	v.done = map[string]ethernetDone{"eth0": {2, spec}}
	if got := planEthernetSteps(v); len(got) != 0 {
		t.Errorf("again: %+v", got)
	}

	v.links["eth0"] = network.LinkStatusSpec{Index: 9}
	if got := planEthernetSteps(v); len(got) != 1 {
		t.Error("a card that came back is not set up")
	}
}
