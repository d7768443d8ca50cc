// Flanneld over the packages of flannel's own module, for this system only.
//
// Upstream's main package cannot be built from the module proxy: it links every
// backend, and the SDK of one cloud is not to be had there. This one takes the
// same flags as far as they make sense on a node of this system, where leases
// always come from the Kubernetes API, and the backends that need nothing but
// the kernel: vxlan, host-gw, wireguard, ipip, extension and alloc.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/flannel-io/flannel/pkg/backend"
	_ "github.com/flannel-io/flannel/pkg/backend/alloc"
	_ "github.com/flannel-io/flannel/pkg/backend/extension"
	_ "github.com/flannel-io/flannel/pkg/backend/hostgw"
	_ "github.com/flannel-io/flannel/pkg/backend/ipip"
	_ "github.com/flannel-io/flannel/pkg/backend/vxlan"
	_ "github.com/flannel-io/flannel/pkg/backend/wireguard"
	"github.com/flannel-io/flannel/pkg/ip"
	"github.com/flannel-io/flannel/pkg/ipmatch"
	"github.com/flannel-io/flannel/pkg/subnet"
	"github.com/flannel-io/flannel/pkg/subnet/kube"
	"github.com/flannel-io/flannel/pkg/trafficmngr"
	"github.com/flannel-io/flannel/pkg/trafficmngr/iptables"
	"github.com/flannel-io/flannel/pkg/trafficmngr/nftables"
	"github.com/flannel-io/flannel/pkg/version"
	"k8s.io/klog/v2"
)

// list is a flag that may be given more than once.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

type options struct {
	version, kubeSubnetMgr, masq, noRandom, forward, blackhole, nodeReady bool
	apiURL, kubeconfig, annotations, netConf, subnetFile                  string
	canReach, publicIP, publicIPv6, healthIP                              string
	ifaces, ifaceRegexes                                                  list
	healthPort, resync                                                    int
}

