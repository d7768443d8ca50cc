// Package etcdclient talks to the cluster's etcd with the node's admin
// certificate: membership, maintenance, and the cluster-wide locks.
//
// machined's etcd controllers, its API and the manifest applier call it.
package etcdclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"
)

// Where the node's etcd keeps its credentials.
const (
	PKIPath    = "/system/secrets/etcd"
	CAFile     = PKIPath + "/ca.crt"
	AdminCert  = PKIPath + "/admin.crt"
	AdminKey   = PKIPath + "/admin.key"
	ClientPort = 2379
	PeerPort   = 2380
)

// LocalEndpoint is this node's own member. Its certificate is valid for localhost.
const LocalEndpoint = "localhost:2379"

// Client is a connection to one or more members.
type Client struct{ *clientv3.Client }

// Options choose members and credentials; zero values are the node's own.
type Options struct {
	Endpoints                 []string
	CAFile, CertFile, KeyFile string
}

// New connects lazily: the first call finds out whether anybody is there.
func New(ctx context.Context, opts Options) (*Client, error) {
	if len(opts.Endpoints) == 0 {
		opts.Endpoints = []string{LocalEndpoint}
	}

	tlsConfig, err := opts.tls()
	if err != nil {
		return nil, fmt.Errorf("load etcd credentials: %w", err)
	}

	c, err := clientv3.New(clientv3.Config{
		Context:              ctx,
		Endpoints:            opts.Endpoints,
		TLS:                  tlsConfig,
		DialTimeout:          10 * time.Second,
		DialKeepAliveTime:    30 * time.Second,
		DialKeepAliveTimeout: 15 * time.Second,
		DialOptions: []grpc.DialOption{
			grpc.WithConnectParams(grpc.ConnectParams{Backoff: backoff.Config{
				BaseDelay: time.Second, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 15 * time.Second,
			}}),
			grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 15 * time.Second}),
		},
		// The caller sees every error; the library would log each attempt as well.
		Logger: zap.NewNop(),
	})
	if err != nil {
		return nil, fmt.Errorf("connect to etcd: %w", err)
	}

	return &Client{c}, nil
}

// Local connects to this node's own member.
func Local(ctx context.Context) (*Client, error) { return New(ctx, Options{}) }

// At connects to the members at addresses.
func At(ctx context.Context, addrs []netip.Addr) (*Client, error) {
	endpoints := make([]string, 0, len(addrs))
	for _, a := range addrs {
		endpoints = append(endpoints, net.JoinHostPort(a.String(), strconv.Itoa(ClientPort)))
	}

	return New(ctx, Options{Endpoints: endpoints})
}

func (o Options) tls() (*tls.Config, error) {
	ca, cert, key := o.CAFile, o.CertFile, o.KeyFile
	if ca == "" {
		ca, cert, key = CAFile, AdminCert, AdminKey
	}

	pem, err := os.ReadFile(ca)
	if err != nil {
		return nil, err
	}

	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", ca)
	}

	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}

	return &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}, nil
}

// Snapshot streams the database as it is now, checksum appended, the form that
// recovery takes.
func (c *Client) Snapshot(ctx context.Context) (io.ReadCloser, error) {
	r, err := c.Client.Snapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("snapshot etcd: %w", err)
	}

	return r, nil
}

// Status asks the first endpoint about itself.
func (c *Client) Status(ctx context.Context) (*clientv3.StatusResponse, error) {
	s, err := c.Client.Status(ctx, c.Endpoints()[0])
	if err != nil {
		return nil, fmt.Errorf("ask etcd for its status: %w", err)
	}

	return s, nil
}

// Healthy asks for a linearizable read: it needs a leader and a quorum.
func (c *Client) Healthy(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(clientv3.WithRequireLeader(ctx), 15*time.Second)
	defer cancel()

	_, err := c.Get(ctx, "health", clientv3.WithCountOnly())
	if errors.Is(err, rpctypes.ErrPermissionDenied) {
		return nil
	}

	if err != nil {
		return fmt.Errorf("etcd does not answer reads: %w", err)
	}

	return nil
}

// WithLock runs do while this node holds the cluster-wide lock named key. The
// context given to do ends when the lock is lost.
func (c *Client) WithLock(ctx context.Context, key string, do func(ctx context.Context) error) error {
	session, err := concurrency.NewSession(c.Client, concurrency.WithTTL(60), concurrency.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("open etcd session: %w", err)
	}

	defer session.Close() //nolint:errcheck // the lease expires by itself

	mutex := concurrency.NewMutex(session, key)

	if err = mutex.Lock(ctx); err != nil {
		return fmt.Errorf("lock %s: %w", key, err)
	}

	defer func() {
		unlockCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()

		mutex.Unlock(unlockCtx) //nolint:errcheck // closing the session releases it too
	}()

	held, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	go func() {
		select {
		case <-session.Done():
			cancel(fmt.Errorf("lost lock %s", key))
		case <-held.Done():
		}
	}()

	return do(held)
}
