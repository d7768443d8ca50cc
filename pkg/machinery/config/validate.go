package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// Mode is where a machine runs, as far as it decides what a config must say.
type Mode string

// The runtime modes.
const (
	Metal      Mode = "metal"
	Cloud      Mode = "cloud"
	Container  Mode = "container"
	MetalAgent Mode = "metal-agent"
)

// ParseMode reads the name of a mode.
func ParseMode(s string) (Mode, error) {
	switch m := Mode(strings.ToLower(s)); m {
	case Metal, Cloud, Container, MetalAgent:
		return m, nil
	}

	return "", fmt.Errorf("unknown mode %q; modes are metal, cloud, container, metal-agent", s)
}

// ValidateOption changes how a config is checked.
type ValidateOption func(*checker)

// Strict makes every warning an error.
func Strict() ValidateOption { return func(k *checker) { k.strict = true } }

// WithTime sets the time certificates are checked against.
func WithTime(now time.Time) ValidateOption { return func(k *checker) { k.now = now } }

// ForContract checks for a machine of another release line.
func ForContract(c contract.Contract) ValidateOption { return func(k *checker) { k.contract = c } }

// checker collects what is wrong. Documents are checked one after the other;
// part is the one problems are about.
type checker struct {
	mode     Mode
	strict   bool
	now      time.Time
	contract contract.Contract

	c        *Config
	part     *part
	problems []Problem
	warnings []Warning
}

// Validate checks what can be known without the machine: every document by
// itself, all of them together, and whether the machine could do its job with
// them. The error, if any, is an *Error.
func Validate(c *Config, mode Mode, opts ...ValidateOption) ([]Warning, error) {
	k := &checker{mode: mode, c: c, now: time.Now()}
	for _, o := range opts {
		o(k)
	}

	for i := range c.parts {
		k.part = &c.parts[i]

		start := len(k.problems)
		k.warnings = append(k.warnings, k.part.warnings...)
		startWarn := len(k.warnings)

		k.declared()
		k.container()

		if k.part.main != nil {
			k.machine(&k.part.main.Machine)
			k.cluster(&k.part.main.Cluster)
			k.superseded(k.part.main)
		} else {
			k.document(k.part.doc)
		}

		k.locate(k.problems[start:])
		k.locate(k.warnings[startWarn:])
	}

	k.part = nil
	start, startWarn := len(k.problems), len(k.warnings)
	k.conflicts()

	atEffective, warnEffective := len(k.problems), len(k.warnings)
	k.complete(c.Effective())

	for i := range k.problems[atEffective:] {
		k.problems[atEffective+i] = k.attribute(k.problems[atEffective+i])
	}

	for i := range k.warnings[warnEffective:] {
		k.warnings[warnEffective+i] = k.attribute(k.warnings[warnEffective+i])
	}

	k.locateAll(k.problems[start:])
	k.locateAll(k.warnings[startWarn:])

	// Checks go through maps, and documents by themselves before all together.
	slices.SortStableFunc(k.problems, inText)
	slices.SortStableFunc(k.warnings, inText)

	k.problems = withSource(k.problems, c.raw)
	k.warnings = withSource(k.warnings, c.raw)

	if k.strict {
		k.problems = append(k.problems, k.warnings...)
		k.warnings = nil
	}

	if len(k.problems) > 0 {
		return k.warnings, &Error{Problems: k.problems}
	}

	return k.warnings, nil
}

// inText orders problems as a reader meets them.
func inText(a, b Problem) int {
	return cmp.Or(a.Line-b.Line, a.Column-b.Column, strings.Compare(a.Path, b.Path), strings.Compare(a.Message, b.Message))
}

// bad records a problem at a path of the current document.
func (k *checker) bad(path, hint, format string, args ...any) {
	k.problems = append(k.problems, k.problem(path, hint, fmt.Sprintf(format, args...)))
}

func (k *checker) warn(path, hint, format string, args ...any) {
	k.warnings = append(k.warnings, k.problem(path, hint, fmt.Sprintf(format, args...)))
}

func (k *checker) problem(path, hint, msg string) Problem {
	p := Problem{Path: path, Message: msg, Hint: hint}
	if k.part != nil {
		p.Document = k.part.id()
	}

	return p
}

// attribute makes a problem with the effective form one of the document that set
// the path: the main one, or a newer document in its place.
func (k *checker) attribute(p Problem) Problem {
	for i := range k.c.parts {
		pt := &k.c.parts[i]

		for _, path := range counterparts[pt.kind()] {
			if p.Path == path || strings.HasPrefix(p.Path, path+".") || strings.HasPrefix(p.Path, path+"[") {
				p.Document = pt.id()
				p.Path = pathInDocument(pt.kind(), p.Path)

				return p
			}
		}
	}

	return p
}

