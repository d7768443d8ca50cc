package netctl

import (
	"context"
	"errors"
	"fmt"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

type ruleKernel interface {
	Rules() ([]netlink.Rule, error)
	AddRule(netlink.Rule) error
	DeleteRule(netlink.Rule) error
	Watch(ctx context.Context, notify func(), groups ...netlink.Group) error
}

func watchRules(k ruleKernel) controller.Waker {
	return func(ctx context.Context, notify func()) error {
		return k.Watch(ctx, notify, netlink.IPv4Rule, netlink.IPv6Rule)
	}
}

// ruleStatus reports the policy routing rules that the kernel has. Rules that
// share a priority share an ID; the first of them is shown.
func ruleStatus(k ruleKernel) controller.Controller {
	return controller.Source{
		Name:    "network.RoutingRuleStatusController",
		Outputs: controller.Out(network.RoutingRuleStatuses.Exclusive()),
		Wake:    watchRules(k),
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			rules, err := k.Rules()
			if err != nil {
				return nil, err
			}

			var items []controller.Item

			seen := map[string]bool{}

			for _, r := range rules {
				id := ruleID(netenum.Family(r.Family), r.Priority)
				if seen[id] {
					continue
				}

				seen[id] = true
				items = append(items, controller.Want(network.RoutingRuleStatuses, id, network.RoutingRuleStatusSpec{
					Family: netenum.Family(r.Family), Src: r.Src, Dst: r.Dst, Table: netenum.RoutingTable(r.Table),
					Priority: r.Priority, Action: netenum.RoutingRuleAction(r.Action), IIFName: r.IIF, OIFName: r.OIF,
					FwMark: r.Mark, FwMask: r.Mask,
				}))
			}

			return items, nil
		},
	}.Build()
}

// ruleSpec makes the kernel have the rules that RoutingRuleSpecs ask for.
func ruleSpec(k ruleKernel) controller.Controller {
	return controller.Reconcile[ruleView, rulePlan]{
		Name:   "network.RoutingRuleSpecController",
		Inputs: controller.In(network.RoutingRuleSpecs.Strong()),
		Wake:   watchRules(k),
		Observe: func(ctx context.Context, r cosi.Reader) (ruleView, error) {
			list, err := network.RoutingRuleSpecs.List(ctx, r)
			if err != nil {
				return ruleView{}, err
			}

			v := ruleView{specs: running(list), leaving: leaving(list)}
			v.rules, err = k.Rules()

			return v, err
		},
		Plan: planRules,
		Apply: func(_ context.Context, w *controller.Writer, p rulePlan) error {
			var errs []error

			for _, r := range p.remove {
				if err := k.DeleteRule(r); err != nil && !errors.Is(err, unix.ENOENT) {
					errs = append(errs, err)

					continue
				}

				w.Log.Info("removed rule", "priority", r.Priority, "table", r.Table)
			}

			for _, r := range p.add {
				if err := k.AddRule(r); err != nil && !errors.Is(err, unix.EEXIST) {
					errs = append(errs, err)

					continue
				}

				w.Log.Info("added rule", "priority", r.Priority, "table", r.Table)
			}

			return errors.Join(errs...)
		},
	}.Build()
}

type ruleView struct {
	specs, leaving []network.RoutingRuleSpec
	rules          []netlink.Rule
}

type rulePlan struct{ remove, add []netlink.Rule }

func (p rulePlan) String() string {
	var b strings.Builder

	for _, r := range p.remove {
		fmt.Fprintf(&b, "- %+v\n", r)
	}

	for _, r := range p.add {
		fmt.Fprintf(&b, "+ %+v\n", r)
	}

	return b.String()
}

func planRules(v ruleView) rulePlan {
	var p rulePlan

	have := map[netlink.Rule]bool{}
	for _, r := range v.rules {
		have[r] = true
	}

	wanted := map[netlink.Rule]bool{}

	for _, s := range v.specs {
		r := kernelRule(s)
		wanted[r] = true

		if !have[r] {
			p.add = append(p.add, r)
		}
	}

	for _, s := range v.leaving {
		if r := kernelRule(s); have[r] && !wanted[r] {
			p.remove = append(p.remove, r)
		}
	}

	return p
}

func kernelRule(s network.RoutingRuleSpec) netlink.Rule {
	return netlink.Rule{
		Family: uint8(s.Family), Src: s.Src.Masked(), Dst: s.Dst.Masked(), Table: uint32(s.Table), Priority: s.Priority,
		Action: uint8(s.Action), IIF: s.IIFName, OIF: s.OIFName, Mark: s.FwMark, Mask: s.FwMask,
	}
}
