// Package route decides where a call goes: to this node, to one other, or to
// several with their answers merged.
//
// The caller says it in metadata. "node" names one node, whose answer comes back
// unchanged; "nodes" names any number, whose answers are merged and labelled. A
// call another node has passed on carries "proxyfrom" and goes no further.
package route

import (
	"net/netip"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Keys of the metadata.
const (
	nodeKey      = "node"
	nodesKey     = "nodes"
	proxyFromKey = "proxyfrom"
	authorityKey = ":authority"
)

// Node is what routing must know of this node.
type Node struct {
	// Maintenance nodes have no peers and answer everything themselves.
	Maintenance bool
	// Forwards says whether there is a certificate to call other nodes with. Only
	// control plane nodes have one.
	Forwards bool
	// Addresses, Hostname and FQDN are the names under which the node knows itself.
	Addresses []netip.Addr
	Hostname  string
	FQDN      string
}

// Decision is where a call goes.
type Decision struct {
	// Merge says that the answers of Targets are to be merged and labelled, even if
	// there is just one. Otherwise there is at most one target, and none means here.
	Merge   bool
	Targets []string
}

// mergeable services answer in the one shape that can be merged. What came later
// is called for one node at a time.
var mergeable = map[string]bool{
	"machine.MachineService": true,
	"cluster.ClusterService": true,
	"inspect.InspectService": true,
	"storage.StorageService": true,
	"time.TimeService":       true,
}

// streamed are the methods whose merged answers are passed on one by one. An
// endpoint knows no message types, so it has to have a list; clients of the first
// versions are why the list has a method of a service that is gone.
var streamed = map[string]bool{
	"/machine.MachineService/Copy":           true,
	"/machine.MachineService/DebugContainer": true,
	"/machine.MachineService/DiskUsage":      true,
	"/machine.MachineService/Dmesg":          true,
	"/machine.MachineService/EtcdSnapshot":   true,
	"/machine.MachineService/Events":         true,
	"/machine.MachineService/ImageList":      true,
	"/machine.MachineService/Kubeconfig":     true,
	"/machine.MachineService/List":           true,
	"/machine.MachineService/Logs":           true,
	"/machine.MachineService/PacketCapture":  true,
	"/machine.MachineService/Read":           true,
	"/machine.LifecycleService/Install":      true,
	"/machine.LifecycleService/Upgrade":      true,
	"/cluster.ClusterService/HealthCheck":    true,
	"/os.OSService/Dmesg":                    true,
}

// Streamed says whether the merged answers of a method stay single messages.
func Streamed(method string) bool { return streamed[method] || strings.HasSuffix(method, "Stream") }

// Decide says where a call goes, or why it may not.
func Decide(method string, md metadata.MD, self Node) (Decision, error) {
	if self.Maintenance || len(md[proxyFromKey]) > 0 {
		return Decision{}, nil
	}

	node, nodes := md[nodeKey], md[nodesKey]

	if len(node) > 1 {
		return Decision{}, status.Error(codes.InvalidArgument, "node metadata must be single-valued")
	}

	if !self.Forwards {
		if len(node) == 1 && self.is(node[0]) {
			node = nil
		}

		if len(nodes) == 1 && self.is(nodes[0]) {
			nodes = nil
		}

		if len(node)+len(nodes) > 0 {
			return Decision{}, status.Error(codes.PermissionDenied, "no request forwarding")
		}
	}

	targets := nodes
	if len(nodes) == 0 {
		targets = node
	}

	for _, target := range targets {
		if err := check(target); err != nil {
			return Decision{}, err
		}
	}

	switch {
	case len(nodes) > 0 && !mergeable[service(method)]:
		return Decision{}, status.Errorf(codes.InvalidArgument, "one-2-many proxying is not supported for %s", method)
	case len(nodes) > 0:
		return Decision{Merge: true, Targets: nodes}, nil
	case len(node) == 0 || self.is(node[0]):
		return Decision{}, nil
	default:
		return Decision{Targets: node}, nil
	}
}

// Local says whether a target of a merged call is this node, which then answers
// without a connection to itself.
func (n Node) Local(target string) bool { return n.is(target) }

func (n Node) is(target string) bool {
	if addr, err := netip.ParseAddr(target); err == nil {
		for _, own := range n.Addresses {
			if own.Unmap() == addr.Unmap() {
				return true
			}
		}

		return false
	}

	return target != "" && (strings.EqualFold(target, n.Hostname) || strings.EqualFold(target, n.FQDN))
}

// check refuses targets that are not a bare host or address: the port of the next
// hop is not the caller's choice.
func check(target string) error {
	if target == "" {
		return status.Error(codes.Internal, "target address is empty")
	}

	if _, err := netip.ParseAddr(target); err == nil {
		return nil
	}

	if strings.ContainsAny(target, ":/[]% ") {
		return status.Errorf(codes.Internal, "target %q must be a host or an address, without a port", target)
	}

	return nil
}

func service(method string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")

	return name
}

// Forwarded returns the metadata for the next node. It is told who passed the call
// on, so that it answers itself, and not where the caller wanted it to go.
func Forwarded(md metadata.MD) metadata.MD {
	out := Kept(md)
	out.Delete(nodeKey)
	out.Delete(nodesKey)

	from := "unknown"
	if authority := md[authorityKey]; len(authority) > 0 && authority[0] != "" {
		from = authority[0]
	}

	out.Set(proxyFromKey, from)

	return out
}

// Kept returns the metadata for this node's own backend.
func Kept(md metadata.MD) metadata.MD {
	out := md.Copy()
	out.Delete(authorityKey)

	return out
}
