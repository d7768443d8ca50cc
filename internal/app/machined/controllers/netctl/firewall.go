package netctl

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"reflect"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/nft"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

const (
	// ingressChain is the ID of the chain that guards the host's own services.
	ingressChain = "ingress"
	// nftTable is the one table of ours; CNIs and kube-proxy have their own.
	nftTable = "talos"
	// ingressPriority is after mangling, where a CNI marks packets, and before
	// the filters of others.
	ingressPriority = netenum.NfTablesChainPriorityMangle + 10
)

// chainConfig makes the chain of the ingress firewall out of the config. It
// guards what runs on the host; what goes through to pods is for the CNI.
func chainConfig() controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "network.NfTablesChainConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active))),
		Outputs: controller.Out(network.NfTablesChains.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (*config.Config, error) { return machineConfig(ctx, r) },
		Plan: func(c *config.Config) ([]controller.Item, error) {
			chain, ok := planIngress(c)
			if !ok {
				return nil, nil
			}

			return []controller.Item{controller.Want(network.NfTablesChains, ingressChain, chain)}, nil
		},
	}.Build()
}

func planIngress(c *config.Config) (network.NfTablesChainSpec, bool) {
	if c == nil {
		return network.NfTablesChainSpec{}, false
	}

	action, _ := config.Doc[document.NetworkDefaultActionConfig](c)
	rules := config.Docs[document.NetworkRuleConfig](c)
	block := action.Ingress == "block"

	if !block && len(rules) == 0 {
		return network.NfTablesChainSpec{}, false
	}

	accept, drop := new(netenum.NfTablesVerdictAccept), new(netenum.NfTablesVerdictDrop)
	chain := network.NfTablesChainSpec{
		Type: netenum.ChainTypeFilter, Hook: netenum.NfTablesChainHookInput, Priority: ingressPriority, Policy: *accept,
	}

	add := func(r ...network.NfTablesRule) { chain.Rules = append(chain.Rules, r...) }

	add(
		network.NfTablesRule{
			MatchIIfName: &network.NfTablesIfNameMatch{InterfaceNames: []string{"lo", "siderolink", "kubespan"}},
			AnonCounter:  true, Verdict: accept,
		},
		network.NfTablesRule{
			MatchConntrackState: &network.NfTablesConntrackStateMatch{States: []netenum.ConntrackState{
				netenum.ConntrackStateEstablished, netenum.ConntrackStateRelated,
			}},
			AnonCounter: true, Verdict: accept,
		},
	)

	if block {
		chain.Policy = *drop

		add(network.NfTablesRule{
			MatchConntrackState: &network.NfTablesConntrackStateMatch{States: []netenum.ConntrackState{netenum.ConntrackStateInvalid}},
			AnonCounter:         true, Verdict: drop,
		})
		add(icmpRules(accept)...)
		add(clusterRule(c, accept))
	}

	for _, d := range rules {
		add(portRules(d, block, accept, drop)...)
	}

	return chain, true
}

// icmpRules let five packets a second through, and without a limit what IPv6
// cannot live without: neighbours, routers and multicast groups (RFC 4890
// section 4.4.1). A busy link would lose its neighbours to the limit.
func icmpRules(accept *netenum.NfTablesVerdict) []network.NfTablesRule {
	vital := []netenum.ICMPType{130, 131, 132, 133, 134, 135, 136, 143}

	return []network.NfTablesRule{
		{
			MatchLayer4: &network.NfTablesLayer4Match{
				Protocol: netenum.ProtocolIcmpv6, MatchICMPType: &network.NfTablesICMPTypeMatch{Types: vital},
			},
			AnonCounter: true, Verdict: accept,
		},
		{
			MatchLayer4: &network.NfTablesLayer4Match{Protocol: netenum.ProtocolIcmp},
			MatchLimit:  &network.NfTablesLimitMatch{PacketRatePerSecond: 5}, AnonCounter: true, Verdict: accept,
		},
		{
			MatchLayer4: &network.NfTablesLayer4Match{Protocol: netenum.ProtocolIcmpv6},
			MatchLimit:  &network.NfTablesLimitMatch{PacketRatePerSecond: 5}, AnonCounter: true, Verdict: accept,
		},
	}
}

// clusterRule lets pods and services talk to each other through the host.
func clusterRule(c *config.Config, accept *netenum.NfTablesVerdict) network.NfTablesRule {
	n := c.Effective().Cluster.Network

	var subnets []netip.Prefix

	for _, s := range append(append([]string{}, n.PodSubnets...), n.ServiceSubnets...) {
		if p, err := netip.ParsePrefix(s); err == nil {
			subnets = append(subnets, p.Masked())
		}
	}

	return network.NfTablesRule{
		MatchSourceAddress:      &network.NfTablesAddressMatch{IncludeSubnets: subnets},
		MatchDestinationAddress: &network.NfTablesAddressMatch{IncludeSubnets: subnets},
		AnonCounter:             true, Verdict: accept,
	}
}

// portRules open ports to the subnets that a rule names. Where all else is open,
// they also close those ports to everybody else.
func portRules(d document.NetworkRuleConfig, block bool, accept, drop *netenum.NfTablesVerdict) []network.NfTablesRule {
	match := network.NfTablesLayer4Match{}
	parse(&match.Protocol, d.PortSelector.Protocol)

	if len(d.PortSelector.Ports) > 0 {
		match.MatchDestinationPort = &network.NfTablesPortMatch{}
		for _, p := range d.PortSelector.Ports {
			match.MatchDestinationPort.Ranges = append(match.MatchDestinationPort.Ranges,
				network.PortRange{Lo: uint32(p.Lo), Hi: uint32(p.Hi)})
		}
	}

	var out []network.NfTablesRule

	// One for each, because an exception belongs to its own subnet only.
	for _, in := range d.Ingress {
		from := &network.NfTablesAddressMatch{IncludeSubnets: []netip.Prefix{in.Subnet.Masked()}}
		if in.Except.IsValid() {
			from.ExcludeSubnets = []netip.Prefix{in.Except.Masked()}
		}

		out = append(out, network.NfTablesRule{MatchSourceAddress: from, MatchLayer4: &match, AnonCounter: true, Verdict: accept})
	}

	if !block {
		out = append(out, network.NfTablesRule{MatchLayer4: &match, AnonCounter: true, Verdict: drop})
	}

	return out
}

