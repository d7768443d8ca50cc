package config

import (
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// move is where a setting of the main document lives in a newer one.
type move struct {
	from, doc, to string                      // doc is a kind, with a name where the kind has many
	convert       func(*yaml.Node) *yaml.Node // nil: as it is; may return nil to drop it
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
	{"machine.systemDiskEncryption.state", "VolumeConfig STATE", "encryption", nil},
	{"machine.systemDiskEncryption.ephemeral", "VolumeConfig EPHEMERAL", "encryption", nil},
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
	{"cluster.network.cni.flannel.extraArgs", "KubeFlannelCNIConfig", "extraArgs", nil},
	{"cluster.network.cni.flannel.kubeNetworkPoliciesEnabled", "KubeFlannelCNIConfig", "kubeNetworkPoliciesEnabled", nil},
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

func negate(n *yaml.Node) *yaml.Node {
	out := tree.Clone(n)
	if n.Kind == yaml.ScalarNode {
		out.Tag, out.Style = "!!bool", 0
		out.Value = strconv.FormatBool(!yes(n))
	}

	return out
}

// presence is for documents that mean "enabled" by being there.
func presence(n *yaml.Node) *yaml.Node {
	if yes(n) {
		return nil
	}

	return deletion()
}

// absence is the same for a setting that means "disabled".
func absence(n *yaml.Node) *yaml.Node {
	if yes(n) {
		return deletion()
	}

	return nil
}

func autoHostname(n *yaml.Node) *yaml.Node {
	if yes(n) {
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

// yes reads true however it is written.
func yes(n *yaml.Node) bool {
	v, ok := tree.Bool(n)

	return ok && v
}
