// Package netlink speaks rtnetlink(7): links, addresses, routes and rules of the
// network namespace the process is in, and multicast notice of their changes.
//
// Its structs are the kernel's view in plain data, comparable where they can be;
// who decides what the kernel should hold is internal/app/machined/controllers/netctl.
package netlink

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jsimonetti/rtnetlink/v2"
	mdl "github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Conn is one rtnetlink socket. It is safe for concurrent use.
type Conn struct {
	rt *rtnetlink.Conn
	// raw is for messages whose attributes rtnetlink does not carry.
	raw *mdl.Conn
}

// Dial opens the sockets.
func Dial() (*Conn, error) {
	rt, err := rtnetlink.Dial(nil)
	if err != nil {
		return nil, fmt.Errorf("open rtnetlink socket: %w", err)
	}

	raw, err := mdl.Dial(unix.NETLINK_ROUTE, nil)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open rtnetlink socket: %w", err), rt.Close())
	}

	// The kernel's own words ("device is busy with ...") instead of a bare
	// errno. Old kernels refuse, which costs only words.
	for _, c := range []interface {
		SetOption(mdl.ConnOption, bool) error
	}{rt, raw} {
		_ = c.SetOption(mdl.ExtendedAcknowledge, true)
	}

	return &Conn{rt: rt, raw: raw}, nil
}

// Close closes the sockets.
func (c *Conn) Close() error { return errors.Join(c.rt.Close(), c.raw.Close()) }

// dumpTries bounds the repetition of a dump that a change cut through.
const dumpTries = 5

// dump repeats a listing that a change of the tables interrupted.
func dump[T any](list func() ([]T, error)) ([]T, error) {
	var (
		out []T
		err error
	)

	for range dumpTries {
		if out, err = list(); err == nil || !errors.Is(err, unix.EINTR) {
			return out, err
		}
	}

	return nil, err
}

// Group is what can be watched.
type Group uint32

// Groups of changes.
const (
	Links     Group = unix.RTNLGRP_LINK
	IPv4Addrs Group = unix.RTNLGRP_IPV4_IFADDR
	IPv6Addrs Group = unix.RTNLGRP_IPV6_IFADDR
	IPv4Route Group = unix.RTNLGRP_IPV4_ROUTE
	IPv6Route Group = unix.RTNLGRP_IPV6_ROUTE
	IPv4Rule  Group = unix.RTNLGRP_IPV4_RULE
	IPv6Rule  Group = unix.RTNLGRP_IPV6_RULE
)

// quiet is how long a watcher lets a burst of changes settle: bringing up a
// link is a dozen messages, starting a pod hundreds.
const quiet = 20 * time.Millisecond

// Watch calls notify after changes in the groups until the context ends. It does
// not say what changed: messages can be lost when the socket's buffer overflows
// (ENOBUFS), so a watcher has to look for itself anyway.
func Watch(ctx context.Context, notify func(), groups ...Group) error {
	c, err := mdl.Dial(unix.NETLINK_ROUTE, nil)
	if err != nil {
		return fmt.Errorf("open rtnetlink socket: %w", err)
	}

	for _, g := range groups {
		if err = c.JoinGroup(uint32(g)); err != nil {
			return errors.Join(fmt.Errorf("join rtnetlink group %d: %w", g, err), c.Close())
		}
	}

	stop := context.AfterFunc(ctx, func() { _ = c.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	defer c.Close() //nolint:errcheck // nothing was written

	// What changed before the socket was joined has not been seen.
	notify()

	for {
		_, err := c.Receive()

		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil, errors.Is(err, unix.ENOBUFS), errors.Is(err, unix.EINTR):
		default:
			return fmt.Errorf("receive from rtnetlink: %w", err)
		}

		select {
		case <-ctx.Done():
			return nil
		case <-time.After(quiet):
		}

		// One call for all that queued up meanwhile.
		drain(c)
		notify()
	}
}

// drain empties the socket without waiting.
func drain(c *mdl.Conn) {
	rc, err := c.SyscallConn()
	if err != nil {
		return
	}

	buf := make([]byte, 4096)

	_ = rc.Control(func(fd uintptr) {
		for range 4096 {
			if _, _, err := unix.Recvfrom(int(fd), buf, unix.MSG_DONTWAIT|unix.MSG_TRUNC); err != nil && !errors.Is(err, unix.ENOBUFS) {
				return
			}
		}
	})
}
