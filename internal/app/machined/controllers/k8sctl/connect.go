package k8sctl

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// errNoCredentials tells that the node cannot call its API server yet.
var errNoCredentials = errors.New("the node has no Kubernetes credentials yet")

// nodeCredentials are what the node calls its API server with: an administrator
// on control plane nodes, the kubelet elsewhere. The text is empty while there
// are none; it changes when they do.
type nodeCredentials struct {
	text  string
	admin bool
}

func credentialInputs() []cosi.Input {
	return controller.In(
		secrets.KubernetesSecrets.Weak(idOf(secrets.KubernetesID)),
		k8s.KubeletKubeconfigs.Weak(idOf(k8s.KubeletID)),
	)
}

func observeCredentials(ctx context.Context, r kinds.Reader, root string) (c nodeCredentials, err error) {
	certs, err := find(ctx, r, secrets.KubernetesSecrets, secrets.KubernetesID)
	if err != nil {
		return c, err
	}

	if certs != nil {
		return nodeCredentials{certs.LocalhostAdminKubeconfig, true}, nil
	}

	if kubelet, findErr := find(ctx, r, k8s.KubeletKubeconfigs, k8s.KubeletID); findErr != nil || kubelet == nil {
		return c, findErr
	}

	text, err := os.ReadFile(filepath.Join(root, kubeletKubeconfigFile))

	return nodeCredentials{text: string(text)}, ignoreMissing(err)
}

func (c nodeCredentials) client() (*kubeclient.Client, error) {
	if c.text == "" {
		return nil, errNoCredentials
	}

	return kubeclient.FromKubeconfigText([]byte(c.text))
}

func (c nodeCredentials) String() string {
	return fmt.Sprintf("known %t, admin %t", c.text != "", c.admin)
}

// KubeletKubeconfig tells when the kubelet has got credentials of its own. The
// file is the kubelet's, on a disk that may not be mounted yet: looking now and
// then is simpler than watching directories come and go.
func KubeletKubeconfig(d Deps) controller.Controller {
	return controller.Source{
		Name:    "k8s.KubeletKubeconfigController",
		Outputs: controller.Out(k8s.KubeletKubeconfigs.Exclusive()),
		Every:   10 * time.Second,
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			text, err := os.ReadFile(filepath.Join(d.Root, kubeletKubeconfigFile))
			if err != nil {
				return nil, ignoreMissing(err)
			}

			if _, err = kubeclient.FromKubeconfig(text); err != nil {
				return nil, nil // being written
			}

			// The kubeconfig only points at the certificate.
			if _, err = os.Stat(filepath.Join(d.Root, kubeletClientFile)); err != nil {
				return nil, ignoreMissing(err)
			}

			sum := sha256.Sum256(text)

			return []controller.Item{controller.Want(k8s.KubeletKubeconfigs, k8s.KubeletID,
				k8s.KubeletKubeconfigSpec{Hash: hex.EncodeToString(sum[:])})}, nil
		},
	}.Build()
}

// modify writes an output from a task.
func modify[T any](ctx context.Context, rt cosi.Runtime, kind *kinds.Kind[T], id resource.ID, spec T) error {
	var zero T

	return rt.Modify(ctx, kind.New(id, zero), func(r resource.Resource) error {
		res, err := kind.Cast(r)
		if err == nil {
			*res.TypedSpec() = spec
		}

		return err
	})
}

// retain destroys the outputs of a kind that keep does not name.
func retain[T any](ctx context.Context, rt cosi.Runtime, kind *kinds.Kind[T], owner string, keep ...resource.ID) error {
	list, err := kind.List(ctx, rt)
	if err != nil {
		return err
	}

next:
	for _, r := range list {
		for _, id := range keep {
			if r.ID() == id {
				continue next
			}
		}

		if r.Metadata().Owner() != owner {
			continue
		}

		ready, err := rt.Teardown(ctx, r.Metadata())
		if err == nil && ready {
			err = rt.Destroy(ctx, r.Metadata())
		}

		if err != nil {
			return err
		}
	}

	return nil
}
