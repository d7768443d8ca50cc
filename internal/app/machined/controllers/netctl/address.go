package netctl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

type addressKernel interface {
	Links() ([]netlink.Link, error)
	Addresses() ([]netlink.Address, error)
	AddAddress(netlink.Address) error
	DeleteAddress(netlink.Address) error
	// Announce tells the neighbours that an address is here now.
	Announce(link string, addr netip.Addr) error
	Watch(ctx context.Context, notify func(), groups ...netlink.Group) error
}

// addressStatus reports the addresses that the kernel has.
func addressStatus(k addressKernel) controller.Controller {
	return controller.Source{
		Name:    "network.AddressStatusController",
		Outputs: controller.Out(network.AddressStatuses.Shared()),
		Wake: func(ctx context.Context, notify func()) error {
			return k.Watch(ctx, notify, netlink.Links, netlink.IPv4Addrs, netlink.IPv6Addrs)
		},
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			links, err := k.Links()
			if err != nil {
				return nil, err
			}

			addrs, err := k.Addresses()
			if err != nil {
				return nil, err
			}

			names := linkNames(links)

			var items []controller.Item

			for _, a := range addrs {
				// An address of a link that appeared between both looks comes
				// with the next notice.
				if name := names[a.LinkIndex]; name != "" {
					items = append(items, controller.Want(network.AddressStatuses, addressID(name, a.Prefix), network.AddressStatusSpec{
						Address: a.Prefix, Local: a.Local, Broadcast: a.Broadcast, Anycast: a.Anycast, Multicast: a.Multicast,
						LinkIndex: a.LinkIndex, LinkName: name, Family: familyOf(a.Prefix.Addr()),
						Scope: netenum.Scope(a.Scope), Flags: netenum.AddressFlags(a.Flags), Priority: a.Priority,
					}))
				}
			}

			return items, nil
		},
	}.Build()
}

func linkNames(links []netlink.Link) map[uint32]string {
	out := make(map[uint32]string, len(links))
	for _, l := range links {
		out[l.Index] = l.Name
	}

	return out
}

// addressSpec makes the kernel carry the addresses that AddressSpecs ask for. It
// takes away only what was asked for once, so link-local addresses, SLAAC and
// what a CNI assigns stay.
func addressSpec(k addressKernel) controller.Controller {
	added := map[string]uint32{}

	return controller.Reconcile[addressView, addressPlan]{
		Name:   "network.AddressSpecController",
		Inputs: controller.In(network.AddressSpecs.Strong()),
		Wake: func(ctx context.Context, notify func()) error {
			return k.Watch(ctx, notify, netlink.Links, netlink.IPv4Addrs, netlink.IPv6Addrs)
		},
		Observe: func(ctx context.Context, r cosi.Reader) (addressView, error) {
			list, err := network.AddressSpecs.List(ctx, r)
			if err != nil {
				return addressView{}, err
			}

			v := addressView{specs: running(list), leaving: leaving(list), added: maps.Clone(added)}

			if v.links, err = k.Links(); err != nil {
				return v, err
			}

			v.addresses, err = k.Addresses()

			return v, err
		},
		Plan:  planAddresses,
		Apply: applyAddresses(k, added),
	}.Build()
}

type addressView struct {
	specs, leaving []network.AddressSpec
	links          []netlink.Link
	addresses      []netlink.Address
	// added are the indexes of the links that addresses were added to, by ID.
	added map[string]uint32
}

type addressPlan struct {
	remove, add []addressStep
}

type addressStep struct {
	link     string
	address  netlink.Address
	announce bool
}

func (s addressStep) String() string { return s.link + " " + s.address.Prefix.String() }

func (p addressPlan) String() string {
	var b strings.Builder

	for _, s := range p.remove {
		fmt.Fprintln(&b, "-", s)
	}

	for _, s := range p.add {
		fmt.Fprintln(&b, "+", s)
	}

	return b.String()
}

// managedFlags are the flags that a spec decides; the rest is the kernel's.
const managedFlags = uint32(netenum.AddressFlagsManaged) &^ unix.IFA_F_PERMANENT

