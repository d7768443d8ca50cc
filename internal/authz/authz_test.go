package authz_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/authz"
	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/pkg/machinery/role"
)

const (
	version = "/machine.MachineService/Version"
	reset   = "/machine.MachineService/Reset"
	apply   = "/machine.MachineService/ApplyConfiguration"
)

func TestAuthorizer(t *testing.T) {
	t.Parallel()

	yes, no := func() bool { return true }, func() bool { return false }

	for _, tt := range []struct {
		name        string
		roles       role.Set
		method      string
		maintenance func() bool
		allowed     bool
	}{
		{"reader reads", role.NewSet(role.Reader), version, nil, true},
		{"reader does not reset", role.NewSet(role.Reader), reset, nil, false},
		{"nobody does nothing", role.Set{}, version, nil, false},
		{"impersonator without roles does nothing", role.NewSet(role.Impersonator), version, nil, false},
		{"a door that cannot tell lets a reader configure", role.NewSet(role.Reader), apply, nil, true},
		{"reader configures a node in maintenance", role.NewSet(role.Reader), apply, yes, true},
		{"reader does not configure a node that runs", role.NewSet(role.Reader), apply, no, false},
		{"administrator configures a node that runs", role.NewSet(role.Admin), apply, no, true},
		{"unknown method is for administrators", role.NewSet(role.Operator), "/x.Y/Z", nil, false},
		{"administrator may call an unknown method", role.NewSet(role.Admin), "/x.Y/Z", nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			denials := denial.New(slog.New(slog.NewTextHandler(io.Discard, nil)))
			a := authz.Authorizer{Maintenance: tt.maintenance, Denials: denials}

			err := a.Check(authz.WithRoles(t.Context(), tt.roles), tt.method)
			if allowed := err == nil; allowed != tt.allowed {
				t.Fatalf("allowed: got %v, want %v", allowed, tt.allowed)
			}

			if !tt.allowed {
				if !errors.Is(err, authz.ErrDenied) || status.Code(err) != codes.PermissionDenied {
					t.Errorf("got %v, want %v", err, authz.ErrDenied)
				}

				if denials.Counts()["role"] != 1 {
					t.Error("refusal was not counted")
				}
			}
		})
	}
}

func TestCertificateRoles(t *testing.T) {
	t.Parallel()

	later := time.Now().Add(time.Hour)

	for _, tt := range []struct {
		name       string
		orgs       []string
		expires    time.Time
		unverified bool
		claims     []string
		want       string
		code       codes.Code
	}{
		{name: "organizations are roles", orgs: []string{"os:reader", "os:someday"}, expires: later, want: "os:reader,os:someday"},
		{name: "claims of others are ignored", orgs: []string{"os:reader"}, expires: later, claims: []string{"os:admin"}, want: "os:reader"},
		{name: "impersonator speaks for its caller", orgs: []string{"os:impersonator"}, expires: later, claims: []string{"os:reader"}, want: "os:reader"},
		{name: "impersonator without caller is itself", orgs: []string{"os:impersonator"}, expires: later, want: "os:impersonator"},
		{name: "empty claims are none", orgs: []string{"os:impersonator"}, expires: later, claims: []string{""}, want: "os:impersonator"},
		{name: "no organization is no role", expires: later, want: ""},
		{name: "expired since the handshake", orgs: []string{"os:admin"}, expires: time.Now().Add(-time.Second), code: codes.Unauthenticated},
		{name: "presented but not verified", orgs: []string{"os:admin"}, expires: later, unverified: true, code: codes.Unauthenticated},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leaf := &x509.Certificate{Subject: pkix.Name{Organization: tt.orgs}, NotAfter: tt.expires}
			state := tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf}}

			if !tt.unverified {
				state.VerifiedChains = [][]*x509.Certificate{{leaf}}
			}

			ctx := peer.NewContext(t.Context(), &peer.Peer{AuthInfo: credentials.TLSInfo{State: state}})
			ctx = metadata.NewIncomingContext(ctx, metadata.MD{authz.MetadataKey: tt.claims})

			roles, err := authz.Certificate(nil)(ctx)
			if status.Code(err) != tt.code || roles.String() != tt.want {
				t.Errorf("got %q, %v; want %q, %v", roles, err, tt.want, tt.code)
			}
		})
	}
}

