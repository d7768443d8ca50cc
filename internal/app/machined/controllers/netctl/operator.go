package netctl

import (
	"context"
	"sort"
	"strings"
	"time"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/dhcp4"
	"github.com/talos-os/talos/internal/sys/dhcp6"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// DHCPClient keeps leases until the context ends, see dhcp4.Run and dhcp6.Run.
type DHCPClient interface {
	Run(ctx context.Context, o dhcp4.Options, previous *dhcp4.Lease, report func(*dhcp4.Lease)) error
	Run6(ctx context.Context, o dhcp6.Options, report func(*dhcp6.Lease)) error
}

type realDHCP struct{}

func (realDHCP) Run(ctx context.Context, o dhcp4.Options, previous *dhcp4.Lease, report func(*dhcp4.Lease)) error {
	return dhcp4.Run(ctx, o, previous, report)
}

func (realDHCP) Run6(ctx context.Context, o dhcp6.Options, report func(*dhcp6.Lease)) error {
	return dhcp6.Run(ctx, o, report)
}

// operatorSpec runs what OperatorSpecs ask for while their links are up, and
// publishes what they found as specs of the layer "operator". IDs start with the
// operator's, so that two of them never write the same resource.
//
// A link that loses its carrier stops its operator; what that had found stays
// until it runs out, so that a pulled cable does not take the node's address.
func operatorSpec(client DHCPClient, election Election) controller.Controller {
	m := &operators{client: client, election: election, running: map[string]*runningOperator{}}

	return controller.Reconcile[operatorView, operatorPlan]{
		Name:   "network.OperatorSpecController",
		Inputs: controller.In(network.OperatorSpecs.Strong(), network.LinkStatuses.Weak()),
		Outputs: controller.Out(
			network.AddressSpecs.Shared(), network.LinkSpecs.Shared(), network.RouteSpecs.Shared(),
			network.HostnameSpecs.Shared(), network.ResolverSpecs.Shared(), network.TimeServerSpecs.Shared(),
		),
		Wake:    m.wake,
		Observe: m.observe,
		Plan:    planOperators,
		Apply:   m.apply,
	}.Build()
}

type operatorView struct {
	specs   []network.OperatorSpec
	links   map[string]network.LinkStatusSpec
	running map[string]operatorState
	now     time.Time
}

// operatorState is what is known of an operator that was started once.
type operatorState struct {
	spec   network.OperatorSpec
	active bool
	// One of these is what it found, by its kind.
	lease   *dhcp4.Lease
	lease6  *dhcp6.Lease
	elected bool
}

// expiry is when what was found is over; zero for never.
func (s operatorState) expiry() time.Time {
	switch {
	case s.lease != nil:
		return s.lease.Expire
	case s.lease6 != nil:
		return s.lease6.Expire
	}

	return time.Time{}
}

// items is what was found, as specs.
func (s operatorState) items(id string, spec network.OperatorSpec) []controller.Item {
	switch {
	case s.lease != nil:
		return leaseItems(id, spec, *s.lease)
	case s.lease6 != nil:
		return lease6Items(id, spec, *s.lease6)
	case s.elected:
		return []controller.Item{vipItem(spec)}
	}

	return nil
}

type operatorPlan struct {
	start, pause, forget []string
	specs                map[string]network.OperatorSpec
	items                []controller.Item
	again                time.Time
}

func (p operatorPlan) CheckAgainAt() time.Time { return p.again }

func (p operatorPlan) String() string {
	var b strings.Builder

	for mark, ids := range map[string][]string{"+ ": p.start, "| ": p.pause, "- ": p.forget} {
		for _, id := range ids {
			b.WriteString(mark + id + "\n")
		}
	}

	return b.String()
}

func planOperators(v operatorView) operatorPlan {
	p := operatorPlan{specs: map[string]network.OperatorSpec{}}

	for _, s := range v.specs {
		id := operatorID(s)
		p.specs[id] = s
		state, known := v.running[id]

		link, exists := v.links[s.LinkName]
		ready := exists && (!s.RequireUp ||
			link.OperationalState == netenum.OperationalStateUp || link.OperationalState == netenum.OperationalStateUnknown)

		// What the spec says goes into the exchange: begin anew.
		if known && state.active && !sameOperator(state.spec, s) {
			p.pause = append(p.pause, id)
			state.active = false
		}

		switch {
		case ready && !state.active:
			p.start = append(p.start, id)
		case !ready && state.active:
			p.pause = append(p.pause, id)
		}

		end := state.expiry()
		if !end.IsZero() && !v.now.Before(end) {
			continue
		}

		// A paused operator does not tell when its lease is over.
		if !ready && !end.IsZero() && (p.again.IsZero() || end.Before(p.again)) {
			p.again = end
		}

		p.items = append(p.items, state.items(id, s)...)
	}

	for id := range v.running {
		if _, wanted := p.specs[id]; !wanted {
			p.forget = append(p.forget, id)
		}
	}

	sort.Strings(p.forget)

	return p
}

// sameOperator does not mind who asked for it.
func sameOperator(a, b network.OperatorSpec) bool {
	a.ConfigLayer = b.ConfigLayer

	return a == b
}
