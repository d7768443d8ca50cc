package sockets

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
)

// word is an address in the byte order of the machine that the test runs on.
func word(a, b, c, d byte) string {
	return fmt.Sprintf("%08X", binary.NativeEndian.Uint32([]byte{a, b, c, d}))
}

func TestParse(t *testing.T) {
	t.Parallel()

	const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"

	lines := head +
		"   0: " + word(127, 0, 0, 1) + ":1F90 00000000:0000 0A 00000000:00000002 00:00000000 00000000  1000        0 21345 1 ffff8880045b1000 100 0 0 10 0\n" +
		"   1: " + word(10, 5, 0, 2) + ":C350 " + word(10, 5, 0, 3) + ":01BB 0C 00000010:00000000 01:00000014 00000003     0        7 0 2 0000000000000000\n"

	got, err := parse(strings.NewReader(lines), "tcp")
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}

	want := []Socket{
		{
			Protocol: "tcp", Local: netip.MustParseAddrPort("127.0.0.1:8080"), Remote: netip.MustParseAddrPort("0.0.0.0:0"),
			State: Listen, RxQueue: 2, UID: 1000, Inode: 21345, Ref: 1, Pointer: 0xffff8880045b1000,
		},
		{
			Protocol: "tcp", Local: netip.MustParseAddrPort("10.5.0.2:50000"), Remote: netip.MustParseAddrPort("10.5.0.3:443"),
			State: SynReceived, TxQueue: 16, Timer: 1, TimerWhen: 20, Retransmits: 3, Timeout: 7, Ref: 2,
		},
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got  %+v\nwant %+v", got[i], want[i])
		}
	}

	six := word(0x20, 0x01, 0x0d, 0xb8) + word(0, 0, 0, 0) + word(0, 0, 0, 0) + word(0, 0, 0, 1)
	if a, err := address(six + ":0035"); err != nil || a != netip.MustParseAddrPort("[2001:db8::1]:53") {
		t.Errorf("got %v, %v", a, err)
	}

	for _, bad := range []string{"0: x", "0: 0:0 0:0 1 0:0 0:0 0 0 0 0 0 0", "0: 00000000:0000 00000000:0000 zz 0:0 0:0 0 0 0 0 0 0"} {
		if _, err := parse(strings.NewReader(head+bad+"\n"), "tcp"); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("h\n   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000 0 21345 1 ffff 100 0 0 10 0\n")
	f.Fuzz(func(_ *testing.T, text string) {
		parse(strings.NewReader(text), "tcp") //nolint:errcheck // must not panic
	})
}

func TestOwnSocketIsFound(t *testing.T) {
	t.Parallel()

	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck

	list, err := List(os.Getpid(), "tcp")
	if err != nil {
		t.Fatal(err)
	}

	owners, err := Owners()
	if err != nil {
		t.Fatal(err)
	}

	for _, s := range list {
		if s.Local.String() == l.Addr().String() {
			if !s.Waiting() || owners[s.Inode].PID != os.Getpid() {
				t.Errorf("got %+v of %+v", s, owners[s.Inode])
			}

			return
		}
	}

	t.Errorf("%s is not among %v", l.Addr(), list)
}

func TestListOfWhatIsNotThere(t *testing.T) {
	t.Parallel()

	if _, err := List(1<<30, "tcp"); err == nil {
		t.Error("no error for a process that is not there")
	}

	if _, err := List(os.Getpid(), "../../status"); err == nil {
		t.Error("no error for a file that is no table")
	}
}
