// The CNI plugin "flannel": reads the lease that flanneld wrote and hands the
// work on to another plugin, as a rule bridge with host-local addresses.
//
// It speaks the configuration of github.com/flannel-io/cni-plugin, which is not
// to be had as a module.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/containernetworking/cni/pkg/invoke"
	"github.com/containernetworking/cni/pkg/skel"
	"github.com/containernetworking/cni/pkg/types"
	"github.com/containernetworking/cni/pkg/version"
	"github.com/containernetworking/plugins/pkg/utils/buildversion"
)

// notAvailable is the code of the CNI specification for a plugin that cannot
// serve an ADD now.
const notAvailable = 50

// leaseWait is how long a pod waits for flanneld, which on a new node starts after
// the node took its first pods. The kubelet would give up on the pod, and come back
// to it much later; its own limit is two minutes.
const leaseWait = time.Minute

const (
	defaultSubnetFile = "/run/flannel/subnet.env"
	defaultDataDir    = "/var/lib/cni/flannel"
)

type config struct {
	types.NetConf

	SubnetFile string         `json:"subnetFile"`
	DataDir    string         `json:"dataDir"`
	Delegate   map[string]any `json:"delegate"`
	// IPAM has only what is passed on: the address manager's type and options.
	IPAM          map[string]any `json:"ipam"`
	RuntimeConfig map[string]any `json:"runtimeConfig"`
}

func main() {
	skel.PluginMainFuncs(skel.CNIFuncs{
		Add: add, Del: del, Check: check, Status: status,
	}, version.All, "flannel "+buildversion.BuildVersion)
}

func parse(data []byte) (*config, error) {
	c := &config{SubnetFile: defaultSubnetFile, DataDir: defaultDataDir}
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}

	return c, nil
}

// lease is what flanneld was given and tells in its file.
type lease struct {
	networks, subnets []netip.Prefix
	mtu               uint
	masq              bool
}

func parseLease(data string) (lease, error) {
	var l lease

	for line := range strings.Lines(data) {
		k, v, ok := strings.Cut(strings.TrimSpace(line), "=")
		if !ok {
			continue
		}

		var err error

		switch k {
		case "FLANNEL_NETWORK", "FLANNEL_IPV6_NETWORK":
			l.networks, err = prefixes(l.networks, v)
		case "FLANNEL_SUBNET", "FLANNEL_IPV6_SUBNET":
			l.subnets, err = prefixes(l.subnets, v)
		case "FLANNEL_MTU":
			var mtu uint64
			mtu, err = strconv.ParseUint(v, 10, 32)
			l.mtu = uint(mtu)
		case "FLANNEL_IPMASQ":
			l.masq, err = strconv.ParseBool(v)
		}

		if err != nil {
			return l, fmt.Errorf("%s: %w", k, err)
		}
	}

	if len(l.subnets) == 0 || l.mtu == 0 {
		return l, errors.New("no FLANNEL_SUBNET or FLANNEL_MTU")
	}

	return l, nil
}

func prefixes(to []netip.Prefix, list string) ([]netip.Prefix, error) {
	for s := range strings.SplitSeq(list, ",") {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			return nil, err
		}

		to = append(to, p.Masked())
	}

	return to, nil
}

