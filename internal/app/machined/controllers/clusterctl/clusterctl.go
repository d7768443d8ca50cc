// Package clusterctl says who this node is and which nodes its cluster has.
//
// The identity is made once and kept on STATE. Of other nodes only those that a
// registry announces are known; without one a node knows itself.
package clusterctl

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"net/netip"
	"slices"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/resource"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/cluster"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/version"
)

// Deps are what the controllers need besides state: nothing so far.
type Deps struct{}

// operatingSystem is how members show it.
var operatingSystem = version.Name + " (" + version.Tag + ")"

// Namespace of what registries announce, before it is merged.
const rawNamespace = "cluster-raw"

// Controllers lists the package's controllers.
func Controllers(Deps) []controller.Controller {
	return []controller.Controller{
		NodeIdentity(), Info(), DiscoveryConfig(), LocalAffiliate(), AffiliateMerge(), Member(), Endpoint(),
	}
}

var idOf = kinds.ID

func find[T any](ctx context.Context, r kinds.Reader, kind *kinds.Kind[T], id resource.ID) (*T, error) {
	res, err := kind.Find(ctx, r, id)
	if err != nil || res == nil || res.Metadata().Phase() != resource.PhaseRunning {
		return nil, err
	}

	return res.TypedSpec(), nil
}

func activeConfig(ctx context.Context, r cosi.Reader) (*config.Config, error) {
	spec, err := find(ctx, r, machineconfig.MachineConfigs, machineconfig.Active)
	if err != nil || spec == nil {
		return nil, err
	}

	return spec.Config(), nil
}

// Info is the cluster's name and id.
func Info() controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "cluster.InfoController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak()),
		Outputs: controller.Out(cluster.Infos.Exclusive()),
		Observe: activeConfig,
		Plan: func(cfg *config.Config) ([]controller.Item, error) {
			if cfg == nil {
				return nil, nil
			}

			c := cfg.Effective().Cluster

			return []controller.Item{controller.Want(cluster.Infos, cluster.InfoID,
				cluster.InfoSpec{ClusterID: c.ID, ClusterName: c.ClusterName})}, nil
		},
	}.Build()
}

type affiliateView struct {
	identity *cluster.IdentitySpec
	role     *machineconfig.TypeSpec
	host     *network.HostnameStatusSpec
	nodename *k8s.NodenameSpec
	addrs    []netip.Addr
	server   *k8s.APIServerConfigSpec
}

// The node's addresses without those of pods and services.
const (
	routedNoK8s  = network.NodeAddressRoutedID + "-" + k8s.NodeAddressFilterNoK8s
	currentNoK8s = network.NodeAddressCurrentID + "-" + k8s.NodeAddressFilterNoK8s
)

// LocalAffiliate is what this node announces about itself.
func LocalAffiliate() controller.Controller {
	return controller.Derive[affiliateView]{
		Name: "cluster.LocalAffiliateController",
		Inputs: controller.In(
			cluster.Identities.Weak(idOf(cluster.LocalIdentity)),
			network.HostnameStatuses.Weak(idOf(network.HostnameID)),
			k8s.Nodenames.Weak(idOf(k8s.NodenameID)),
			network.NodeAddresses.Weak(),
			machineconfig.MachineTypes.Weak(idOf(machineconfig.MachineTypeID)),
			k8s.APIServerConfigs.Weak(idOf(k8s.FinalAPIServerConfigID)),
		),
		Outputs: controller.Out(cluster.Affiliates.Shared()),
		Observe: observeAffiliate,
		Plan: func(v affiliateView) ([]controller.Item, error) {
			spec := localAffiliate(v)
			if spec == nil {
				return nil, nil
			}

			return []controller.Item{
				controller.Want(cluster.Affiliates, spec.NodeID, *spec, controller.InNamespace(rawNamespace)),
			}, nil
		},
	}.Build()
}

func observeAffiliate(ctx context.Context, r cosi.Reader) (v affiliateView, err error) {
	if v.identity, err = find(ctx, r, cluster.Identities, cluster.LocalIdentity); err != nil {
		return v, err
	}

	if v.role, err = find(ctx, r, machineconfig.MachineTypes, machineconfig.MachineTypeID); err != nil {
		return v, err
	}

	if v.host, err = find(ctx, r, network.HostnameStatuses, network.HostnameID); err != nil {
		return v, err
	}

	if v.nodename, err = find(ctx, r, k8s.Nodenames, k8s.NodenameID); err != nil {
		return v, err
	}

	if v.server, err = find(ctx, r, k8s.APIServerConfigs, k8s.FinalAPIServerConfigID); err != nil {
		return v, err
	}

	// Routed ones first: those are what others should try first.
	for _, id := range []string{routedNoK8s, currentNoK8s} {
		addrs, findErr := find(ctx, r, network.NodeAddresses, id)
		if findErr != nil {
			return v, findErr
		}

		if addrs == nil {
			continue
		}

		for _, p := range addrs.Addresses {
			if a := p.Addr(); a.IsGlobalUnicast() && !slices.Contains(v.addrs, a) {
				v.addrs = append(v.addrs, a)
			}
		}
	}

	return v, nil
}

