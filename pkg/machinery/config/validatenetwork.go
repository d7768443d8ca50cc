package config

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

func (k *checker) machineNetwork(n *v1alpha1.NetworkConfig) {
	if n.Hostname != "" {
		k.badErr("machine.network.hostname", hostname(n.Hostname))
	}

	for i, s := range n.Nameservers {
		k.badErr(fmt.Sprintf("machine.network.nameservers[%d]", i), isAddr(s))
	}

	for i, h := range n.ExtraHostEntries {
		k.badErr(fmt.Sprintf("machine.network.extraHostEntries[%d].ip", i), isAddr(h.IP))
	}

	k.subnetFilters("machine.network.kubespan.filters.endpoints", n.KubeSpan.Filters.Endpoints)

	for i, s := range n.SearchDomains {
		k.badErr(fmt.Sprintf("machine.network.searchDomains[%d]", i), hostname(strings.TrimSuffix(s, ".")))
	}

	names := map[string]int{}

	for i := range n.Interfaces {
		d := &n.Interfaces[i]
		at := fmt.Sprintf("machine.network.interfaces[%d]", i)

		switch {
		case d.Interface == "" && d.DeviceSelector == nil:
			k.bad(at, "set interface to its name, or deviceSelector", "nothing says which interface this is")
		case d.Interface != "" && d.DeviceSelector != nil:
			k.bad(at+".deviceSelector", "keep one of them", "interface and deviceSelector exclude each other")
		}

		if first, dup := names[d.Interface]; dup && d.Interface != "" {
			k.bad(at+".interface", "put the settings into one item", "%q is item %d already", d.Interface, first)
		}

		names[d.Interface] = i
		k.device(at, d)
	}
}

func (k *checker) device(at string, d *v1alpha1.Device) {
	if d.CIDR != "" {
		k.warn(at+".cidr", "write it as an item of addresses", "deprecated")
		k.badErr(at+".cidr", isPrefix(d.CIDR))
	}

	k.addresses(at, d.Addresses)
	k.routes(at, d.Routes)
	k.vip(at, d.VIP)

	ids := map[uint16]bool{}

	for i, v := range d.Vlans {
		p := fmt.Sprintf("%s.vlans[%d]", at, i)

		k.missing(v.VLANID == 0, p+".vlanId")

		if ids[v.VLANID] {
			k.bad(p+".vlanId", "", "VLAN %d is described twice", v.VLANID)
		}

		ids[v.VLANID] = true
		k.addresses(p, v.Addresses)
		k.routes(p, v.Routes)
		k.vip(p, v.VIP)
	}

	if b := d.Bond; b != nil {
		if len(b.Interfaces) == 0 && len(b.DeviceSelectors) == 0 {
			k.bad(at+".bond", "", "a bond needs interfaces or deviceSelectors")
		}

		k.oldBond(at+".bond", b)
	}

	if d.Bond != nil && d.Bridge != nil {
		k.bad(at+".bridge", "", "an interface cannot be a bond and a bridge")
	}

	if w := d.Wireguard; w != nil {
		k.missing(w.PrivateKey == "", at+".wireguard.privateKey")
		k.wireguardKey(at+".wireguard.privateKey", w.PrivateKey)

		for i, p := range w.Peers {
			peer := fmt.Sprintf("%s.wireguard.peers[%d]", at, i)
			k.missing(p.PublicKey == "", peer+".publicKey")
			k.wireguardKey(peer+".publicKey", p.PublicKey)
			k.hostPort(peer+".endpoint", p.Endpoint)

			for n, s := range p.AllowedIPs {
				k.badErr(fmt.Sprintf("%s.allowedIPs[%d]", peer, n), isPrefix(s))
			}
		}
	}
}

func (k *checker) addresses(at string, list []string) {
	for i, a := range list {
		if _, err := netip.ParseAddr(a); err == nil {
			continue // a single address without a network, as older configs have it
		}

		k.badErr(fmt.Sprintf("%s.addresses[%d]", at, i), isPrefix(a))
	}
}