// pathInDocument names the place in a newer document for the paths that checks of
// the effective form use.
func pathInDocument(kind, path string) string {
	switch kind {
	case "KubeAPIServerCAConfig", "KubeAggregatorCAConfig":
		switch {
		case strings.HasSuffix(path, ".key"):
			return "issuingCA.key"
		case strings.HasPrefix(path, "cluster.acceptedCAs"):
			return strings.TrimPrefix(path, "cluster.")
		}

		return "issuingCA.cert"
	case "KubeServiceAccountConfig":
		return "issuer.privateKey"
	case "KubeNetworkConfig":
		return strings.TrimPrefix(path, "cluster.network.")
	case "KubeClusterConfig":
		return "endpoint"
	}

	return path[strings.LastIndexByte(path, '.')+1:]
}

// badErr records an error of a check, if there is one.
func (k *checker) badErr(path string, err error) {
	if err != nil {
		k.bad(path, "", "%s", err)
	}
}

// locate finds the lines of problems. The text is parsed again for it, which
// only a config with problems pays for.
func (k *checker) locate(ps []Problem) {
	if len(ps) == 0 {
		return
	}

	root, err := parseNode(k.part.source)
	if err != nil || root == nil {
		return
	}

	for i := range ps {
		n := tree.Locate(root, ps[i].Path)
		ps[i].Line, ps[i].Column = n.Line+k.part.line, n.Column
	}
}

// locateAll does the same for problems that are about several documents.
func (k *checker) locateAll(ps []Problem) {
	for i := range ps {
		for j := range k.c.parts {
			if k.c.parts[j].id() == ps[i].Document {
				k.part = &k.c.parts[j]
				k.locate(ps[i : i+1])
			}
		}
	}
}

// complete checks that the effective config has what the machine needs to do its
// job, whichever document it would come from.
func (k *checker) complete(e *v1alpha1.Config) {
	if k.c.V1Alpha1() == nil {
		return // a partial config, kept until the rest arrives
	}

	k.part = k.mainPart()

	need := func(missing bool, path, what string) {
		if missing {
			k.bad(path, "", "missing: %s", what)
		}
	}

	m, cl := e.Machine, e.Cluster
	need(m.Type == "", "machine.type", "controlplane or worker")
	need(m.CA == nil || len(m.CA.Crt) == 0, "machine.ca", "the certificate authority of the nodes' API")
	need(m.Token == "", "machine.token", "the token for joining the cluster")
	need(cl.ControlPlane.Endpoint.IsZero(), "cluster.controlPlane.endpoint", "the URL of the Kubernetes API (or a KubeClusterConfig document)")
	need(cl.CA == nil || len(cl.CA.Crt) == 0, "cluster.ca", "the Kubernetes certificate authority (or a KubeAPIServerCAConfig document)")
	need(cl.Token == "", "cluster.token", "the bootstrap token of kubelets")

	if *cl.Discovery.Enabled && !*cl.Discovery.Registries.Service.Disabled {
		need(cl.ID == "" || cl.Secret == "", "cluster.id", "cluster id and secret, which discovery needs (or a DiscoveryIdentityConfig document)")
	}

	if e.IsControlPlane() {
		need(m.CA != nil && len(m.CA.Key) == 0, "machine.ca.key", "a control plane signs certificates of other nodes")
		need(cl.CA != nil && len(cl.CA.Key) == 0, "cluster.ca.key", "a control plane signs certificates of Kubernetes")
		need(cl.Etcd.CA == nil || len(cl.Etcd.CA.Key) == 0, "cluster.etcd.ca", "the certificate authority of etcd")
		need(cl.AggregatorCA == nil || len(cl.AggregatorCA.Key) == 0, "cluster.aggregatorCA", "the aggregator certificate authority (or a KubeAggregatorCAConfig document)")
		need(cl.ServiceAccount == nil || len(cl.ServiceAccount.Key) == 0, "cluster.serviceAccount", "the service account key (or a KubeServiceAccountConfig document)")
	}

	if i := m.Install; k.mode == Metal && i.Disk == "" && i.DiskSelector == nil && e.Folded.InstallMatch == "" {
		k.warn("machine.install", "set machine.install.disk, or add an UnattendedInstallConfig document",
			"nothing says which disk to install to; a machine that runs from memory will not install itself")
	}

	if document.Or(m.Network.KubeSpan.Enabled, false) && !*cl.Discovery.Enabled {
		k.bad("machine.network.kubespan.enabled", "set cluster.discovery.enabled, or add a DiscoveryServiceConfig document",
			"KubeSpan finds other machines by discovery, which is off")
	}

	k.networks(e)
	k.nodeAddresses(e)
	k.secrets(e)
	k.certificates(e)
	k.kubernetesVersions(e)
	k.part = nil
}

func (k *checker) mainPart() *part {
	for i := range k.c.parts {
		if k.c.parts[i].main != nil {
			return &k.c.parts[i]
		}
	}

	return nil
}

// IsProblem reports whether an error is about the contents of a config, so that
// the caller answers with invalid argument rather than an internal error.
func IsProblem(err error) bool {
	_, ok := errors.AsType[*Error](err)

	return ok
}

// Same reports whether two configs have the same text.
func Same(a, b *Config) bool { return a != nil && b != nil && bytes.Equal(a.raw, b.raw) }
