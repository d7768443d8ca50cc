package sntp

import (
	"encoding/binary"
	"net"
	"testing"
	"time"
)

func answer(req []byte, at time.Time, busy time.Duration) []byte {
	b := make([]byte, packetSize)
	b[0], b[1] = 4<<3|modeServer, 2
	copy(b[24:], req[40:48])

	put := func(b []byte, t time.Time) {
		binary.BigEndian.PutUint32(b, uint32(t.Unix()+epoch)) // wraps with the era
		binary.BigEndian.PutUint32(b[4:], uint32(int64(t.Nanosecond())<<32/int64(time.Second)))
	}

	put(b[32:], at)
	put(b[40:], at.Add(busy))

	return b
}

func TestSample(t *testing.T) {
	t.Parallel()

	req := make([]byte, packetSize)
	copy(req[40:], "cookie!!")

	for _, row := range []struct {
		name         string
		clock, truth time.Time
	}{
		{"a clock a bit behind", time.Unix(1_800_000_000, 0), time.Unix(1_800_000_003, 0)},
		{"a clock a bit ahead", time.Unix(1_800_000_003, 0), time.Unix(1_800_000_000, 0)},
		{"a clock that starts in 1970", time.Unix(10, 0), time.Unix(1_800_000_000, 0)},
		{"past the end of the first era", time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2040, 1, 1, 0, 0, 9, 0, time.UTC)},
		{"a clock of 1970 in the second era", time.Unix(10, 0), time.Date(2040, 1, 1, 0, 0, 9, 0, time.UTC)},
	} {
		// 20 ms each way and 10 ms inside the server.
		s, err := sample(req, answer(req, row.truth.Add(20*time.Millisecond), 10*time.Millisecond), row.clock, 50*time.Millisecond)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
		}

		if d := s.Offset - row.truth.Sub(row.clock); d.Abs() > time.Microsecond || (s.RTT-40*time.Millisecond).Abs() > time.Microsecond {
			t.Errorf("%s: got %+v", row.name, s)
		}
	}
}

func TestSampleRefuses(t *testing.T) {
	t.Parallel()

	req := make([]byte, packetSize)
	copy(req[40:], "cookie!!")

	now := time.Unix(1_800_000_000, 0)

	for name, spoil := range map[string]func([]byte) []byte{
		"short":          func(b []byte) []byte { return b[:47] },
		"other cookie":   func(b []byte) []byte { b[24]++; return b },
		"kiss of death":  func(b []byte) []byte { b[1] = 0; return b },
		"unsynchronized": func(b []byte) []byte { b[0] |= 3 << 6; return b },
		"from a client":  func(b []byte) []byte { b[0] = 4<<3 | modeClient; return b },
		"busy too long":  func(b []byte) []byte { b[43] += 5; return b },
	} {
		if s, err := sample(req, spoil(answer(req, now, 0)), now, time.Millisecond); err == nil {
			t.Errorf("%s: took %+v", name, s)
		}
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()

	srv, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}

	defer srv.Close() //nolint:errcheck

	go func() {
		buf := make([]byte, 512)

		if _, from, err := srv.ReadFrom(buf); err == nil {
			_, _ = srv.WriteTo([]byte("noise"), from)
			_, _ = srv.WriteTo(answer(buf, time.Now().Add(time.Minute), 0), from)
		}
	}()

	s, err := Query(t.Context(), srv.LocalAddr().String())
	if err != nil || (s.Offset-time.Minute).Abs() > time.Second {
		t.Errorf("got %+v, %v", s, err)
	}
}
