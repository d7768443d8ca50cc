package ethtool

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Rings are the sizes of a card's queues of packets.
type Rings struct {
	RXMax, RXMiniMax, RXJumboMax, TXMax uint32
	RX, RXMini, RXJumbo, TX             uint32
}

// Channels are the numbers of a card's queues.
type Channels struct {
	RXMax, TXMax, OtherMax, CombinedMax uint32
	RX, TX, Other, Combined             uint32
}

// Feature is an offload. Fixed ones cannot be changed; a requested one that is
// not active waits for something else.
type Feature struct {
	Name              string
	Active, Requested bool
	Fixed             bool
}

// Unsupported reports whether an error says that the driver does not know the
// question at all.
func Unsupported(err error) bool {
	return errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENODEV)
}

// Rings reads the sizes.
func (s *Socket) Rings(link string) (Rings, error) {
	req := ringParam{cmd: unix.ETHTOOL_GRINGPARAM}

	err := s.ioctl(link, unsafe.Pointer(&req))
	if err != nil {
		err = fmt.Errorf("ring sizes of %s: %w", link, err)
	}

	return req.Rings, err
}

// SetRings changes the sizes; the maxima are ignored.
func (s *Socket) SetRings(link string, r Rings) error {
	req := ringParam{unix.ETHTOOL_SRINGPARAM, r}

	if err := s.ioctl(link, unsafe.Pointer(&req)); err != nil {
		return fmt.Errorf("set ring sizes of %s: %w", link, err)
	}

	return nil
}

// ringParam is struct ethtool_ringparam.
type ringParam struct {
	cmd uint32
	Rings
}

// Channels reads the numbers.
func (s *Socket) Channels(link string) (Channels, error) {
	req := channelParam{cmd: unix.ETHTOOL_GCHANNELS}

	err := s.ioctl(link, unsafe.Pointer(&req))
	if err != nil {
		err = fmt.Errorf("channels of %s: %w", link, err)
	}

	return req.Channels, err
}

// SetChannels changes the numbers; the maxima are ignored.
func (s *Socket) SetChannels(link string, c Channels) error {
	req := channelParam{unix.ETHTOOL_SCHANNELS, c}

	if err := s.ioctl(link, unsafe.Pointer(&req)); err != nil {
		return fmt.Errorf("set channels of %s: %w", link, err)
	}

	return nil
}

// channelParam is struct ethtool_channels.
type channelParam struct {
	cmd uint32
	Channels
}

// wol is struct ethtool_wolinfo.
type wol struct {
	cmd, supported, options uint32
	password                [6]byte
	_                       [2]byte
}

// WakeOnLAN reads what wakes the machine, as a mask of WAKE_*.
func (s *Socket) WakeOnLAN(link string) (uint32, error) {
	req := wol{cmd: unix.ETHTOOL_GWOL}

	if err := s.ioctl(link, unsafe.Pointer(&req)); err != nil {
		return 0, fmt.Errorf("wake-on-LAN of %s: %w", link, err)
	}

	return req.options, nil
}

// SetWakeOnLAN changes what wakes the machine.
func (s *Socket) SetWakeOnLAN(link string, options uint32) error {
	req := wol{cmd: unix.ETHTOOL_SWOL, options: options}

	if err := s.ioctl(link, unsafe.Pointer(&req)); err != nil {
		return fmt.Errorf("set wake-on-LAN of %s: %w", link, err)
	}

	return nil
}

// maxFeatures is far above the kernel's number of them (about 60).
const maxFeatures = 256

// featureNames asks for ETH_SS_FEATURES.
func (s *Socket) featureNames(link string) ([]string, error) {
	const set = 4

	info := struct {
		cmd, _ uint32
		mask   uint64
		length uint32
		_      uint32
	}{cmd: unix.ETHTOOL_GSSET_INFO, mask: 1 << set}

	if err := s.ioctl(link, unsafe.Pointer(&info)); err != nil {
		return nil, fmt.Errorf("number of features of %s: %w", link, err)
	}

	n := min(info.length, maxFeatures)

	req := struct {
		cmd, set, length uint32
		names            [maxFeatures][32]byte
	}{cmd: unix.ETHTOOL_GSTRINGS, set: set, length: n}

	if err := s.ioctl(link, unsafe.Pointer(&req)); err != nil {
		return nil, fmt.Errorf("names of features of %s: %w", link, err)
	}

	out := make([]string, 0, n)
	for _, b := range req.names[:min(req.length, n)] {
		out = append(out, text(b[:]))
	}

	return out, nil
}

// Features lists the offloads in the kernel's order.
func (s *Socket) Features(link string) ([]Feature, error) {
	names, err := s.featureNames(link)
	if err != nil {
		return nil, err
	}

	req := struct {
		cmd, size uint32
		blocks    [maxFeatures / 32]struct{ available, requested, active, never uint32 }
	}{cmd: unix.ETHTOOL_GFEATURES, size: uint32(len(names)+31) / 32}

	if err = s.ioctl(link, unsafe.Pointer(&req)); err != nil {
		return nil, fmt.Errorf("features of %s: %w", link, err)
	}

	var out []Feature

	for i, n := range names {
		if n == "" {
			continue
		}

		b, bit := req.blocks[i/32], uint32(1)<<(i%32)
		out = append(out, Feature{
			Name: n, Active: b.active&bit != 0, Requested: b.requested&bit != 0,
			Fixed: b.available&bit == 0 || b.never&bit != 0,
		})
	}

	return out, nil
}

// SetFeatures changes offloads by name.
func (s *Socket) SetFeatures(link string, want map[string]bool) error {
	names, err := s.featureNames(link)
	if err != nil {
		return err
	}

	req := struct {
		cmd, size uint32
		blocks    [maxFeatures / 32]struct{ valid, requested uint32 }
	}{cmd: unix.ETHTOOL_SFEATURES, size: uint32(len(names)+31) / 32}

	known := 0

	for i, n := range names {
		on, ok := want[n]
		if !ok || n == "" {
			continue
		}

		known++

		req.blocks[i/32].valid |= 1 << (i % 32)
		if on {
			req.blocks[i/32].requested |= 1 << (i % 32)
		}
	}

	if known < len(want) {
		err = fmt.Errorf("%s has only %d of %d features: look at the names in EthernetStatuses", link, known, len(want))
	}

	if e := s.ioctl(link, unsafe.Pointer(&req)); e != nil {
		err = errors.Join(err, fmt.Errorf("set features of %s: %w", link, e))
	}

	return err
}
