package document

// Kinds lists every document kind in alphabetical order.
func Kinds() []Kind { return kinds }

var kinds = []Kind{
	{Name: "BGPInstanceConfig", Named: true, New: func() Document { return new(BGPInstanceConfig) }},
	{Name: "BlackholeRouteConfig", Named: true, New: func() Document { return new(BlackholeRouteConfig) }},
	{Name: "BondConfig", Named: true, New: func() Document { return new(BondConfig) }},
	{Name: "BridgeConfig", Named: true, New: func() Document { return new(BridgeConfig) }},
	{Name: "CRIBaseRuntimeSpecConfig", Named: false, New: func() Document { return new(CRIBaseRuntimeSpecConfig) }},
	{Name: "CRICustomizationConfig", Named: true, New: func() Document { return new(CRICustomizationConfig) }},
	{Name: "ContainerConfig", Named: true, New: func() Document { return new(ContainerConfig) }},
	{Name: "DHCPv4Config", Named: true, New: func() Document { return new(DHCPv4Config) }},
	{Name: "DHCPv6Config", Named: true, New: func() Document { return new(DHCPv6Config) }},
	{Name: "DiscoveryIdentityConfig", Named: false, New: func() Document { return new(DiscoveryIdentityConfig) }},
	{Name: "DiscoveryServiceConfig", Named: true, New: func() Document { return new(DiscoveryServiceConfig) }},
	{Name: "DummyLinkConfig", Named: true, New: func() Document { return new(DummyLinkConfig) }},
	{Name: "EnvironmentConfig", Named: false, New: func() Document { return new(EnvironmentConfig) }},
	{Name: "EtcFileConfig", Named: true, New: func() Document { return new(EtcFileConfig) }},
	{Name: "EthernetConfig", Named: true, New: func() Document { return new(EthernetConfig) }},
	{Name: "EventSinkConfig", Named: false, New: func() Document { return new(EventSinkConfig) }},
	{Name: "ExistingVolumeConfig", Named: true, New: func() Document { return new(ExistingVolumeConfig) }},
	{Name: "ExtensionServiceConfig", Named: false, New: func() Document { return new(ExtensionServiceConfig) }},
	{Name: "ExternalVolumeConfig", Named: true, New: func() Document { return new(ExternalVolumeConfig) }},
	{Name: "FilesystemScrubConfig", Named: false, New: func() Document { return new(FilesystemScrubConfig) }},
	{Name: "FilesystemTrimConfig", Named: false, New: func() Document { return new(FilesystemTrimConfig) }},
	{Name: "HCloudVIPConfig", Named: true, New: func() Document { return new(HCloudVIPConfig) }},
	{Name: "HTTPProbeConfig", Named: true, New: func() Document { return new(HTTPProbeConfig) }},
	{Name: "HostnameConfig", Named: false, New: func() Document { return new(HostnameConfig) }},
	{Name: "ImageCacheConfig", Named: false, New: func() Document { return new(ImageCacheConfig) }},
	{Name: "ImageVerificationConfig", Named: false, New: func() Document { return new(ImageVerificationConfig) }},
	{Name: "KernelModuleConfig", Named: true, New: func() Document { return new(KernelModuleConfig) }},
	{Name: "KmsgLogConfig", Named: true, New: func() Document { return new(KmsgLogConfig) }},
	{Name: "KubeAPIServerCAConfig", Named: false, New: func() Document { return new(KubeAPIServerCAConfig) }},
	{Name: "KubeAPIServerConfig", Named: false, New: func() Document { return new(KubeAPIServerConfig) }},
	{Name: "KubeAdmissionControlConfig", Named: true, New: func() Document { return new(KubeAdmissionControlConfig) }},
	{Name: "KubeAggregatorCAConfig", Named: false, New: func() Document { return new(KubeAggregatorCAConfig) }},
	{Name: "KubeAuditPolicyConfig", Named: false, New: func() Document { return new(KubeAuditPolicyConfig) }},
	{Name: "KubeAuthenticationConfig", Named: false, New: func() Document { return new(KubeAuthenticationConfig) }},
	{Name: "KubeAuthorizerConfig", Named: true, New: func() Document { return new(KubeAuthorizerConfig) }},
	{Name: "KubeClusterConfig", Named: false, New: func() Document { return new(KubeClusterConfig) }},
	{Name: "KubeControllerManagerConfig", Named: false, New: func() Document { return new(KubeControllerManagerConfig) }},
	{Name: "KubeCoreDNSConfig", Named: false, New: func() Document { return new(KubeCoreDNSConfig) }},
	{Name: "KubeCredentialProviderConfig", Named: false, New: func() Document { return new(KubeCredentialProviderConfig) }},
	{Name: "KubeEtcdEncryptionConfig", Named: false, New: func() Document { return new(KubeEtcdEncryptionConfig) }},
	{Name: "KubeExternalManifestConfig", Named: true, New: func() Document { return new(KubeExternalManifestConfig) }},
	{Name: "KubeFlannelCNIConfig", Named: false, New: func() Document { return new(KubeFlannelCNIConfig) }},
	{Name: "KubeInlineManifestConfig", Named: true, New: func() Document { return new(KubeInlineManifestConfig) }},
	{Name: "KubeNetworkConfig", Named: false, New: func() Document { return new(KubeNetworkConfig) }},
	{Name: "KubeNodeConfig", Named: false, New: func() Document { return new(KubeNodeConfig) }},
	{Name: "KubePrismConfig", Named: false, New: func() Document { return new(KubePrismConfig) }},
	{Name: "KubeProxyConfig", Named: false, New: func() Document { return new(KubeProxyConfig) }},
	{Name: "KubeSchedulerConfig", Named: false, New: func() Document { return new(KubeSchedulerConfig) }},
	{Name: "KubeServiceAccountConfig", Named: false, New: func() Document { return new(KubeServiceAccountConfig) }},
	{Name: "KubeSpanConfig", Named: false, New: func() Document { return new(KubeSpanConfig) }},
	{Name: "KubeSpanEndpointsConfig", Named: false, New: func() Document { return new(KubeSpanEndpointsConfig) }},
	{Name: "KubeStaticPodConfig", Named: true, New: func() Document { return new(KubeStaticPodConfig) }},
	{Name: "KubeTalosAPIAccessConfig", Named: false, New: func() Document { return new(KubeTalosAPIAccessConfig) }},
	{Name: "KubeletConfig", Named: false, New: func() Document { return new(KubeletConfig) }},
	{Name: "LVMLogicalVolumeConfig", Named: true, New: func() Document { return new(LVMLogicalVolumeConfig) }},
	{Name: "LVMVolumeGroupConfig", Named: true, New: func() Document { return new(LVMVolumeGroupConfig) }},
	{Name: "Layer2VIPConfig", Named: true, New: func() Document { return new(Layer2VIPConfig) }},
	{Name: "LinkAliasConfig", Named: true, New: func() Document { return new(LinkAliasConfig) }},
	{Name: "LinkConfig", Named: true, New: func() Document { return new(LinkConfig) }},
	{Name: "NetworkDefaultActionConfig", Named: false, New: func() Document { return new(NetworkDefaultActionConfig) }},
	{Name: "NetworkRuleConfig", Named: true, New: func() Document { return new(NetworkRuleConfig) }},
	{Name: "OOMConfig", Named: false, New: func() Document { return new(OOMConfig) }},
	{Name: "PCIDriverRebindConfig", Named: true, New: func() Document { return new(PCIDriverRebindConfig) }},
	{Name: "RAIDArrayConfig", Named: true, New: func() Document { return new(RAIDArrayConfig) }},
	{Name: "RawVolumeConfig", Named: true, New: func() Document { return new(RawVolumeConfig) }},
	{Name: "RegistryAuthConfig", Named: true, New: func() Document { return new(RegistryAuthConfig) }},
	{Name: "RegistryMirrorConfig", Named: true, New: func() Document { return new(RegistryMirrorConfig) }},
	{Name: "RegistryTLSConfig", Named: true, New: func() Document { return new(RegistryTLSConfig) }},
	{Name: "ResolverConfig", Named: false, New: func() Document { return new(ResolverConfig) }},
	{Name: "RoutingRuleConfig", Named: false, New: func() Document { return new(RoutingRuleConfig) }},
	{Name: "SecurityProfileConfig", Named: false, New: func() Document { return new(SecurityProfileConfig) }},
	{Name: "SideroLinkConfig", Named: false, New: func() Document { return new(SideroLinkConfig) }},
	{Name: "StaticHostConfig", Named: true, New: func() Document { return new(StaticHostConfig) }},
	{Name: "SwapVolumeConfig", Named: true, New: func() Document { return new(SwapVolumeConfig) }},
	{Name: "SysctlConfig", Named: false, New: func() Document { return new(SysctlConfig) }},
	{Name: "SysfsConfig", Named: false, New: func() Document { return new(SysfsConfig) }},
	{Name: "TCPProbeConfig", Named: true, New: func() Document { return new(TCPProbeConfig) }},
	{Name: "TimeSyncConfig", Named: false, New: func() Document { return new(TimeSyncConfig) }},
	{Name: "TrustedRootsConfig", Named: true, New: func() Document { return new(TrustedRootsConfig) }},
	{Name: "UdevRulesConfig", Named: false, New: func() Document { return new(UdevRulesConfig) }},
	{Name: "UnattendedInstallConfig", Named: false, New: func() Document { return new(UnattendedInstallConfig) }},
	{Name: "UserVolumeConfig", Named: true, New: func() Document { return new(UserVolumeConfig) }},
	{Name: "VLANConfig", Named: true, New: func() Document { return new(VLANConfig) }},
	{Name: "VRFConfig", Named: true, New: func() Document { return new(VRFConfig) }},
	{Name: "VethConfig", Named: true, New: func() Document { return new(VethConfig) }},
	{Name: "VolumeConfig", Named: true, New: func() Document { return new(VolumeConfig) }},
	{Name: "WatchdogTimerConfig", Named: false, New: func() Document { return new(WatchdogTimerConfig) }},
	{Name: "WireguardConfig", Named: true, New: func() Document { return new(WireguardConfig) }},
	{Name: "ZswapConfig", Named: false, New: func() Document { return new(ZswapConfig) }},
}

