package k8sctl

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// podStatusInterval is how often the kubelet is asked. It has no way to tell.
const podStatusInterval = 15 * time.Second

// StaticPodStatus asks the kubelet of a control plane node how the static pods
// are. It works while the API server does not, as long as the kubelet remembers
// that the caller is allowed to.
func StaticPodStatus(d Deps) controller.Controller {
	var kept keptClient

	return controller.Source{
		Name: "k8s.KubeletStaticPodController",
		Inputs: controller.In(
			k8s.Nodenames.Weak(idOf(k8s.NodenameID)),
			runtime.Services.Weak(idOf(serviceKubelet)),
			secrets.KubernetesDynamicCerts.Weak(idOf(secrets.KubernetesDynamicCertsID)),
			secrets.KubernetesRootSecrets.Weak(idOf(secrets.KubernetesRootID)),
		),
		Outputs: controller.Out(k8s.StaticPodStatuses.Exclusive()),
		Every:   podStatusInterval,
		Read: func(ctx context.Context, r cosi.Reader) ([]controller.Item, error) {
			cfg, err := kubeletAccess(ctx, r, d.Root)
			if err != nil || cfg == nil {
				kept.close()

				return nil, err
			}

			client, err := kept.get(*cfg)
			if err != nil {
				return nil, err
			}

			ctx, cancel := context.WithTimeout(ctx, podStatusInterval)
			defer cancel()

			var pods struct{ Items []kubeclient.Object }

			err = client.Call(ctx, http.MethodGet, "/pods", nil, "", nil, &pods)
			if err != nil {
				// Nothing is known: the pods may well run, but nobody can tell.
				kept.close()

				return nil, nil
			}

			return staticPodStatuses(pods.Items), nil
		},
	}.Build()
}

// kubeletAccess is how to ask the kubelet, nil while it cannot be asked.
func kubeletAccess(ctx context.Context, r cosi.Reader, root string) (*kubeclient.Config, error) {
	var errs [4]error

	nodename, err := find(ctx, r, k8s.Nodenames, k8s.NodenameID)
	errs[0] = err
	svc, err := find(ctx, r, runtime.Services, serviceKubelet)
	errs[1] = err
	certs, err := find(ctx, r, secrets.KubernetesDynamicCerts, secrets.KubernetesDynamicCertsID)
	errs[2] = err
	kubeRoot, err := find(ctx, r, secrets.KubernetesRootSecrets, secrets.KubernetesRootID)
	errs[3] = err

	if err = errors.Join(errs[:]...); err != nil || nodename == nil || svc == nil || !svc.Running || certs == nil || kubeRoot == nil {
		return nil, err
	}

	var ca bytes.Buffer

	ca.Write(pemBundle(kubeRoot.AcceptedCAs))

	// The kubelet signs its own serving certificate unless it is told not to:
	// then that file is what its answers are checked against.
	own, err := os.ReadFile(filepath.Join(root, kubeletPKIDir, "kubelet.crt"))
	if ignoreMissing(err) != nil {
		return nil, err
	}

	ca.Write(own)

	return &kubeclient.Config{
		Server: "https://127.0.0.1:10250", ServerName: nodename.Nodename, CA: ca.Bytes(),
		Cert: certs.APIServerKubeletClient.Crt, Key: certs.APIServerKubeletClient.Key,
	}, nil
}

func staticPodStatuses(pods []kubeclient.Object) []controller.Item {
	var items []controller.Item

	for _, pod := range pods {
		md := field(pod, "metadata")
		if text(field(md, "annotations"), "kubernetes.io/config.source") != "file" {
			continue
		}

		items = append(items, controller.Want(k8s.StaticPodStatuses, text(md, "namespace")+"/"+text(md, "name"),
			k8s.StaticPodStatusSpec{PodStatus: field(pod, "status")}))
	}

	return items
}
