// Package ethtool asks network drivers about their device, through the ioctl
// interface of ethtool: one system call per question, no netlink family to
// resolve, and every kernel has it.
package ethtool

import (
	"bytes"
	"fmt"
	"net"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Info is what a driver says about itself and its device.
type Info struct {
	Driver, Version, Firmware, BusPath string
}

// Media is the state of the medium. Speed is in megabits, 0 when unknown.
type Media struct {
	LinkUp bool
	Speed  int
	Port   uint8
	Duplex uint8
}

// Socket is any socket: ioctls of network devices need one to go through.
type Socket struct{ fd int }

// Open opens a socket.
func Open() (*Socket, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open socket for ethtool: %w", err)
	}

	return &Socket{fd}, nil
}

// Close closes it.
func (s *Socket) Close() error { return unix.Close(s.fd) }

func text(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})

	return string(b)
}

// Info of a link's driver. Drivers without ethtool support answer EOPNOTSUPP.
func (s *Socket) Info(link string) (Info, error) {
	d, err := unix.IoctlGetEthtoolDrvinfo(s.fd, link)
	if err != nil {
		return Info{}, fmt.Errorf("driver of %s: %w", link, err)
	}

	return Info{text(d.Driver[:]), text(d.Version[:]), text(d.Fw_version[:]), text(d.Bus_info[:])}, nil
}

type ifreq struct {
	name [unix.IFNAMSIZ]byte
	data unsafe.Pointer
	_    [16]byte // the union is larger than a pointer
}

func (s *Socket) ioctl(link string, data unsafe.Pointer) error {
	r := ifreq{data: data}
	copy(r.name[:unix.IFNAMSIZ-1], link)

	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(s.fd), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&r))); errno != 0 {
		return errno
	}

	return nil
}

// PermanentAddress is the one burnt into the card, nil if there is none.
func (s *Socket) PermanentAddress(link string) (net.HardwareAddr, error) {
	req := struct {
		cmd, size uint32
		data      [32]byte
	}{cmd: unix.ETHTOOL_GPERMADDR, size: 32}

	if err := s.ioctl(link, unsafe.Pointer(&req)); err != nil {
		return nil, fmt.Errorf("permanent address of %s: %w", link, err)
	}

	addr := req.data[:min(req.size, 32)]
	if len(bytes.Trim(addr, "\x00")) == 0 {
		return nil, nil
	}

	return bytes.Clone(addr), nil
}

// Media of a link.
func (s *Socket) Media(link string) (Media, error) {
	var m Media

	state := struct{ cmd, value uint32 }{cmd: unix.ETHTOOL_GLINK}
	if err := s.ioctl(link, unsafe.Pointer(&state)); err != nil {
		return m, fmt.Errorf("link state of %s: %w", link, err)
	}

	m.LinkUp = state.value != 0

	// struct ethtool_link_settings with room for three masks of the largest
	// size. The first call asks with size 0 and is told the right one, negative.
	req := struct {
		cmd, speed                  uint32
		duplex, port, phy, autoneg  uint8
		mdio, tpMDIX, tpCtrl        uint8
		words                       int8
		transceiver, msCfg, msState uint8
		rateMatching                uint8
		_                           [7]uint32
		_                           [3 * 127]uint32
	}{cmd: unix.ETHTOOL_GLINKSETTINGS}

	for range 2 {
		if err := s.ioctl(link, unsafe.Pointer(&req)); err != nil {
			// The state is worth having without the rest.
			return Media{LinkUp: m.LinkUp, Port: portOther, Duplex: duplexUnknown}, nil //nolint:nilerr
		}

		if req.words >= 0 {
			break
		}

		req.cmd, req.words = unix.ETHTOOL_GLINKSETTINGS, -req.words
	}

	m.Port, m.Duplex = req.port, req.duplex

	if req.speed != speedUnknown {
		m.Speed = int(req.speed)
	}

	return m, nil
}

const (
	speedUnknown  = 0xffffffff
	duplexUnknown = 0xff
	portOther     = 0xff
)
