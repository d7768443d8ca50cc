package dhcp4

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/insomniacslk/dhcp/dhcpv4"
	"github.com/mdlayher/packet"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

var errNotDHCP = errors.New("not a DHCP message")

// packetConn exchanges messages on a link without an address of ours.
type packetConn struct{ *packet.Conn }

var (
	_ messageConn = (*packetConn)(nil)
	_ messageConn = (*udpConn)(nil)
)

// filter lets IPv4 UDP to the client's port through, first fragments only. A
// cooked packet socket starts at the IP header.
var filter = []bpf.Instruction{
	bpf.LoadAbsolute{Off: 9, Size: 1},
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: unix.IPPROTO_UDP, SkipTrue: 6},
	bpf.LoadAbsolute{Off: 6, Size: 2},
	bpf.JumpIf{Cond: bpf.JumpBitsSet, Val: 0x1fff, SkipTrue: 4},
	bpf.LoadMemShift{Off: 0},
	bpf.LoadIndirect{Off: 2, Size: 2},
	bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: clientPort, SkipTrue: 1},
	bpf.RetConstant{Val: 0xffff},
	bpf.RetConstant{Val: 0},
}

func listenPacket(ifi *net.Interface) (*packetConn, error) {
	raw, err := bpf.Assemble(filter)
	if err != nil {
		return nil, err
	}

	c, err := packet.Listen(ifi, packet.Datagram, unix.ETH_P_IP, &packet.Config{Filter: raw})
	if err != nil {
		return nil, fmt.Errorf("open packet socket on %s: %w", ifi.Name, err)
	}

	return &packetConn{c}, nil
}

func (c *packetConn) send(m *dhcpv4.DHCPv4) error {
	src := netip.IPv4Unspecified()
	if a, ok := netip.AddrFromSlice(m.ClientIPAddr.To4()); ok {
		src = a
	}

	_, err := c.WriteTo(datagram(src, m.ToBytes()), &packet.Addr{HardwareAddr: net.HardwareAddr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}})

	return err
}

func (c *packetConn) receive() (*dhcpv4.DHCPv4, error) {
	buf := make([]byte, 2048)

	n, _, err := c.ReadFrom(buf)
	if err != nil {
		return nil, err
	}

	payload, ok := payloadOf(buf[:n])
	if !ok {
		return nil, errNotDHCP
	}

	return parse(payload)
}

func parse(b []byte) (*dhcpv4.DHCPv4, error) {
	m, err := dhcpv4.FromBytes(b)
	if err != nil {
		return nil, errors.Join(errNotDHCP, err)
	}

	return m, nil
}

// udpConn exchanges messages with one server from an address of ours.
type udpConn struct {
	*net.UDPConn
	server netip.AddrPort
}

func (c *udpConn) send(m *dhcpv4.DHCPv4) error {
	_, err := c.WriteToUDPAddrPort(m.ToBytes(), c.server)

	return err
}

func (c *udpConn) receive() (*dhcpv4.DHCPv4, error) {
	buf := make([]byte, 2048)

	n, err := c.Read(buf)
	if err != nil {
		return nil, err
	}

	return parse(buf[:n])
}

const (
	ipHeader  = 20
	udpHeader = 8
)

// datagram wraps a payload in UDP and IPv4 headers, as broadcast.
func datagram(src netip.Addr, payload []byte) []byte {
	b := make([]byte, ipHeader+udpHeader, ipHeader+udpHeader+len(payload))
	b = append(b, payload...)
	udpLen := udpHeader + len(payload)

	b[0] = 4<<4 | ipHeader/4
	b[1] = 0x10 // low delay, as other clients mark it
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	b[8], b[9] = 64, unix.IPPROTO_UDP
	copy(b[12:16], src.AsSlice())
	copy(b[16:20], net.IPv4bcast.To4())
	binary.BigEndian.PutUint16(b[10:], checksum(b[:ipHeader], 0))

	udp := b[ipHeader:]
	binary.BigEndian.PutUint16(udp[0:], clientPort)
	binary.BigEndian.PutUint16(udp[2:], serverPort)
	binary.BigEndian.PutUint16(udp[4:], uint16(udpLen))

	// Over a pseudo header: addresses, protocol, length.
	sum := checksum(udp, partial(b[12:20], uint32(unix.IPPROTO_UDP)+uint32(udpLen)))
	if sum == 0 {
		sum = 0xffff // zero on the wire means none
	}

	binary.BigEndian.PutUint16(udp[6:], sum)

	return b
}

func partial(b []byte, sum uint32) uint32 {
	for ; len(b) > 1; b = b[2:] {
		sum += uint32(binary.BigEndian.Uint16(b))
	}

	if len(b) == 1 {
		sum += uint32(b[0]) << 8
	}

	return sum
}

func checksum(b []byte, sum uint32) uint16 {
	sum = partial(b, sum)
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}

	return ^uint16(sum)
}

// payloadOf unwraps an IPv4 UDP datagram from a server to a client. Checksums
// are not looked at: a hypervisor leaves them to hardware that is not there.
func payloadOf(b []byte) ([]byte, bool) {
	if len(b) < ipHeader || b[0]>>4 != 4 {
		return nil, false
	}

	h := int(b[0]&0xf) * 4
	total := int(binary.BigEndian.Uint16(b[2:]))

	if h < ipHeader || total < h+udpHeader || total > len(b) || b[9] != unix.IPPROTO_UDP {
		return nil, false
	}

	udp := b[h:total]
	if binary.BigEndian.Uint16(udp[2:]) != clientPort {
		return nil, false
	}

	n := int(binary.BigEndian.Uint16(udp[4:]))
	if n < udpHeader || n > len(udp) {
		return nil, false
	}

	return udp[udpHeader:n], true
}
