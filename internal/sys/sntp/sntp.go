// Package sntp asks a time server how far the clock is off: the client side of
// RFC 5905's simple mode, one packet each way.
package sntp

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"
)

// Sample is one answer.
type Sample struct {
	// Offset is what to add to the clock.
	Offset time.Duration
	// RTT is the way there and back, which bounds the error of Offset.
	RTT time.Duration
	// Stratum is the server's distance from a reference clock.
	Stratum uint8
	// Server is the address that answered.
	Server net.Addr
}

const (
	packetSize = 48
	port       = "123"
	// epoch is 1970 in seconds of the first NTP era; era is that era's length.
	epoch = 2208988800
	era   = 1 << 32

	modeClient = 3
	modeServer = 4
)

// Query asks one server, given by name or address, without a port for the usual.
func Query(ctx context.Context, server string) (Sample, error) {
	host := server
	if _, _, err := net.SplitHostPort(server); err != nil {
		host = net.JoinHostPort(server, port)
	}

	var d net.Dialer

	conn, err := d.DialContext(ctx, "udp", host)
	if err != nil {
		return Sample{}, fmt.Errorf("ask %s for the time: %w", server, err)
	}

	defer conn.Close() //nolint:errcheck

	if deadline, ok := ctx.Deadline(); ok {
		if err = conn.SetDeadline(deadline); err != nil {
			return Sample{}, err
		}
	}

	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()

	s, err := query(conn)
	if err != nil {
		return Sample{}, fmt.Errorf("ask %s for the time: %w", server, err)
	}

	s.Server = conn.RemoteAddr()

	return s, nil
}

func query(conn net.Conn) (Sample, error) {
	req := make([]byte, packetSize)
	req[0] = 4<<3 | modeClient

	// Our transmit time comes back as originate time and is all there is to tell
	// an answer from a forgery. The server has no use for its value, so it is
	// random, as draft-ietf-ntp-data-minimization advises.
	if _, err := rand.Read(req[40:]); err != nil {
		return Sample{}, err
	}

	sent := time.Now()

	if _, err := conn.Write(req); err != nil {
		return Sample{}, err
	}

	resp := make([]byte, 512)

	for {
		n, err := conn.Read(resp)
		if err != nil {
			return Sample{}, err
		}

		s, err := sample(req, resp[:n], sent, time.Since(sent))
		if errors.Is(err, errNotOurs) {
			continue
		}

		return s, err
	}
}

var errNotOurs = errors.New("not an answer to the question")

// sample reads an answer. took is by the monotonic clock: the other may be set
// meanwhile.
func sample(req, resp []byte, sent time.Time, took time.Duration) (Sample, error) {
	if len(resp) < packetSize || [8]byte(resp[24:32]) != [8]byte(req[40:48]) {
		return Sample{}, errNotOurs
	}

	leap, mode, stratum := resp[0]>>6, resp[0]&7, resp[1]

	switch {
	case mode != modeServer:
		return Sample{}, errNotOurs
	case stratum == 0:
		return Sample{}, fmt.Errorf("refused with %q", resp[12:16]) // a kiss of death
	case stratum > 15 || leap == 3:
		return Sample{}, errors.New("server is not synchronized itself")
	}

	received, transmitted := timestamp(resp[32:], sent), timestamp(resp[40:], sent)

	busy := transmitted.Sub(received)
	if busy < 0 || busy > took {
		return Sample{}, errors.New("times in the answer contradict each other")
	}

	return Sample{
		Offset:  (received.Sub(sent) + transmitted.Sub(sent.Add(took))) / 2,
		RTT:     took - busy,
		Stratum: stratum,
	}, nil
}

// timestamp reads seconds and fraction. They do not say the era, which begins
// anew in 2036: the one that is nearest to now is meant, and never one before
// the year 2000 so that a node whose clock starts in 1970 is set right.
func timestamp(b []byte, now time.Time) time.Time {
	secs := int64(binary.BigEndian.Uint32(b)) - epoch
	frac := int64(binary.BigEndian.Uint32(b[4:])) * int64(time.Second) >> 32

	if y2k := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC); now.Before(y2k) {
		now = y2k
	}

	for secs+era/2 < now.Unix() {
		secs += era
	}

	return time.Unix(secs, frac)
}