func parse() (*options, error) {
	o := &options{}
	f := flag.NewFlagSet("flanneld", flag.ExitOnError)

	f.BoolVar(&o.version, "version", false, "print the version and exit")
	f.BoolVar(&o.kubeSubnetMgr, "kube-subnet-mgr", true, "take leases from the Kubernetes API; the only way there is")
	f.StringVar(&o.apiURL, "kube-api-url", "", "Kubernetes API server; not needed in a pod")
	f.StringVar(&o.kubeconfig, "kubeconfig-file", "", "kubeconfig; not needed in a pod")
	f.StringVar(&o.annotations, "kube-annotation-prefix", "flannel.alpha.coreos.com", "prefix of node annotations")
	f.StringVar(&o.netConf, "net-config-path", "/etc/kube-flannel/net-conf.json", "network configuration")
	f.BoolVar(&o.nodeReady, "set-node-network-unavailable", true, "clear NetworkUnavailable of the node when ready")
	f.StringVar(&o.subnetFile, "subnet-file", "/run/flannel/subnet.env", "where the lease is written for the CNI plugin")
	f.Var(&o.ifaces, "iface", "interface (name or address) between nodes; may be repeated, the first match is taken")
	f.Var(&o.ifaceRegexes, "iface-regex", "as -iface, by regular expression")
	f.StringVar(&o.canReach, "iface-can-reach", "", "take the interface that routes to this address")
	f.StringVar(&o.publicIP, "public-ip", "", "address other nodes reach this one at")
	f.StringVar(&o.publicIPv6, "public-ipv6", "", "IPv6 address other nodes reach this one at")
	f.BoolVar(&o.masq, "ip-masq", false, "masquerade traffic that leaves the pod network")
	f.BoolVar(&o.noRandom, "ip-masq-fully-random-disable", false, "masquerade without fully-random")
	f.BoolVar(&o.forward, "iptables-forward-rules", true, "accept forwarding of the pod network")
	f.IntVar(&o.resync, "iptables-resync", 5, "seconds between checks of the rules")
	f.BoolVar(&o.blackhole, "ip-blackhole-route", false, "keep a blackhole route for the node's pod network")
	f.StringVar(&o.healthIP, "healthz-ip", "0.0.0.0", "address of the health server")
	f.IntVar(&o.healthPort, "healthz-port", 0, "port of the health server; 0 is none")

	klog.InitFlags(f)

	if err := f.Parse(os.Args[1:]); err != nil {
		return nil, err
	}

	// As upstream: FLANNELD_IP_MASQ=true is -ip-masq, unless the flag was given.
	given := map[string]bool{}
	f.Visit(func(fl *flag.Flag) { given[fl.Name] = true })

	var errs []error

	f.VisitAll(func(fl *flag.Flag) {
		name := "FLANNELD_" + strings.ToUpper(strings.ReplaceAll(fl.Name, "-", "_"))
		if v, ok := os.LookupEnv(name); ok && !given[fl.Name] {
			if err := fl.Value.Set(v); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
	})

	if !o.kubeSubnetMgr {
		errs = append(errs, errors.New("-kube-subnet-mgr=false: leases in etcd are not supported by this build"))
	}

	return o, errors.Join(errs...)
}

func main() {
	o, err := parse()
	if err == nil {
		if o.version {
			fmt.Println(version.Version)

			return
		}

		err = run(o)
	}

	if err != nil {
		klog.Errorf("flanneld: %v", err)
		klog.Flush()
		os.Exit(1)
	}
}

func run(o *options) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	// Whatever returns below ends the goroutines of the backend before it leaves.
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()

	if o.healthPort > 0 {
		serveHealth(ctx, &wg, net.JoinHostPort(o.healthIP, strconv.Itoa(o.healthPort)))
	}

	leases, err := kube.NewSubnetManager(ctx, o.apiURL, o.kubeconfig, o.annotations, o.netConf, o.nodeReady)
	if err != nil {
		return fmt.Errorf("create subnet manager: %w", err)
	}

	config, err := leases.GetNetworkConfig(ctx)
	if err != nil {
		return fmt.Errorf("read network configuration: %w", err)
	}

	ext, err := externalInterface(ctx, o, leases, config)
	if err != nil {
		return err
	}

	be, err := backend.NewManager(ctx, leases, ext).GetBackend(config.BackendType)
	if err != nil {
		return fmt.Errorf("backend %q: %w", config.BackendType, err)
	}

	bn, err := be.RegisterNetwork(ctx, &wg, config)
	if err != nil {
		return fmt.Errorf("register network: %w", err)
	}

	if err = rules(ctx, o, config, bn); err != nil {
		return err
	}

	if o.blackhole {
		wg.Go(func() { keepBlackhole(ctx, o, config, bn) })
	}

	lease := bn.Lease()
	if err = leases.HandleSubnetFile(o.subnetFile, config, o.masq, lease.Subnet, lease.IPv6Subnet, bn.MTU()); err != nil {
		return fmt.Errorf("write %s: %w", o.subnetFile, err)
	}

	klog.Infof("lease %s %s in %s, backend %s", lease.Subnet, lease.IPv6Subnet, o.subnetFile, config.BackendType)

	wg.Go(func() { bn.Run(ctx) })

	if err = leases.CompleteLease(ctx, lease, &wg); err != nil && ctx.Err() == nil {
		return fmt.Errorf("keep the lease: %w", err)
	}

	<-ctx.Done()

	return nil
}

// externalInterface is the interface that carries traffic between nodes. Flags
// are tried in the order upstream tries them; without any it is the one of the
// default route.
func externalInterface(ctx context.Context, o *options, leases subnet.Manager, config *subnet.Config) (*backend.ExternalInterface, error) {
	stack, err := ipmatch.GetIPFamily(config.EnableIPv4, config.EnableIPv6)
	if err != nil {
		return nil, err
	}

	if v4, v6 := leases.GetStoredPublicIP(ctx); v4 != "" || v6 != "" {
		if v4 != "" {
			o.publicIP = v4
		}

		if v6 != "" {
			o.publicIPv6 = v6
		}
	}

	public := ipmatch.PublicIPOpts{PublicIP: o.publicIP, PublicIPv6: o.publicIPv6}

	type query struct{ name, regex, reach string }

	var queries []query

	for _, name := range o.ifaces {
		queries = append(queries, query{name: name})
	}

	for _, regex := range o.ifaceRegexes {
		queries = append(queries, query{regex: regex})
	}

	if o.canReach != "" {
		queries = append(queries, query{reach: o.canReach})
	}

	if len(queries) == 0 {
		name := o.publicIP
		if name == "" {
			name = o.publicIPv6
		}

		queries = append(queries, query{name: name})
	}

	var errs []error

	for _, q := range queries {
		ext, err := ipmatch.LookupExtIface(q.name, q.regex, q.reach, stack, public)
		if err == nil && ext != nil {
			return ext, nil
		}

		errs = append(errs, err)
	}

	return nil, fmt.Errorf("find the interface between nodes: %w", errors.Join(errs...))
}