func TestMaintenanceRoles(t *testing.T) {
	t.Parallel()

	for addr, want := range map[string]string{
		"10.5.0.2:1":                      "os:reader",
		"[fdae:41e4:649b:9303:1::2]:1":    "os:admin",
		"[fdae:41e4:649b:9302:1::2]:1":    "os:reader",
		"[2001:db8:0:3::1]:1":             "os:reader",
		"[::ffff:10.5.0.2]:1":             "os:reader",
		"[fe80::5054:ff:fe00:3%eth0]:123": "os:reader",
	} {
		tcp, err := net.ResolveTCPAddr("tcp", addr)
		if err != nil {
			tcp = &net.TCPAddr{IP: net.ParseIP("fe80::3"), Port: 1}
		}

		roles, err := authz.Maintenance(peer.NewContext(t.Context(), &peer.Peer{Addr: tcp}))
		if err != nil || roles.String() != want {
			t.Errorf("%s: got %q, %v; want %q", addr, roles, err, want)
		}
	}
}

func TestOutgoingReplacesWhatTheCallerWrote(t *testing.T) {
	t.Parallel()

	md := metadata.Pairs(authz.MetadataKey, "os:admin", "other", "x")

	if authz.Outgoing(md, role.Set{}); len(md.Get(authz.MetadataKey)) != 0 {
		t.Errorf("no roles left the caller's header: %v", md)
	}

	if authz.Outgoing(md, role.NewSet(role.Reader)); len(md.Get(authz.MetadataKey)) != 1 || md.Get("other")[0] != "x" {
		t.Errorf("got %v", md)
	}
}

type server struct {
	machine.UnimplementedMachineServiceServer
	roles role.Set
}

func (s *server) Version(ctx context.Context, _ *emptypb.Empty) (*machine.VersionResponse, error) {
	s.roles = authz.Roles(ctx)

	return &machine.VersionResponse{}, nil
}

func TestSocketLimitsClaimsToWhatTheProcessMayDo(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "s")

	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}

	var seen authz.PeerInfo

	source := authz.Socket(func(_ context.Context, p authz.PeerInfo) (role.Set, error) {
		seen = p

		return role.ForService("dashboard"), nil
	})

	impl := &server{}
	srv := grpc.NewServer(grpc.Creds(authz.PeerCredentials()),
		grpc.ChainUnaryInterceptor(source.Unary(), (&authz.Authorizer{}).Unary()))
	machine.RegisterMachineServiceServer(srv, impl)

	go srv.Serve(listener) //nolint:errcheck // ends with Stop

	t.Cleanup(srv.Stop)

	conn, err := grpc.NewClient("unix:"+path, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { conn.Close() })

	ctx := metadata.AppendToOutgoingContext(t.Context(), authz.MetadataKey, "os:admin", authz.MetadataKey, "os:reader")

	if _, err := machine.NewMachineServiceClient(conn).Version(ctx, &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}

	if impl.roles.String() != "os:reader" {
		t.Errorf("roles: got %q, want os:reader", impl.roles)
	}

	if int(seen.PID) != os.Getpid() || int(seen.UID) != os.Getuid() {
		t.Errorf("peer: got %+v", seen)
	}

	ctx = metadata.AppendToOutgoingContext(t.Context(), authz.MetadataKey, "os:admin")

	if _, err := machine.NewMachineServiceClient(conn).Version(ctx, &emptypb.Empty{}); status.Code(err) != codes.PermissionDenied {
		t.Errorf("admin from the dashboard: got %v, want PermissionDenied", err)
	}
}
