// Package uevent listens to what the kernel and udev say about devices.
//
// There are two multicast groups on NETLINK_KOBJECT_UEVENT. Group 1 is the
// kernel: it speaks as soon as the device exists. Group 2 is udev: it repeats
// the event after its rules ran, so links under /dev/disk exist by then.
// Messages are lossy: when the socket buffer overflows the kernel drops events
// and the reader sees ENOBUFS, which Listen reports as an event with Lost set
// so that subscribers look at /sys again instead of trusting their memory.
package uevent

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// Group selects who speaks.
type Group uint32

const (
	// Kernel events come first and do not need udev.
	Kernel Group = 1
	// Udev events come after udev's rules have been applied.
	Udev Group = 2
)

// Event is one change of one device.
type Event struct {
	// Action is add, remove, change, move, online, offline, bind or unbind.
	Action string
	// DevPath is the device's path below /sys.
	DevPath string
	// Subsystem is for example block, net, pci.
	Subsystem string
	// Env holds all keys of the message, also the three above.
	Env map[string]string
	// Lost says that events were dropped before this one; all other fields are then empty.
	Lost bool
}

const receiveBuffer = 1 << 20

// Listen joins the group and calls handle for every event until ctx ends.
// ready, when not nil, is called once the subscription is active: what changes
// after that is reported, what was there before has to be looked up.
func Listen(ctx context.Context, group Group, ready func(), handle func(Event)) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return fmt.Errorf("open uevent socket: %w", err)
	}

	// SO_RCVBUFFORCE needs CAP_NET_ADMIN, which PID 1 has; without it a burst of
	// a few hundred devices at boot overflows the default.
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, receiveBuffer); err != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer)
	}

	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PASSCRED, 1); err != nil {
		_ = unix.Close(fd)

		return fmt.Errorf("ask for sender credentials: %w", err)
	}

	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: uint32(group)}); err != nil {
		_ = unix.Close(fd)

		return fmt.Errorf("join uevent group %d: %w", group, err)
	}

	// An os.File over a non-blocking descriptor parks in the runtime's poller
	// instead of holding a thread, and can be woken by closing it.
	f := os.NewFile(uintptr(fd), "uevent")
	defer f.Close()

	stop := context.AfterFunc(ctx, func() { _ = f.Close() })
	defer stop()

	raw, err := f.SyscallConn()
	if err != nil {
		return fmt.Errorf("poll uevent socket: %w", err)
	}

	if ready != nil {
		ready()
	}

	buf := make([]byte, 64<<10)
	oob := make([]byte, unix.CmsgSpace(unix.SizeofUcred))

	for {
		n, trusted, err := receive(raw, buf, oob)

		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, unix.ENOBUFS):
			handle(Event{Lost: true})

			continue
		case err != nil:
			return fmt.Errorf("read uevent: %w", err)
		}

		if !trusted {
			continue
		}

		if ev, ok := Parse(buf[:n]); ok {
			handle(ev)
		}
	}
}

type rawConn interface {
	Read(f func(fd uintptr) bool) error
}

func receive(raw rawConn, buf, oob []byte) (n int, trusted bool, err error) {
	var (
		oobn int
		from unix.Sockaddr
		rerr error
	)

	err = raw.Read(func(fd uintptr) bool {
		for {
			n, oobn, _, from, rerr = unix.Recvmsg(int(fd), buf, oob, 0)
			if !errors.Is(rerr, unix.EINTR) {
				return !errors.Is(rerr, unix.EAGAIN)
			}
		}
	})
	if err != nil {
		return 0, false, err
	}

	if rerr != nil {
		return 0, false, rerr
	}

	// Any process may send to a netlink multicast group when it has CAP_NET_ADMIN
	// in its user namespace: believe only root in ours.
	nl, ok := from.(*unix.SockaddrNetlink)
	if !ok || nl.Groups == 0 {
		return n, false, nil
	}

	msgs, err := unix.ParseSocketControlMessage(oob[:oobn])
	if err != nil {
		return n, false, nil
	}

	for i := range msgs {
		if cred, err := unix.ParseUnixCredentials(&msgs[i]); err == nil {
			return n, cred.Uid == 0, nil
		}
	}

	return n, false, nil
}

// udevMagic starts udev's own header: "libudev\0", then this number in network order.
const udevMagic = 0xfeedcafe

// Parse decodes a message of either group. It reports false for what is not
// an event.
func Parse(msg []byte) (Event, bool) {
	var fields []byte

	if bytes.HasPrefix(msg, []byte("libudev\x00")) {
		// Header: prefix[8], magic, header size, properties offset, properties
		// length, then hashes for the kernel's socket filter.
		if len(msg) < 24 || binary.BigEndian.Uint32(msg[8:]) != udevMagic {
			return Event{}, false
		}

		off := uint64(binary.NativeEndian.Uint32(msg[16:]))
		length := uint64(binary.NativeEndian.Uint32(msg[20:]))

		if off > uint64(len(msg)) || length > uint64(len(msg))-off {
			return Event{}, false
		}

		fields = msg[off : off+length]
	} else {
		// "action@devpath" and then the same again as keys.
		head, rest, ok := bytes.Cut(msg, []byte{0})
		if !ok || !bytes.Contains(head, []byte("@")) {
			return Event{}, false
		}

		fields = rest
	}

	ev := Event{Env: map[string]string{}}

	for _, field := range strings.Split(string(fields), "\x00") {
		if k, v, ok := strings.Cut(field, "="); ok {
			ev.Env[k] = v
		}
	}

	ev.Action, ev.DevPath, ev.Subsystem = ev.Env["ACTION"], ev.Env["DEVPATH"], ev.Env["SUBSYSTEM"]

	return ev, ev.Action != "" && ev.DevPath != ""
}
