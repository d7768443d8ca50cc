package etcdctl

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/etcdclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

func healthy(ctx context.Context, r cosi.Reader) (bool, error) {
	svc, err := find(ctx, r, runtime.Services, ServiceID)
	if err != nil || svc == nil {
		return false, err
	}

	return svc.Running && svc.Healthy, nil
}

// Member says which member of the cluster this node is.
func Member() controller.Controller {
	return controller.Source{
		Name:    "etcd.MemberController",
		Inputs:  controller.In(runtime.Services.Weak(idOf(ServiceID))),
		Outputs: controller.Out(etcd.EtcdMembers.Exclusive()),
		Read: func(ctx context.Context, r cosi.Reader) ([]controller.Item, error) {
			up, err := healthy(ctx, r)
			if err != nil || !up {
				return nil, err
			}

			client, err := etcdclient.Local(ctx)
			if err != nil {
				return nil, err
			}

			defer client.Close() //nolint:errcheck

			ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
			defer cancel()

			id, err := client.SelfID(ctx)
			if err != nil {
				return nil, err
			}

			return []controller.Item{controller.Want(etcd.EtcdMembers, etcd.LocalMemberID,
				etcd.MemberSpec{MemberID: etcdclient.FormatID(id)})}, nil
		},
	}.Build()
}

// AdvertisedPeer tells the cluster when this member's addresses change.
func AdvertisedPeer() controller.Controller {
	type view struct {
		up   bool
		spec *etcd.Spec
	}

	return controller.Reconcile[view, []string]{
		Name: "etcd.AdvertisedPeerController",
		Inputs: controller.In(
			etcd.EtcdSpecs.Weak(idOf(etcd.SpecID)),
			etcd.PKIStatuses.Weak(idOf(etcd.PKIID)),
			runtime.Services.Weak(idOf(ServiceID)),
		),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			if v.up, err = healthy(ctx, r); err != nil {
				return v, err
			}

			v.spec, err = find(ctx, r, etcd.EtcdSpecs, etcd.SpecID)

			return v, err
		},
		Plan: func(v view) []string {
			if !v.up || v.spec == nil {
				return nil
			}

			return peerURLs(v.spec.AdvertisedAddresses)
		},
		Apply: func(ctx context.Context, w *controller.Writer, want []string) error {
			if want == nil {
				return nil
			}

			return advertise(ctx, w, want)
		},
	}.Build()
}

func advertise(ctx context.Context, w *controller.Writer, want []string) error {
	client, err := etcdclient.Local(ctx)
	if err != nil {
		return err
	}

	defer client.Close() //nolint:errcheck

	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()

	id, err := client.SelfID(ctx)
	if err != nil {
		return err
	}

	members, err := client.Members(ctx, true)
	if err != nil {
		return err
	}

	for _, m := range members {
		if m.ID != id || slices.Equal(m.PeerURLs, want) {
			continue
		}

		if _, err = client.MemberUpdate(ctx, id, want); err != nil {
			return fmt.Errorf("change peer URLs of etcd member %s: %w", etcdclient.FormatID(id), err)
		}

		w.Log.Info("changed etcd peer URLs", "from", m.PeerURLs, "to", want)
	}

	return nil
}

func peerURLs(addrs []netip.Addr) []string { return urls(addrs, etcdclient.PeerPort) }

func urls(addrs []netip.Addr, port uint16) []string {
	out := make([]string, 0, len(addrs))
	for _, a := range addrs {
		out = append(out, "https://"+netip.AddrPortFrom(a, port).String())
	}

	return out
}
