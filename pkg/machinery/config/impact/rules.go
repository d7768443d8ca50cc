package impact

type rule struct {
	path     string // of the main document, or a kind
	effect   Effect
	services []string
	reason   string
}

const (
	byController = "controllers follow the config"
	atInstall    = "used when installing or upgrading only"
	atMount      = "volumes are set up while booting"
)

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
	{"machine.kubelet", Restart, []string{"kubelet"}, "kubelet reads its settings at start"},
	{"machine.pods", Live, nil, byController},
	{"machine.network", Live, nil, byController},
	{"machine.disks", Reboot, nil, atMount},
	{"machine.install", Live, nil, atInstall},
	{"machine.files", Reboot, nil, "files are written while booting"},
	{"machine.env", Reboot, nil, "processes get their environment at start"},
	{"machine.time", Live, nil, byController},
	{"machine.sysctls", Live, nil, byController},
	{"machine.sysfs", Live, nil, byController},
	{"machine.registries", Live, nil, "read at every pull"},
	{"machine.systemDiskEncryption", Reboot, nil, atMount},
	{"machine.features", Live, nil, byController},
	{"machine.features.diskQuotaSupport", Reboot, nil, atMount},
	{"machine.udev", Live, nil, byController},
	{"machine.logging", Live, nil, byController},
	{"machine.kernel", Live, nil, byController},
	{"machine.seccompProfiles", Live, nil, "read when a container starts"},
	{"machine.baseRuntimeSpecOverrides", Reboot, nil, "containerd reads it at start"},
	{"machine.nodeLabels", Live, nil, byController},
	{"machine.nodeAnnotations", Live, nil, byController},
	{"machine.nodeTaints", Live, nil, byController},

	{"cluster", Live, nil, byController},
	{"cluster.etcd", Restart, []string{"etcd"}, "etcd reads its settings at start"},

	{"folded", Live, nil, byController},
	{"folded.InstallMatch", Live, nil, atInstall},
	{"folded.InstallReboot", Live, nil, atInstall},

	{"BGPInstanceConfig", Live, nil, byController},
	{"BlackholeRouteConfig", Live, nil, byController},
	{"BondConfig", Live, nil, byController},
	{"BridgeConfig", Live, nil, byController},
	{"CRICustomizationConfig", Reboot, nil, "containerd reads it at start"},
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