// delegate is the configuration of the plugin that does the work. What the
// user wrote there wins over every default.
func (c *config) delegate(l lease) (map[string]any, error) {
	d := map[string]any{}
	for k, v := range c.Delegate {
		d[k] = v
	}

	if _, ok := d["name"]; ok {
		return nil, errors.New("delegate must not have a name: the network's own is used")
	}

	if _, ok := d["ipam"]; ok {
		return nil, errors.New("delegate must not have ipam: it follows from the lease")
	}

	setDefault(d, "type", "bridge")
	setDefault(d, "mtu", l.mtu)
	setDefault(d, "ipMasq", !l.masq) // flanneld masquerades, or else the bridge

	if d["type"] == "bridge" {
		setDefault(d, "isGateway", true)
	}

	d["name"] = c.Name

	if c.CNIVersion != "" {
		d["cniVersion"] = c.CNIVersion
	}

	if len(c.RuntimeConfig) > 0 {
		d["runtimeConfig"] = c.RuntimeConfig
	}

	ipam := map[string]any{}
	for k, v := range c.IPAM {
		ipam[k] = v
	}

	setDefault(ipam, "type", "host-local")

	var ranges [][]map[string]string

	for _, s := range l.subnets {
		ranges = append(ranges, []map[string]string{{"subnet": s.String()}})
	}

	ipam["ranges"] = ranges

	routes, _ := ipam["routes"].([]any)
	for _, n := range l.networks {
		routes = append(routes, map[string]string{"dst": n.String()})
	}

	ipam["routes"] = routes
	d["ipam"] = ipam

	return d, nil
}

func setDefault(m map[string]any, key string, value any) {
	if _, ok := m[key]; !ok {
		m[key] = value
	}
}

func (c *config) load() (map[string]any, error) {
	data, err := os.ReadFile(c.SubnetFile)
	if err != nil {
		return nil, fmt.Errorf("read the lease (is flanneld running?): %w", err)
	}

	l, err := parseLease(string(data))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.SubnetFile, err)
	}

	return c.delegate(l)
}

// await is load that gives flanneld time to write its file.
func (c *config) await(limit time.Duration) (map[string]any, error) {
	for deadline := time.Now().Add(limit); ; time.Sleep(100 * time.Millisecond) {
		d, err := c.load()
		if !errors.Is(err, os.ErrNotExist) || time.Now().After(deadline) {
			return d, err
		}
	}
}

func add(args *skel.CmdArgs) error {
	c, err := parse(args.StdinData)
	if err != nil {
		return err
	}

	d, err := c.await(leaseWait)
	if err != nil {
		return err
	}

	conf, err := json.Marshal(d)
	if err != nil {
		return err
	}

	// Kept for del: the lease may be another one by then, or gone.
	if err = os.MkdirAll(c.DataDir, 0o700); err != nil {
		return err
	}

	file := filepath.Join(c.DataDir, args.ContainerID)
	if err = writeFile(file, conf); err != nil {
		return err
	}

	result, err := invoke.DelegateAdd(context.Background(), d["type"].(string), conf, nil)
	if err != nil {
		return err
	}

	return result.Print()
}

func del(args *skel.CmdArgs) error {
	c, err := parse(args.StdinData)
	if err != nil {
		return err
	}

	file := filepath.Join(c.DataDir, args.ContainerID)

	conf, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil // deleted before; deleting twice is asked for by the specification
	}

	if err != nil {
		return err
	}

	var d struct {
		Type string `json:"type"`
	}

	if err = json.Unmarshal(conf, &d); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}

	if err = invoke.DelegateDel(context.Background(), d.Type, conf, nil); err != nil {
		return err
	}

	return os.Remove(file)
}

func check(args *skel.CmdArgs) error {
	c, err := parse(args.StdinData)
	if err != nil {
		return err
	}

	d, err := c.load()
	if err != nil {
		return err
	}

	if c.RawPrevResult != nil {
		d["prevResult"] = c.RawPrevResult
	}

	conf, err := json.Marshal(d)
	if err != nil {
		return err
	}

	return invoke.DelegateCheck(context.Background(), d["type"].(string), conf, nil)
}

// status tells the container runtime that pods have to wait for flanneld.
func status(args *skel.CmdArgs) error {
	c, err := parse(args.StdinData)
	if err != nil {
		return err
	}

	if _, err = c.load(); err != nil {
		return types.NewError(notAvailable, "flannel has no lease yet", err.Error())
	}

	return nil
}

func writeFile(path string, data []byte) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, data, 0o600); err != nil {
		return err
	}

	return os.Rename(tmp, path)
}
