package netctl

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

type routeKernel interface {
	Links() ([]netlink.Link, error)
	Routes() ([]netlink.Route, error)
	AddRoute(netlink.Route) error
	DeleteRoute(netlink.Route) error
	Watch(ctx context.Context, notify func(), groups ...netlink.Group) error
}

// routeStatus reports the routes that the kernel has, but for those of the table
// "local", which only repeat the addresses.
func routeStatus(k routeKernel) controller.Controller {
	return controller.Source{
		Name:    "network.RouteStatusController",
		Outputs: controller.Out(network.RouteStatuses.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			return k.Watch(ctx, notify, netlink.IPv4Route, netlink.IPv6Route, netlink.Links)
		},
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			links, err := k.Links()
			if err != nil {
				return nil, err
			}

			routes, err := k.Routes()
			if err != nil {
				return nil, err
			}

			names := linkNames(links)

			var items []controller.Item

			for _, r := range routes {
				if r.Table == unix.RT_TABLE_LOCAL {
					continue
				}

				s := routeStatusOf(r, names)
				id := routeID(network.RouteSpec{
					Family: s.Family, Gateway: s.Gateway, Destination: s.Destination,
					OutLinkName: s.OutLinkName, Table: s.Table, Priority: s.Priority,
				})
				items = append(items, controller.Want(network.RouteStatuses, id, s))
			}

			return items, nil
		},
	}.Build()
}

func routeStatusOf(r netlink.Route, names map[uint32]string) network.RouteStatusSpec {
	s := network.RouteStatusSpec{
		Family: netenum.Family(r.Family), Destination: r.Destination, Source: r.Source, Gateway: r.Gateway,
		OutLinkIndex: r.OutIndex, OutLinkName: names[r.OutIndex], Table: netenum.RoutingTable(r.Table),
		Priority: r.Priority, Scope: netenum.Scope(r.Scope), Type: netenum.RouteType(r.Type),
		// The low byte is the state of the next hop (offloaded, link down).
		Flags: netenum.RouteFlags(r.Flags &^ 0xff), Protocol: netenum.RouteProtocol(r.Protocol), MTU: r.MTU,
	}

	for _, h := range r.NextHops {
		s.NextHops = append(s.NextHops, network.RouteNextHop{
			Gateway: h.Gateway, OutLinkName: names[h.OutIndex], Weight: h.Weight,
		})
	}

	return s
}

// routeRetry is when routes are tried again that the kernel refused for now,
// though no notice came: a gateway is reachable only when its link has an
// address and a carrier, and not every step of that is announced.
const routeRetry = 5 * time.Second

// routeSpec makes the kernel have the routes that RouteSpecs ask for.
func routeSpec(k routeKernel) controller.Controller {
	return controller.Reconcile[routeView, routePlan]{
		Name:   "network.RouteSpecController",
		Inputs: controller.In(network.RouteSpecs.Strong()),
		Wake: func(ctx context.Context, notify func()) error {
			return k.Watch(ctx, notify,
				netlink.Links, netlink.IPv4Addrs, netlink.IPv6Addrs, netlink.IPv4Route, netlink.IPv6Route)
		},
		Observe: func(ctx context.Context, r cosi.Reader) (routeView, error) {
			list, err := network.RouteSpecs.List(ctx, r)
			if err != nil {
				return routeView{}, err
			}

			v := routeView{specs: running(list), leaving: leaving(list), now: time.Now()}

			if v.links, err = k.Links(); err != nil {
				return v, err
			}

			v.routes, err = k.Routes()

			return v, err
		},
		Plan: planRoutes,
		Apply: func(_ context.Context, w *controller.Writer, p routePlan) error {
			return applyRoutes(k, w, p)
		},
	}.Build()
}

type routeView struct {
	specs, leaving []network.RouteSpec
	links          []netlink.Link
	routes         []netlink.Route
	now            time.Time
}

type routePlan struct {
	remove, add []netlink.Route
	again       time.Time
	names       map[uint32]string // of links, for the log
}

func (p routePlan) CheckAgainAt() time.Time { return p.again }

func (p routePlan) String() string {
	var b strings.Builder

	for _, r := range p.remove {
		fmt.Fprintln(&b, "-", r)
	}

	for _, r := range p.add {
		fmt.Fprintln(&b, "+", r)
	}

	return b.String()
}

// planRoutes removes before it adds. A route of an earlier lease that is in the
// place of a wanted one (same table, destination and metric, other gateway) has
// a spec on its way out and goes first.
func planRoutes(v routeView) routePlan {
	names := linkNames(v.links)
	p := routePlan{names: names}
	byName := map[string]netlink.Link{}

	for _, l := range v.links {
		byName[l.Name] = l
	}

	have := map[string]netlink.Route{}
	for _, r := range v.routes {
		have[kernelRouteID(r, names)] = r
	}

	wanted := map[string]bool{}
	for _, s := range v.specs {
		wanted[routeID(s)] = true
	}

	for _, s := range v.leaving {
		id := routeID(s)
		if r, ok := have[id]; ok && !wanted[id] && r.Protocol == uint8(s.Protocol) {
			p.remove = append(p.remove, r)
		}
	}

	for _, s := range v.specs {
		want, ok := kernelRoute(s, byName)
		if !ok {
			continue
		}

		if got, ok := have[routeID(s)]; ok {
			if sameRoute(want, got) {
				continue
			}

			p.remove = append(p.remove, got)
		}

		p.add = append(p.add, want)
	}

	// Routes on the link go before those through a gateway that they reach.
	slices.SortStableFunc(p.add, func(a, b netlink.Route) int {
		return int(b2i(a.Gateway.IsValid())) - int(b2i(b.Gateway.IsValid()))
	})

	if len(p.add) > 0 {
		p.again = v.now.Add(routeRetry)
	}

	return p
}

