package netctl

import (
	"fmt"
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// Resource IDs say what a spec is about, so that two sources which mean the same
// thing meet in the merge.

func addressID(link string, p netip.Prefix) string { return link + "/" + p.String() }

func routeID(r network.RouteSpec) string {
	gateway, dst := "", ""

	if r.Gateway.IsValid() {
		gateway = r.Gateway.String()
	}

	if r.Destination.IsValid() && r.Destination.Bits() > 0 {
		dst = r.Destination.String()
	}

	id := fmt.Sprintf("%s/%s/%s/%d", r.Family, gateway, dst, r.Priority)

	// The same link-local gateway or connected prefix exists once per link.
	if r.Family == netenum.FamilyInet6 && r.OutLinkName != "" {
		id = r.OutLinkName + "/" + id
	}

	if r.Table != netenum.RoutingTableMain && r.Table != netenum.RoutingTableUnspec {
		id = r.Table.String() + "/" + id
	}

	return id
}

func ruleID(f netenum.Family, priority uint32) string { return fmt.Sprintf("%s/%05d", f, priority) }

func operatorID(o network.OperatorSpec) string {
	id := o.Operator.String() + "/" + o.LinkName
	if o.Operator == network.OperatorVip {
		id += "/" + o.VIP.IP.String()
	}

	return id
}

func layerID(l network.ConfigLayer, id string) string { return l.String() + "/" + id }

func familyOf(a netip.Addr) netenum.Family {
	if a.Is4() {
		return netenum.FamilyInet4
	}

	return netenum.FamilyInet6
}
