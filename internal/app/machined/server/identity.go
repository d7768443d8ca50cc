package server

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
	bundle "github.com/talos-os/talos/pkg/machinery/config/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/role"
	"github.com/talos-os/talos/pkg/machinery/version"
)

// Version tells what runs and where.
func (s *machineService) Version(ctx context.Context, _ *emptypb.Empty) (*machine.VersionResponse, error) {
	v := &machine.Version{
		Version: &machine.VersionInfo{
			Tag: version.Tag, Sha: version.SHA, Built: version.Built,
			GoVersion: runtime.Version(), Os: runtime.GOOS, Arch: runtime.GOARCH,
		},
		Platform: &machine.PlatformInfo{Name: s.deps.Platform.Name(), Mode: s.deps.Platform.Mode()},
	}

	cfg, err := s.deps.Applier.Active(ctx)
	if err != nil {
		return nil, err
	}

	if cfg != nil {
		v.Features = &machine.FeaturesInfo{Rbac: true}
	}

	return &machine.VersionResponse{Messages: []*machine.Version{v}}, nil
}

// Hostname is the kernel's.
func (s *machineService) Hostname(context.Context, *emptypb.Empty) (*machine.HostnameResponse, error) {
	name, err := os.Hostname()
	if err != nil {
		return nil, err
	}

	return &machine.HostnameResponse{Messages: []*machine.Hostname{{Hostname: name}}}, nil
}

// defaultClientTTL is how long a client certificate lasts when nobody says.
const defaultClientTTL = 24 * 365 * time.Hour

// GenerateClientConfiguration issues a client certificate and a file to use it with.
func (s *machineService) GenerateClientConfiguration(
	ctx context.Context, req *machine.GenerateClientConfigurationRequest,
) (*machine.GenerateClientConfigurationResponse, error) {
	roles := role.Parse(req.GetRoles())

	switch {
	case roles.Empty():
		return nil, status.Error(codes.InvalidArgument, "no roles were given, so the certificate would allow nothing")
	case len(roles.Unknown()) > 0:
		return nil, status.Errorf(codes.InvalidArgument, "roles %q are not known; roles are %s", roles.Unknown(), role.All)
	}

	ttl := defaultClientTTL
	if req.GetCrtTtl() != nil {
		ttl = req.GetCrtTtl().AsDuration()
	}

	if ttl <= 0 {
		return nil, status.Errorf(codes.InvalidArgument, "a certificate cannot last %s", ttl)
	}

	root, err := secrets.OSRootSecrets.Find(ctx, s.deps.State, secrets.OSRootID)
	if err != nil {
		return nil, err
	}

	if root == nil || root.TypedSpec().IssuingCA == nil || len(root.TypedSpec().IssuingCA.Key) == 0 {
		return nil, status.Error(codes.FailedPrecondition, "this node has no CA to issue certificates with: ask a control plane node")
	}

	pair, err := bundle.Client(root.TypedSpec().IssuingCA, time.Now(), ttl, roles.Strings()...)
	if err != nil {
		return nil, err
	}

	var ca bytes.Buffer
	for _, c := range root.TypedSpec().AcceptedCAs {
		ca.Write(c.Crt)
	}

	if ca.Len() == 0 {
		ca.Write(root.TypedSpec().IssuingCA.Crt)
	}

	name, err := s.clusterName(ctx)
	if err != nil {
		return nil, err
	}

	file := &talosconfig.Context{}
	file.SetCertificate(ca.Bytes(), pair.Crt, pair.Key)

	text, err := (&talosconfig.Config{Context: name, Contexts: map[string]*talosconfig.Context{name: file}}).Encode()
	if err != nil {
		return nil, fmt.Errorf("write client configuration: %w", err)
	}

	return &machine.GenerateClientConfigurationResponse{Messages: []*machine.GenerateClientConfiguration{{
		Ca: ca.Bytes(), Crt: pair.Crt, Key: pair.Key, Talosconfig: text,
	}}}, nil
}

func (s *machineService) clusterName(ctx context.Context) (string, error) {
	cfg, err := s.deps.Applier.Active(ctx)
	if err != nil {
		return "", err
	}

	if cfg != nil && cfg.V1Alpha1() != nil {
		if name := cfg.Effective().Cluster.ClusterName; name != "" {
			return name, nil
		}
	}

	return "default", nil
}
