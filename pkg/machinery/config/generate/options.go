package generate

import (
	"net/netip"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

type options struct {
	contract       contract.Contract
	secrets        *secrets.Bundle
	sans           []string
	dnsDomain      string
	installDisk    string
	installImage   string
	kernelArgs     []string
	registries     []mirror
	discovery      bool
	kubespan       bool
	debug          bool
	scheduling     bool
	apiPort        int
	podSubnets     []netip.Prefix
	serviceSubnets []netip.Prefix
	cni            string
	endpoints      []string
	roles          []string
	certLifetime   time.Duration
	sysctls        map[string]string
	documents      []document.Document
	now            func() time.Time
}

type mirror struct {
	registry  string
	endpoints []string
}

// Option changes what is generated.
type Option func(*options)

// WithContract generates for nodes of an older release line.
func WithContract(c contract.Contract) Option { return func(o *options) { o.contract = c } }

// WithSecrets uses the secrets of an existing cluster.
func WithSecrets(b *secrets.Bundle) Option { return func(o *options) { o.secrets = b } }

// WithAdditionalSANs adds names and addresses under which the APIs of the nodes
// and of Kubernetes are reached.
func WithAdditionalSANs(sans ...string) Option {
	return func(o *options) { o.sans = append(o.sans, sans...) }
}

// WithDNSDomain sets the domain of cluster services.
func WithDNSDomain(d string) Option { return func(o *options) { o.dnsDomain = d } }

// WithInstallDisk sets the disk to install to; empty leaves it out.
func WithInstallDisk(dev string) Option { return func(o *options) { o.installDisk = dev } }

// WithInstallImage sets the installer image.
func WithInstallImage(image string) Option { return func(o *options) { o.installImage = image } }

// WithExtraKernelArgs adds kernel arguments to the installed system.
func WithExtraKernelArgs(args ...string) Option {
	return func(o *options) { o.kernelArgs = append(o.kernelArgs, args...) }
}

// WithRegistryMirror pulls images of a registry through other endpoints, after those
// that were given for it before.
func WithRegistryMirror(registry string, endpoints ...string) Option {
	return func(o *options) {
		for i := range o.registries {
			if o.registries[i].registry == registry {
				o.registries[i].endpoints = append(o.registries[i].endpoints, endpoints...)

				return
			}
		}

		o.registries = append(o.registries, mirror{registry, endpoints})
	}
}

// WithClusterDiscovery turns cluster discovery on or off; it is on by default.
func WithClusterDiscovery(on bool) Option { return func(o *options) { o.discovery = on } }

// WithKubeSpan connects the nodes by WireGuard.
func WithKubeSpan() Option { return func(o *options) { o.kubespan = true } }

// WithDebug makes nodes log more to the console.
func WithDebug(on bool) Option { return func(o *options) { o.debug = on } }

// WithAllowSchedulingOnControlPlanes lets workloads run on control plane nodes.
func WithAllowSchedulingOnControlPlanes(on bool) Option {
	return func(o *options) { o.scheduling = on }
}

// WithLocalAPIServerPort sets the port the API server listens on.
func WithLocalAPIServerPort(port int) Option { return func(o *options) { o.apiPort = port } }

// WithPodSubnets sets the networks of pods.
func WithPodSubnets(p ...netip.Prefix) Option { return func(o *options) { o.podSubnets = p } }

// WithServiceSubnets sets the networks of services.
func WithServiceSubnets(p ...netip.Prefix) Option { return func(o *options) { o.serviceSubnets = p } }

// WithCNI sets the CNI: flannel, or none to bring another.
func WithCNI(name string) Option { return func(o *options) { o.cni = name } }

// WithEndpoints sets where the client configuration reaches the nodes' API.
func WithEndpoints(e ...string) Option { return func(o *options) { o.endpoints = e } }

// WithRoles sets the roles of the client certificate.
func WithRoles(r ...string) Option { return func(o *options) { o.roles = r } }

// WithClientLifetime sets how long the client certificate is valid.
func WithClientLifetime(d time.Duration) Option { return func(o *options) { o.certLifetime = d } }

// WithSysctls sets kernel parameters.
func WithSysctls(s map[string]string) Option { return func(o *options) { o.sysctls = s } }

// WithDocuments appends documents to every generated config.
func WithDocuments(d ...document.Document) Option {
	return func(o *options) { o.documents = append(o.documents, d...) }
}

// WithClock sets the time certificates are valid from.
func WithClock(now func() time.Time) Option { return func(o *options) { o.now = now } }
