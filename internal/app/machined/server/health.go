package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api"
	"github.com/talos-os/talos/api/cluster"
	"github.com/talos-os/talos/internal/authz"
	"github.com/talos-os/talos/internal/health"
	"github.com/talos-os/talos/internal/kube"
	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/role"
)

// clusterService is cluster.ClusterService.
type clusterService struct {
	cluster.UnimplementedClusterServiceServer
	*Server
}

const (
	// healthTime is how long a client waits that does not say; it is talosctl's default.
	healthTime = 20 * time.Minute
	healthPoll = 2 * time.Second
)

// HealthCheck runs the checks of a cluster here, where all nodes and the Kubernetes
// API can be reached. Only control plane nodes can: others hold no certificate
// that another node takes calls from.
func (s *clusterService) HealthCheck(req *cluster.HealthCheckRequest, stream grpc.ServerStreamingServer[cluster.HealthCheckProgress]) error {
	limit := req.GetWaitTimeout().AsDuration()
	if limit <= 0 {
		limit = healthTime
	}

	ctx, cancel := context.WithTimeout(stream.Context(), limit)
	defer cancel()

	c, err := s.neighbours(ctx)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck

	// All that is asked for is open to readers, whoever the caller is.
	ctx = metadata.AppendToOutgoingContext(ctx, authz.MetadataKey, string(role.Reader))

	info := req.GetClusterInfo()
	server := info.GetForceEndpoint()

	if server != "" && !strings.Contains(server, "://") {
		server = "https://" + server
	}

	var gone error

	err = health.Check(ctx, c, health.Options{
		ControlPlanes: info.GetControlPlaneNodes(), Workers: info.GetWorkerNodes(), Poll: healthPoll,
		Explain: func(err error) string { return status.Convert(err).Message() },
		Kubeconfig: func(ctx context.Context) ([]byte, error) {
			certs, err := secrets.KubernetesSecrets.Find(ctx, s.deps.State, secrets.KubernetesID)
			if err == nil && certs == nil {
				err = errors.New("this node has no kubeconfig yet")
			}

			if err != nil {
				return nil, err
			}

			return []byte(certs.TypedSpec().LocalhostAdminKubeconfig), nil
		},
		Kubernetes: func(kubeconfig []byte) (*kube.Client, error) { return kube.New(kubeconfig, server) },
	}, func(line string) {
		if err := stream.Send(&cluster.HealthCheckProgress{Message: line}); err != nil && gone == nil {
			gone = err

			cancel()
		}
	})

	switch {
	case gone != nil:
		return gone
	case err != nil && stream.Context().Err() == nil && ctx.Err() != nil:
		return status.Errorf(codes.DeadlineExceeded, "not well after %s: %v", limit, err)
	}

	return err
}

// neighbours is a client of this node's own apid, which passes calls on to others
// for the certificate that nodes have for it.
func (s *Server) neighbours(ctx context.Context) (*client.Client, error) {
	certs, err := secrets.ApiCertificates.Find(ctx, s.deps.State, secrets.APIID)
	if err != nil {
		return nil, err
	}

	if certs == nil || certs.TypedSpec().Client == nil {
		return nil, status.Error(codes.FailedPrecondition, "this node cannot call others: ask a control plane node that is configured")
	}

	spec := certs.TypedSpec()

	pair, err := tls.X509KeyPair(spec.Client.Crt, spec.Client.Key)
	if err != nil {
		return nil, err
	}

	roots := x509.NewCertPool()
	for _, ca := range spec.AcceptedCAs {
		roots.AppendCertsFromPEM(ca.Crt)
	}

	return client.New(
		client.WithEndpoints(net.JoinHostPort("127.0.0.1", strconv.Itoa(api.Port))),
		client.WithTLS(&tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots}),
	)
}
