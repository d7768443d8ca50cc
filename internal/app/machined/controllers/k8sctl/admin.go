package k8sctl

import (
	"context"
	stdx509 "crypto/x509"
	"errors"
	"fmt"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// ErrNotControlPlane refuses what only a control plane node can do.
var ErrNotControlPlane = errors.New("kubeconfig is only available on control plane nodes")

// AdminKubeconfig issues an administrator's kubeconfig for the cluster endpoint,
// valid as long as the config says.
func AdminKubeconfig(ctx context.Context, r kinds.Reader, now time.Time) ([]byte, error) {
	root, err := find(ctx, r, secrets.KubernetesRootSecrets, secrets.KubernetesRootID)
	if err != nil {
		return nil, err
	}

	if root == nil {
		return nil, ErrNotControlPlane
	}

	active, err := find(ctx, r, machineconfig.MachineConfigs, machineconfig.Active)
	if err != nil {
		return nil, err
	}

	lifetime := 365 * 24 * time.Hour
	if active != nil && active.Config() != nil {
		lifetime = active.Config().Effective().Cluster.AdminKubeconfig.CertLifetime
	}

	return adminKubeconfig(*root, now, lifetime)
}

func adminKubeconfig(root secrets.KubernetesRootSpec, now time.Time, lifetime time.Duration) ([]byte, error) {
	ca, err := x509.NewCertificateAuthorityFromCertificateAndKey(root.IssuingCA)
	if err != nil {
		return nil, fmt.Errorf("load Kubernetes CA: %w", err)
	}

	pair, err := x509.NewKeyPair(ca,
		x509.CommonName("admin"), x509.Organization("system:masters"),
		x509.NotBefore(now.Add(-10*time.Minute)), x509.NotAfter(now.Add(lifetime)),
		x509.KeyUsage(stdx509.KeyUsageDigitalSignature),
		x509.ExtKeyUsage([]stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth}),
	)
	if err != nil {
		return nil, fmt.Errorf("issue admin certificate: %w", err)
	}

	return []byte(kubeclient.Kubeconfig{
		Cluster: root.Name, User: "admin", Server: root.Endpoint.String(), Namespace: "default",
		CA: pemBundle(root.AcceptedCAs), Client: x509.NewCertificateAndKeyFromKeyPair(pair),
	}.Text()), nil
}
