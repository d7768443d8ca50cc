package etcdctl

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/talos-os/talos/internal/app/machined/etcdclient"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
)

// Mode is how etcd comes up.
type Mode int

// The modes. Only Restart is ever decided without asking anybody.
const (
	// ModeNew starts a cluster of one member: somebody called Bootstrap.
	ModeNew Mode = iota + 1
	// ModeRecover starts a cluster of one member from a snapshot.
	ModeRecover
	// ModeJoin starts as a learner of a cluster that exists.
	ModeJoin
	// ModeRestart goes on with the data that is there.
	ModeRestart
)

func (m Mode) String() string {
	switch m {
	case ModeNew:
		return "new cluster"
	case ModeRecover:
		return "recover from snapshot"
	case ModeJoin:
		return "join"
	case ModeRestart:
		return "restart"
	default:
		return "undecided"
	}
}

// refused are settings that are the node's to decide; changing them by extra
// arguments would take the member out of its cluster or open it to everybody.
var refused = map[string]bool{
	"name": true, "data-dir": true, "initial-cluster": true, "initial-cluster-state": true,
	"cert-file": true, "key-file": true, "trusted-ca-file": true, "client-cert-auth": true, "auto-tls": true,
	"peer-cert-file": true, "peer-key-file": true, "peer-trusted-ca-file": true, "peer-client-cert-auth": true, "peer-auto-tls": true,
}

// Args is etcd's command line without its name. initialCluster lists peer URLs by
// member name; with data present etcd does not look at it.
func Args(spec etcd.Spec, mode Mode, initialCluster map[string][]string) []string {
	state := "new"
	if mode == ModeJoin || mode == ModeRestart {
		state = "existing"
	}

	args := map[string]etcd.ArgValues{}

	set := func(name string, values ...string) { args[name] = etcd.ArgValues{Values: values} }

	set("name", spec.Name)
	set("data-dir", DataPath)
	set("listen-peer-urls", strings.Join(urls(spec.ListenPeerAddresses, etcdclient.PeerPort), ","))
	set("listen-client-urls", strings.Join(urls(spec.ListenClientAddresses, etcdclient.ClientPort), ","))
	set("initial-advertise-peer-urls", strings.Join(peerURLs(spec.AdvertisedAddresses), ","))
	set("advertise-client-urls", strings.Join(urls(spec.AdvertisedAddresses, etcdclient.ClientPort), ","))
	set("initial-cluster", clusterText(initialCluster))
	set("initial-cluster-state", state)

	set("cert-file", PKIPath+"/server.crt")
	set("key-file", PKIPath+"/server.key")
	set("trusted-ca-file", PKIPath+"/ca.crt")
	set("client-cert-auth", "true")
	set("auto-tls", "false")
	set("peer-cert-file", PKIPath+"/peer.crt")
	set("peer-key-file", PKIPath+"/peer.key")
	set("peer-trusted-ca-file", PKIPath+"/ca.crt")
	set("peer-client-cert-auth", "true")
	set("peer-auto-tls", "false")
	set("tls-min-version", "TLS1.3")

	// Often enough for the API server to answer lists from its own memory.
	set("watch-progress-notify-interval", "5s")
	set("logger", "zap")

	// A damaged database refuses to serve instead of spreading.
	set("feature-gates", "InitialCorruptCheck=true")

	for name, v := range spec.ExtraArgs {
		switch {
		case refused[name]:
		case name == "feature-gates" && len(v.Values) > 0:
			args[name] = etcd.ArgValues{Values: []string{strings.Join(append(args[name].Values, v.Values...), ",")}}
		default:
			args[name] = v
		}
	}

	var out []string

	for _, name := range slices.Sorted(maps.Keys(args)) {
		for _, v := range args[name].Values {
			out = append(out, "--"+name+"="+v)
		}
	}

	return out
}

func clusterText(members map[string][]string) string {
	var out []string

	for _, name := range slices.Sorted(maps.Keys(members)) {
		for _, url := range members[name] {
			out = append(out, name+"="+url)
		}
	}

	return strings.Join(out, ",")
}

// launchView is what the decision how to start depends on.
type launchView struct {
	spec *etcd.Spec
	// pki tells that the credentials are in place.
	pki bool
	// hasData tells that the data directory holds a member.
	hasData bool
	request *bootstrapRequest
	// peers are addresses of other control plane nodes.
	peers []netip.Addr
}

// launchPlan is what to do next. Mode 0 is to wait, for why.
type launchPlan struct {
	mode Mode
	why  string
	join []netip.Addr
}

func planLaunch(v launchView) launchPlan {
	switch {
	case v.spec == nil:
		return launchPlan{why: "addresses and host name"}
	case !v.pki:
		return launchPlan{why: "certificates"}
	case v.hasData:
		return launchPlan{mode: ModeRestart}
	case v.request != nil && v.request.recover:
		return launchPlan{mode: ModeRecover}
	case v.request != nil:
		return launchPlan{mode: ModeNew}
	}

	var others []netip.Addr

	for _, a := range v.peers {
		if !slices.Contains(v.spec.AdvertisedAddresses, a) {
			others = append(others, a)
		}
	}

	if len(others) == 0 {
		return launchPlan{why: "bootstrap, or a control plane node to join"}
	}

	return launchPlan{mode: ModeJoin, join: others}
}
