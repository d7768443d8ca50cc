// Package netctl is the node's network: it makes wanted state out of defaults,
// kernel arguments, platform data, operators (DHCP, virtual addresses) and the
// machine config, and the kernel's tables out of that.
//
// Wanted state is layered. Each source writes its specs into the namespace
// "network-config" with its layer on them; a merge controller per kind keeps the
// highest layer's and writes namespace "network"; a spec controller makes the
// kernel follow; a status controller reports what the kernel has, whoever put it
// there. A CNI's links and addresses show in the statuses and are left alone:
// only what once was a spec is ever removed.
//
// The kernel's own business stays its own: IPv6 link-local addresses, SLAAC, and
// the routes that come with addresses.
package netctl

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// layered is the namespace of specs before they are merged.
const layered = "network-config"

// Deps is what the controllers need from outside the store.
type Deps struct {
	// Cmdline is the kernel's, as in /proc/cmdline.
	Cmdline string
	// Kernel is the network namespace to drive; nil is the process's own.
	Kernel Kernel
	// DHCP asks for leases; nil is the real client.
	DHCP DHCPClient
	// Election decides who holds a virtual address; nil is the cluster's etcd.
	Election Election
	// Platform is its name as in talos.platform=; default "metal".
	Platform string
	// Publish sends an event to the event stream; nil sends none.
	Publish func(actorID string, payload proto.Message)
	// EtcDir is where files of /etc are bound over; default /etc. EtcSource is
	// where their contents live, on tmpfs; default /system/etc.
	EtcDir, EtcSource string
	// ResolvedDir gets the resolv.conf of pods; default /system/resolved.
	ResolvedDir string
	// WaitForDevices holds links back until device names are final, on kernels
	// before 6.2: there udev cannot rename a network card that is up. Later ones
	// start at once, and what hung on the old name moves.
	WaitForDevices bool
}

// Controllers lists the controllers of this package.
func Controllers(d Deps) []controller.Controller {
	d.fill()

	cl := parseCmdline(d.Cmdline)

	return []controller.Controller{
		linkStatus(d.Kernel), linkConfig(cl), linkMerge(), linkSpec(d.Kernel, d.WaitForDevices && !renamesLive(release())),
		ethernetConfig(), ethernetStatus(d.Kernel), ethernetSpec(d.Kernel),
		linkAliasConfig(), linkAliasSpec(d.Kernel),
		addressStatus(d.Kernel), addressConfig(cl), addressMerge(), addressSpec(d.Kernel),
		routeStatus(d.Kernel), routeConfig(cl), routeMerge(), routeSpec(d.Kernel),
		ruleStatus(d.Kernel), ruleConfig(), ruleMerge(), ruleSpec(d.Kernel),
		operatorConfig(cl), operatorVIPConfig(), operatorMerge(), operatorSpec(d.DHCP, d.Election),
		hostnameConfig(cl), hostnameMerge(), hostnameSpec(d.Kernel),
		resolverConfig(cl), resolverMerge(), resolverSpec(),
		timeServerConfig(cl), timeServerMerge(), timeServerSpec(),
		nodeAddress(), nodeAddressSort(), hardwareAddr(),
		staticHost(), etcFiles(d.ResolvedDir), status(),
		platformConfig(d.Platform), platformConfigApply(),
		probeConfig(), probeMerge(), probe(askProbe), addressEvent(d.Publish),
		bgpConfig(), chainConfig(), chains(d.Kernel),
		etcFile(d.EtcDir, d.EtcSource),
	}
}

func (d *Deps) fill() {
	if d.Kernel == nil {
		d.Kernel = &realKernel{}
	}

	if d.DHCP == nil {
		d.DHCP = realDHCP{}
	}

	if d.Election == nil {
		d.Election = etcdElection{}
	}

	if d.Publish == nil {
		d.Publish = func(string, proto.Message) {}
	}

	if d.Platform == "" {
		d.Platform = "metal"
	}

	if d.EtcDir == "" {
		d.EtcDir = "/etc"
	}

	if d.EtcSource == "" {
		d.EtcSource = "/system/etc"
	}

	if d.ResolvedDir == "" {
		d.ResolvedDir = "/system/resolved"
	}
}

// machineConfig is the config in force, nil before there is one.
func machineConfig(ctx context.Context, r kinds.Reader) (*config.Config, error) {
	res, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Active)
	if err != nil || res == nil {
		return nil, err
	}

	return res.TypedSpec().Config(), nil
}

// running takes the specs out of the resources that are not on their way out.
func running[T any](list []*kinds.Resource[T]) []T {
	out := make([]T, 0, len(list))

	for _, r := range controller.Running(list) {
		out = append(out, *r.TypedSpec())
	}

	return out
}

// leaving takes the specs out of the resources that are on their way out.
func leaving[T any](list []*kinds.Resource[T]) []T {
	alive := map[string]bool{}
	for _, r := range controller.Running(list) {
		alive[r.ID()] = true
	}

	var out []T

	for _, r := range list {
		if !alive[r.ID()] {
			out = append(out, *r.TypedSpec())
		}
	}

	return out
}

// linksByName reads the status of every link.
func linksByName(ctx context.Context, r kinds.Reader) (map[string]network.LinkStatusSpec, error) {
	list, err := network.LinkStatuses.List(ctx, r)
	if err != nil {
		return nil, err
	}

	out := make(map[string]network.LinkStatusSpec, len(list))

	for _, l := range controller.Running(list) {
		out[l.ID()] = *l.TypedSpec()
	}

	return out, nil
}
