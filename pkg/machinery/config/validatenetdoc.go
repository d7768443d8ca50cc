package config

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/document"
)

// network checks the documents about the network other than links.
func (k *checker) network(doc document.Document) {
	switch d := doc.(type) {
	case *document.HostnameConfig:
		if d.Hostname != "" {
			k.badErr("hostname", hostname(d.Hostname))
		}

		if d.Hostname != "" && d.Auto == "stable" {
			k.bad("auto", "leave one of them out", "excludes a fixed hostname")
		}

		if d.Hostname == "" && d.Auto == "" {
			k.bad("", "set hostname, or auto: stable", "says nothing")
		}
	case *document.ResolverConfig:
		k.resolver(d)
	case *document.StaticHostConfig:
		k.badErr("name", isAddr(d.Name))
		k.missing(len(d.Hostnames) == 0, "hostnames")
	case *document.Layer2VIPConfig:
		k.badErr("name", isAddr(d.Name))
		k.missing(d.Link == "", "link")
	case *document.HCloudVIPConfig:
		k.badErr("name", isAddr(d.Name))
		k.missing(d.Link == "", "link")
		k.missing(d.APIToken == "", "apiToken")
	case *document.LinkAliasConfig:
		k.missing(d.Selector.Match == "", "selector.match")
	case *document.BlackholeRouteConfig:
		k.badErr("name", isPrefix(d.Name))
	case *document.RoutingRuleConfig:
		switch n, err := strconv.ParseUint(d.Name, 10, 32); {
		case err != nil && d.Name != "":
			k.bad("name", "lower numbers are asked first", "%q is not the priority of a rule, like 1000", d.Name)
		case err == nil && (n == 0 || n == 32766 || n == 32767):
			k.bad("name", "use another number", "%d is the priority of a rule of the kernel's own", n)
		}

		if d.Src.IsValid() && d.Dst.IsValid() && d.Src.Addr().Is4() != d.Dst.Addr().Is4() {
			k.bad("dst", "", "%s is not of the address family of %s", d.Dst, d.Src)
		}
	case *document.NetworkDefaultActionConfig:
		k.missing(d.Ingress == "", "ingress")
	case *document.NetworkRuleConfig:
		if len(d.PortSelector.Ports) == 0 && !strings.HasPrefix(d.PortSelector.Protocol, "icmp") {
			k.bad("portSelector.ports", "", "missing")
		}

		k.missing(d.PortSelector.Protocol == "", "portSelector.protocol")

		for i, r := range d.Ingress {
			at := fmt.Sprintf("ingress[%d]", i)
			k.missing(!r.Subnet.IsValid(), at+".subnet")

			if r.Subnet.IsValid() && r.Except.IsValid() && !r.Subnet.Overlaps(r.Except) {
				k.bad(at+".except", "", "%s is not in %s, nothing is left out", r.Except, r.Subnet)
			}
		}
	case *document.TimeSyncConfig:
		k.period("bootTimeout", d.BootTimeout)
		k.timeServers("ntp.servers", d.NTP.Servers)

		for i, dev := range d.PTP.Devices {
			if !strings.HasPrefix(dev, "/dev/") {
				k.bad(fmt.Sprintf("ptp.devices[%d]", i), "use a path like /dev/ptp0", "%q is not a device", dev)
			}
		}
	case *document.TCPProbeConfig:
		k.hostPort("endpoint", d.Endpoint)
		k.probe(d.Interval, d.Timeout)
	case *document.HTTPProbeConfig:
		k.probe(d.Interval, d.Timeout)
	case *document.KubeSpanConfig:
		k.subnetFilters("filters.endpoints", d.Filters.Endpoints)
	case *document.BGPInstanceConfig:
		k.bgp(d)
	}
}

func (k *checker) resolver(d *document.ResolverConfig) {
	if document.Or(d.HostDNS.ForwardKubeDNSToHost, false) && !document.Or(d.HostDNS.Enabled, false) {
		k.bad("hostDNS.forwardKubeDNSToHost", "set hostDNS.enabled", "needs host DNS to be enabled")
	}

	for i, n := range d.Nameservers {
		at := fmt.Sprintf("nameservers[%d]", i)
		k.missing(!n.Address.IsValid(), at+".address")

		if n.TLSServerName != "" {
			k.badErr(at+".tlsServerName", hostname(n.TLSServerName))
		}
	}

	for i, s := range d.SearchDomains.Domains {
		k.badErr(fmt.Sprintf("searchDomains.domains[%d]", i), hostname(strings.TrimSuffix(s, ".")))
	}
}

func (k *checker) bgp(d *document.BGPInstanceConfig) {
	for i, n := range d.Neighbors {
		at := fmt.Sprintf("neighbors[%d]", i)

		if n.Address.IsValid() == (n.Link != "") {
			k.bad(at, "set one of address and link", "nothing or too much says who the neighbour is")
		}

		// RFC 4271, section 4.2.
		if n.HoldTime != 0 && n.HoldTime < 3*time.Second {
			k.bad(at+".holdTime", "use 3s or more", "%s is too short", n.HoldTime)
		}
	}

	for i, r := range d.ImportRoutes {
		if r.BGPInstance == d.Name {
			k.bad(fmt.Sprintf("importRoutes[%d].bgpInstance", i), "", "an instance cannot import its own routes")
		}
	}
}

func (k *checker) probe(interval, timeout time.Duration) {
	k.period("interval", interval)
	k.period("timeout", timeout)
}

func (k *checker) timeServers(at string, list []string) {
	for i, s := range list {
		if _, err := netip.ParseAddr(s); err != nil {
			k.badErr(fmt.Sprintf("%s[%d]", at, i), hostname(strings.TrimSuffix(s, ".")))
		}
	}
}

func (k *checker) period(at string, d time.Duration) {
	if d < 0 {
		k.bad(at, "", "%s is negative", d)
	}
}

// hostPort checks what a client connects to.
func (k *checker) hostPort(at, s string) {
	if s == "" {
		return
	}

	host, port, err := net.SplitHostPort(s)

	switch n, bad := strconv.ParseUint(port, 10, 16); {
	case err != nil || host == "" || bad != nil || n == 0:
		k.bad(at, "", "%q is not host:port", s)
	default:
		if _, err := netip.ParseAddr(host); err != nil {
			k.badErr(at, hostname(strings.TrimSuffix(host, ".")))
		}
	}
}

// apiPort is where the machine's API listens.
const apiPort = 50000

// firewall warns of a config after which nobody reaches the machine to change it.
func (k *checker) firewall() {
	var block *part

	for i := range k.c.parts {
		p := &k.c.parts[i]

		switch d := p.doc.(type) {
		case *document.NetworkDefaultActionConfig:
			if d.Ingress == "block" {
				block = p
			}
		case *document.NetworkRuleConfig:
			for _, r := range d.PortSelector.Ports {
				if d.PortSelector.Protocol == "tcp" && r.Lo <= apiPort && apiPort <= r.Hi && len(d.Ingress) > 0 {
					return
				}
			}
		}
	}

	if block != nil {
		k.in(block, func() {
			k.warn("ingress", "add a NetworkRuleConfig for it", "nothing lets TCP port %d through: the machine's API will not be reachable", apiPort)
		})
	}
}
