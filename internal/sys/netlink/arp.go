package netlink

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"

	"golang.org/x/sys/unix"
)

// GratuitousARP tells the neighbours on a link that an IPv4 address is at this
// link's hardware address now, by an announcement as of RFC 5227 section 3.
// For IPv6 the kernel sends its own unsolicited neighbour advertisements.
func GratuitousARP(link string, addr netip.Addr) error {
	if !addr.Is4() {
		return nil
	}

	ifi, err := net.InterfaceByName(link)
	if err != nil {
		return err
	}

	if len(ifi.HardwareAddr) != 6 {
		return fmt.Errorf("%s has no Ethernet address", link)
	}

	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open packet socket: %w", err)
	}

	defer unix.Close(fd) //nolint:errcheck

	to := unix.SockaddrLinklayer{
		Protocol: htons(unix.ETH_P_ARP), Ifindex: ifi.Index, Hatype: unix.ARPHRD_ETHER, Halen: 6,
		Addr: [8]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	}

	if err = unix.Sendto(fd, announcement(ifi.HardwareAddr, addr), 0, &to); err != nil {
		return fmt.Errorf("announce %s on %s: %w", addr, link, err)
	}

	return nil
}

func announcement(mac net.HardwareAddr, addr netip.Addr) []byte {
	ip := addr.As4()

	// Ethernet, IPv4, lengths of both, a request.
	b := []byte{0, 1, 8, 0, 6, 4, 0, 1}
	b = append(append(b, mac...), ip[:]...)

	return append(append(b, make([]byte, 6)...), ip[:]...)
}

func htons(v uint16) uint16 { return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, v)) }
