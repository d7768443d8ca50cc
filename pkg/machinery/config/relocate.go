package config

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// A generated config of today describes Kubernetes, the host name, the install
// and more in documents of their own, while the patches people keep say the same
// in the main document. Setting both is refused, so without help every such patch
// would have to be rewritten at once. Therefore a setting of a patch goes to the
// document that has it in the config at hand, if there is one.
//
// What the patch writes to a document itself is left alone, and a patch that
// deletes the document wants the main one used: then nothing moves.

// move is where a setting of the main document lives in a newer one.
type move struct {
	from, kind, to string
	convert        func(*yaml.Node) *yaml.Node // nil: as it is; may return nil to drop it
}

var moves = []move{
	{"machine.kubelet.image", "KubeletConfig", "image", nil},
	{"machine.kubelet.clusterDNS", "KubeletConfig", "clusterDNS", nil},
	{"machine.kubelet.extraArgs", "KubeletConfig", "extraArgs", nil},
	{"machine.kubelet.extraConfig", "KubeletConfig", "config", nil},
	{"machine.kubelet.defaultRuntimeSeccompProfileEnabled", "KubeletConfig", "defaultRuntimeSeccompProfileEnabled", nil},
	{"machine.kubelet.nodeIP", "KubeNodeConfig", "nodeIP", nil},
	{"machine.kubelet.registerWithFQDN", "KubeNodeConfig", "registerWithFQDN", nil},
	{"machine.kubelet.skipNodeRegistration", "KubeNodeConfig", "skipNodeRegistration", nil},
	{"machine.kubelet.credentialProviderConfig", "KubeCredentialProviderConfig", "configuration", nil},
	{"machine.nodeLabels", "KubeNodeConfig", "labels", nil},
	{"machine.nodeAnnotations", "KubeNodeConfig", "annotations", nil},
	{"machine.nodeTaints", "KubeNodeConfig", "taints", nil},
	{"machine.network.hostname", "HostnameConfig", "hostname", nil},
	{"machine.features.stableHostname", "HostnameConfig", "auto", autoHostname},
	{"machine.network.nameservers", "ResolverConfig", "nameservers", nameservers},
	{"machine.network.searchDomains", "ResolverConfig", "searchDomains.domains", nil},
	{"machine.network.disableSearchDomain", "ResolverConfig", "searchDomains.disableDefault", nil},
	{"machine.features.hostDNS", "ResolverConfig", "hostDNS", nil},
	{"machine.network.kubespan", "KubeSpanConfig", "", nil},
	{"machine.time.disabled", "TimeSyncConfig", "enabled", negate},
	{"machine.time.servers", "TimeSyncConfig", "ntp.servers", nil},
	{"machine.time.bootTimeout", "TimeSyncConfig", "bootTimeout", nil},
	{"machine.features.imageCache.localEnabled", "ImageCacheConfig", "local.enabled", nil},
	{"machine.features.kubePrism.enabled", "KubePrismConfig", "", presence},
	{"machine.features.kubePrism.port", "KubePrismConfig", "port", nil},
	{"machine.features.kubernetesTalosAPIAccess.enabled", "KubeTalosAPIAccessConfig", "", presence},
	{"machine.features.kubernetesTalosAPIAccess.allowedRoles", "KubeTalosAPIAccessConfig", "allowedRoles", nil},
	{"machine.features.kubernetesTalosAPIAccess.allowedKubernetesNamespaces", "KubeTalosAPIAccessConfig", "allowedKubernetesNamespaces", nil},
	{"machine.install.disk", "UnattendedInstallConfig", "provisioning.diskSelector.match", diskMatch},
	{"machine.install.diskSelector", "UnattendedInstallConfig", "provisioning.diskSelector.match", diskSelector},
	{"machine.install.image", "UnattendedInstallConfig", "installer.image", nil},
	{"machine.install.wipe", "UnattendedInstallConfig", "provisioning.wipe", nil},
	{"machine.baseRuntimeSpecOverrides", "CRIBaseRuntimeSpecConfig", "overrides", nil},
	{"machine.controlPlane.controllerManager.disabled", "KubeControllerManagerConfig", "enabled", negate},
	{"machine.controlPlane.scheduler.disabled", "KubeSchedulerConfig", "enabled", negate},
	{"cluster.id", "DiscoveryIdentityConfig", "clusterID", nil},
	{"cluster.secret", "DiscoveryIdentityConfig", "clusterSecret", nil},
	{"cluster.ca", "KubeAPIServerCAConfig", "issuingCA", authority},
	{"cluster.acceptedCAs", "KubeAPIServerCAConfig", "acceptedCAs", accepted},
	{"cluster.aggregatorCA", "KubeAggregatorCAConfig", "issuingCA", authority},
	{"cluster.serviceAccount", "KubeServiceAccountConfig", "issuer", issuer},
	{"cluster.clusterName", "KubeClusterConfig", "clusterName", nil},
	{"cluster.controlPlane.endpoint", "KubeClusterConfig", "endpoint", nil},
	{"cluster.controlPlane.localAPIServerPort", "KubeAPIServerConfig", "apiPort", nil},
	{"cluster.network.dnsDomain", "KubeNetworkConfig", "dnsDomain", nil},
	{"cluster.network.podSubnets", "KubeNetworkConfig", "podSubnets", nil},
	{"cluster.network.serviceSubnets", "KubeNetworkConfig", "serviceSubnets", nil},
	{"cluster.network.cni.flannel", "KubeFlannelCNIConfig", "", nil},
	{"cluster.proxy.disabled", "KubeProxyConfig", "enabled", negate},
	{"cluster.proxy.image", "KubeProxyConfig", "image", nil},
	{"cluster.proxy.mode", "KubeProxyConfig", "mode", nil},
	{"cluster.proxy.extraArgs", "KubeProxyConfig", "extraArgs", nil},
	{"cluster.coreDNS.disabled", "KubeCoreDNSConfig", "enabled", negate},
	{"cluster.coreDNS.image", "KubeCoreDNSConfig", "image", nil},
	{"cluster.apiServer.image", "KubeAPIServerConfig", "image", nil},
	{"cluster.apiServer.extraArgs", "KubeAPIServerConfig", "extraArgs", nil},
	{"cluster.apiServer.env", "KubeAPIServerConfig", "env", nil},
	{"cluster.apiServer.certSANs", "KubeAPIServerConfig", "certExtraSANs", nil},
	{"cluster.apiServer.resources", "KubeAPIServerConfig", "resources", nil},
	{"cluster.apiServer.auditPolicy", "KubeAuditPolicyConfig", "configuration", nil},
	{"cluster.controllerManager.image", "KubeControllerManagerConfig", "image", nil},
	{"cluster.controllerManager.extraArgs", "KubeControllerManagerConfig", "extraArgs", nil},
	{"cluster.controllerManager.env", "KubeControllerManagerConfig", "env", nil},
	{"cluster.controllerManager.resources", "KubeControllerManagerConfig", "resources", nil},
	{"cluster.scheduler.image", "KubeSchedulerConfig", "image", nil},
	{"cluster.scheduler.extraArgs", "KubeSchedulerConfig", "extraArgs", nil},
	{"cluster.scheduler.env", "KubeSchedulerConfig", "env", nil},
	{"cluster.scheduler.resources", "KubeSchedulerConfig", "resources", nil},
	{"cluster.scheduler.config", "KubeSchedulerConfig", "config", nil},
	{"cluster.discovery.enabled", "DiscoveryServiceConfig", "", presence},
	{"cluster.discovery.registries.service.disabled", "DiscoveryServiceConfig", "", absence},
	{"cluster.discovery.registries.service.endpoint", "DiscoveryServiceConfig", "endpoint", nil},
}