func localAffiliate(v affiliateView) *cluster.AffiliateSpec {
	if v.identity == nil || v.role == nil || v.host == nil {
		return nil
	}

	spec := &cluster.AffiliateSpec{
		NodeID: v.identity.NodeID, Addresses: v.addrs, Hostname: v.host.Hostname,
		MachineType: v.role.Type, OperatingSystem: operatingSystem,
	}

	if v.host.Domainname != "" {
		spec.Hostname += "." + v.host.Domainname
	}

	if v.nodename != nil {
		spec.Nodename = v.nodename.Nodename
	}

	if v.role.Type.IsControlPlane() && v.server != nil {
		spec.ControlPlane = &cluster.ControlPlane{APIServerPort: v.server.LocalPort}
	}

	return spec
}

// AffiliateMerge takes what registries announce together. One that says more of
// a node than another wins field by field.
func AffiliateMerge() controller.Controller {
	return controller.Derive[[]cluster.AffiliateSpec]{
		Name:    "cluster.AffiliateMergeController",
		Inputs:  controller.In(cluster.Affiliates.Weak(kinds.Namespace(rawNamespace))),
		Outputs: controller.Out(cluster.Affiliates.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (out []cluster.AffiliateSpec, err error) {
			list, err := cluster.Affiliates.ListIn(ctx, r, rawNamespace)
			for _, a := range controller.Running(list) {
				out = append(out, *a.TypedSpec())
			}

			return out, err
		},
		Plan: func(raw []cluster.AffiliateSpec) ([]controller.Item, error) {
			var items []controller.Item
			for _, a := range mergeAffiliates(raw) {
				items = append(items, controller.Want(cluster.Affiliates, a.NodeID, a))
			}

			return items, nil
		},
	}.Build()
}

func mergeAffiliates(raw []cluster.AffiliateSpec) []cluster.AffiliateSpec {
	var out []cluster.AffiliateSpec

	for _, a := range raw {
		i := slices.IndexFunc(out, func(o cluster.AffiliateSpec) bool { return o.NodeID == a.NodeID })
		if i < 0 {
			out = append(out, a)

			continue
		}

		m := &out[i]

		for _, addr := range a.Addresses {
			if !slices.Contains(m.Addresses, addr) {
				m.Addresses = append(m.Addresses, addr)
			}
		}

		if m.Hostname == "" {
			m.Hostname = a.Hostname
		}

		if m.Nodename == "" {
			m.Nodename = a.Nodename
		}

		if m.OperatingSystem == "" {
			m.OperatingSystem = a.OperatingSystem
		}

		if m.MachineType == 0 {
			m.MachineType = a.MachineType
		}

		if m.ControlPlane == nil {
			m.ControlPlane = a.ControlPlane
		}
	}

	return out
}

// Member lists the nodes that are in Kubernetes, or say they will be.
func Member() controller.Controller {
	return controller.Derive[[]cluster.AffiliateSpec]{
		Name:    "cluster.MemberController",
		Inputs:  controller.In(cluster.Affiliates.Weak()),
		Outputs: controller.Out(cluster.Members.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (out []cluster.AffiliateSpec, err error) {
			list, err := cluster.Affiliates.List(ctx, r)
			for _, a := range controller.Running(list) {
				out = append(out, *a.TypedSpec())
			}

			return out, err
		},
		Plan: func(list []cluster.AffiliateSpec) ([]controller.Item, error) {
			var items []controller.Item

			for _, a := range list {
				if a.Nodename == "" {
					continue
				}

				items = append(items, controller.Want(cluster.Members, a.Nodename, cluster.MemberSpec{
					NodeID: a.NodeID, Addresses: a.Addresses, Hostname: a.Hostname,
					MachineType: a.MachineType, OperatingSystem: a.OperatingSystem, ControlPlane: a.ControlPlane,
				}))
			}

			return items, nil
		},
	}.Build()
}

// Endpoint lists the control plane nodes among the members.
func Endpoint() controller.Controller {
	return controller.Derive[[]cluster.MemberSpec]{
		Name:    "cluster.EndpointController",
		Inputs:  controller.In(cluster.Members.Weak()),
		Outputs: controller.Out(k8s.Endpoints.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (out []cluster.MemberSpec, err error) {
			list, err := cluster.Members.List(ctx, r)
			for _, m := range controller.Running(list) {
				out = append(out, *m.TypedSpec())
			}

			return out, err
		},
		Plan: func(members []cluster.MemberSpec) ([]controller.Item, error) {
			var addrs []netip.Addr

			for _, m := range members {
				if m.ControlPlane != nil {
					addrs = append(addrs, m.Addresses...)
				}
			}

			slices.SortFunc(addrs, netip.Addr.Compare)

			if addrs = slices.Compact(addrs); len(addrs) == 0 {
				return nil, nil
			}

			return []controller.Item{controller.Want(k8s.Endpoints, k8s.ControlPlaneDiscoveredEndpointsID,
				k8s.EndpointSpec{Addresses: addrs})}, nil
		},
	}.Build()
}

// newNodeID is base62 of 32 random bytes.
func newNodeID() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("make node identity: %w", err)
	}

	return new(big.Int).SetBytes(b).Text(62), nil
}
