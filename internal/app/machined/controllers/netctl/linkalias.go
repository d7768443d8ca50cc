package netctl

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/expression"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// linkAliasConfig finds the network cards that LinkAliasConfig documents mean. An
// expression must match one card, unless the alias has a %d for their number, in
// the order of their addresses.
func linkAliasConfig() controller.Controller {
	return controller.Derive[layersView]{
		Name:    "network.LinkAliasConfigController",
		Inputs:  layerInputs(),
		Outputs: controller.Out(network.LinkAliasSpecs.Exclusive()),
		Observe: observeLayers(cmdline{}),
		Plan: func(v layersView) ([]controller.Item, error) {
			aliases, err := planAliases(v.config, v.links)
			if err != nil {
				// One bad expression shall not cost the other links their names.
				slog.Error("link alias was not given", "error", err)
			}

			var items []controller.Item
			for link, alias := range aliases {
				items = append(items, controller.Want(network.LinkAliasSpecs, link, network.LinkAliasSpec{Alias: alias}))
			}

			return items, nil
		},
	}.Build()
}

func planAliases(c *config.Config, links map[string]network.LinkStatusSpec) (map[string]string, error) {
	out := map[string]string{}
	if c == nil {
		return out, nil
	}

	var (
		errs  []error
		cards []string
	)

	for n, l := range links {
		if physical(l) {
			cards = append(cards, n)
		}
	}

	slices.SortFunc(cards, func(a, b string) int {
		if c := slices.Compare(cardAddress(links[a]), cardAddress(links[b])); c != 0 {
			return c
		}

		return strings.Compare(a, b)
	})

	for _, d := range config.Docs[document.LinkAliasConfig](c) {
		var found []string

		for _, n := range cards {
			ok, err := expression.Links.Match(d.Selector.Match, map[string]any{"link": linkVars(links[n])})
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", d.Name, err))

				break
			}

			if ok {
				found = append(found, n)
			}
		}

		switch {
		case strings.Contains(d.Name, "%d"):
			for i, n := range found {
				out[n] = strings.Replace(d.Name, "%d", fmt.Sprint(i), 1)
			}
		case len(found) == 1:
			out[found[0]] = d.Name
		case len(found) > 1:
			errs = append(errs, fmt.Errorf("%s matches %s: make the expression match one link, or put %%d into the name", d.Name, strings.Join(found, ", ")))
		}
	}

	return out, errors.Join(errs...)
}

// linkVars has the fields by their names on the wire.
func linkVars(l network.LinkStatusSpec) map[string]any {
	return map[string]any{
		"index": uint64(l.Index), "type": int64(l.Type), "hardware_addr": []byte(l.HardwareAddr), "permanent_addr": []byte(l.PermanentAddr),
		"broadcast_addr": []byte(l.BroadcastAddr), "mtu": uint64(l.MTU), "kind": l.Kind, "slave_kind": l.SlaveKind,
		"bus_path": l.BusPath, "pciid": l.PCIID, "driver": l.Driver, "driver_version": l.DriverVersion,
		"firmware_version": l.FirmwareVersion, "product_id": l.ProductID, "vendor_id": l.VendorID, "product": l.Product,
		"vendor": l.Vendor, "link_state": l.LinkState, "speed_megabits": int64(l.SpeedMegabits), "alias": l.Alias,
		"alt_names": l.AltNames, "link_index": uint64(l.LinkIndex), "master_index": uint64(l.MasterIndex),
		"flags": uint64(l.Flags), "queue_disc": l.QueueDisc, "operational_state": int64(l.OperationalState),
		"port": int64(l.Port), "duplex": int64(l.Duplex),
	}
}

// linkAliasSpec gives the aliases to the kernel, and takes back those that are
// not asked for any more.
func linkAliasSpec(k linkKernel) controller.Controller {
	given := map[string]string{}

	return controller.Reconcile[aliasView, []aliasStep]{
		Name:   "network.LinkAliasSpecController",
		Inputs: controller.In(network.LinkAliasSpecs.Weak()),
		Wake: func(ctx context.Context, notify func()) error {
			return k.Watch(ctx, notify, netlink.Links)
		},
		Observe: func(ctx context.Context, r cosi.Reader) (aliasView, error) {
			list, err := network.LinkAliasSpecs.List(ctx, r)
			v := aliasView{wanted: map[string]string{}, given: given}

			for _, s := range controller.Running(list) {
				v.wanted[s.ID()] = s.TypedSpec().Alias
			}

			if err != nil || len(v.wanted)+len(given) == 0 {
				return v, err
			}

			v.links, err = k.Links()

			return v, err
		},
		Plan: planAliasSteps,
		Apply: func(_ context.Context, w *controller.Writer, steps []aliasStep) error {
			var errs []error

			for _, s := range steps {
				if err := k.ChangeLink(s.index, netlink.LinkChange{Alias: &s.alias}); err != nil && !errors.Is(err, unix.ENODEV) {
					errs = append(errs, fmt.Errorf("alias %s of %s: %w", s.alias, s.link, err))

					continue
				}

				if given[s.link] = s.alias; s.alias == "" {
					delete(given, s.link)
				}

				w.Log.Info("changed alias", "link", s.link, "alias", s.alias)
			}

			return errors.Join(errs...)
		},
	}.Build()
}

type aliasView struct {
	wanted, given map[string]string
	links         []netlink.Link
}

type aliasStep struct {
	link, alias string
	index       uint32
}

func planAliasSteps(v aliasView) []aliasStep {
	var out []aliasStep

	for _, l := range v.links {
		want, wanted := v.wanted[l.Name]

		switch {
		case wanted && want != l.Alias:
			out = append(out, aliasStep{l.Name, want, l.Index})
		case !wanted && v.given[l.Name] != "" && v.given[l.Name] == l.Alias:
			out = append(out, aliasStep{l.Name, "", l.Index})
		}
	}

	return out
}
