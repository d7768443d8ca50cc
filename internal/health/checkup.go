package health

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/kube"
	"github.com/talos-os/talos/pkg/machinery/client"
)

// checkup is the checks of one cluster and what they have found out.
type checkup struct {
	*client.Client
	options                Options
	controlPlanes, workers []string
	kube                   *kube.Client
}

func (h *checkup) findControlPlanes(ctx context.Context) error {
	resp, err := h.Machine.EtcdMemberList(ctx, &machine.EtcdMemberListRequest{})
	if err != nil {
		return err
	}

	var found []string

	for _, m := range resp.GetMessages() {
		for _, e := range m.GetMembers() {
			address, err := addressOf(e)
			if err != nil {
				return err
			}

			found = append(found, address)
		}
	}

	if len(found) == 0 {
		return errors.New("etcd has no members yet: `talosctl bootstrap` starts it")
	}

	slices.Sort(found)
	h.controlPlanes = found

	return nil
}

// addressOf is where a member's node is: nodes speak etcd's peer protocol on their own address.
func addressOf(e *machine.EtcdMember) (string, error) {
	for _, text := range append(slices.Clone(e.GetPeerUrls()), e.GetClientUrls()...) {
		u, err := url.Parse(text)
		if err != nil {
			return "", fmt.Errorf("member %s of etcd: %w", e.GetHostname(), err)
		}

		if u.Hostname() != "" {
			return u.Hostname(), nil
		}
	}

	return "", fmt.Errorf("member %s of etcd has no address yet", e.GetHostname())
}

func lastEvent(s *machine.ServiceInfo) string {
	list := s.GetEvents().GetEvents()
	if len(list) == 0 {
		return "nothing is known about it"
	}

	return list[len(list)-1].GetMsg()
}

func memberID(id uint64) string { return fmt.Sprintf("%016x", id) }

// forEach asks nodes and joins what is wrong, with their names.
func forEach(ctx context.Context, nodes []string, f func(ctx context.Context, name string) error) error {
	var errs []error

	for _, name := range nodes {
		if err := f(client.WithNode(ctx, name), name); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}

	return errors.Join(errs...)
}

func (h *checkup) running(ctx context.Context, nodes []string) error {
	return forEach(ctx, nodes, func(ctx context.Context, _ string) error {
		stage, unmet, err := MachineStatus(ctx, h.Client)

		switch {
		case err != nil:
			return err
		case stage != "running":
			return fmt.Errorf("stage is %s", stage)
		case unmet != "":
			return errors.New(unmet)
		}

		return nil
	})
}

func (h *checkup) services(ctx context.Context, nodes []string) error {
	return forEach(ctx, nodes, func(ctx context.Context, _ string) error {
		resp, err := h.Machine.ServiceList(ctx, &emptypb.Empty{})
		if err != nil {
			return err
		}

		var errs []error

		for _, m := range resp.GetMessages() {
			for _, s := range m.GetServices() {
				switch {
				case s.GetState() == "Failed" || s.GetState() == "Waiting" || s.GetState() == "Preparing":
					message := lastEvent(s)
					errs = append(errs, fmt.Errorf("service %s is %s: %s", s.GetId(), s.GetState(), message))
				case s.GetState() == "Running" && !s.GetHealth().GetUnknown() && !s.GetHealth().GetHealthy():
					errs = append(errs, fmt.Errorf("service %s is not healthy: %s", s.GetId(), s.GetHealth().GetLastMessage()))
				}
			}
		}

		return errors.Join(errs...)
	})
}

// etcdAgrees checks that every control plane node is a full member of the same etcd.
func (h *checkup) etcdAgrees(ctx context.Context) error {
	var leader, members string

	return forEach(ctx, h.controlPlanes, func(ctx context.Context, name string) error {
		resp, err := h.Machine.EtcdMemberList(ctx, &machine.EtcdMemberListRequest{QueryLocal: true})
		if err != nil {
			return err
		}

		var ids []string

		for _, m := range resp.GetMessages() {
			for _, e := range m.GetMembers() {
				if e.GetIsLearner() {
					return fmt.Errorf("member %s is still learning", e.GetHostname())
				}

				ids = append(ids, memberID(e.GetId()))
			}
		}

		slices.Sort(ids)

		if len(ids) != len(h.controlPlanes) {
			return fmt.Errorf("etcd has %d members, the control plane %d nodes", len(ids), len(h.controlPlanes))
		}

		if list := strings.Join(ids, ", "); members == "" {
			members = list
		} else if members != list {
			return fmt.Errorf("knows other members of etcd (%s) than the first node (%s)", list, members)
		}

		return h.etcdFollows(ctx, &leader)
	})
}

func (h *checkup) etcdFollows(ctx context.Context, leader *string) error {
	resp, err := h.Machine.EtcdStatus(ctx, &emptypb.Empty{})
	if err != nil {
		return err
	}

	for _, m := range resp.GetMessages() {
		s := m.GetMemberStatus()
		id := memberID(s.GetLeader())

		switch {
		case len(s.GetErrors()) > 0:
			return fmt.Errorf("etcd reports %s", strings.Join(s.GetErrors(), ", "))
		case s.GetLeader() == 0:
			return errors.New("etcd has no leader")
		case *leader != "" && *leader != id:
			return fmt.Errorf("follows %s, others %s", id, *leader)
		}

		*leader = id
	}

	return nil
}

func (h *checkup) kubernetesReady(ctx context.Context) error {
	if h.kube == nil {
		fetch := h.options.Kubeconfig
		if fetch == nil {
			fetch = func(ctx context.Context) ([]byte, error) {
				return h.Kubeconfig(client.WithNode(ctx, h.controlPlanes[0]))
			}
		}

		raw, err := fetch(ctx)
		if err != nil {
			return fmt.Errorf("fetch a kubeconfig: %w", err)
		}

		if h.kube, err = h.options.Kubernetes(raw); err != nil {
			return err
		}
	}

	return h.kube.Ready(ctx)
}

func (h *checkup) nodesReady(ctx context.Context) error {
	list, err := h.kube.Nodes(ctx)
	if err != nil {
		return err
	}

	var errs []error

	addresses := map[string]bool{}

	var workers []string

	for _, n := range list {
		if !n.Ready {
			errs = append(errs, fmt.Errorf("%s: %s", n.Name, n.Reason))
		}

		for _, address := range n.Addresses {
			addresses[address] = true
		}

		if !n.ControlPlane && len(n.Addresses) > 0 {
			workers = append(workers, n.Addresses[0])
		}
	}

	for _, name := range append(slices.Clone(h.controlPlanes), h.workers...) {
		if !addresses[name] {
			errs = append(errs, fmt.Errorf("%s is not registered", name))
		}
	}

	if len(errs) == 0 && len(h.workers) == 0 {
		h.workers = workers
	}

	return errors.Join(errs...)
}
