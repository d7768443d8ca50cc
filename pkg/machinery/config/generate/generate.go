// Package generate makes machine configs and client configuration for a new
// cluster, or again for an existing one from its secrets.
package generate

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
	"github.com/talos-os/talos/pkg/machinery/version"
)

// Input is everything generated configs are made from. New fills it; it does not
// change afterwards.
type Input struct {
	ClusterName       string
	Endpoint          value.URL
	KubernetesVersion string // without v
	Contract          contract.Contract
	Secrets           *secrets.Bundle

	o options
}

// New prepares the configs of a cluster. The endpoint is how nodes and people
// reach the Kubernetes API; an empty Kubernetes version is the default one.
// Secrets are made unless WithSecrets gives them.
func New(clusterName, endpoint, kubernetesVersion string, opts ...Option) (*Input, error) {
	o := options{
		contract: contract.Current(), dnsDomain: v1alpha1.DefaultDNSDomain, discovery: true,
		installDisk: "/dev/sda", installImage: v1alpha1.InstallerImage + ":" + version.Tag,
		roles: []string{"os:admin"}, now: time.Now, certLifetime: secrets.ClientLifetime,
		cni: v1alpha1.CNIFlannel,
	}

	for _, opt := range opts {
		opt(&o)
	}

	in := &Input{ClusterName: clusterName, Contract: o.contract, Secrets: o.secrets, o: o}

	in.KubernetesVersion = strings.TrimPrefix(kubernetesVersion, "v")
	if in.KubernetesVersion == "" {
		in.KubernetesVersion = v1alpha1.DefaultKubernetesVersion
	}

	if clusterName == "" {
		return nil, fmt.Errorf("the cluster needs a name")
	}

	if !kubernetesVersions.MatchString(in.KubernetesVersion) {
		return nil, fmt.Errorf("%q is no version of Kubernetes; write one such as %s", kubernetesVersion, v1alpha1.DefaultKubernetesVersion)
	}

	var err error
	if in.Endpoint, err = ParseEndpoint(endpoint); err != nil {
		return nil, err
	}

	if in.Secrets == nil {
		if in.Secrets, err = secrets.New(o.now(), o.contract); err != nil {
			return nil, fmt.Errorf("make cluster secrets: %w", err)
		}
	}

	if err = in.Secrets.Complete(); err != nil {
		return nil, err
	}

	// Older lines take no key for secretbox, and a cluster's data cannot be read with another key.
	if !o.contract.Has(contract.SecretboxEncryptionSupported) && in.Secrets.Secrets.AESCBCEncryptionSecret == "" {
		return nil, fmt.Errorf("secrets bundle has no secrets.aescbcencryptionsecret, the only kind that %s takes: make the secrets for that release", o.contract)
	}

	return in, nil
}

// kubernetesVersions are what image tags are made from: anything else names no image.
var kubernetesVersions = regexp.MustCompile(`^1\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$`)

// ParseEndpoint reads the URL of the Kubernetes API. A bare host or host:port,
// which people type at least as often, is refused with the URL that was meant.
func ParseEndpoint(s string) (value.URL, error) {
	if strings.Contains(s, "@") {
		return value.URL{}, fmt.Errorf("the cluster endpoint has a user or password, which would be in every config; the Kubernetes API takes certificates and tokens")
	}

	u, err := value.ParseURL(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" {
		meant := strings.TrimPrefix(strings.TrimPrefix(s, "http://"), "https://")

		if a, err := netip.ParseAddr(meant); err == nil && a.Is6() {
			meant = "[" + meant + "]"
		}

		if !strings.Contains(meant, ":") || strings.HasSuffix(meant, "]") {
			meant += ":6443"
		}

		meant = "https://" + meant
		if u, err := value.ParseURL(meant); err != nil || u.Hostname() == "" {
			meant = "https://HOST:6443"
		}

		return value.URL{}, fmt.Errorf("cluster endpoint %q is not an https URL; try %s", s, meant)
	}

	return u, nil
}

// MachineType is what a config makes of a machine.
type MachineType = string

// The machine types.
const (
	ControlPlane MachineType = v1alpha1.TypeControlPlane
	Worker       MachineType = v1alpha1.TypeWorker
)

// Config makes the config of one machine type.
func (in *Input) Config(t MachineType) (*config.Config, error) {
	if t != ControlPlane && t != Worker {
		return nil, fmt.Errorf("machine type %q is neither %s nor %s", t, ControlPlane, Worker)
	}

	b := builder{Input: in, cp: t == ControlPlane}
	b.main.Version = "v1alpha1"
	b.main.Debug = new(in.o.debug)
	b.main.Persist = new(true)
	b.main.Machine.Type = t
	b.build()

	c, err := config.Make(&b.main, append(b.docs, in.o.documents...)...)
	if err != nil {
		return nil, fmt.Errorf("make %s config: %w", t, err)
	}

	return c, nil
}

// builder collects one config.
type builder struct {
	*Input

	cp   bool
	main v1alpha1.Config
	docs []document.Document
}

func (b *builder) has(t contract.Toggle) bool { return b.Contract.Has(t) }

func (b *builder) add(d document.Document) { b.docs = append(b.docs, d) }

func (b *builder) build() {
	b.machine()
	b.network()

	if b.has(contract.MultidocKubernetesConfigSupported) {
		b.kubernetesDocuments()
	} else {
		b.kubernetesMain()
	}

	b.install()
	b.identity()
	b.registries()

	if b.has(contract.WorkloadIsolationEnabledByDefault) {
		b.add(&document.SecurityProfileConfig{WorkloadIsolation: new(true)})
	}

	if b.has(contract.FilesystemTrimEnabledByDefault) {
		b.add(&document.FilesystemTrimConfig{Interval: trimInterval})
	}
}

// trimInterval is a week, as fstrim.timer has it on other systems.
const trimInterval = 168 * time.Hour

func (b *builder) podSubnets() []string { return subnets(b.o.podSubnets, v1alpha1.DefaultPodSubnet) }
func (b *builder) serviceSubnets() []string {
	return subnets(b.o.serviceSubnets, v1alpha1.DefaultServiceSubnet)
}

func subnets(given []netip.Prefix, def string) []string {
	if len(given) == 0 {
		return []string{def}
	}

	var out []string
	for _, p := range given {
		out = append(out, p.String())
	}

	return out
}

func prefixes(list []string) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}

	return out
}
