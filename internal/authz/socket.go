package authz

import (
	"context"
	"errors"
	"net"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"

	"github.com/talos-os/talos/pkg/machinery/role"
)

// Socket takes the roles from the metadata and keeps those the connecting process
// may use. The server must use [PeerCredentials]; allowed says what a process may
// do, usually through [role.ForService]. Its error refuses the call.
func Socket(allowed func(ctx context.Context, process PeerInfo) (role.Set, error)) Source {
	return func(ctx context.Context) (role.Set, error) {
		p, ok := peer.FromContext(ctx)
		if !ok {
			return role.Set{}, ErrDenied
		}

		process, ok := p.AuthInfo.(PeerInfo)
		if !ok {
			return role.Set{}, ErrDenied
		}

		limit, err := allowed(ctx, process)
		if err != nil {
			return role.Set{}, err
		}

		return claimed(ctx).Intersect(limit), nil
	}
}

// PeerInfo is the process that connected, as the kernel recorded it then. The
// process may have ended since and its PID may be somebody else's.
type PeerInfo struct {
	credentials.CommonAuthInfo
	PID int32
	UID uint32
	GID uint32
}

// AuthType implements credentials.AuthInfo.
func (PeerInfo) AuthType() string { return "unix" }

// PeerCredentials are server credentials for a unix socket: no handshake, and the
// connecting process as [PeerInfo].
func PeerCredentials() credentials.TransportCredentials { return peerCredentials{} }

type peerCredentials struct{}

func (peerCredentials) ServerHandshake(conn net.Conn) (net.Conn, credentials.AuthInfo, error) {
	uc, ok := conn.(*net.UnixConn)
	if !ok {
		return nil, nil, errors.New("peer credentials exist on unix sockets only")
	}

	raw, err := uc.SyscallConn()
	if err != nil {
		return nil, nil, err
	}

	var (
		cred    *unix.Ucred
		credErr error
	)

	if err := raw.Control(func(fd uintptr) {
		cred, credErr = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	}); err != nil {
		return nil, nil, err
	}

	if credErr != nil {
		return nil, nil, credErr
	}

	return conn, PeerInfo{
		CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity},
		PID:            cred.Pid,
		UID:            cred.Uid,
		GID:            cred.Gid,
	}, nil
}

func (peerCredentials) ClientHandshake(context.Context, string, net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, errors.New("peer credentials are for servers")
}

func (peerCredentials) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "unix"}
}

func (c peerCredentials) Clone() credentials.TransportCredentials { return c }

func (peerCredentials) OverrideServerName(string) error { return nil }
