package netctl

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/talos-os/talos/internal/app/machined/etcdclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// Election lets one node of the cluster do something at a time.
type Election interface {
	// Hold waits to be the one for key, then calls do with a context that ends
	// when that is over.
	Hold(ctx context.Context, key string, do func(ctx context.Context) error) error
}

type etcdElection struct{}

func (etcdElection) Hold(ctx context.Context, key string, do func(context.Context) error) error {
	c, err := etcdclient.Local(ctx)
	if err != nil {
		return err
	}

	defer c.Close() //nolint:errcheck

	return c.WithLock(ctx, key, do)
}

// Times between tries while etcd is not up, or never will be on this node.
const (
	firstElection = 2 * time.Second
	lastElection  = time.Minute
)

// holdVIP takes part in the election for a virtual address until the context ends.
func holdVIP(ctx context.Context, e Election, ip netip.Addr, log *slog.Logger, elected func(bool)) {
	wait := firstElection

	for ctx.Err() == nil {
		err := e.Hold(ctx, "talos/vip/"+ip.String(), func(ctx context.Context) error {
			log.Info("this node holds the virtual address", "address", ip)

			wait = firstElection

			elected(true)
			<-ctx.Done()
			elected(false)

			log.Info("this node let the virtual address go", "address", ip)

			return nil
		})
		if err != nil && ctx.Err() == nil {
			log.Debug("no election for the virtual address", "address", ip, "error", err)
		}

		select {
		case <-ctx.Done():
		case <-time.After(wait):
			wait = min(wait*2, lastElection)
		}
	}
}

// vipItem is a single host's address, so that no route comes with it and it is
// not taken for the node's own.
func vipItem(s network.OperatorSpec) controller.Item {
	a := address(s.LinkName, netip.PrefixFrom(s.VIP.IP, s.VIP.IP.BitLen()), 0)
	a.AnnounceWithARP = s.VIP.GratuitousARP
	a.ConfigLayer = network.ConfigLayerOperator

	return controller.Want(network.AddressSpecs, operatorID(s)+"/"+addressID(s.LinkName, a.Address), a, controller.InNamespace(layered))
}
