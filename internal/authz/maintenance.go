package authz

import (
	"context"
	"net"
	"net/netip"

	"google.golang.org/grpc/peer"

	"github.com/talos-os/talos/pkg/machinery/role"
)

// Maintenance gives roles on a node that has no configuration, and hence no CA to
// ask callers for a certificate of: everybody may read and configure it, and the
// manager at the other end of its private tunnel may do everything.
func Maintenance(ctx context.Context) (role.Set, error) {
	if p, ok := peer.FromContext(ctx); ok && inTunnel(p.Addr) {
		return role.NewSet(role.Admin), nil
	}

	return role.NewSet(role.Reader), nil
}

// inTunnel says whether the address is one of the management tunnel's: a unique
// local address whose eighth byte is the tunnel's purpose number, 3.
func inTunnel(addr net.Addr) bool {
	if addr == nil {
		return false
	}

	ap, err := netip.ParseAddrPort(addr.String())
	if err != nil || !ap.Addr().Is6() || ap.Addr().Is4In6() {
		return false
	}

	b := ap.Addr().As16()

	return b[0] == 0xfd && b[7] == 0x03
}
