package netctl

import (
	"context"
	"net/netip"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// wanted is what one layer asks for. Every config controller publishes one
// field of it; all go through the same translation, so that what a link's
// section means is decided in one place.
type wanted struct {
	links     []network.LinkSpec
	addresses []network.AddressSpec
	routes    []network.RouteSpec
	rules     []network.RoutingRuleSpec
	operators []network.OperatorSpec
	// ignored are links that shall be left alone completely.
	ignored map[string]bool
}

// layersView is what the translation needs to know.
type layersView struct {
	cmdline cmdline
	config  *config.Config
	links   map[string]network.LinkStatusSpec
	// taken are links that a layer above the defaults describes.
	taken map[string]bool
}

func (v layersView) layers() map[network.ConfigLayer]wanted {
	cfg := fromConfig(v.config, v.links)
	cmd := fromCmdline(v.cmdline, v.links)

	return map[network.ConfigLayer]wanted{
		network.ConfigLayerDefault:       fromDefaults(v, cmd, cfg),
		network.ConfigLayerCmdline:       cmd,
		network.ConfigLayerConfiguration: cfg,
	}
}

// defaultRouteMetric is what routes have unless something says otherwise.
const defaultRouteMetric = 1024

// fromDefaults is the loopback, and every network card up and asking for an
// address by DHCP unless it is described elsewhere.
func fromDefaults(v layersView, cmd, cfg wanted) wanted {
	w := wanted{
		links: []network.LinkSpec{{Name: "lo", Up: true, Type: netenum.LinkTypeLoopback}},
		addresses: []network.AddressSpec{
			address("lo", netip.MustParsePrefix("127.0.0.1/8"), 0),
			address("lo", netip.MustParsePrefix("::1/128"), 0),
		},
	}

	for i := range w.addresses {
		w.addresses[i].Scope = netenum.ScopeHost
	}

	described := map[string]bool{}
	for _, l := range append(append([]network.LinkSpec{}, cmd.links...), cfg.links...) {
		described[l.Name] = true
	}

	for _, o := range append(append([]network.OperatorSpec{}, cmd.operators...), cfg.operators...) {
		described[o.LinkName] = true
	}

	for name, l := range v.links {
		if !physical(l) || v.cmdline.ignores(name) || cfg.ignored[name] || described[name] {
			continue
		}

		w.links = append(w.links, network.LinkSpec{Name: name, Up: true, Type: netenum.LinkTypeEther})

		if !v.taken[name] {
			w.operators = append(w.operators, network.OperatorSpec{
				Operator: network.OperatorDhcp4, LinkName: name, RequireUp: true,
				DHCP4: network.DHCP4OperatorSpec{RouteMetric: defaultRouteMetric},
			})
		}
	}

	return w
}

// physical tells a network card from devices made of software.
func physical(l network.LinkStatusSpec) bool {
	return l.Type == netenum.LinkTypeEther && l.Kind == ""
}

func address(link string, p netip.Prefix, priority uint32) network.AddressSpec {
	return network.AddressSpec{
		Address: p, LinkName: link, Family: familyOf(p.Addr()), Scope: netenum.ScopeGlobal,
		Flags: netenum.AddressFlagPermanent, Priority: priority,
	}
}

// route fills in what follows from the rest.
func route(r network.RouteSpec) network.RouteSpec {
	if r.Family == 0 {
		switch {
		case r.Gateway.IsValid():
			r.Family = familyOf(r.Gateway)
		case r.Destination.IsValid():
			r.Family = familyOf(r.Destination.Addr())
		default:
			r.Family = netenum.FamilyInet4
		}
	}

	if r.Destination.IsValid() {
		if r.Destination = r.Destination.Masked(); r.Destination.Bits() == 0 {
			r.Destination = netip.Prefix{} // the default route
		}
	}

	if r.Table == netenum.RoutingTableUnspec {
		r.Table = netenum.RoutingTableMain
	}

	if r.Type == netenum.RouteTypeUnspec {
		r.Type = netenum.RouteTypeUnicast
	}

	if r.Protocol == netenum.RouteProtocolUnspec {
		r.Protocol = netenum.RouteProtocolStatic
	}

	// Neighbours on the link itself have no gateway. IPv6 knows no such scope.
	if !r.Gateway.IsValid() && len(r.NextHops) == 0 && r.Family == netenum.FamilyInet4 && r.Type == netenum.RouteTypeUnicast {
		r.Scope = netenum.ScopeLink
	}

	return r
}

func layerInputs() []cosi.Input {
	return controller.In(
		machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active)),
		network.LinkStatuses.Weak(),
	)
}

