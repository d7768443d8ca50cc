package secretsctl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

type kubernetesView struct {
	root   *secrets.KubernetesRootSpec
	synced bool
	have   *secrets.KubernetesCertsSpec
}

const mastersGroup = "system:masters"

// Kubernetes issues the kubeconfigs of the control plane's own clients.
func Kubernetes(d Deps) controller.Controller {
	inputs := controller.In(
		secrets.KubernetesRootSecrets.Weak(idOf(secrets.KubernetesRootID)),
		timesync.TimeStatuses.Weak(idOf(timesync.StatusID)),
	)

	return issuing("secrets.KubernetesController", inputs, secrets.KubernetesSecrets.Exclusive(), d.Now,
		func(ctx context.Context, r cosi.Reader) (v kubernetesView, err error) {
			if v.root, err = find(ctx, r, secrets.KubernetesRootSecrets, secrets.KubernetesRootID); err != nil {
				return v, err
			}

			if v.synced, err = timeSynced(ctx, r); err != nil {
				return v, err
			}

			v.have, err = find(ctx, r, secrets.KubernetesSecrets, secrets.KubernetesID)

			return v, err
		}, planKubernetes)
}

func planKubernetes(v kubernetesView) *wanted {
	if v.root == nil || !v.synced {
		return nil
	}

	client := func(name, group string) leaf {
		return leaf{
			CA: v.root.IssuingCA, CommonName: name, Organizations: []string{group},
			Lifetime: YearLifetime, Usage: clientAuth,
		}
	}

	const scheduler, manager = "system:kube-scheduler", "system:kube-controller-manager"

	w := &wanted{
		leaves: map[string]leaf{
			"scheduler": client(scheduler, scheduler),
			"manager":   client(manager, manager),
			"admin":     client("admin", mastersGroup),
			"localhost": client("talos:admin", mastersGroup),
		},
		item: func(c map[string]pair) controller.Item {
			local := func(user string, crt pair) string {
				return kubeclient.Kubeconfig{
					Cluster: v.root.Name, User: user, Server: v.root.LocalEndpoint.String(),
					CA: bundle(v.root.AcceptedCAs), Client: crt,
				}.Text()
			}

			return controller.Want(secrets.KubernetesSecrets, secrets.KubernetesID, secrets.KubernetesCertsSpec{
				SchedulerKubeconfig:         local(scheduler, c["scheduler"]),
				ControllerManagerKubeconfig: local(manager, c["manager"]),
				LocalhostAdminKubeconfig:    local("admin", c["localhost"]),
				AdminKubeconfig: kubeclient.Kubeconfig{
					Cluster: v.root.Name, User: "admin", Server: v.root.Endpoint.String(), Namespace: "default",
					CA: bundle(v.root.AcceptedCAs), Client: c["admin"],
				}.Text(),
			})
		},
	}

	if h := v.have; h != nil {
		w.have = map[string]pair{
			"scheduler": clientOf(h.SchedulerKubeconfig), "manager": clientOf(h.ControllerManagerKubeconfig),
			"admin": clientOf(h.AdminKubeconfig), "localhost": clientOf(h.LocalhostAdminKubeconfig),
		}
	}

	return w
}

func clientOf(kubeconfig string) pair {
	cfg, err := kubeclient.FromKubeconfig([]byte(kubeconfig))
	if err != nil {
		return nil
	}

	return &x509.PEMEncodedCertificateAndKey{Crt: cfg.Cert, Key: cfg.Key}
}

type dynamicView struct {
	root  *secrets.KubernetesRootSpec
	names *secrets.CertSANSpec
	// synced is also true without anything else known.
	synced bool
	have   *secrets.KubernetesDynamicCertsSpec
}

// KubernetesDynamicCerts issues the API server's certificates. The API server
// reads them again when the files change, so an address more costs no restart.
func KubernetesDynamicCerts(d Deps) controller.Controller {
	inputs := controller.In(
		secrets.KubernetesRootSecrets.Weak(idOf(secrets.KubernetesRootID)),
		secrets.CertSANs.Weak(idOf(secrets.CertSANKubernetesID)),
		timesync.TimeStatuses.Weak(idOf(timesync.StatusID)),
	)

	return issuing("secrets.KubernetesDynamicCertsController", inputs, secrets.KubernetesDynamicCerts.Exclusive(), d.Now,
		func(ctx context.Context, r cosi.Reader) (v dynamicView, err error) {
			if v.root, err = find(ctx, r, secrets.KubernetesRootSecrets, secrets.KubernetesRootID); err != nil {
				return v, err
			}

			if v.names, err = find(ctx, r, secrets.CertSANs, secrets.CertSANKubernetesID); err != nil {
				return v, err
			}

			if v.synced, err = timeSynced(ctx, r); err != nil {
				return v, err
			}

			v.have, err = find(ctx, r, secrets.KubernetesDynamicCerts, secrets.KubernetesDynamicCertsID)

			return v, err
		}, planDynamic)
}

func planDynamic(v dynamicView) *wanted {
	if v.root == nil || v.names == nil || !v.synced || v.root.AggregatorCA == nil {
		return nil
	}

	w := &wanted{
		leaves: map[string]leaf{
			"server": {
				CA: v.root.IssuingCA, CommonName: "kube-apiserver", Organizations: []string{"kube-master"},
				IPs: v.names.IPs, DNSNames: v.names.DNSNames, Lifetime: YearLifetime, Usage: serverAuth,
			},
			"kubelet": {
				CA: v.root.IssuingCA, CommonName: "apiserver-kubelet-client", Organizations: []string{mastersGroup},
				Lifetime: YearLifetime, Usage: clientAuth,
			},
			"proxy": {
				CA: v.root.AggregatorCA, CommonName: "front-proxy-client", Lifetime: YearLifetime, Usage: clientAuth,
			},
		},
		item: func(c map[string]pair) controller.Item {
			return controller.Want(secrets.KubernetesDynamicCerts, secrets.KubernetesDynamicCertsID,
				secrets.KubernetesDynamicCertsSpec{
					APIServer: c["server"], APIServerKubeletClient: c["kubelet"], FrontProxy: c["proxy"],
				})
		},
	}

	if h := v.have; h != nil {
		w.have = map[string]pair{"server": h.APIServer, "kubelet": h.APIServerKubeletClient, "proxy": h.FrontProxy}
	}

	return w
}
