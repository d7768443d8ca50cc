package netlink

import (
	"encoding/binary"
	"net/netip"

	mdl "github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Attributes that golang.org/x/sys does not name.
const (
	ifbrSTP           = 5 // IFLA_BR_STP_STATE
	ifbrVLANFiltering = 7 // IFLA_BR_VLAN_FILTERING
	vrfTable          = 1 // IFLA_VRF_TABLE
	vethInfoPeer      = 1 // VETH_INFO_PEER

	bondMode            = 1
	bondMIIMon          = 3
	bondUpDelay         = 4
	bondDownDelay       = 5
	bondUseCarrier      = 6
	bondARPInterval     = 7
	bondARPIPTarget     = 8
	bondARPValidate     = 9
	bondARPAllTargets   = 10
	bondPrimary         = 11
	bondPrimaryReselect = 12
	bondFailOverMAC     = 13
	bondXmitHashPolicy  = 14
	bondResendIGMP      = 15
	bondNumPeerNotif    = 16
	bondAllSlavesActive = 17
	bondMinLinks        = 18
	bondLPInterval      = 19
	bondPacketsPerSlave = 20
	bondADLACPRate      = 21
	bondADSelect        = 22
	bondADActorSysPrio  = 24
	bondADUserPortKey   = 25
	bondTLBDynamicLB    = 27
	bondPeerNotifDelay  = 28
	bondADLACPActive    = 29
	bondMissedMax       = 30
	bondNSIP6Target     = 31

	mode8023ad      = 4
	modeBalanceRR   = 0
	modeBackup      = 1
	modeBalanceTLB  = 5
	modeBalanceALB  = 6
	maxBondTargets  = 16
	sizeofIfInfomsg = 16
)

func (l *Link) encodeData(peer string, change bool) ([]byte, error) {
	ae := mdl.NewAttributeEncoder()

	switch {
	case l.VLAN != nil:
		ae.Uint16(unix.IFLA_VLAN_ID, l.VLAN.ID)
		// In network byte order, unlike its neighbours.
		ae.Bytes(unix.IFLA_VLAN_PROTOCOL, binary.BigEndian.AppendUint16(nil, l.VLAN.Protocol))
	case l.Bridge != nil:
		ae.Uint32(ifbrSTP, flag32(l.Bridge.STP))

		// A kernel without the feature refuses to be told that it is off.
		if l.Bridge.VLANFiltering || change {
			ae.Uint8(ifbrVLANFiltering, uint8(flag32(l.Bridge.VLANFiltering)))
		}
	case l.VRF != nil:
		ae.Uint32(vrfTable, l.VRF.Table)
	case l.Bond != nil:
		l.Bond.encode(ae)
	case l.Kind == "veth" && peer != "":
		ae.Do(vethInfoPeer, func() ([]byte, error) {
			pe := mdl.NewAttributeEncoder()
			pe.String(unix.IFLA_IFNAME, peer)

			b, err := pe.Encode()

			// The attribute is a whole link message: a header before attributes.
			return append(make([]byte, sizeofIfInfomsg), b...), err
		})
	}

	return ae.Encode()
}

func flag32(b bool) uint32 {
	if b {
		return 1
	}

	return 0
}

// encode leaves out what the kernel refuses for the mode: bonding checks each
// option against the modes it belongs to, even when it is set to its default.
func (b *Bond) encode(ae *mdl.AttributeEncoder) {
	ae.Uint8(bondMode, b.Mode)
	ae.Uint8(bondXmitHashPolicy, b.HashPolicy)

	if b.Mode == mode8023ad {
		ae.Uint8(bondADLACPRate, b.LACPRate)
		ae.Uint8(bondADLACPActive, b.ADLACPActive)

		if b.ADActorSysPrio != 0 {
			ae.Uint16(bondADActorSysPrio, b.ADActorSysPrio)
		}

		ae.Uint16(bondADUserPortKey, b.ADUserPortKey)
	}

	// Both monitors exclude each other, and ARP monitoring these modes.
	arp := b.MIIMon == 0 && b.Mode != mode8023ad && b.Mode != modeBalanceTLB && b.Mode != modeBalanceALB
	if arp {
		ae.Uint32(bondARPInterval, b.ARPInterval)

		if b.Mode == modeBackup {
			ae.Uint32(bondARPValidate, b.ARPValidate)
		}

		ae.Uint32(bondARPAllTargets, b.ARPAllTargets)
		ae.Nested(bondARPIPTarget, targets(b.ARPIPTargets))
		ae.Nested(bondNSIP6Target, targets(b.NSIP6Targets))
	} else {
		ae.Uint32(bondMIIMon, b.MIIMon)

		if b.MIIMon != 0 {
			ae.Uint32(bondUpDelay, b.UpDelay)
			ae.Uint32(bondDownDelay, b.DownDelay)
		}
	}

	switch b.Mode {
	case modeBackup, modeBalanceTLB, modeBalanceALB:
		ae.Uint32(bondPrimary, b.Primary)
		ae.Uint8(bondPrimaryReselect, b.PrimaryReselect)
	}

	if b.Mode == modeBalanceRR {
		ae.Uint32(bondPacketsPerSlave, b.PacketsPerSlave)
	}

	if b.Mode == modeBalanceTLB {
		ae.Uint8(bondTLBDynamicLB, b.TLBDynamicLB)
	}

	ae.Uint8(bondFailOverMAC, b.FailOverMAC)
	ae.Uint8(bondADSelect, b.ADSelect)
	ae.Uint32(bondResendIGMP, b.ResendIGMP)
	ae.Uint32(bondMinLinks, b.MinLinks)

	if b.LPInterval != 0 {
		ae.Uint32(bondLPInterval, b.LPInterval)
	}

	ae.Uint8(bondNumPeerNotif, b.NumPeerNotif)
	ae.Uint8(bondAllSlavesActive, b.AllSlavesActive)

	if b.PeerNotifyDelay != 0 {
		ae.Uint32(bondPeerNotifDelay, b.PeerNotifyDelay)
	}

	if b.MissedMax != 0 {
		ae.Uint8(bondMissedMax, b.MissedMax)
	}

	ae.Uint8(bondUseCarrier, b.UseCarrier)
}

func targets(addrs []netip.Addr) func(*mdl.AttributeEncoder) error {
	return func(ae *mdl.AttributeEncoder) error {
		for i, a := range addrs {
			if i < maxBondTargets {
				ae.Bytes(uint16(i), a.AsSlice())
			}
		}

		return nil
	}
}

func (l *Link) decodeData(data []byte) error {
	ad, err := mdl.NewAttributeDecoder(data)
	if err != nil {
		return err
	}

	switch l.Kind {
	case "vlan":
		l.VLAN = &VLAN{}

		for ad.Next() {
			switch ad.Type() {
			case unix.IFLA_VLAN_ID:
				l.VLAN.ID = ad.Uint16()
			case unix.IFLA_VLAN_PROTOCOL:
				if b := ad.Bytes(); len(b) == 2 {
					l.VLAN.Protocol = binary.BigEndian.Uint16(b)
				}
			}
		}
	case "bridge":
		l.Bridge = &Bridge{}

		for ad.Next() {
			switch ad.Type() {
			case ifbrSTP:
				l.Bridge.STP = ad.Uint32() != 0
			case ifbrVLANFiltering:
				l.Bridge.VLANFiltering = ad.Uint8() != 0
			}
		}
	case "vrf":
		l.VRF = &VRF{}

		for ad.Next() {
			if ad.Type() == vrfTable {
				l.VRF.Table = ad.Uint32()
			}
		}
	case "bond":
		l.Bond = &Bond{}

		for ad.Next() {
			l.Bond.decode(ad)
		}
	}

	return ad.Err()
}

func (b *Bond) decode(ad *mdl.AttributeDecoder) {
	addrs := func(to *[]netip.Addr) func(*mdl.AttributeDecoder) error {
		return func(nd *mdl.AttributeDecoder) error {
			for nd.Next() {
				if a, ok := netip.AddrFromSlice(nd.Bytes()); ok && !a.IsUnspecified() {
					*to = append(*to, a)
				}
			}

			return nil
		}
	}

	switch ad.Type() {
	case bondMode:
		b.Mode = ad.Uint8()
	case bondMIIMon:
		b.MIIMon = ad.Uint32()
	case bondUpDelay:
		b.UpDelay = ad.Uint32()
	case bondDownDelay:
		b.DownDelay = ad.Uint32()
	case bondUseCarrier:
		b.UseCarrier = ad.Uint8()
	case bondARPInterval:
		b.ARPInterval = ad.Uint32()
	case bondARPIPTarget:
		ad.Nested(addrs(&b.ARPIPTargets))
	case bondARPValidate:
		b.ARPValidate = ad.Uint32()
	case bondARPAllTargets:
		b.ARPAllTargets = ad.Uint32()
	case bondPrimary:
		b.Primary = ad.Uint32()
	case bondPrimaryReselect:
		b.PrimaryReselect = ad.Uint8()
	case bondFailOverMAC:
		b.FailOverMAC = ad.Uint8()
	case bondXmitHashPolicy:
		b.HashPolicy = ad.Uint8()
	case bondResendIGMP:
		b.ResendIGMP = ad.Uint32()
	case bondNumPeerNotif:
		b.NumPeerNotif = ad.Uint8()
	case bondAllSlavesActive:
		b.AllSlavesActive = ad.Uint8()
	case bondMinLinks:
		b.MinLinks = ad.Uint32()
	case bondLPInterval:
		b.LPInterval = ad.Uint32()
	case bondPacketsPerSlave:
		b.PacketsPerSlave = ad.Uint32()
	case bondADLACPRate:
		b.LACPRate = ad.Uint8()
	case bondADSelect:
		b.ADSelect = ad.Uint8()
	case bondADActorSysPrio:
		b.ADActorSysPrio = ad.Uint16()
	case bondADUserPortKey:
		b.ADUserPortKey = ad.Uint16()
	case bondTLBDynamicLB:
		b.TLBDynamicLB = ad.Uint8()
	case bondPeerNotifDelay:
		b.PeerNotifyDelay = ad.Uint32()
	case bondADLACPActive:
		b.ADLACPActive = ad.Uint8()
	case bondMissedMax:
		b.MissedMax = ad.Uint8()
	case bondNSIP6Target:
		ad.Nested(addrs(&b.NSIP6Targets))
	}
}
