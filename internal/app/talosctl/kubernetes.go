package talosctl

import (
	"net"
	"net/url"
	"strconv"

	"github.com/talos-os/talos/internal/kube"
	"github.com/talos-os/talos/internal/provision"
	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

// kubernetesClient makes a client from a kubeconfig. The API server of a local
// cluster has an address inside the cluster's network only: for those it is the
// port of this machine that leads there.
func (a *app) kubernetesClient(kubeconfig []byte, server string) (*kube.Client, error) {
	kc, err := kube.New(kubeconfig, server)
	if err != nil || server != "" {
		return kc, err
	}

	if local := a.localServer(kc.Server()); local != "" {
		return kube.New(kubeconfig, local)
	}

	return kc, nil
}

// localServer is where a server of the local cluster of the context's name is on
// this machine, or nothing.
func (a *app) localServer(server string) string {
	cfg, err := talosconfig.Open(a.talosconfig)
	if err != nil {
		return ""
	}

	name := a.context
	if name == "" {
		name = cfg.Context
	}

	u, err := url.Parse(server)
	if err != nil {
		return ""
	}

	s, err := provision.Load(name)
	if err != nil || !s.Running() {
		return ""
	}

	for _, n := range s.Nodes {
		if n.Address.String() == u.Hostname() && n.KubernetesPort != 0 {
			return "https://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(n.KubernetesPort))
		}
	}

	return ""
}
