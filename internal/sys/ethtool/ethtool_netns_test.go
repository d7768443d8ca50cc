//go:build netns

package ethtool_test

import (
	"testing"

	"github.com/talos-os/talos/internal/sys/ethtool"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

func TestVeth(t *testing.T) {
	c, err := netlink.Dial()
	if err != nil {
		t.Fatal(err)
	}

	defer c.Close() //nolint:errcheck

	if err = c.AddLink(netlink.Link{Name: "e0", Kind: "veth"}, "e1"); err != nil {
		t.Fatal(err)
	}

	s, err := ethtool.Open()
	if err != nil {
		t.Fatal(err)
	}

	defer s.Close() //nolint:errcheck

	if i, err := s.Info("e0"); err != nil || i.Driver != "veth" {
		t.Errorf("info is %+v, %v", i, err)
	}

	if m, err := s.Media("e0"); err != nil || m.LinkUp || m.Speed != 10000 {
		t.Errorf("media of a link that is down is %+v, %v", m, err)
	}

	features, err := s.Features("e0")
	if err != nil || len(features) < 20 {
		t.Fatalf("features are %+v, %v", features, err)
	}

	active := func(name string) bool {
		list, err := s.Features("e0")
		if err != nil {
			t.Fatal(err)
		}

		for _, f := range list {
			if f.Name == name {
				return f.Active
			}
		}

		t.Fatalf("no feature %s", name)

		return false
	}

	for _, on := range []bool{false, true} {
		if err = s.SetFeatures("e0", map[string]bool{"rx-gro": on}); err != nil || active("rx-gro") != on {
			t.Errorf("rx-gro is %t after setting it to %t: %v", active("rx-gro"), on, err)
		}
	}

	if err = s.SetFeatures("e0", map[string]bool{"no-such": true}); err == nil {
		t.Error("took a feature that is not there")
	}

	if c, err := s.Channels("e0"); err != nil || c.RXMax == 0 {
		t.Errorf("channels are %+v, %v", c, err)
	} else if err = s.SetChannels("e0", c); err != nil {
		t.Error(err)
	}

	if r, err := s.Rings("e0"); err != nil && !ethtool.Unsupported(err) {
		t.Errorf("rings are %+v, %v", r, err)
	}

	if _, err = s.WakeOnLAN("e0"); !ethtool.Unsupported(err) {
		t.Errorf("wake-on-LAN of a veth: %v", err)
	}

	if a, err := s.PermanentAddress("e0"); err != nil || a != nil {
		t.Errorf("permanent address of a veth is %v, %v", a, err)
	}
}
