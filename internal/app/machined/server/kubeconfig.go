package server

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// Kubeconfig is an archive, in a single item, of the administrator's kubeconfig.
func (s *machineService) Kubeconfig(_ *emptypb.Empty, stream grpc.ServerStreamingServer[common.Data]) error {
	certs, err := secrets.KubernetesSecrets.Find(stream.Context(), s.deps.State, secrets.KubernetesID)
	if err != nil {
		return err
	}

	if certs == nil || certs.TypedSpec().AdminKubeconfig == "" {
		return status.Error(codes.FailedPrecondition, "this node has no kubeconfig to give: ask a control plane node that is configured")
	}

	archive, err := kubeconfigArchive(certs.TypedSpec().AdminKubeconfig, time.Now())
	if err != nil {
		return err
	}

	return stream.Send(&common.Data{Bytes: archive})
}

// kubeconfigArchive leaves the end-of-archive blocks out, as clients know it.
func kubeconfigArchive(text string, now time.Time) ([]byte, error) {
	var buf bytes.Buffer

	zipped := gzip.NewWriter(&buf)
	archive := tar.NewWriter(zipped)

	if err := archive.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: "kubeconfig", Size: int64(len(text)), ModTime: now, Mode: 0o600,
	}); err != nil {
		return nil, err
	}

	if _, err := archive.Write([]byte(text)); err != nil {
		return nil, err
	}

	if err := archive.Flush(); err != nil {
		return nil, err
	}

	if err := zipped.Close(); err != nil {
		return nil, err
	}

	return buf.Bytes(), nil
}