// relocate moves settings of a patch of the main document into patches of the
// documents that have them. It changes root and returns the new patches.
func relocate(root *yaml.Node, pieces []*piece, spared map[string]bool) []patchDoc {
	docs := map[string]*piece{}
	var main *piece

	for _, pc := range pieces {
		switch {
		case pc.deleted:
		case pc.main != nil:
			main = pc
		case docs[pc.kind()] == nil:
			docs[pc.kind()] = pc
		}
	}

	over := map[string]*patchDoc{}
	var order []string

	target := func(kind string, pc *piece) *patchDoc {
		if over[kind] == nil {
			over[kind] = &patchDoc{part: pc.part, root: &yaml.Node{Kind: yaml.MappingNode}}
			order = append(order, kind)
		}

		return over[kind]
	}

	// What is off is off, however many documents turn it on.
	removed := map[string]bool{}
	removeAll := func(kind string) { removed[kind] = true }

	// from takes what the patch says at a path if it is to go to a document.
	from := func(path, kind string) (*yaml.Node, *piece) {
		pc := docs[kind]
		if pc == nil || spared[kind] || (main != nil && main.has(path)) {
			return nil, nil
		}

		return take(root, strings.Split(path, ".")), pc
	}

	for _, c := range ciphers {
		if n, pc := from(c.from, "KubeEtcdEncryptionConfig"); n != nil {
			d := target(pc.kind(), pc)
			d.edits = append(d.edits, func(doc *yaml.Node) (bool, error) { return c.setKey(doc, n) })
		}
	}

	for _, m := range moves {
		n, pc := from(m.from, m.kind)
		if n == nil {
			continue
		}

		if m.from == "cluster.acceptedCAs" {
			if gone := withdrawn(n); len(gone) > 0 {
				d := target(m.kind, pc)
				d.edits = append(d.edits, func(doc *yaml.Node) (bool, error) { return dropTexts(doc, m.to, gone), nil })
			}
		}

		if m.convert != nil && (m.to == "" || !tree.Deletes(n)) {
			if n = m.convert(n); n == nil {
				continue
			}
		}

		if m.to == "" && tree.Deletes(n) {
			removeAll(m.kind)

			continue
		}

		d := target(m.kind, pc)

		put(d.root, m.to, n)

		// A fixed name and one made up by the machine exclude each other.
		if m.from == "machine.network.hostname" {
			put(d.root, "auto", deletion())
		}
	}

	relocateCNI(root, docs["KubeFlannelCNIConfig"], spared, removeAll)

	out := relocateAdmission(root, docs["KubeAdmissionControlConfig"], spared)

	for _, kind := range order {
		if !removed[kind] {
			out = append(out, *over[kind])
		}
	}

	for _, pc := range pieces {
		if !pc.deleted && removed[pc.kind()] {
			out = append(out, patchDoc{part: pc.part, remove: true})
		}
	}

	return out
}

