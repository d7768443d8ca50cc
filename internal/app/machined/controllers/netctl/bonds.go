package netctl

import (
	"encoding"
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// parse sets an enumeration from its text; empty or unknown text keeps zero,
// which is the kernel's default for all of bonding's.
func parse(to encoding.TextUnmarshaler, text string) {
	if text != "" {
		_ = to.UnmarshalText([]byte(text)) // refused by validation already
	}
}

// bondDefaults are the bonding driver's own (Documentation/networking/bonding.rst).
func bondDefaults() network.BondMasterSpec {
	return network.BondMasterSpec{
		ResendIGMP: 1, LPInterval: 1, PacketsPerSlave: 1, NumPeerNotif: 1, TLBDynamicLB: 1,
		UseCarrier: true, ADLACPActive: new(netenum.ADLACPActiveOn), MissedMax: 2,
	}
}

// bondMonitors fills in link monitoring: these modes do not work without MII
// monitoring, and the driver silently takes 100 ms when told 0.
func bondMonitors(b *network.BondMasterSpec) {
	switch b.Mode {
	case netenum.BondMode8023ad, netenum.BondModeBalanceTlb, netenum.BondModeBalanceAlb:
		if b.MIIMon == 0 {
			b.MIIMon = 100
		}
	}

	if b.Mode == netenum.BondMode8023ad && b.ADActorSysPrio == 0 {
		b.ADActorSysPrio = 65535
	}
}

func bondFromDevice(d v1alpha1.Bond) network.BondMasterSpec {
	b := bondDefaults()

	parse(&b.Mode, d.Mode)
	parse(&b.HashPolicy, d.XmitHashPolicy)
	parse(&b.LACPRate, d.LACPRate)
	parse(&b.ARPValidate, d.ARPValidate)
	parse(&b.ARPAllTargets, d.ARPAllTargets)
	parse(&b.PrimaryReselect, d.PrimaryReselect)
	parse(&b.FailOverMac, d.FailOverMAC)
	parse(&b.ADSelect, d.ADSelect)

	b.Primary = d.Primary
	b.MIIMon, b.UpDelay, b.DownDelay = d.MIIMon, d.UpDelay, d.DownDelay
	b.ARPInterval, b.MinLinks = d.ARPInterval, d.MinLinks
	b.AllSlavesActive = uint32(d.AllSlavesActive)
	b.UseCarrier = document.Or(d.UseCarrier, true)
	b.ADActorSysPrio, b.ADUserPortKey = uint32(d.ADActorSysPrio), uint32(d.ADUserPortKey)
	b.PeerNotifyDelay = d.PeerNotifyDelay

	over(&b.ResendIGMP, d.ResendIGMP)
	over(&b.LPInterval, d.LPInterval)
	over(&b.PacketsPerSlave, d.PacketsPerSlave)
	over(&b.NumPeerNotif, uint32(d.NumPeerNotif))
	over(&b.TLBDynamicLB, uint32(d.TLBDynamicLB))

	for _, t := range d.ARPIPTarget {
		if a, err := netip.ParseAddr(t); err == nil {
			b.ARPIPTargets = append(b.ARPIPTargets, a)
		}
	}

	bondMonitors(&b)

	return b
}

func bondFromDocument(d document.BondConfig) network.BondMasterSpec {
	b := bondDefaults()

	parse(&b.Mode, d.BondMode)
	parse(&b.HashPolicy, d.XmitHashPolicy)
	parse(&b.LACPRate, d.LACPRate)
	parse(&b.ARPValidate, d.ARPValidate)
	parse(&b.ARPAllTargets, d.ARPAllTargets)
	parse(&b.PrimaryReselect, d.PrimaryReselect)
	parse(&b.FailOverMac, d.FailOverMAC)
	parse(&b.ADSelect, d.ADSelect)
	parse(b.ADLACPActive, d.ADLACPActive)

	b.Primary = d.Primary
	b.MIIMon, b.UpDelay, b.DownDelay = d.MIIMon, d.UpDelay, d.DownDelay
	b.ARPInterval, b.MinLinks = d.ARPInterval, d.MinLinks
	b.AllSlavesActive = uint32(d.AllSlavesActive)
	b.UseCarrier = document.Or(d.UseCarrier, true)
	b.ADActorSysPrio, b.ADUserPortKey = uint32(d.ADActorSysPrio), uint32(d.ADUserPortKey)
	b.PeerNotifyDelay = d.PeerNotifDelay
	b.ARPIPTargets, b.NSIP6Targets = d.ARPIPTargets, d.NSIP6Targets

	over(&b.ResendIGMP, d.ResendIGMP)
	over(&b.LPInterval, d.LPInterval)
	over(&b.PacketsPerSlave, d.PacketsPerSlave)
	over(&b.NumPeerNotif, uint32(d.NumPeerNotif))
	over(&b.TLBDynamicLB, uint32(d.TLBLogicalLB))
	over(&b.MissedMax, uint32(d.MissedMax))

	bondMonitors(&b)

	return b
}