func (*BGPInstanceConfig) DocumentKind() string            { return "BGPInstanceConfig" }
func (*BlackholeRouteConfig) DocumentKind() string         { return "BlackholeRouteConfig" }
func (*BondConfig) DocumentKind() string                   { return "BondConfig" }
func (*BridgeConfig) DocumentKind() string                 { return "BridgeConfig" }
func (*CRIBaseRuntimeSpecConfig) DocumentKind() string     { return "CRIBaseRuntimeSpecConfig" }
func (*CRICustomizationConfig) DocumentKind() string       { return "CRICustomizationConfig" }
func (*ContainerConfig) DocumentKind() string              { return "ContainerConfig" }
func (*DHCPv4Config) DocumentKind() string                 { return "DHCPv4Config" }
func (*DHCPv6Config) DocumentKind() string                 { return "DHCPv6Config" }
func (*DiscoveryIdentityConfig) DocumentKind() string      { return "DiscoveryIdentityConfig" }
func (*DiscoveryServiceConfig) DocumentKind() string       { return "DiscoveryServiceConfig" }
func (*DummyLinkConfig) DocumentKind() string              { return "DummyLinkConfig" }
func (*EnvironmentConfig) DocumentKind() string            { return "EnvironmentConfig" }
func (*EtcFileConfig) DocumentKind() string                { return "EtcFileConfig" }
func (*EthernetConfig) DocumentKind() string               { return "EthernetConfig" }
func (*EventSinkConfig) DocumentKind() string              { return "EventSinkConfig" }
func (*ExistingVolumeConfig) DocumentKind() string         { return "ExistingVolumeConfig" }
func (*ExtensionServiceConfig) DocumentKind() string       { return "ExtensionServiceConfig" }
func (*ExternalVolumeConfig) DocumentKind() string         { return "ExternalVolumeConfig" }
func (*FilesystemScrubConfig) DocumentKind() string        { return "FilesystemScrubConfig" }
func (*FilesystemTrimConfig) DocumentKind() string         { return "FilesystemTrimConfig" }
func (*HCloudVIPConfig) DocumentKind() string              { return "HCloudVIPConfig" }
func (*HTTPProbeConfig) DocumentKind() string              { return "HTTPProbeConfig" }
func (*HostnameConfig) DocumentKind() string               { return "HostnameConfig" }
func (*ImageCacheConfig) DocumentKind() string             { return "ImageCacheConfig" }
func (*ImageVerificationConfig) DocumentKind() string      { return "ImageVerificationConfig" }
func (*KernelModuleConfig) DocumentKind() string           { return "KernelModuleConfig" }
func (*KmsgLogConfig) DocumentKind() string                { return "KmsgLogConfig" }
func (*KubeAPIServerCAConfig) DocumentKind() string        { return "KubeAPIServerCAConfig" }
func (*KubeAPIServerConfig) DocumentKind() string          { return "KubeAPIServerConfig" }
func (*KubeAdmissionControlConfig) DocumentKind() string   { return "KubeAdmissionControlConfig" }
func (*KubeAggregatorCAConfig) DocumentKind() string       { return "KubeAggregatorCAConfig" }
func (*KubeAuditPolicyConfig) DocumentKind() string        { return "KubeAuditPolicyConfig" }
func (*KubeAuthenticationConfig) DocumentKind() string     { return "KubeAuthenticationConfig" }
func (*KubeAuthorizerConfig) DocumentKind() string         { return "KubeAuthorizerConfig" }
func (*KubeClusterConfig) DocumentKind() string            { return "KubeClusterConfig" }
func (*KubeControllerManagerConfig) DocumentKind() string  { return "KubeControllerManagerConfig" }
func (*KubeCoreDNSConfig) DocumentKind() string            { return "KubeCoreDNSConfig" }
func (*KubeCredentialProviderConfig) DocumentKind() string { return "KubeCredentialProviderConfig" }
func (*KubeEtcdEncryptionConfig) DocumentKind() string     { return "KubeEtcdEncryptionConfig" }
func (*KubeExternalManifestConfig) DocumentKind() string   { return "KubeExternalManifestConfig" }
func (*KubeFlannelCNIConfig) DocumentKind() string         { return "KubeFlannelCNIConfig" }
func (*KubeInlineManifestConfig) DocumentKind() string     { return "KubeInlineManifestConfig" }
func (*KubeNetworkConfig) DocumentKind() string            { return "KubeNetworkConfig" }
func (*KubeNodeConfig) DocumentKind() string               { return "KubeNodeConfig" }
func (*KubePrismConfig) DocumentKind() string              { return "KubePrismConfig" }
func (*KubeProxyConfig) DocumentKind() string              { return "KubeProxyConfig" }
func (*KubeSchedulerConfig) DocumentKind() string          { return "KubeSchedulerConfig" }
func (*KubeServiceAccountConfig) DocumentKind() string     { return "KubeServiceAccountConfig" }
func (*KubeSpanConfig) DocumentKind() string               { return "KubeSpanConfig" }
func (*KubeSpanEndpointsConfig) DocumentKind() string      { return "KubeSpanEndpointsConfig" }
func (*KubeStaticPodConfig) DocumentKind() string          { return "KubeStaticPodConfig" }
func (*KubeTalosAPIAccessConfig) DocumentKind() string     { return "KubeTalosAPIAccessConfig" }
func (*KubeletConfig) DocumentKind() string                { return "KubeletConfig" }
func (*LVMLogicalVolumeConfig) DocumentKind() string       { return "LVMLogicalVolumeConfig" }
func (*LVMVolumeGroupConfig) DocumentKind() string         { return "LVMVolumeGroupConfig" }
func (*Layer2VIPConfig) DocumentKind() string              { return "Layer2VIPConfig" }
func (*LinkAliasConfig) DocumentKind() string              { return "LinkAliasConfig" }
func (*LinkConfig) DocumentKind() string                   { return "LinkConfig" }
func (*NetworkDefaultActionConfig) DocumentKind() string   { return "NetworkDefaultActionConfig" }
func (*NetworkRuleConfig) DocumentKind() string            { return "NetworkRuleConfig" }
func (*OOMConfig) DocumentKind() string                    { return "OOMConfig" }
func (*PCIDriverRebindConfig) DocumentKind() string        { return "PCIDriverRebindConfig" }
func (*RAIDArrayConfig) DocumentKind() string              { return "RAIDArrayConfig" }
func (*RawVolumeConfig) DocumentKind() string              { return "RawVolumeConfig" }
func (*RegistryAuthConfig) DocumentKind() string           { return "RegistryAuthConfig" }
func (*RegistryMirrorConfig) DocumentKind() string         { return "RegistryMirrorConfig" }
func (*RegistryTLSConfig) DocumentKind() string            { return "RegistryTLSConfig" }
func (*ResolverConfig) DocumentKind() string               { return "ResolverConfig" }
func (*RoutingRuleConfig) DocumentKind() string            { return "RoutingRuleConfig" }
func (*SecurityProfileConfig) DocumentKind() string        { return "SecurityProfileConfig" }
func (*SideroLinkConfig) DocumentKind() string             { return "SideroLinkConfig" }
func (*StaticHostConfig) DocumentKind() string             { return "StaticHostConfig" }
func (*SwapVolumeConfig) DocumentKind() string             { return "SwapVolumeConfig" }
func (*SysctlConfig) DocumentKind() string                 { return "SysctlConfig" }
func (*SysfsConfig) DocumentKind() string                  { return "SysfsConfig" }
func (*TCPProbeConfig) DocumentKind() string               { return "TCPProbeConfig" }
func (*TimeSyncConfig) DocumentKind() string               { return "TimeSyncConfig" }
func (*TrustedRootsConfig) DocumentKind() string           { return "TrustedRootsConfig" }
func (*UdevRulesConfig) DocumentKind() string              { return "UdevRulesConfig" }
func (*UnattendedInstallConfig) DocumentKind() string      { return "UnattendedInstallConfig" }
func (*UserVolumeConfig) DocumentKind() string             { return "UserVolumeConfig" }
func (*VLANConfig) DocumentKind() string                   { return "VLANConfig" }
func (*VRFConfig) DocumentKind() string                    { return "VRFConfig" }
func (*VethConfig) DocumentKind() string                   { return "VethConfig" }
func (*VolumeConfig) DocumentKind() string                 { return "VolumeConfig" }
func (*WatchdogTimerConfig) DocumentKind() string          { return "WatchdogTimerConfig" }
func (*WireguardConfig) DocumentKind() string              { return "WireguardConfig" }
func (*ZswapConfig) DocumentKind() string                  { return "ZswapConfig" }

