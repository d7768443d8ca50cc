package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"

	"github.com/siderolabs/crypto/x509"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

type options struct {
	endpoints   []string
	tls         *tls.Config
	proxyURL    string
	socket      string
	dialOptions []grpc.DialOption
}

// Option says how to connect. A later one wins over an earlier one.
type Option func(*options) error

// WithConfig connects as a context of a talosconfig says; an empty name is the
// current one.
func WithConfig(config *talosconfig.Config, name string) Option {
	return func(o *options) error {
		selected, err := config.Select(name)
		if err != nil {
			return err
		}

		return WithContext(selected)(o)
	}
}

// WithContext connects as a context says.
func WithContext(selected *talosconfig.Context) Option {
	return func(o *options) error {
		if selected.Auth.SideroV1 != nil || selected.Auth.Basic != nil {
			return errors.New("this client knows certificates only, and the context asks for another kind of authentication")
		}

		config, err := selected.TLS()
		if err != nil {
			return err
		}

		o.endpoints, o.tls, o.proxyURL = selected.Endpoints, config, selected.ProxyURL

		return nil
	}
}

// WithEndpoints connects to these hosts or addresses instead of those of the
// context. The port may be left out.
func WithEndpoints(endpoints ...string) Option {
	return func(o *options) error {
		o.endpoints = endpoints

		return nil
	}
}

// WithTLS connects with these certificates.
func WithTLS(config *tls.Config) Option {
	return func(o *options) error {
		o.tls = config.Clone()
		o.tls.MinVersion = max(o.tls.MinVersion, tls.VersionTLS13)

		return nil
	}
}

// WithMaintenance connects to nodes that have no configuration, and hence no CA to
// prove anything with. With fingerprints, as a node's console shows them, at least
// nobody can sit in between.
func WithMaintenance(fingerprints ...string) Option {
	return func(o *options) error {
		o.tls = &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true}

		var parsed []x509.Fingerprint

		for _, text := range fingerprints {
			fingerprint, err := x509.ParseFingerprint(text)
			if err != nil {
				return fmt.Errorf("certificate fingerprint %q: %w", text, err)
			}

			parsed = append(parsed, fingerprint)
		}

		if len(parsed) > 0 {
			o.tls.VerifyConnection = x509.MatchSPKIFingerprints(parsed...)
		}

		return nil
	}
}

// WithUnixSocket connects to a socket on this machine.
func WithUnixSocket(path string) Option {
	return func(o *options) error {
		o.socket = path

		return nil
	}
}

// WithDialOptions adds options of gRPC.
func WithDialOptions(opts ...grpc.DialOption) Option {
	return func(o *options) error {
		o.dialOptions = append(o.dialOptions, opts...)

		return nil
	}
}

// WithNode makes calls of this context about one node. Its answer comes as it is.
func WithNode(ctx context.Context, node string) context.Context {
	return withTargets(ctx, "node", node)
}

// WithNodes makes calls of this context about several nodes, for services whose
// answers can be merged. Each message of the answer says whose it is; see [Failures].
func WithNodes(ctx context.Context, nodes ...string) context.Context {
	return withTargets(ctx, "nodes", nodes...)
}

func withTargets(ctx context.Context, key string, targets ...string) context.Context {
	md, _ := metadata.FromOutgoingContext(ctx)
	md = md.Copy()

	if md == nil {
		md = metadata.MD{}
	}

	md.Delete("node")
	md.Delete("nodes")
	md.Set(key, targets...)

	return metadata.NewOutgoingContext(ctx, md)
}