// rules writes the masquerading and forwarding rules with one of nftables and
// iptables, and removes what an earlier choice of the other left behind.
func rules(ctx context.Context, o *options, config *subnet.Config, bn backend.Network) error {
	mine, other := trafficmngr.TrafficManager(&nftables.NFTablesManager{}), trafficmngr.TrafficManager(&iptables.IPTablesManager{})
	tool, otherTool := "nft", "iptables"

	if !config.EnableNFTables {
		mine, other = other, mine
		tool, otherTool = otherTool, tool
	}

	if _, err := exec.LookPath(tool); err != nil {
		return fmt.Errorf(`this image has no %s: set "EnableNFTables" in %s to %t`, tool, o.netConf, !config.EnableNFTables)
	}

	// Without the other tool nothing in this image can have left rules of it.
	if _, err := exec.LookPath(otherTool); err == nil {
		if err = other.CleanUp(ctx); err != nil {
			return fmt.Errorf("remove rules of %s: %w", otherTool, err)
		}
	}

	if err := mine.Init(ctx); err != nil {
		return fmt.Errorf("set up rules: %w", err)
	}

	if o.masq {
		was := readSubnetFile(o.subnetFile)

		err := mine.SetupAndEnsureMasqRules(ctx,
			config.Network, was.net4("FLANNEL_SUBNET"), was.net4("FLANNEL_NETWORK"),
			config.IPv6Network, was.net6("FLANNEL_IPV6_SUBNET"), was.net6("FLANNEL_IPV6_NETWORK"),
			bn.Lease(), o.resync, o.noRandom)
		if err != nil {
			return fmt.Errorf("set up masquerading: %w", err)
		}
	}

	if o.forward {
		mine.SetupAndEnsureForwardRules(ctx, config.Network, config.IPv6Network, o.resync)
	}

	return nil
}

// subnetFile is the lease that an earlier run wrote: its rules are to be replaced.
type subnetFile map[string]string

func readSubnetFile(path string) subnetFile {
	out := subnetFile{}

	data, err := os.ReadFile(path)
	if err != nil {
		return out // the first run
	}

	for line := range strings.Lines(string(data)) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			out[k] = v
		}
	}

	return out
}

func (s subnetFile) net4(key string) ip.IP4Net {
	_, cidr, err := net.ParseCIDR(s[key])
	if err != nil {
		return ip.IP4Net{}
	}

	return ip.FromIPNet(cidr)
}

func (s subnetFile) net6(key string) ip.IP6Net {
	_, cidr, err := net.ParseCIDR(s[key])
	if err != nil {
		return ip.IP6Net{IP: (*ip.IP6)(big.NewInt(0))}
	}

	return ip.FromIP6Net(cidr)
}

func keepBlackhole(ctx context.Context, o *options, config *subnet.Config, bn backend.Network) {
	t := time.NewTicker(time.Duration(max(1, o.resync)) * time.Second)
	defer t.Stop()

	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}

		if config.EnableIPv4 {
			if err := ip.AddBlackholeV4Route(bn.Lease().Subnet.ToIPNet()); err != nil {
				klog.Errorf("blackhole route: %v", err)
			}
		}

		if config.EnableIPv6 {
			if err := ip.AddBlackholeV6Route(bn.Lease().IPv6Subnet.ToIPNet()); err != nil {
				klog.Errorf("blackhole route: %v", err)
			}
		}
	}
}

func serveHealth(ctx context.Context, wg *sync.WaitGroup, address string) {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "flanneld is running") })

	srv := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second}

	wg.Go(func() {
		if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			klog.Errorf("health server: %v", err)
		}
	})

	wg.Go(func() {
		<-ctx.Done()
		srv.Close()
	})
}
