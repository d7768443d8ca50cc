package balance

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"
)

// upstream answers every connection with its name and closes it.
func upstream(t *testing.T, name string) (addr string, stop func()) {
	t.Helper()

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}

			fmt.Fprint(c, name)
			c.Close() //nolint:errcheck
		}
	}()

	t.Cleanup(func() { l.Close() }) //nolint:errcheck

	return l.Addr().String(), func() { l.Close() } //nolint:errcheck
}

func ask(b *Balancer) string {
	c, err := net.Dial("tcp", b.Addr().String())
	if err != nil {
		return err.Error()
	}

	defer c.Close() //nolint:errcheck

	text, err := io.ReadAll(c)
	if err != nil {
		return "error"
	}

	return string(text)
}

func TestBalancer(t *testing.T) {
	t.Parallel()

	changed := make(chan struct{}, 10)

	b, err := Listen("127.0.0.1:0", slog.New(slog.DiscardHandler), func() { changed <- struct{}{} })
	if err != nil {
		t.Fatal(err)
	}

	defer b.Close()

	if b.Healthy() {
		t.Error("healthy without servers")
	}

	one, stopOne := upstream(t, "one")
	two, stopTwo := upstream(t, "two")

	b.SetUpstreams([]string{one, two})

	select {
	case <-changed:
	case <-time.After(10 * time.Second):
		t.Fatal("servers were not found")
	}

	for range 3 {
		if got := ask(b); got != "one" {
			t.Errorf("%q: the first that works is preferred", got)
		}
	}

	stopOne()

	if got := ask(b); got != "two" {
		t.Errorf("%q: the next one takes over at once", got)
	}

	stopTwo()

	if got := ask(b); got != "error" {
		t.Errorf("%q: without servers the connection is reset", got)
	}

	select {
	case <-changed:
	case <-time.After(10 * time.Second):
		t.Fatal("nobody noticed that no server works")
	}

	if b.Healthy() {
		t.Error("healthy without a working server")
	}
}

func TestCloseEndsConnections(t *testing.T) {
	t.Parallel()

	b, err := Listen("127.0.0.1:0", slog.New(slog.DiscardHandler), func() {})
	if err != nil {
		t.Fatal(err)
	}

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	defer l.Close() //nolint:errcheck

	b.SetUpstreams([]string{l.Addr().String()})

	c, err := net.Dial("tcp", b.Addr().String())
	if err != nil {
		t.Fatal(err)
	}

	defer c.Close() //nolint:errcheck

	// Probes come first, and end at once; the client's stays.
	go func() {
		for {
			if _, err := l.Accept(); err != nil {
				return
			}
		}
	}()

	done := make(chan struct{})

	go func() {
		time.Sleep(100 * time.Millisecond)
		b.Close()
		close(done)
	}()

	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("Close waits for the client")
	}
}
