// Package sockets lists the network sockets of a network namespace as the kernel
// shows them below /proc/PID/net; see proc(5) and Documentation/networking/proc_net_tcp.rst.
package sockets

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Protocols are the kernel's names of all tables.
var Protocols = []string{"tcp", "tcp6", "udp", "udp6", "udplite", "udplite6", "raw", "raw6"}

// States of a socket, which the kernel numbers as for TCP. A datagram socket
// that talks to one peer is established, any other closed.
const (
	Established = 1
	SynReceived = 3
	Closed      = 7
	Listen      = 10

	// newSynReceived is a connection that waits for its last packet.
	newSynReceived = 12
)

// Socket is one line of a table.
type Socket struct {
	Protocol      string
	Local, Remote netip.AddrPort
	State         int
	// TxQueue and RxQueue are bytes that wait; for a listening socket RxQueue is
	// connections.
	TxQueue, RxQueue uint64
	// Timer is what the kernel waits for: 0 nothing, 1 to send again, 2 to probe
	// an idle peer, 3 the end of TIME-WAIT, 4 to probe a closed window.
	// TimerWhen is in ticks of a hundredth of a second.
	Timer, TimerWhen    uint64
	Retransmits         uint64
	UID                 uint32
	Timeout, Inode, Ref uint64
	// Pointer tells sockets apart; zeros where the kernel hides its addresses.
	Pointer uint64
}

// Waiting tells that the socket takes whatever comes, from anybody.
func (s Socket) Waiting() bool {
	if strings.HasPrefix(s.Protocol, "tcp") {
		return s.State == Listen
	}

	return s.State == Closed
}

// List reads one table of the namespace that a process is in. A kernel without
// the protocol has no sockets of it.
func List(pid int, protocol string) ([]Socket, error) {
	if !slices.Contains(Protocols, protocol) {
		return nil, fmt.Errorf("list sockets: %q is none of %q", protocol, Protocols)
	}

	f, err := os.Open(fmt.Sprintf("/proc/%d/net/%s", pid, protocol))
	if errors.Is(err, fs.ErrNotExist) {
		if _, alive := os.Stat(fmt.Sprintf("/proc/%d", pid)); alive == nil {
			return nil, nil
		}
	}

	if err != nil {
		return nil, fmt.Errorf("list sockets: %w", err)
	}
	defer f.Close() //nolint:errcheck

	return parse(f, protocol)
}

func parse(r io.Reader, protocol string) ([]Socket, error) {
	var out []Socket

	lines := bufio.NewScanner(r)
	lines.Scan() // the names of the columns

	for lines.Scan() {
		s, err := parseLine(lines.Text())
		if err != nil {
			return nil, fmt.Errorf("read %s socket %q: %w", protocol, lines.Text(), err)
		}

		s.Protocol = protocol
		out = append(out, s)
	}

	return out, lines.Err()
}

func parseLine(line string) (s Socket, err error) {
	f := strings.Fields(line)
	if len(f) < 12 {
		return s, errors.New("too few columns")
	}

	// The first mistake of the line stays in err.
	number := func(text string, base int) uint64 {
		n, bad := strconv.ParseUint(text, base, 64)
		err = errors.Join(err, bad)

		return n
	}
	pair := func(text string) (uint64, uint64) {
		a, b, _ := strings.Cut(text, ":")

		return number(a, 16), number(b, 16)
	}

	var bad error

	if s.Local, bad = address(f[1]); bad != nil {
		return s, bad
	}

	if s.Remote, bad = address(f[2]); bad != nil {
		return s, bad
	}

	if s.State = int(number(f[3], 16)); s.State == newSynReceived { //nolint:gosec // two digits
		s.State = SynReceived
	}

	s.TxQueue, s.RxQueue = pair(f[4])
	s.Timer, s.TimerWhen = pair(f[5])
	s.Retransmits = number(f[6], 16)
	s.UID = uint32(number(f[7], 10)) //nolint:gosec // a user's number
	s.Timeout, s.Inode, s.Ref = number(f[8], 10), number(f[9], 10), number(f[10], 10)
	s.Pointer = number(f[11], 16)

	return s, err
}

// address reads 0100007F:0277, words of the machine's byte order and a port.
func address(text string) (netip.AddrPort, error) {
	host, port, _ := strings.Cut(text, ":")

	raw, err := hex.DecodeString(host)
	if err != nil || len(raw) != 4 && len(raw) != 16 {
		return netip.AddrPort{}, fmt.Errorf("%q is not an address", text)
	}

	for i := 0; i < len(raw); i += 4 {
		binary.NativeEndian.PutUint32(raw[i:], binary.BigEndian.Uint32(raw[i:]))
	}

	p, err := strconv.ParseUint(port, 16, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%q has no port", text)
	}

	addr, _ := netip.AddrFromSlice(raw)

	return netip.AddrPortFrom(addr, uint16(p)), nil
}

// Owner is a process that has a socket open.
type Owner struct {
	PID  int
	Name string
}

// Owners finds the owner of each socket by inode. Of several, which share a
// socket after a fork, the first is as good as any. A process that ends
// meanwhile is left out.
func Owners() (map[uint64]Owner, error) {
	processes, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}

	out := map[uint64]Owner{}

	for _, dir := range processes {
		pid, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}

		files, err := os.ReadDir(dir + "/fd")
		if err != nil {
			continue
		}

		name, err := os.ReadFile(dir + "/comm")
		if err != nil {
			continue
		}

		for _, f := range files {
			target, err := os.Readlink(dir + "/fd/" + f.Name())
			if err != nil {
				continue
			}

			text, ok := strings.CutPrefix(target, "socket:[")
			if !ok {
				continue
			}

			if inode, err := strconv.ParseUint(strings.TrimSuffix(text, "]"), 10, 64); err == nil {
				if _, taken := out[inode]; !taken {
					out[inode] = Owner{PID: pid, Name: strings.TrimSpace(string(name))}
				}
			}
		}
	}

	return out, nil
}
