package netctl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/ethtool"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// ethernetKernel is what drivers let be tuned.
type ethernetKernel interface {
	Media(link string) (ethtool.Media, error)
	Rings(link string) (ethtool.Rings, error)
	SetRings(link string, r ethtool.Rings) error
	Channels(link string) (ethtool.Channels, error)
	SetChannels(link string, c ethtool.Channels) error
	WakeOnLAN(link string) (uint32, error)
	SetWakeOnLAN(link string, options uint32) error
	Features(link string) ([]ethtool.Feature, error)
	SetFeatures(link string, want map[string]bool) error
}

// ethernetConfig takes the settings of network cards from the config.
func ethernetConfig() controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "network.EthernetConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active))),
		Outputs: controller.Out(network.EthernetSpecs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (*config.Config, error) { return machineConfig(ctx, r) },
		Plan: func(c *config.Config) ([]controller.Item, error) {
			var items []controller.Item

			for id, s := range planEthernet(c) {
				items = append(items, controller.Want(network.EthernetSpecs, id, s))
			}

			return items, nil
		},
	}.Build()
}

func planEthernet(c *config.Config) map[string]network.EthernetSpec {
	out := map[string]network.EthernetSpec{}
	if c == nil {
		return out
	}

	set := func(v uint32) *uint32 {
		if v == 0 {
			return nil
		}

		return &v
	}

	for _, d := range config.Docs[document.EthernetConfig](c) {
		r, ch := d.Rings, d.Channels
		s := network.EthernetSpec{
			Features: d.Features,
			Rings: network.EthernetRingsSpec{
				RX: set(r.Rx), TX: set(r.Tx), RXMini: set(r.RxMini), RXJumbo: set(r.RxJumbo), RXBufLen: set(r.RxBufLen),
				CQESize: set(r.CQESize), TXPush: r.TxPush, RXPush: r.RxPush, TXPushBufLen: set(r.TxPushBufLen), TCPDataSplit: r.TcpDataSplit,
			},
			Channels: network.EthernetChannelsSpec{RX: set(ch.Rx), TX: set(ch.Tx), Other: set(ch.Other), Combined: set(ch.Combined)},
		}

		for _, w := range d.WakeOnLAN {
			var mode netenum.WOLMode

			parse(&mode, w)
			s.WakeOnLAN = append(s.WakeOnLAN, mode)
		}

		out[d.Name] = s
	}

	return out
}

// ethernetStatus reports what the drivers of network cards say, whenever the
// status of their link changes: drivers announce nothing else.
func ethernetStatus(k ethernetKernel) controller.Controller {
	return controller.Source{
		Name:    "network.EthernetStatusController",
		Inputs:  controller.In(network.LinkStatuses.Weak(), network.LinkRefreshes.Weak()),
		Outputs: controller.Out(network.EthernetStatuses.Exclusive()),
		Read: func(ctx context.Context, r cosi.Reader) ([]controller.Item, error) {
			links, err := linksByName(ctx, r)
			if err != nil {
				return nil, err
			}

			var items []controller.Item

			for name, l := range links {
				if physical(l) {
					items = append(items, controller.Want(network.EthernetStatuses, name, ethernetStatusOf(k, name)))
				}
			}

			return items, nil
		},
	}.Build()
}

// ethernetStatusOf leaves out what the driver does not answer.
func ethernetStatusOf(k ethernetKernel, link string) network.EthernetStatusSpec {
	s := network.EthernetStatusSpec{Port: netenum.PortOther, Duplex: netenum.DuplexUnknown}

	if m, err := k.Media(link); err == nil {
		s.LinkState, s.SpeedMegabits = new(m.LinkUp), m.Speed
		s.Port, s.Duplex = netenum.Port(m.Port), netenum.Duplex(m.Duplex)
	}

	if r, err := k.Rings(link); err == nil {
		s.Rings = &network.EthernetRingsStatus{
			RXMax: &r.RXMax, RXMiniMax: &r.RXMiniMax, RXJumboMax: &r.RXJumboMax, TXMax: &r.TXMax,
			RX: &r.RX, RXMini: &r.RXMini, RXJumbo: &r.RXJumbo, TX: &r.TX,
		}
	}

	if c, err := k.Channels(link); err == nil {
		s.Channels = &network.EthernetChannelsStatus{
			RXMax: &c.RXMax, TXMax: &c.TXMax, OtherMax: &c.OtherMax, CombinedMax: &c.CombinedMax,
			RX: &c.RX, TX: &c.TX, Other: &c.Other, Combined: &c.Combined,
		}
	}

	if w, err := k.WakeOnLAN(link); err == nil {
		for bit := range 32 {
			if w&(1<<bit) != 0 {
				s.WakeOnLAN = append(s.WakeOnLAN, netenum.WOLMode(1<<bit))
			}
		}
	}

	if features, err := k.Features(link); err == nil {
		for _, f := range features {
			status := map[bool]string{true: "on", false: "off"}[f.Active]

			switch {
			case f.Fixed:
				status += " [fixed]"
			case f.Requested != f.Active:
				status += map[bool]string{true: " [requested on]", false: " [requested off]"}[f.Requested]
			}

			s.Features = append(s.Features, network.EthernetFeatureStatus{Name: f.Name, Status: status})
		}
	}

	return s
}

