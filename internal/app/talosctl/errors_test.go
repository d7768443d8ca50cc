package talosctl

import (
	"errors"
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestExplain(t *testing.T) {
	t.Parallel()

	denied := status.Error(codes.PermissionDenied, "not authorized")

	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"of this machine", errors.New("open x: no such file"), "error: open x: no such file"},
		{
			"a refused call", fmt.Errorf("10.0.0.2: %w", denied),
			"error: 10.0.0.2: permission denied: not authorized\nhint:  " + codeHints[codes.PermissionDenied],
		},
		{
			"the same of two nodes has one hint",
			errors.Join(fmt.Errorf("a: %w", denied), fmt.Errorf("b: %w", denied)),
			"error: a: permission denied: not authorized\n       b: permission denied: not authorized\nhint:  " + codeHints[codes.PermissionDenied],
		},
		{
			"the transport's wrapping goes",
			status.Error(codes.Unavailable, `connection error: desc = "transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority"`),
			"error: unavailable: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by unknown authority\nhint:  " + reasons[0].try,
		},
		{"what a method says of itself", status.Error(codes.Unknown, "service apid cannot be stopped"), "error: service apid cannot be stopped"},
		{"no hint where there is nothing to try", status.Error(codes.NotFound, "no such file"), "error: not found: no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			if got := explain(tt.err); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestSize(t *testing.T) {
	t.Parallel()

	for in, want := range map[uint64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 4_512_345: "4.5 MB", 21_000_000: "21 MB", 999_700: "1.0 MB", 1 << 63: "9.2 EB",
	} {
		if got := size(in); got != want {
			t.Errorf("%d: %s, want %s", in, got, want)
		}
	}
}