func (k *checker) routes(at string, list []v1alpha1.Route) {
	for i, r := range list {
		p := fmt.Sprintf("%s.routes[%d]", at, i)

		if r.Network == "" && r.Gateway == "" {
			k.bad(p, "", "a route needs a network or a gateway")
		}

		if r.Network != "" {
			k.badErr(p+".network", isPrefix(r.Network))
		}

		if r.Gateway != "" {
			k.badErr(p+".gateway", isAddr(r.Gateway))
		}

		if r.Source != "" {
			k.badErr(p+".source", isAddr(r.Source))
		}
	}
}

func (k *checker) vip(at string, v *v1alpha1.DeviceVIPConfig) {
	if v != nil {
		k.badErr(at+".vip.ip", isAddr(v.IP))
	}
}

// hostname checks a name by RFC 1123: labels of letters, digits and dashes.
func hostname(s string) error {
	if len(s) > 253 {
		return fmt.Errorf("%q is longer than 253 characters", s[:20]+"…")
	}

	for _, l := range strings.Split(s, ".") {
		ok := l != "" && len(l) <= 63 && l[0] != '-' && l[len(l)-1] != '-'

		for _, r := range l {
			ok = ok && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-')
		}

		if !ok {
			return fmt.Errorf("%q is not a host name: labels of up to 63 letters, digits and dashes, with dots between", s)
		}
	}

	return nil
}

// networks checks the networks of pods and services, wherever they are set.
func (k *checker) networks(e *v1alpha1.Config) {
	pods := k.prefixes("cluster.network.podSubnets", e.Cluster.Network.PodSubnets)
	services := k.prefixes("cluster.network.serviceSubnets", e.Cluster.Network.ServiceSubnets)

	for i, p := range pods {
		for _, s := range services {
			if p.Overlaps(s) {
				k.bad(fmt.Sprintf("cluster.network.podSubnets[%d]", i), "", "%s overlaps with the service network %s", p, s)
			}
		}

		mask := e.Folded.NodeCIDRMaskSizeIPv4
		if p.Addr().Is6() {
			mask = e.Folded.NodeCIDRMaskSizeIPv6
		}

		// Kubernetes keeps a bitmap of node networks and refuses larger ones.
		if mask-p.Bits() > 16 || mask < p.Bits() {
			k.bad(fmt.Sprintf("cluster.network.podSubnets[%d]", i), "choose a prefix length between that and 16 less",
				"%s cannot be cut into node networks of /%d", p, mask)
		}
	}

	for i, s := range services {
		if len(pods) > 0 && !slices.ContainsFunc(pods, func(p netip.Prefix) bool { return p.Addr().Is4() == s.Addr().Is4() }) {
			k.warn(fmt.Sprintf("cluster.network.serviceSubnets[%d]", i), "give pods a network of its family, too", "no pod can answer at a service of %s", s)
		}

		if host := s.Addr().BitLen() - s.Bits(); host > 20 {
			k.bad(fmt.Sprintf("cluster.network.serviceSubnets[%d]", i), "leave at most 20 bits for addresses", "%s is too large", s)
		}
	}

	if d := e.Cluster.Network.DNSDomain; d != "" {
		k.badErr("cluster.network.dnsDomain", hostname(d))
	}
}

func (k *checker) prefixes(at string, list []string) []netip.Prefix {
	var out []netip.Prefix

	families := map[bool]bool{}

	for i, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			k.badErr(fmt.Sprintf("%s[%d]", at, i), isPrefix(s))

			continue
		}

		if families[p.Addr().Is4()] {
			k.bad(fmt.Sprintf("%s[%d]", at, i), "give one network, or one of each address family", "%s is a second network of its family", s)
		}

		families[p.Addr().Is4()] = true

		out = append(out, p)
	}

	return out
}
