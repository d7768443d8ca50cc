package route_test

import (
	"fmt"
	"net/netip"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/internal/app/apid/route"
)

const (
	version = "/machine.MachineService/Version"
	get     = "/cosi.resource.State/Get"
)

func TestDecide(t *testing.T) {
	t.Parallel()

	control := route.Node{
		Forwards:  true,
		Addresses: []netip.Addr{netip.MustParseAddr("10.5.0.2"), netip.MustParseAddr("fd00::2")},
		Hostname:  "cp-1", FQDN: "cp-1.example.org",
	}
	worker, maintenance := control, control
	worker.Forwards = false
	maintenance.Maintenance = true

	for _, tt := range []struct {
		name   string
		self   route.Node
		method string
		md     metadata.MD
		want   string
	}{
		{"no key stays here", control, version, nil, "here"},
		{"one other node", control, version, metadata.Pairs("node", "10.5.0.3"), "one [10.5.0.3]"},
		{"one other node by name", control, get, metadata.Pairs("node", "cp-2"), "one [cp-2]"},
		{"own address stays here", control, get, metadata.Pairs("node", "10.5.0.2"), "here"},
		{"own address in another spelling", control, get, metadata.Pairs("node", "fd00:0::0002"), "here"},
		{"own address mapped to IPv6", control, get, metadata.Pairs("node", "::ffff:10.5.0.2"), "here"},
		{"own name stays here", control, get, metadata.Pairs("node", "CP-1.example.org"), "here"},
		{"two values of node", control, version, metadata.Pairs("node", "a", "node", "b"), "InvalidArgument: node metadata must be single-valued"},
		{"several nodes", control, version, metadata.Pairs("nodes", "10.5.0.2", "nodes", "cp-2"), "merge [10.5.0.2 cp-2]"},
		{"one of nodes is merged too", control, version, metadata.Pairs("nodes", "10.5.0.2"), "merge [10.5.0.2]"},
		{"nodes win over node", control, version, metadata.Pairs("nodes", "a", "node", "b"), "merge [a]"},
		{"what cannot be merged", control, get, metadata.Pairs("nodes", "a"), "InvalidArgument: one-2-many proxying is not supported for " + get},
		{"a service of a similar name", control, "/machine.StorageService/Statfs", metadata.Pairs("nodes", "a"), "InvalidArgument: one-2-many proxying is not supported for /machine.StorageService/Statfs"},
		{"passed on by another node", control, version, metadata.Pairs("proxyfrom", "x", "node", "a", "nodes", "b"), "here"},
		{"empty target", control, version, metadata.Pairs("node", ""), "Internal: target address is empty"},
		{"target with a port", control, version, metadata.Pairs("node", "10.5.0.3:50000"), `Internal: target "10.5.0.3:50000" must be a host or an address, without a port`},
		{"IPv6 target with a port", control, version, metadata.Pairs("nodes", "[fd00::3]:1"), `Internal: target "[fd00::3]:1" must be a host or an address, without a port`},
		{"IPv6 target", control, version, metadata.Pairs("node", "fd00::3"), "one [fd00::3]"},
		{"worker forwards nothing", worker, version, metadata.Pairs("node", "10.5.0.3"), "PermissionDenied: no request forwarding"},
		{"worker merges nothing", worker, version, metadata.Pairs("nodes", "10.5.0.2", "nodes", "10.5.0.3"), "PermissionDenied: no request forwarding"},
		{"worker answers for itself", worker, version, metadata.Pairs("node", "10.5.0.2"), "here"},
		{"worker answers for itself by name", worker, version, metadata.Pairs("nodes", "cp-1"), "here"},
		{"maintenance knows no others", maintenance, version, metadata.Pairs("node", "a", "node", "b", "nodes", "c"), "here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := route.Decide(tt.method, tt.md, tt.self)

			text := "here"

			switch {
			case err != nil:
				text = fmt.Sprintf("%s: %s", status.Code(err), status.Convert(err).Message())
			case got.Merge:
				text = fmt.Sprintf("merge %v", got.Targets)
			case len(got.Targets) > 0:
				text = fmt.Sprintf("one %v", got.Targets)
			}

			if text != tt.want {
				t.Errorf("got %s\nwant %s", text, tt.want)
			}
		})
	}

	if _, err := route.Decide(version, nil, route.Node{}); status.Code(err) != codes.OK {
		t.Error(err)
	}
}

func TestForwardedTellsTheNextNodeWhoPassedTheCallOn(t *testing.T) {
	t.Parallel()

	in := metadata.Pairs(":authority", "10.5.0.2:50000", "node", "a", "nodes", "b", "x", "y")
	out := route.Forwarded(in)

	if fmt.Sprint(map[string][]string(out)) != "map[proxyfrom:[10.5.0.2:50000] x:[y]]" {
		t.Errorf("got %v", out)
	}

	if len(in["node"]) != 1 {
		t.Error("the caller's metadata was changed")
	}

	if got := route.Forwarded(nil)["proxyfrom"]; got[0] != "unknown" {
		t.Errorf("got %v", got)
	}
}

func TestStreamed(t *testing.T) {
	t.Parallel()

	for method, want := range map[string]bool{
		version:                              false,
		"/machine.MachineService/Events":     true,
		"/machine.MachineService/SomeStream": true,
		"/os.OSService/Dmesg":                true,
	} {
		if route.Streamed(method) != want {
			t.Errorf("%s: got %v", method, !want)
		}
	}
}
