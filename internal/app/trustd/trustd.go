package trustd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"github.com/talos-os/talos/api"
	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/internal/follow"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// StateSocket shows trustd the resources it may read. machined serves it.
const StateSocket = "/system/run/trustd/runtime.sock"

// drain is how long calls may take to finish at the end.
const drain = 2 * time.Second

var idleParams = keepalive.ServerParameters{MaxConnectionIdle: idle, MaxConnectionAge: 10 * time.Minute, MaxConnectionAgeGrace: idle}

// Options say where the node is.
type Options struct {
	StateSocket string
	// Address to listen on; empty is the usual port on every address.
	Address string
}

// Run signs until ctx ends. It listens as soon as it has what it takes to sign.
func Run(ctx context.Context, opts Options) error {
	if opts.Address == "" {
		opts.Address = ":" + strconv.Itoa(api.TrustPort)
	}

	st, conn, err := follow.Dial(opts.StateSocket)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // the process ends

	s := newServer(denial.New(slog.Default()))

	var (
		watches sync.WaitGroup
		once    sync.Once
	)

	ready := make(chan struct{})
	changed := func() {
		if s.authority.Load() != nil && s.certificate.Load() != nil {
			once.Do(func() { close(ready) })
		}
	}

	ctx, cancel := context.WithCancel(ctx)

	defer watches.Wait()
	defer cancel()

	watches.Go(func() {
		follow.Resource(ctx, st, secrets.OSRootSecrets, secrets.OSRootID, func(spec *secrets.OSRootSpec) {
			s.setAuthority(spec)
			changed()
		})
	})

	watches.Go(func() {
		follow.Resource(ctx, st, secrets.TrustdCertificates, secrets.TrustdID, func(spec *secrets.TrustdCertsSpec) {
			s.setCertificate(spec)
			changed()
		})
	})

	select {
	case <-ctx.Done():
		return nil
	case <-ready:
	}

	listener, err := net.Listen("tcp", opts.Address)
	if err != nil {
		return fmt.Errorf("serve certificate requests: %w", err)
	}

	slog.Info("signing certificates", "address", listener.Addr().String())

	return serve(ctx, s.grpc(), listener)
}

func serve(ctx context.Context, srv *grpc.Server, listener net.Listener) error {
	stop := context.AfterFunc(ctx, func() {
		cut := time.AfterFunc(drain, srv.Stop)
		defer cut.Stop()

		srv.GracefulStop()
	})
	defer stop()

	if err := srv.Serve(listener); err != nil && !errors.Is(err, grpc.ErrServerStopped) {
		return fmt.Errorf("serve certificate requests: %w", err)
	}

	return nil
}

// setAuthority takes new root secrets. Without them nothing is signed: a node that
// is no control plane node any more must not go on with what it had.
func (s *server) setAuthority(spec *secrets.OSRootSpec) {
	if spec == nil {
		s.authority.Store(nil)

		return
	}

	authority, err := parseAuthority(spec)
	if err != nil {
		slog.Error("root secrets are unusable", "error", err)
	}

	s.authority.Store(authority)
}

// setCertificate takes a new server certificate. While there is none the previous
// one stays in use.
func (s *server) setCertificate(spec *secrets.TrustdCertsSpec) {
	if spec == nil || spec.Server == nil {
		return
	}

	certificate, err := tls.X509KeyPair(spec.Server.Crt, spec.Server.Key)
	if err != nil {
		slog.Error("server certificate is unusable, keeping the previous one", "error", err)

		return
	}

	s.certificate.Store(&certificate)
}