// has reports whether the main document sets a path already.
func (p *piece) has(path string) bool {
	if p.root == nil {
		return tree.IsSet(p.main, path)
	}

	n := p.root
	for _, key := range strings.Split(path, ".") {
		if n = tree.Get(n, key); n == nil {
			return false
		}
	}

	return true
}

// relocateCNI turns flannel off by deleting its document.
func relocateCNI(root *yaml.Node, flannel *piece, spared map[string]bool, remove func(kind string)) {
	const kind = "KubeFlannelCNIConfig"

	if flannel == nil || spared[kind] {
		return
	}

	n := root
	for _, key := range []string{"cluster", "network", "cni", "name"} {
		if n = tree.Get(n, key); n == nil {
			return
		}
	}

	if n.Value == "flannel" {
		take(root, []string{"cluster", "network", "cni", "name"})

		return
	}

	remove(kind)
}

// relocateAdmission makes each admission plugin a patch of its own document.
func relocateAdmission(root *yaml.Node, first *piece, spared map[string]bool) []patchDoc {
	const kind = "KubeAdmissionControlConfig"

	if first == nil || spared[kind] {
		return nil
	}

	list := take(root, []string{"cluster", "apiServer", "admissionControl"})
	if list == nil {
		return nil
	}

	var out []patchDoc

	for _, item := range list.Content {
		name := tree.Get(item, "name")
		if name == nil {
			continue
		}

		d := patchDoc{root: tree.Clone(item), part: part{doc: &document.KubeAdmissionControlConfig{Name: name.Value}}}
		d.remove = tree.Remove(d.root, tree.PatchKey)
		out = append(out, d)
	}

	return out
}

// take removes the value at a path from a patch, with sections it leaves empty.
func take(n *yaml.Node, path []string) *yaml.Node {
	v := tree.Get(n, path[0])
	if v == nil {
		return nil
	}

	if len(path) == 1 {
		tree.Remove(n, path[0])

		return v
	}

	if v.Kind != yaml.MappingNode {
		return nil
	}

	found := take(v, path[1:])
	if found != nil && len(v.Content) == 0 {
		tree.Remove(n, path[0])
	}

	return found
}

// put sets a value at a dotted path of a patch; an empty path lays a mapping over
// the whole.
func put(n *yaml.Node, path string, v *yaml.Node) {
	if path == "" {
		n.Content = append(n.Content, v.Content...)

		return
	}

	key, rest, more := strings.Cut(path, ".")
	if !more {
		n.Content = append(n.Content, tree.Text(key), v)

		return
	}

	next := tree.Get(n, key)
	if next == nil {
		next = &yaml.Node{Kind: yaml.MappingNode}
		n.Content = append(n.Content, tree.Text(key), next)
	}

	put(next, rest, v)
}

func deletion() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{tree.Text(tree.PatchKey), tree.Text("delete")}}
}

func negate(n *yaml.Node) *yaml.Node {
	out := tree.Clone(n)
	if n.Kind == yaml.ScalarNode {
		out.Tag, out.Style = "!!bool", 0
		out.Value = strconv.FormatBool(n.Value != "true")
	}

	return out
}

// presence is for documents that mean "enabled" by being there.
func presence(n *yaml.Node) *yaml.Node {
	if n.Value == "true" {
		return nil
	}

	return deletion()
}

// absence is the same for a setting that means "disabled".
func absence(n *yaml.Node) *yaml.Node {
	if n.Value == "true" {
		return deletion()
	}

	return nil
}

func autoHostname(n *yaml.Node) *yaml.Node {
	if n.Value == "true" {
		return tree.Text("stable")
	}

	return tree.Text("off")
}

func nameservers(n *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: yaml.SequenceNode}

	for _, c := range n.Content {
		if c.Kind == yaml.ScalarNode {
			c = &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{tree.Text("address"), c}}
		}

		out.Content = append(out.Content, c)
	}

	return out
}