func (d *BGPInstanceConfig) DocumentName() string          { return d.Name }
func (d *BlackholeRouteConfig) DocumentName() string       { return d.Name }
func (d *BondConfig) DocumentName() string                 { return d.Name }
func (d *BridgeConfig) DocumentName() string               { return d.Name }
func (d *CRICustomizationConfig) DocumentName() string     { return d.Name }
func (d *ContainerConfig) DocumentName() string            { return d.Name }
func (d *DHCPv4Config) DocumentName() string               { return d.Name }
func (d *DHCPv6Config) DocumentName() string               { return d.Name }
func (d *DiscoveryServiceConfig) DocumentName() string     { return d.Name }
func (d *DummyLinkConfig) DocumentName() string            { return d.Name }
func (d *EtcFileConfig) DocumentName() string              { return d.Name }
func (d *EthernetConfig) DocumentName() string             { return d.Name }
func (d *ExistingVolumeConfig) DocumentName() string       { return d.Name }
func (d *ExtensionServiceConfig) DocumentName() string     { return d.Name }
func (d *ExternalVolumeConfig) DocumentName() string       { return d.Name }
func (d *HCloudVIPConfig) DocumentName() string            { return d.Name }
func (d *HTTPProbeConfig) DocumentName() string            { return d.Name }
func (d *KernelModuleConfig) DocumentName() string         { return d.Name }
func (d *KmsgLogConfig) DocumentName() string              { return d.Name }
func (d *KubeAdmissionControlConfig) DocumentName() string { return d.Name }
func (d *KubeAuthorizerConfig) DocumentName() string       { return d.Name }
func (d *KubeExternalManifestConfig) DocumentName() string { return d.Name }
func (d *KubeInlineManifestConfig) DocumentName() string   { return d.Name }
func (d *KubeStaticPodConfig) DocumentName() string        { return d.Name }
func (d *LVMLogicalVolumeConfig) DocumentName() string     { return d.Name }
func (d *LVMVolumeGroupConfig) DocumentName() string       { return d.Name }
func (d *Layer2VIPConfig) DocumentName() string            { return d.Name }
func (d *LinkAliasConfig) DocumentName() string            { return d.Name }
func (d *LinkConfig) DocumentName() string                 { return d.Name }
func (d *NetworkRuleConfig) DocumentName() string          { return d.Name }
func (d *PCIDriverRebindConfig) DocumentName() string      { return d.Name }
func (d *RAIDArrayConfig) DocumentName() string            { return d.Name }
func (d *RawVolumeConfig) DocumentName() string            { return d.Name }
func (d *RegistryAuthConfig) DocumentName() string         { return d.Name }
func (d *RegistryMirrorConfig) DocumentName() string       { return d.Name }
func (d *RegistryTLSConfig) DocumentName() string          { return d.Name }
func (d *RoutingRuleConfig) DocumentName() string          { return d.Name }
func (d *StaticHostConfig) DocumentName() string           { return d.Name }
func (d *SwapVolumeConfig) DocumentName() string           { return d.Name }
func (d *TCPProbeConfig) DocumentName() string             { return d.Name }
func (d *TrustedRootsConfig) DocumentName() string         { return d.Name }
func (d *UserVolumeConfig) DocumentName() string           { return d.Name }
func (d *VLANConfig) DocumentName() string                 { return d.Name }
func (d *VRFConfig) DocumentName() string                  { return d.Name }
func (d *VethConfig) DocumentName() string                 { return d.Name }
func (d *VolumeConfig) DocumentName() string               { return d.Name }
func (d *WireguardConfig) DocumentName() string            { return d.Name }
