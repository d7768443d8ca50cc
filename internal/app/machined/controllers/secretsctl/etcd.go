package secretsctl

import (
	"context"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

type etcdView struct {
	root   *secrets.EtcdRootSpec
	names  *nodeNames
	synced bool
	have   *secrets.EtcdCertsSpec
}

// Etcd issues etcd's certificates. Their lifetime is the CA's: etcd reads them at
// every handshake, but a node that was off for a year must come back.
func Etcd(d Deps) controller.Controller {
	inputs := append(nameInputs(accumulativeNoK8s),
		secrets.EtcdRootSecrets.Weak(idOf(secrets.EtcdRootID)),
		network.NetworkStatuses.Weak(idOf(network.StatusID)),
		timesync.TimeStatuses.Weak(idOf(timesync.StatusID)),
	)

	return issuing("secrets.EtcdController", inputs, secrets.EtcdSecrets.Exclusive(), d.Now, observeEtcd, planEtcd)
}

func observeEtcd(ctx context.Context, r cosi.Reader) (v etcdView, err error) {
	if v.root, err = find(ctx, r, secrets.EtcdRootSecrets, secrets.EtcdRootID); err != nil {
		return v, err
	}

	if v.names, err = observeNames(ctx, r, accumulativeNoK8s); err != nil {
		return v, err
	}

	if v.synced, err = timeSynced(ctx, r); err != nil {
		return v, err
	}

	v.have, err = find(ctx, r, secrets.EtcdSecrets, secrets.EtcdID)

	return v, err
}

func planEtcd(v etcdView) *wanted {
	if v.root == nil || v.names == nil || !v.synced {
		return nil
	}

	names := new(sans).ips(loopback...).ips(v.names.Addrs...).
		names("localhost", v.names.Hostname, v.names.FQDN).done(v.names.FQDN)

	node := leaf{
		CA: v.root.EtcdCA, CommonName: v.names.Hostname, IPs: names.IPs, DNSNames: names.DNSNames,
		Lifetime: DecadeLifetime, Usage: bothAuth,
	}

	client := func(name string) leaf {
		return leaf{CA: v.root.EtcdCA, CommonName: name, Lifetime: DecadeLifetime, Usage: clientAuth}
	}

	w := &wanted{
		leaves: map[string]leaf{
			"server": node, "peer": node, "admin": client("talos"), "apiserver": client("kube-apiserver"),
		},
		item: func(c map[string]pair) controller.Item {
			return controller.Want(secrets.EtcdSecrets, secrets.EtcdID, secrets.EtcdCertsSpec{
				Etcd: c["server"], EtcdPeer: c["peer"], EtcdAdmin: c["admin"], EtcdAPIServer: c["apiserver"],
			})
		},
	}

	if h := v.have; h != nil {
		w.have = map[string]pair{"server": h.Etcd, "peer": h.EtcdPeer, "admin": h.EtcdAdmin, "apiserver": h.EtcdAPIServer}
	}

	return w
}