func observeLayers(cl cmdline) func(context.Context, cosi.Reader) (layersView, error) {
	return func(ctx context.Context, r cosi.Reader) (layersView, error) {
		v := layersView{cmdline: cl}

		var err error

		if v.config, err = machineConfig(ctx, r); err != nil {
			return v, err
		}

		v.links, err = linksByName(ctx, r)

		return v, err
	}
}

// layerController publishes one field of every layer.
func layerController(name string, inputs []cosi.Input, output cosi.Output,
	observe func(context.Context, cosi.Reader) (layersView, error),
	items func(network.ConfigLayer, wanted) []controller.Item,
) controller.Controller {
	return controller.Derive[layersView]{
		Name: name, Inputs: inputs, Outputs: controller.Out(output), Observe: observe,
		Plan: func(v layersView) ([]controller.Item, error) {
			var out []controller.Item

			for layer, w := range v.layers() {
				out = append(out, items(layer, w)...)
			}

			return out, nil
		},
	}.Build()
}

func wantLayered[T any](kind *kinds.Kind[T], layer network.ConfigLayer, id string, spec T) controller.Item {
	return controller.Want(kind, layerID(layer, id), spec, controller.InNamespace(layered))
}

func linkConfig(cl cmdline) controller.Controller {
	return layerController("network.LinkConfigController", layerInputs(), network.LinkSpecs.Shared(), observeLayers(cl),
		func(layer network.ConfigLayer, w wanted) (out []controller.Item) {
			for _, s := range w.links {
				s.ConfigLayer = layer
				out = append(out, wantLayered(network.LinkSpecs, layer, s.Name, s))
			}

			return out
		})
}

func addressConfig(cl cmdline) controller.Controller {
	return layerController("network.AddressConfigController", layerInputs(), network.AddressSpecs.Shared(), observeLayers(cl),
		func(layer network.ConfigLayer, w wanted) (out []controller.Item) {
			for _, s := range w.addresses {
				s.ConfigLayer = layer
				out = append(out, wantLayered(network.AddressSpecs, layer, addressID(s.LinkName, s.Address), s))
			}

			return out
		})
}

func routeConfig(cl cmdline) controller.Controller {
	return layerController("network.RouteConfigController", layerInputs(), network.RouteSpecs.Shared(), observeLayers(cl),
		func(layer network.ConfigLayer, w wanted) (out []controller.Item) {
			for _, s := range w.routes {
				s = route(s)
				s.ConfigLayer = layer
				out = append(out, wantLayered(network.RouteSpecs, layer, routeID(s), s))
			}

			return out
		})
}

func ruleConfig() controller.Controller {
	return layerController("network.RoutingRuleConfigController",
		layerInputs(), network.RoutingRuleSpecs.Shared(), observeLayers(cmdline{}),
		func(layer network.ConfigLayer, w wanted) (out []controller.Item) {
			for _, s := range w.rules {
				s.ConfigLayer = layer
				out = append(out, wantLayered(network.RoutingRuleSpecs, layer, ruleID(s.Family, s.Priority), s))
			}

			return out
		})
}

// operatorConfig also looks at what other layers say about links: a card that
// the platform describes shall not ask for an address by default. What operators
// say themselves (an MTU by DHCP) does not count, or each would end itself.
func operatorConfig(cl cmdline) controller.Controller {
	observe := observeLayers(cl)

	return layerController("network.OperatorConfigController",
		append(layerInputs(), network.LinkSpecs.Weak(kinds.Namespace(layered))), network.OperatorSpecs.Shared(),
		func(ctx context.Context, r cosi.Reader) (layersView, error) {
			v, err := observe(ctx, r)
			if err != nil {
				return v, err
			}

			specs, err := network.LinkSpecs.ListIn(ctx, r, layered)
			v.taken = map[string]bool{}

			for _, s := range running(specs) {
				if s.ConfigLayer != network.ConfigLayerDefault && s.ConfigLayer != network.ConfigLayerOperator {
					v.taken[s.Name] = true
				}
			}

			return v, err
		},
		func(layer network.ConfigLayer, w wanted) (out []controller.Item) {
			for _, s := range w.operators {
				if s.Operator != network.OperatorVip {
					s.ConfigLayer = layer
					out = append(out, wantLayered(network.OperatorSpecs, layer, operatorID(s), s))
				}
			}

			return out
		})
}

func operatorVIPConfig() controller.Controller {
	return layerController("network.OperatorVIPConfigController",
		layerInputs(), network.OperatorSpecs.Shared(), observeLayers(cmdline{}),
		func(layer network.ConfigLayer, w wanted) (out []controller.Item) {
			for _, s := range w.operators {
				if s.Operator == network.OperatorVip {
					s.ConfigLayer = layer
					out = append(out, wantLayered(network.OperatorSpecs, layer, operatorID(s), s))
				}
			}

			return out
		})
}
