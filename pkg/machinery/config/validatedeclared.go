package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/expression"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// declared checks what declarations say by themselves: required fields, names,
// schemes of URLs, ranges of numbers, expressions, and secrets that are placeholders.
func (k *checker) declared() {
	if n, ok := k.part.doc.(document.Named); ok && n.DocumentName() == "" {
		k.bad("name", "", "missing: the name that tells documents of this kind apart")
	}

	var v any = k.part.doc
	if k.part.main != nil {
		v = k.part.main
	}

	kind := k.part.kind()

	tree.WalkRuled(v, func(p *tree.Path, f *tree.Field, v reflect.Value) bool {
		if tree.IsUnset(v) {
			// A required field of an optional section is missing only when the
			// section is there: sections that are unset are not entered.
			if f.Required && f.Key != "name" {
				k.bad(p.String(), "", "missing")
			}

			return v.Kind() == reflect.Pointer && !v.IsNil()
		}

		if f.Secret || f.SecretQuery {
			k.placeholder(p, v)
		}

		if f.Schemes != nil {
			k.schemes(p, f, v)
		}

		if f.Range != nil {
			k.inRange(p, f.Range, v)
		}

		if v.Type() == reflect.TypeFor[value.Expression]() {
			k.badErr(p.String(), checkExpression(kind, value.Expression(v.String())))
		}

		return true
	})
}

// schemes checks a URL, or each of a list. It may hold a token and is not told.
func (k *checker) schemes(p *tree.Path, f *tree.Field, v reflect.Value) {
	check := func(at string, u value.URL) {
		if !u.IsZero() && !contains(f.Schemes, u.Scheme) {
			k.bad(at, "use "+strings.Join(f.Schemes, ":// or ")+"://", "the scheme %q is wrong", u.Scheme)
		}
	}

	switch u := v.Interface().(type) {
	case value.URL:
		check(p.String(), u)
	case []value.URL:
		for i := range u {
			at := p.Index(i)
			check(at.String(), u[i])
		}
	}
}

// inRange checks a number, or each of a list.
func (k *checker) inRange(p *tree.Path, r *tree.Range, v reflect.Value) {
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			at := p.Index(i)
			k.inRange(&at, r, v.Index(i))
		}

		return
	}

	if !r.Has(v) {
		k.bad(p.String(), "use "+r.String(), "%d is out of range", v.Interface())
	}
}

// checkExpression compiles an expression. The commonest form needs no compiler.
func checkExpression(kind string, e value.Expression) error {
	if _, ok := devicePath(e); ok {
		return nil
	}

	return expression.Check(kind, e)
}

// linkKinds share the kernel's names of network links.
var linkKinds = []string{
	"BondConfig", "BridgeConfig", "DummyLinkConfig", "LinkConfig", "VLANConfig", "VRFConfig", "VethConfig", "WireguardConfig",
}

// sharedNames lists the groups of kinds among which a name may be used once.
var sharedNames = []struct {
	what  string
	kinds []string
}{
	{"link", linkKinds},
	{"virtual address", []string{"HCloudVIPConfig", "Layer2VIPConfig"}},
	{"volume", []string{"ExistingVolumeConfig", "UserVolumeConfig", "ExternalVolumeConfig"}},
}

