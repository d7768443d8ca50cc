package config

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// linkNameSize is IFNAMSIZ of the kernel without the closing zero.
const linkNameSize = 15

// newLink checks the name of a link that the config makes.
func (k *checker) newLink(at, name string) {
	if len(name) > linkNameSize || strings.ContainsAny(name, "/: \t\n") || name == "." || name == ".." {
		k.bad(at, "", "%q is not the name of a link: up to %d characters without spaces, slashes and colons", name, linkNameSize)
	}
}

func (k *checker) link(doc document.Document) {
	switch d := doc.(type) {
	case *document.DummyLinkConfig:
		k.newLink("name", d.Name)
	case *document.BridgeConfig:
		k.newLink("name", d.Name)
	case *document.VRFConfig:
		k.newLink("name", d.Name)
	case *document.VethConfig:
		k.newLink("name", d.Name)
		k.newLink("peer.name", d.Peer.Name)
		k.linkSettings("peer.", &d.Peer.LinkSettings)
	case *document.VLANConfig:
		k.newLink("name", d.Name)
	case *document.WireguardConfig:
		k.newLink("name", d.Name)
		k.wireguardKey("privateKey", d.PrivateKey)

		for i, p := range d.Peers {
			at := fmt.Sprintf("peers[%d]", i)
			k.wireguardKey(at+".publicKey", p.PublicKey)
			k.wireguardKey(at+".presharedKey", p.PresharedKey)

			if slices.ContainsFunc(d.Peers[:i], func(o document.WireguardPeer) bool { return o.PublicKey == p.PublicKey }) {
				k.bad(at+".publicKey", "put the networks into one item", "is another peer's key too")
			}
		}
	case *document.BondConfig:
		k.newLink("name", d.Name)
		k.bond(d)
	}

	l, ok := doc.(interface {
		Settings() *document.LinkSettings
	})
	if !ok {
		return
	}

	k.linkSettings("", l.Settings())
}

func (k *checker) linkSettings(before string, l *document.LinkSettings) {
	for i, r := range l.Routes {
		at := fmt.Sprintf("%sroutes[%d]", before, i)

		if !r.Destination.IsValid() && !r.Gateway.IsValid() {
			k.bad(at, "", "a route needs a destination or a gateway")
		}

		if r.Destination.IsValid() && r.Gateway.IsValid() && r.Destination.Addr().Is4() != r.Gateway.Is4() {
			k.bad(at+".gateway", "", "%s is not of the address family of %s", r.Gateway, r.Destination)
		}

		if to := cmpAddr(r.Destination.Addr(), r.Gateway); r.Source.IsValid() && to.IsValid() && r.Source.Is4() != to.Is4() {
			k.bad(at+".source", "", "%s is not of the address family of the route", r.Source)
		}
	}
}

// cmpAddr is the first of two addresses that is one.
func cmpAddr(a, b netip.Addr) netip.Addr {
	if a.IsValid() {
		return a
	}

	return b
}

// monitored are the modes of a bond that watch carriers, asked to or not, and
// cannot do it by ARP.
var monitored = []string{"802.3ad", "balance-tlb", "balance-alb"}

// bond checks what the kernel would refuse when the bond is made, one setting at a
// time (Documentation/networking/bonding.rst).
func (k *checker) bond(d *document.BondConfig) {
	if d.MIIMon != 0 && d.ARPInterval != 0 {
		k.bad("arpInterval", "keep one of them", "excludes miimon")
	}

	if d.ARPInterval != 0 && len(d.ARPIPTargets)+len(d.NSIP6Targets) == 0 {
		k.bad("arpInterval", "set arpIpTargets or nsIp6Targets", "says how often to ask, and nothing says whom")
	}

	if d.ARPInterval != 0 && contains(monitored, d.BondMode) {
		k.bad("arpInterval", "set miimon", "cannot be used in mode %s", d.BondMode)
	}

	if (d.UpDelay != 0 || d.DownDelay != 0) && d.MIIMon == 0 && !contains(monitored, d.BondMode) {
		k.bad("miimon", "set it, or leave updelay and downdelay out", "missing: the delays are counted in its intervals")
	}

	if d.Primary != "" && !contains([]string{"active-backup", "balance-tlb", "balance-alb"}, d.BondMode) {
		k.bad("primary", "leave it out", "has no meaning in mode %s", d.BondMode)
	} else if d.Primary != "" && !contains(d.Links, d.Primary) {
		k.bad("primary", "name one of links", "%q is not a link of this bond", d.Primary)
	}

	if d.LACPRate != "" && d.BondMode != "802.3ad" {
		k.bad("lacpRate", "leave it out", "has no meaning in mode %s", d.BondMode)
	}
}

// oldBond checks the words of a bond in the main document by those of the newer one.
func (k *checker) oldBond(at string, b *v1alpha1.Bond) {
	k.missing(b.Mode == "", at+".mode")

	for _, w := range []struct{ key, newKey, word string }{
		{"mode", "bondMode", b.Mode},
		{"xmitHashPolicy", "xmitHashPolicy", b.XmitHashPolicy},
		{"lacpRate", "lacpRate", b.LACPRate},
		{"arpValidate", "arpValidate", b.ARPValidate},
		{"arpAllTargets", "arpAllTargets", b.ARPAllTargets},
		{"primaryReselect", "primaryReselect", b.PrimaryReselect},
		{"failOverMac", "failOverMac", b.FailOverMAC},
		{"adSelect", "adSelect", b.ADSelect},
	} {
		words := tree.PlanOf(reflect.TypeFor[document.BondConfig]()).Field(w.newKey).Enum
		if w.word != "" && !contains(words, w.word) {
			k.bad(at+"."+w.key, "use one of "+strings.Join(words, ", "), "%q is not known", w.word)
		}
	}

	for i, a := range b.ARPIPTarget {
		k.badErr(fmt.Sprintf("%s.arpIPTarget[%d]", at, i), isAddr(a))
	}
}

func (k *checker) wireguardKey(at, key string) {
	if key == "" || key == Redacted {
		return
	}

	if b, err := base64.StdEncoding.DecodeString(key); err != nil || len(b) != 32 {
		k.bad(at, "make one with wg genkey", "not a WireGuard key")
	}
}
