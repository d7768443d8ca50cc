package netctl

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/ethtool"
	"github.com/talos-os/talos/internal/sys/netlink"
	"github.com/talos-os/talos/internal/sys/wireguard"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// linkInfoKernel tells what is known about a link besides netlink.
type linkInfoKernel interface {
	Links() ([]netlink.Link, error)
	Driver(link string) (ethtool.Info, error)
	Media(link string) (ethtool.Media, error)
	PermanentAddress(link string) ([]byte, error)
	WireGuard(link string) (wireguard.Device, error)
	Watch(ctx context.Context, notify func(), groups ...netlink.Group) error
}

// linkStatus reports the links that the kernel has.
func linkStatus(k linkInfoKernel) controller.Controller {
	return controller.Source{
		Name:    "network.LinkStatusController",
		Inputs:  controller.In(network.LinkRefreshes.Weak()),
		Outputs: controller.Out(network.LinkStatuses.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			return k.Watch(ctx, notify, netlink.Links)
		},
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			links, err := k.Links()
			if err != nil {
				return nil, err
			}

			items := make([]controller.Item, 0, len(links))

			for _, l := range links {
				s := linkStatusOf(l, links)

				// Pods come and go by the hundred; only for network cards is the
				// driver worth the system calls.
				if l.Physical() {
					describe(k, l.Name, &s)
				}

				if l.Kind == network.LinkKindWireguard {
					if d, err := k.WireGuard(l.Name); err == nil {
						s.Wireguard = tunnelStatus(d)
					}
				}

				items = append(items, controller.Want(network.LinkStatuses, l.Name, s))
			}

			return items, nil
		},
	}.Build()
}

func linkStatusOf(l netlink.Link, all []netlink.Link) network.LinkStatusSpec {
	s := network.LinkStatusSpec{
		Alias: l.Alias, AltNames: l.AltNames, Index: l.Index, Type: netenum.LinkType(l.Type), LinkIndex: l.Lower,
		Flags: netenum.LinkFlags(l.Flags), HardwareAddr: netenum.HardwareAddr(l.Address),
		BroadcastAddr: netenum.HardwareAddr(l.Broadcast), MTU: l.MTU, QueueDisc: l.Qdisc, MasterIndex: l.Master,
		OperationalState: netenum.OperationalState(l.OperState), Kind: l.Kind, SlaveKind: l.SlaveKind,
		LinkState: l.Flags&lowerUp != 0, Port: netenum.PortOther, Duplex: netenum.DuplexUnknown,
	}

	switch {
	case l.VLAN != nil:
		s.VLAN = network.VLANSpec{VID: uint32(l.VLAN.ID), Protocol: netenum.VLANProtocol(l.VLAN.Protocol)}
	case l.Bridge != nil:
		s.BridgeMaster.STP.Enabled = l.Bridge.STP
		s.BridgeMaster.VLAN.FilteringEnabled = l.Bridge.VLANFiltering
	case l.VRF != nil:
		s.VRFMaster.Table = netenum.RoutingTable(l.VRF.Table)
	case l.Bond != nil:
		s.BondMaster = bondStatus(*l.Bond)
	case l.Kind == network.LinkKindVeth:
		for _, p := range all {
			if p.Index == l.Lower && p.Lower == l.Index {
				s.Veth.PeerName = p.Name
			}
		}
	}

	return s
}

const lowerUp = 1 << 16 // IFF_LOWER_UP: the driver sees a signal

// describe adds what the driver and the bus know. Drivers may implement none of
// it, so errors leave fields empty.
func describe(k linkInfoKernel, name string, s *network.LinkStatusSpec) {
	if i, err := k.Driver(name); err == nil {
		s.Driver, s.DriverVersion, s.FirmwareVersion, s.BusPath = i.Driver, i.Version, i.Firmware, i.BusPath
	}

	if m, err := k.Media(name); err == nil {
		s.LinkState, s.SpeedMegabits = m.LinkUp, m.Speed
		s.Port, s.Duplex = netenum.Port(m.Port), netenum.Duplex(m.Duplex)
	}

	if a, err := k.PermanentAddress(name); err == nil {
		s.PermanentAddr = a
	}

	device := filepath.Join("/sys/class/net", name, "device")

	vendor, err1 := os.ReadFile(filepath.Join(device, "vendor"))
	product, err2 := os.ReadFile(filepath.Join(device, "device"))

	if errors.Join(err1, err2) == nil {
		s.VendorID, s.ProductID = strings.TrimSpace(string(vendor)), strings.TrimSpace(string(product))
		s.PCIID = strings.ToUpper(strings.TrimPrefix(s.VendorID, "0x") + ":" + strings.TrimPrefix(s.ProductID, "0x"))
	}
}

// tunnelStatus leaves the secret keys out: readers may see statuses.
func tunnelStatus(d wireguard.Device) network.WireguardSpec {
	s := network.WireguardSpec{PublicKey: d.PublicKey, ListenPort: d.ListenPort, FirewallMark: d.FirewallMark}

	for _, p := range d.Peers {
		s.Peers = append(s.Peers, network.WireguardPeer{
			PublicKey: p.PublicKey, Endpoint: p.Endpoint, PersistentKeepaliveInterval: p.Keepalive, AllowedIPs: p.AllowedIPs,
		})
	}

	return s
}

func bondStatus(b netlink.Bond) network.BondMasterSpec {
	s := network.BondMasterSpec{
		Mode: netenum.BondMode(b.Mode), HashPolicy: netenum.BondXmitHashPolicy(b.HashPolicy),
		LACPRate: netenum.LACPRate(b.LACPRate), ARPValidate: netenum.ARPValidate(b.ARPValidate),
		ARPAllTargets:   netenum.ARPAllTargets(b.ARPAllTargets),
		PrimaryReselect: netenum.PrimaryReselect(b.PrimaryReselect), FailOverMac: netenum.FailOverMAC(b.FailOverMAC),
		ADSelect: netenum.ADSelect(b.ADSelect), MIIMon: b.MIIMon, UpDelay: b.UpDelay, DownDelay: b.DownDelay,
		ARPInterval: b.ARPInterval, ResendIGMP: b.ResendIGMP, MinLinks: b.MinLinks, LPInterval: b.LPInterval,
		PacketsPerSlave: b.PacketsPerSlave, NumPeerNotif: uint32(b.NumPeerNotif), TLBDynamicLB: uint32(b.TLBDynamicLB),
		AllSlavesActive: uint32(b.AllSlavesActive), UseCarrier: b.UseCarrier != 0,
		ADActorSysPrio: uint32(b.ADActorSysPrio), ADUserPortKey: uint32(b.ADUserPortKey),
		PeerNotifyDelay: b.PeerNotifyDelay, ARPIPTargets: b.ARPIPTargets, NSIP6Targets: b.NSIP6Targets,
		ADLACPActive: new(netenum.ADLACPActive(b.ADLACPActive)), MissedMax: uint32(b.MissedMax),
	}

	if b.Primary != 0 {
		s.PrimaryIndex = new(b.Primary)
	}

	return s
}