// counterparts lists, for each kind that says what v1alpha1 fields say too, those
// fields. Both at once is refused: nobody could tell which was meant.
var counterparts = map[string][]string{
	"CRIBaseRuntimeSpecConfig":     {"machine.baseRuntimeSpecOverrides"},
	"DiscoveryIdentityConfig":      {"cluster.id", "cluster.secret"},
	"DiscoveryServiceConfig":       {"cluster.discovery.enabled", "cluster.discovery.registries.service"},
	"HostnameConfig":               {"machine.network.hostname", "machine.features.stableHostname"},
	"ImageCacheConfig":             {"machine.features.imageCache"},
	"KubeAPIServerCAConfig":        {"cluster.ca", "cluster.acceptedCAs"},
	"KubeAPIServerConfig":          {"cluster.apiServer.image", "cluster.apiServer.extraArgs", "cluster.apiServer.env", "cluster.apiServer.certSANs", "cluster.apiServer.resources", "cluster.controlPlane.localAPIServerPort"},
	"KubeAdmissionControlConfig":   {"cluster.apiServer.admissionControl"},
	"KubeAggregatorCAConfig":       {"cluster.aggregatorCA"},
	"KubeAuditPolicyConfig":        {"cluster.apiServer.auditPolicy"},
	"KubeAuthorizerConfig":         {"cluster.apiServer.authorizationConfig"},
	"KubeClusterConfig":            {"cluster.clusterName", "cluster.controlPlane.endpoint"},
	"KubeControllerManagerConfig":  {"cluster.controllerManager.image", "cluster.controllerManager.extraArgs", "cluster.controllerManager.env", "cluster.controllerManager.resources", "machine.controlPlane.controllerManager"},
	"KubeCoreDNSConfig":            {"cluster.coreDNS"},
	"KubeCredentialProviderConfig": {"machine.kubelet.credentialProviderConfig"},
	"KubeEtcdEncryptionConfig":     {"cluster.aescbcEncryptionSecret", "cluster.secretboxEncryptionSecret"},
	"KubeFlannelCNIConfig":         {"cluster.network.cni"},
	"KubeNetworkConfig":            {"cluster.network.dnsDomain", "cluster.network.podSubnets", "cluster.network.serviceSubnets"},
	"KubeNodeConfig":               {"machine.kubelet.nodeIP", "machine.kubelet.registerWithFQDN", "machine.kubelet.skipNodeRegistration", "machine.nodeLabels", "machine.nodeAnnotations", "machine.nodeTaints"},
	"KubePrismConfig":              {"machine.features.kubePrism"},
	"KubeProxyConfig":              {"cluster.proxy"},
	"KubeSchedulerConfig":          {"cluster.scheduler.image", "cluster.scheduler.extraArgs", "cluster.scheduler.env", "cluster.scheduler.resources", "cluster.scheduler.config", "machine.controlPlane.scheduler"},
	"KubeServiceAccountConfig":     {"cluster.serviceAccount"},
	"KubeSpanConfig":               {"machine.network.kubespan"},
	"KubeTalosAPIAccessConfig":     {"machine.features.kubernetesTalosAPIAccess"},
	"KubeletConfig":                {"machine.kubelet.image", "machine.kubelet.clusterDNS", "machine.kubelet.extraArgs", "machine.kubelet.extraConfig", "machine.kubelet.defaultRuntimeSeccompProfileEnabled"},
	"ResolverConfig":               {"machine.network.nameservers", "machine.network.searchDomains", "machine.network.disableSearchDomain", "machine.features.hostDNS"},
	"TimeSyncConfig":               {"machine.time"},
	"UnattendedInstallConfig":      {"machine.install.disk", "machine.install.diskSelector", "machine.install.image", "machine.install.wipe"},
}

// conflicts checks documents against each other.
func (k *checker) conflicts() {
	k.nameConflicts()
	k.ports()
	k.firewall()
	k.twice()

	main := k.c.V1Alpha1()
	if main == nil {
		return
	}

	done := map[string]bool{}

	for i := range k.c.parts {
		p := &k.c.parts[i]
		if p.doc == nil {
			continue
		}

		kind := p.kind()

		if v, ok := p.doc.(*document.VolumeConfig); ok && v.Encryption != nil {
			section := map[string]string{"STATE": "state", "EPHEMERAL": "ephemeral"}[v.Name]
			if section != "" && tree.IsSet(main, "machine.systemDiskEncryption."+section) {
				k.conflict("machine.systemDiskEncryption."+section, p.id())
			}
		}

		if done[kind] {
			continue
		}

		done[kind] = true

		for _, path := range counterparts[kind] {
			if tree.IsSet(main, path) {
				k.conflict(path, p.id())
			}
		}
	}
}

func (k *checker) conflict(path, doc string) {
	k.part = k.mainPart()
	k.bad(path, fmt.Sprintf("set it in the %s document, or delete that document", doc),
		"is set here while a %s document sets it too", doc)
	k.part = nil
}

func (k *checker) nameConflicts() {
	for _, g := range sharedNames {
		first := map[string]string{}

		for i := range k.c.parts {
			p := &k.c.parts[i]
			if p.doc == nil || !contains(g.kinds, p.kind()) {
				continue
			}

			for _, name := range namesOf(p.doc) {
				if other, ok := first[name]; ok {
					k.part = p
					k.bad("name", "", "the %s %q is already described by %s", g.what, name, other)
					k.part = nil
				}

				first[name] = p.id()
			}
		}
	}
}

func namesOf(d document.Document) []string {
	if v, ok := d.(*document.VethConfig); ok {
		return []string{v.Name, v.Peer.Name}
	}

	return []string{document.Name(d)}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}

	return false
}
