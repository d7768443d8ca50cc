package trustd

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	securityapi "github.com/talos-os/talos/api/security"
	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/pkg/machinery/client/trust"
)

// Limits for callers about whom nothing is known.
const (
	maxRequest       = 64 << 10
	maxHeaders       = 16 << 10
	maxStreams       = 16
	handshakeTimeout = 10 * time.Second
	idle             = 30 * time.Second
)

// Rates are far above what a cluster that starts all at once asks for, and far
// below what guessing a token or exhausting a processor takes.
const (
	signsPerSecond   = 20
	signsAtOnce      = 100
	guessesPerSecond = 10
	guessesAtOnce    = 50
)

type server struct {
	securityapi.UnimplementedSecurityServiceServer

	authority   atomic.Pointer[authority]
	certificate atomic.Pointer[tls.Certificate]

	denials *denial.Log
	signs   *rate.Limiter
	guesses *rate.Limiter
}

func newServer(denials *denial.Log) *server {
	return &server{
		denials: denials,
		signs:   rate.NewLimiter(signsPerSecond, signsAtOnce),
		guesses: rate.NewLimiter(guessesPerSecond, guessesAtOnce),
	}
}

// grpc returns the server that s answers in. Its certificate is looked up for each
// handshake.
func (s *server) grpc() *grpc.Server {
	config := &tls.Config{
		MinVersion:             tls.VersionTLS13,
		SessionTicketsDisabled: true,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if certificate := s.certificate.Load(); certificate != nil {
				return certificate, nil
			}

			return nil, status.Error(codes.Unavailable, "no server certificate yet")
		},
	}

	srv := grpc.NewServer(
		grpc.Creds(credentials.NewTLS(config)),
		grpc.UnaryInterceptor(s.authenticate),
		grpc.StreamInterceptor(func(any, grpc.ServerStream, *grpc.StreamServerInfo, grpc.StreamHandler) error {
			return status.Error(codes.Unimplemented, "streaming is not supported")
		}),
		grpc.MaxRecvMsgSize(maxRequest),
		grpc.MaxHeaderListSize(maxHeaders),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.ConnectionTimeout(handshakeTimeout),
		grpc.KeepaliveParams(idleParams),
		grpc.SharedWriteBuffer(true),
	)
	securityapi.RegisterSecurityServiceServer(srv, s)

	return srv
}

// authenticate lets calls with the machine token through.
func (s *server) authenticate(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	authority := s.authority.Load()
	if authority == nil {
		return nil, status.Error(codes.Unavailable, "not ready to sign")
	}

	tokens := metadata.ValueFromIncomingContext(ctx, trust.TokenKey)

	if len(tokens) != 1 {
		s.denials.Add("missing token", from(ctx))

		return nil, status.Error(codes.Unauthenticated, "missing token")
	}

	if !equal(tokens[0], authority.token) {
		s.denials.Add("wrong token", from(ctx))

		// Waiting costs the guesser time and us a blocked stream, of which each
		// connection has few. A node with the right token never gets here.
		if err := s.guesses.Wait(ctx); err != nil {
			return nil, status.FromContextError(ctx.Err()).Err()
		}

		return nil, status.Error(codes.Unauthenticated, "invalid token")
	}

	return handler(ctx, req)
}

// equal takes the same time whatever the texts have in common, their length included.
func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))

	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func (s *server) Certificate(ctx context.Context, req *securityapi.CertificateRequest) (*securityapi.CertificateResponse, error) {
	if !s.signs.Allow() {
		s.denials.Add("too many requests", from(ctx))

		return nil, status.Error(codes.ResourceExhausted, "too many certificate requests, try again later")
	}

	authority := s.authority.Load()

	crt, signed, err := authority.sign(req.GetCsr(), time.Now())
	if err != nil {
		s.denials.Add("unusable request", from(ctx), "error", err.Error())

		return nil, status.Errorf(codes.InvalidArgument, "sign certificate request: %s", err)
	}

	slog.Info("signed a certificate", "for", from(ctx), "name", signed.Subject.CommonName, "dns", signed.DNSNames,
		"ips", signed.IPAddresses, "expires", signed.NotAfter)

	return &securityapi.CertificateResponse{Ca: authority.accepted, Crt: crt}, nil
}

func from(ctx context.Context) string {
	if p, ok := peer.FromContext(ctx); ok {
		return p.Addr.String()
	}

	return "unknown"
}
