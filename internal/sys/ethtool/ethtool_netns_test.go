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

	if a, err := s.PermanentAddress("e0"); err != nil || a != nil {
		t.Errorf("permanent address of a veth is %v, %v", a, err)
	}
}