// packetFilter is the part of the kernel that chains go to.
type packetFilter interface {
	ReplaceChains(table string, chains []nft.Chain) error
}

// chains gives all chains to the kernel, whenever one of them changed.
func chains(k packetFilter) controller.Controller {
	var last []nft.Chain

	return controller.Reconcile[chainsView, chainsPlan]{
		Name:   "network.NfTablesChainController",
		Inputs: controller.In(network.NfTablesChains.Weak()),
		Observe: func(ctx context.Context, r cosi.Reader) (chainsView, error) {
			list, err := network.NfTablesChains.List(ctx, r)
			v := chainsView{last: last}

			for _, c := range controller.Running(list) {
				v.ids = append(v.ids, c.ID())
				v.specs = append(v.specs, *c.TypedSpec())
			}

			return v, err
		},
		Plan: planChains,
		Apply: func(_ context.Context, w *controller.Writer, p chainsPlan) error {
			if !p.change {
				return p.err
			}

			if err := k.ReplaceChains(nftTable, p.chains); err != nil {
				return errors.Join(err, p.err)
			}

			last = p.chains

			w.Log.Info("replaced packet filter", "chains", len(last))

			return p.err
		},
	}.Build()
}

type chainsView struct {
	ids   []string
	specs []network.NfTablesChainSpec
	last  []nft.Chain
}

type chainsPlan struct {
	chains []nft.Chain
	change bool
	err    error
}

func (p chainsPlan) String() string {
	return fmt.Sprintf("%d chains, change=%t", len(p.chains), p.change)
}

func planChains(v chainsView) chainsPlan {
	var p chainsPlan

	for i, s := range v.specs {
		c, err := chainOf(v.ids[i], s)
		if err != nil {
			p.err = errors.Join(p.err, fmt.Errorf("chain %s: %w", v.ids[i], err))

			continue
		}

		p.chains = append(p.chains, c)
	}

	p.change = len(p.chains)+len(v.last) > 0 && !reflect.DeepEqual(p.chains, v.last)

	return p
}

func chainOf(id string, s network.NfTablesChainSpec) (nft.Chain, error) {
	if s.Type != netenum.ChainTypeFilter {
		return nft.Chain{}, fmt.Errorf("type %s is not supported yet", s.Type)
	}

	c := nft.Chain{Name: id, Hook: uint32(s.Hook), Priority: int32(s.Priority), Drop: s.Policy == netenum.NfTablesVerdictDrop}

	for _, r := range s.Rules {
		rule, err := ruleOf(r)
		if err != nil {
			return c, err
		}

		c.Rules = append(c.Rules, rule)
	}

	return c, nil
}

func ruleOf(r network.NfTablesRule) (nft.Rule, error) {
	if r.SetMark != nil || r.ClampMSS != nil {
		return nft.Rule{}, errors.New("setting marks and clamping MSS is not supported yet")
	}

	out := nft.Rule{Counter: r.AnonCounter, Source: addressesOf(r.MatchSourceAddress), Destination: addressesOf(r.MatchDestinationAddress)}

	if m := r.MatchIIfName; m != nil {
		out.InLinks, out.NotInLinks = m.InterfaceNames, m.Operator == netenum.MatchOperator1
	}

	if m := r.MatchOIfName; m != nil {
		out.OutLinks, out.NotOutLinks = m.InterfaceNames, m.Operator == netenum.MatchOperator1
	}

	if m := r.MatchConntrackState; m != nil {
		for _, s := range m.States {
			out.States |= uint32(s)
		}
	}

	if m := r.MatchMark; m != nil {
		out.Mark = &nft.Mark{Mask: m.Mask, Xor: m.Xor, Value: m.Value}
	}

	if m := r.MatchLayer4; m != nil {
		out.Proto = uint8(m.Protocol)
		out.SourcePorts, out.Ports = portsOf(m.MatchSourcePort), portsOf(m.MatchDestinationPort)

		if m.MatchICMPType != nil {
			for _, t := range m.MatchICMPType.Types {
				out.ICMPTypes = append(out.ICMPTypes, uint8(t))
			}
		}

		if out.Proto != unix.IPPROTO_TCP && out.Proto != unix.IPPROTO_UDP {
			out.SourcePorts, out.Ports = nil, nil // ICMP has none
		}
	}

	if r.MatchLimit != nil {
		out.PerSecond = r.MatchLimit.PacketRatePerSecond
	}

	if r.Verdict != nil {
		out.Verdict = new(nft.Verdict(*r.Verdict == netenum.NfTablesVerdictAccept))
	}

	return out, nil
}

func addressesOf(m *network.NfTablesAddressMatch) *nft.Addresses {
	if m == nil {
		return nil
	}

	return &nft.Addresses{Include: m.IncludeSubnets, Exclude: m.ExcludeSubnets, Invert: m.Invert}
}

func portsOf(m *network.NfTablesPortMatch) []nft.Ports {
	if m == nil {
		return nil
	}

	var out []nft.Ports
	for _, r := range m.Ranges {
		out = append(out, nft.Ports{Lo: uint16(r.Lo), Hi: uint16(r.Hi)})
	}

	return out
}