func b2i(b bool) int {
	if b {
		return 1
	}

	return 0
}

func kernelRouteID(r netlink.Route, names map[uint32]string) string {
	return routeID(network.RouteSpec{
		Family: netenum.Family(r.Family), Gateway: r.Gateway, Destination: r.Destination,
		OutLinkName: names[r.OutIndex], Table: netenum.RoutingTable(r.Table), Priority: r.Priority,
	})
}

// kernelRoute translates a spec; false means that a link it needs is missing or down.
func kernelRoute(s network.RouteSpec, links map[string]netlink.Link) (netlink.Route, bool) {
	s = route(s)

	r := netlink.Route{
		Family: uint8(s.Family), Destination: s.Destination, Gateway: s.Gateway, Source: s.Source,
		Table: uint32(s.Table), Priority: s.Priority, Scope: uint8(s.Scope), Type: uint8(s.Type),
		Flags: uint32(s.Flags), Protocol: uint8(s.Protocol), MTU: s.MTU,
	}

	ready := func(name string) (uint32, bool) {
		if name == "" {
			return 0, true
		}

		l, ok := links[name]

		return l.Index, ok && l.Up()
	}

	var ok bool

	if r.OutIndex, ok = ready(s.OutLinkName); !ok {
		return r, false
	}

	// A gateway outside the link's networks is believed to be on it anyway, as
	// clouds and hosters hand out single addresses with a gateway elsewhere.
	if r.OutIndex != 0 && r.Gateway.IsValid() && s.Flags&netenum.RouteFlags(unix.RTNH_F_ONLINK) != 0 {
		r.Flags |= unix.RTNH_F_ONLINK
	}

	for _, h := range s.NextHops {
		i, ok := ready(h.OutLinkName)
		if !ok {
			return r, false
		}

		r.NextHops = append(r.NextHops, netlink.NextHop{Gateway: h.Gateway, OutIndex: i, Weight: max(h.Weight, 1)})
	}

	return r, true
}

// sameRoute compares what the ID does not say, without what the kernel fills in.
func sameRoute(want, got netlink.Route) bool {
	return want.Type == got.Type && want.MTU == got.MTU &&
		(want.OutIndex == 0 || want.OutIndex == got.OutIndex) &&
		(!want.Source.IsValid() || want.Source == got.Source) &&
		(want.Family == unix.AF_INET6 || want.Scope == got.Scope) &&
		want.Protocol == got.Protocol && sameHops(want.NextHops, got.NextHops)
}

func sameHops(want, got []netlink.NextHop) bool {
	return slices.EqualFunc(want, got, func(a, b netlink.NextHop) bool {
		return a.Gateway == b.Gateway && a.Weight == b.Weight && (a.OutIndex == 0 || a.OutIndex == b.OutIndex)
	})
}

func applyRoutes(k routeKernel, w *controller.Writer, p routePlan) error {
	var errs []error

	for _, r := range p.remove {
		if err := k.DeleteRoute(r); err != nil && !errors.Is(err, unix.ESRCH) && !errors.Is(err, unix.ENODEV) {
			errs = append(errs, err)

			continue
		}

		w.Log.Info("removed route", routeAttrs(r, p.names)...)
	}

	for _, r := range p.add {
		err := k.AddRoute(r)

		switch {
		case err == nil:
			w.Log.Info("added route", routeAttrs(r, p.names)...)
		case errors.Is(err, unix.EEXIST), errors.Is(err, unix.ENODEV):
		case errors.Is(err, unix.ENETUNREACH), errors.Is(err, unix.ENETDOWN), errors.Is(err, unix.EHOSTUNREACH),
			r.Source.IsValid() && errors.Is(err, unix.EINVAL):
			// The gateway or the source address is not there yet.
			w.Log.Debug("route has to wait", "route", r.String(), "error", err)
		default:
			errs = append(errs, err)
		}
	}

	return errors.Join(errs...)
}

func routeAttrs(r netlink.Route, names map[uint32]string) []any {
	dst := "default"
	if r.Destination.IsValid() {
		dst = r.Destination.String()
	}

	return []any{"destination", dst, "gateway", r.Gateway, "link", names[r.OutIndex], "metric", r.Priority, "table", r.Table}
}

// defaultRoute reports whether a route leads everywhere.
func defaultRoute(dst netip.Prefix) bool { return !dst.IsValid() || dst.Bits() == 0 }
