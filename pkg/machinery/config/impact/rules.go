package impact

type rule struct {
	// path of the main document, or a kind with the path in it after a dot. * is any
	// key. Nothing says more about a setting than the longest path that leads to it.
	path     string
	effect   Effect
	services []string
	reason   string
}

const (
	byController = "controllers follow the config"
	atStart      = "read at start"
	atInstall    = "used when installing or upgrading only"
	atMount      = "volumes are set up while booting"
	byPod        = "its pod is replaced"
	byName       = "kubelet registers the node under its name"
)

// What restarts. Those of the control plane are pods, which kubelet replaces.
var (
	cri       = []string{"cri"}
	kubelet   = []string{"kubelet"}
	etcd      = []string{"etcd"}
	apiServer = []string{"kube-apiserver"}
	manager   = []string{"kube-controller-manager"}
	scheduler = []string{"kube-scheduler"}
)

func both(a, b []string, more ...[]string) (out []string) {
	for _, list := range append([][]string{a, b}, more...) {
		out = append(out, list...)
	}

	return out
}

// rules says what each setting takes. What is not listed needs a reboot; a test
// fails when anything is not listed.
var rules = []rule{
	{"version", Live, nil, "names the format only"},
	{"debug", Live, nil, byController},
	{"persist", Live, nil, "has no effect"},

	{"machine.type", Reboot, nil, "decides which services a machine has"},
	{"machine.token", Live, nil, "used at the next certificate request"},
	{"machine.ca", Live, nil, byController},
	{"machine.acceptedCAs", Live, nil, byController},
	{"machine.certSANs", Live, nil, byController},
	{"machine.controlPlane", Live, nil, byController},
	{"machine.kubelet", Restart, kubelet, atStart},
	{"machine.pods", Live, nil, byController},
	{"machine.network", Live, nil, byController},
	{"machine.network.hostname", Restart, kubelet, byName},
	{"machine.disks", Reboot, nil, atMount},
	{"machine.install", Live, nil, atInstall},
	{"machine.files", Restart, cri, "the one file that is made is a part of containerd's settings"},
	{"machine.env", Reboot, nil, "processes get their environment at start"},
	{"machine.time", Live, nil, byController},
	{"machine.sysctls", Live, nil, byController},
	{"machine.sysfs", Live, nil, byController},
	{"machine.registries", Live, nil, "read at every pull"},
	{"machine.registries.config.*.auth", Restart, cri, atStart},
	{"machine.systemDiskEncryption", Reboot, nil, atMount},
	{"machine.features", Live, nil, byController},
	{"machine.features.diskQuotaSupport", Reboot, nil, atMount},
	{"machine.features.kubePrism", Restart, kubelet, "kubelet is told at start where the API server is"},
	{"machine.features.stableHostname", Restart, kubelet, byName},
	{"machine.udev", Live, nil, byController},
	{"machine.logging", Live, nil, byController},
	{"machine.kernel", Live, nil, byController},
	{"machine.seccompProfiles", Live, nil, "read when a container starts"},
	{"machine.baseRuntimeSpecOverrides", Restart, cri, atStart},
	{"machine.nodeLabels", Live, nil, byController},
	{"machine.nodeAnnotations", Live, nil, byController},
	{"machine.nodeTaints", Restart, kubelet, "kubelet registers the node with them"},

	{"cluster.id", Live, nil, byController},
	{"cluster.secret", Live, nil, byController},
	{"cluster.clusterName", Live, nil, byController},
	{"cluster.controlPlane.endpoint", Restart, both(kubelet, apiServer), atStart},
	{"cluster.controlPlane.localAPIServerPort", Restart, apiServer, byPod},
	{"cluster.network.cni", Live, nil, byController},
	{"cluster.network.dnsDomain", Restart, kubelet, "kubelet tells it to pods"},
	{"cluster.network.podSubnets", Restart, manager, byPod},
	{"cluster.network.serviceSubnets", Restart, both(apiServer, manager), byPod},
	{"cluster.token", Restart, kubelet, "kubelet joins with it"},
	{"cluster.aescbcEncryptionSecret", Restart, apiServer, byPod},
	{"cluster.secretboxEncryptionSecret", Restart, apiServer, byPod},
	{"cluster.ca", Restart, both(kubelet, apiServer, manager, scheduler), "all of Kubernetes verifies with it"},
	{"cluster.acceptedCAs", Restart, both(kubelet, apiServer, manager, scheduler), "all of Kubernetes verifies with them"},
	{"cluster.aggregatorCA", Restart, apiServer, byPod},
	{"cluster.serviceAccount", Restart, both(apiServer, manager), byPod},
	{"cluster.apiServer", Restart, apiServer, byPod},
	{"cluster.apiServer.certSANs", Live, nil, "new certificates are read while it runs"},
	{"cluster.controllerManager", Restart, manager, byPod},
	{"cluster.scheduler", Restart, scheduler, byPod},
	{"cluster.proxy", Live, nil, "its manifest is applied again"},
	{"cluster.coreDNS", Live, nil, "its manifest is applied again"},
	{"cluster.discovery", Live, nil, byController},
	{"cluster.etcd", Reboot, nil, atStart + ", and nothing but a new image or argument restarts etcd"},
	{"cluster.etcd.image", Restart, etcd, atStart},
	{"cluster.etcd.extraArgs", Restart, etcd, atStart},
	{"cluster.externalCloudProvider", Restart, both(kubelet, apiServer, manager), atStart},
	{"cluster.externalCloudProvider.manifests", Live, nil, byController},
	{"cluster.extraManifests", Live, nil, byController},
	{"cluster.extraManifestHeaders", Live, nil, byController},
	{"cluster.inlineManifests", Live, nil, byController},
	{"cluster.adminKubeconfig", Live, nil, "used for the next kubeconfig"},
	{"cluster.allowSchedulingOnMasters", Restart, kubelet, "kubelet registers the node with a taint"},
	{"cluster.allowSchedulingOnControlPlanes", Restart, kubelet, "kubelet registers the node with a taint"},

	// What documents say that the main one cannot.
	{"folded", Live, nil, byController},
	{"KubeNetworkConfig.nodeCIDRMaskSizeIPv4", Restart, manager, byPod},
	{"KubeNetworkConfig.nodeCIDRMaskSizeIPv6", Restart, manager, byPod},
	{"KubePrismConfig.tlsServerName", Restart, kubelet, "kubelet is told at start where the API server is"},
	{"KubeAPIServerConfig.startupProbes", Restart, apiServer, byPod},
	{"KubeAuthenticationConfig", Restart, apiServer, byPod},
	{"KubeEtcdEncryptionConfig", Restart, apiServer, byPod},
	{"KubeServiceAccountConfig", Restart, both(apiServer, manager), byPod},
	{"KubeAggregatorCAConfig.acceptedCAs", Restart, apiServer, byPod},
	{"KubeFlannelCNIConfig", Live, nil, "its manifest is applied again"},
	{"KubeProxyConfig.config", Live, nil, "its manifest is applied again"},
	{"KubeProxyConfig.resources", Live, nil, "its manifest is applied again"},
	{"KubeExternalManifestConfig", Live, nil, byController},
	{"UnattendedInstallConfig.provisioning", Live, nil, atInstall},
	{"UnattendedInstallConfig.reboot", Live, nil, atInstall},
	{"RegistryMirrorConfig.endpoints", Live, nil, "read at every pull"},

	{"BGPInstanceConfig", Live, nil, byController},
	{"BlackholeRouteConfig", Live, nil, byController},
	{"BondConfig", Live, nil, byController},
	{"BridgeConfig", Live, nil, byController},
	{"CRICustomizationConfig", Restart, cri, atStart},
	{"ContainerConfig", Live, nil, byController},
	{"DHCPv4Config", Live, nil, byController},
	{"DHCPv6Config", Live, nil, byController},
	{"DiscoveryServiceConfig", Live, nil, byController},
	{"DummyLinkConfig", Live, nil, byController},
	{"EtcFileConfig", Live, nil, byController},
	{"EthernetConfig", Live, nil, byController},
	{"EventSinkConfig", Live, nil, byController},
	{"ExistingVolumeConfig", Live, nil, byController},
	{"ExtensionServiceConfig", Live, nil, byController},
	{"ExternalVolumeConfig", Live, nil, byController},
	{"FilesystemScrubConfig", Live, nil, byController},
	{"FilesystemTrimConfig", Live, nil, byController},
	{"HCloudVIPConfig", Live, nil, byController},
	{"HTTPProbeConfig", Live, nil, byController},
	{"ImageVerificationConfig", Live, nil, "read at every pull"},
	{"KmsgLogConfig", Live, nil, byController},
	{"KubeSpanEndpointsConfig", Live, nil, byController},
	{"LVMLogicalVolumeConfig", Live, nil, byController},
	{"LVMVolumeGroupConfig", Live, nil, byController},
	{"Layer2VIPConfig", Live, nil, byController},
	{"LinkAliasConfig", Live, nil, byController},
	{"LinkConfig", Live, nil, byController},
	{"NetworkDefaultActionConfig", Live, nil, byController},
	{"NetworkRuleConfig", Live, nil, byController},
	{"OOMConfig", Live, nil, byController},
	{"PCIDriverRebindConfig", Live, nil, byController},
	{"RAIDArrayConfig", Live, nil, byController},
	{"RawVolumeConfig", Live, nil, byController},
	{"ResolverConfig", Live, nil, byController},
	{"RoutingRuleConfig", Live, nil, byController},
	{"SecurityProfileConfig", Reboot, nil, "processes are confined when they start"},
	{"SideroLinkConfig", Live, nil, byController},
	{"SwapVolumeConfig", Live, nil, byController},
	{"TCPProbeConfig", Live, nil, byController},
	{"TimeSyncConfig", Live, nil, byController},
	{"TrustedRootsConfig", Live, nil, byController},
	{"UserVolumeConfig", Live, nil, byController},
	{"VLANConfig", Live, nil, byController},
	{"VRFConfig", Live, nil, byController},
	{"VethConfig", Live, nil, byController},
	{"VolumeConfig", Reboot, nil, atMount},
	{"WatchdogTimerConfig", Live, nil, byController},
	{"WireguardConfig", Live, nil, byController},
	{"ZswapConfig", Live, nil, byController},
}