// ethernetSpec sets what EthernetSpecs ask for, when the spec or its link comes
// or changes, and not again while the driver makes something else of it.
func ethernetSpec(k ethernetKernel) controller.Controller {
	done := map[string]ethernetDone{}
	refresh := 0

	return controller.Reconcile[ethernetView, []ethernetStep]{
		Name:    "network.EthernetSpecController",
		Inputs:  controller.In(network.EthernetSpecs.Weak(), network.LinkStatuses.Weak()),
		Outputs: controller.Out(network.LinkRefreshes.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (v ethernetView, err error) {
			v.done, v.specs = maps.Clone(done), map[string]network.EthernetSpec{}

			list, err := network.EthernetSpecs.List(ctx, r)
			if err != nil {
				return v, err
			}

			for _, s := range controller.Running(list) {
				v.specs[s.ID()] = *s.TypedSpec()
			}

			v.links, err = linksByName(ctx, r)

			return v, err
		},
		Plan: planEthernetSteps,
		Apply: func(_ context.Context, w *controller.Writer, steps []ethernetStep) error {
			for _, s := range steps {
				// Not tried again by itself: what a driver refuses it will refuse.
				if err := tune(k, s.link, s.spec); err != nil {
					w.Log.Error("network card was not set up as asked for", "link", s.link, "error", err)
				} else {
					w.Log.Info("set up network card", "link", s.link)
				}

				done[s.link] = s.ethernetDone
				refresh++
			}

			if refresh == 0 {
				return nil
			}

			return w.Want(controller.Want(network.LinkRefreshes, "ethernet", network.LinkRefreshSpec{Generation: refresh}))
		},
	}.Build()
}

type ethernetDone struct {
	index uint32
	spec  network.EthernetSpec
}

type ethernetView struct {
	specs map[string]network.EthernetSpec
	links map[string]network.LinkStatusSpec
	done  map[string]ethernetDone
}

type ethernetStep struct {
	link string
	ethernetDone
}

func planEthernetSteps(v ethernetView) []ethernetStep {
	var out []ethernetStep

	for name, s := range v.specs {
		link := resolveName(name, v.links)

		l, ok := v.links[link]
		want := ethernetDone{l.Index, s}

		if ok && !reflect.DeepEqual(v.done[link], want) {
			out = append(out, ethernetStep{link, want})
		}
	}

	slices.SortFunc(out, func(a, b ethernetStep) int { return strings.Compare(a.link, b.link) })

	return out
}

// tune changes what differs, in the order in which drivers depend on it: some
// reset their queues with the number of channels.
func tune(k ethernetKernel, link string, s network.EthernetSpec) error {
	return errors.Join(tuneChannels(k, link, s.Channels), tuneRings(k, link, s.Rings), tuneFeatures(k, link, s.Features), tuneWakeOnLAN(k, link, s.WakeOnLAN))
}

func assign(to *uint32, want *uint32) {
	if want != nil {
		*to = *want
	}
}

func tuneChannels(k ethernetKernel, link string, s network.EthernetChannelsSpec) error {
	if s == (network.EthernetChannelsSpec{}) {
		return nil
	}

	have, err := k.Channels(link)
	if err != nil {
		return err
	}

	want := have
	assign(&want.RX, s.RX)
	assign(&want.TX, s.TX)
	assign(&want.Other, s.Other)
	assign(&want.Combined, s.Combined)

	if want == have {
		return nil
	}

	return k.SetChannels(link, want)
}

func tuneRings(k ethernetKernel, link string, s network.EthernetRingsSpec) error {
	if s == (network.EthernetRingsSpec{}) {
		return nil
	}

	var later error

	if s.RXBufLen != nil || s.CQESize != nil || s.TXPush != nil || s.RXPush != nil || s.TXPushBufLen != nil || s.TCPDataSplit != nil {
		later = fmt.Errorf("rings of %s: only rx, tx, rx-mini and rx-jumbo are supported yet", link)
	}

	have, err := k.Rings(link)
	if err != nil {
		return errors.Join(err, later)
	}

	want := have
	assign(&want.RX, s.RX)
	assign(&want.TX, s.TX)
	assign(&want.RXMini, s.RXMini)
	assign(&want.RXJumbo, s.RXJumbo)

	if want == have {
		return later
	}

	return errors.Join(k.SetRings(link, want), later)
}

func tuneFeatures(k ethernetKernel, link string, want map[string]bool) error {
	if len(want) == 0 {
		return nil
	}

	return k.SetFeatures(link, want)
}

func tuneWakeOnLAN(k ethernetKernel, link string, modes []netenum.WOLMode) error {
	if len(modes) == 0 {
		return nil
	}

	var want uint32
	for _, m := range modes {
		want |= uint32(m)
	}

	have, err := k.WakeOnLAN(link)
	if err != nil || have == want {
		return err
	}

	return k.SetWakeOnLAN(link, want)
}