// planAddresses removes before it adds: the address that leaves may be in the
// way of the one that comes. Removing the first address of an IPv4 subnet takes
// the others of it along (promote_secondaries is off by default); the notice of
// that starts another round, which brings those back that are wanted.
func planAddresses(v addressView) addressPlan {
	var p addressPlan

	index := map[string]uint32{}
	for _, l := range v.links {
		index[l.Name] = l.Index
	}

	names := linkNames(v.links)
	have := map[string]netlink.Address{}

	for _, a := range v.addresses {
		have[addressID(names[a.LinkIndex], a.Prefix)] = a
	}

	wanted := map[string]bool{}
	for _, s := range v.specs {
		wanted[addressID(s.LinkName, s.Address)] = true
	}

	for _, s := range v.leaving {
		id := addressID(s.LinkName, s.Address)

		// The link may have another name by now (udev), and still the address.
		if _, ok := index[s.LinkName]; !ok && names[v.added[id]] != "" {
			id = addressID(names[v.added[id]], s.Address)
		}

		if a, ok := have[id]; ok && !wanted[id] {
			p.remove = append(p.remove, addressStep{link: names[a.LinkIndex], address: a})
		}
	}

	for _, s := range v.specs {
		i, ok := index[s.LinkName]
		if !ok {
			continue
		}

		want := netlink.Address{
			LinkIndex: i, Prefix: s.Address, Scope: uint8(s.Scope), Flags: uint32(s.Flags) & uint32(netenum.AddressFlagsManaged), Priority: s.Priority,
		}

		// The loopback's ::1 has the scope of a host whatever one asks for, as
		// IPv6 derives scopes from addresses.
		if got, ok := have[addressID(s.LinkName, s.Address)]; ok {
			if (got.Scope == want.Scope || s.Address.Addr().Is6()) && got.Flags&managedFlags == want.Flags&managedFlags &&
				(want.Priority == 0 || got.Priority == want.Priority) {
				continue
			}

			p.remove = append(p.remove, addressStep{link: s.LinkName, address: got})
		}

		if s.Address.Addr().Is4() && s.Address.Bits() < 31 {
			want.Broadcast = broadcast(s.Address)
		}

		p.add = append(p.add, addressStep{link: s.LinkName, address: want, announce: s.AnnounceWithARP})
	}

	return p
}

func broadcast(p netip.Prefix) netip.Addr {
	a := p.Masked().Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		a[bit/8] |= 0x80 >> (bit % 8)
	}

	return netip.AddrFrom4(a)
}

func applyAddresses(k addressKernel, added map[string]uint32) func(context.Context, *controller.Writer, addressPlan) error {
	return func(_ context.Context, w *controller.Writer, p addressPlan) error {
		var errs []error

		for _, s := range p.remove {
			err := k.DeleteAddress(s.address)
			if err != nil && !errors.Is(err, unix.EADDRNOTAVAIL) && !errors.Is(err, unix.ENODEV) {
				errs = append(errs, fmt.Errorf("%s: %w", s, err))

				continue
			}

			delete(added, addressID(s.link, s.address.Prefix))
			w.Log.Info("removed address", "link", s.link, "address", s.address.Prefix)
		}

		for _, s := range p.add {
			err := k.AddAddress(s.address)

			switch {
			case err == nil:
				added[addressID(s.link, s.address.Prefix)] = s.address.LinkIndex

				w.Log.Info("added address", "link", s.link, "address", s.address.Prefix)

				if s.announce {
					if err = k.Announce(s.link, s.address.Prefix.Addr()); err != nil {
						w.Log.Warn("neighbours were not told of the address", "link", s.link, "address", s.address.Prefix, "error", err)
					}
				}
			case errors.Is(err, unix.EEXIST), errors.Is(err, unix.ENODEV):
				// Was quicker, or the link is gone again; a notice is under way.
			case s.address.Prefix.Addr().Is6() && (errors.Is(err, unix.EACCES) || errors.Is(err, unix.EPERM) || errors.Is(err, unix.EOPNOTSUPP)):
				// IPv6 is off on this link or altogether: so be it.
				w.Log.Debug("IPv6 is disabled", "link", s.link, "address", s.address.Prefix, "error", err)
			default:
				errs = append(errs, fmt.Errorf("%s: %w", s, err))
			}
		}

		return errors.Join(errs...)
	}
}
