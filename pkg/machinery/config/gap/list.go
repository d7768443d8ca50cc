package gap

import (
	"fmt"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// gaps is the one list of what a config can say in vain. An entry goes when the
// feature comes.
var gaps = []Gap{
	{At: "persist", Value: "false", Reason: "the config is always kept"},
	{At: "machine.disks", Reason: "the disks are neither partitioned nor mounted"},
	{At: "machine.systemDiskEncryption.state", Reason: "the volume is not made, encrypted or plain, and the machine does not come up"},
	{At: "machine.systemDiskEncryption.ephemeral", Reason: "the volume is not made, encrypted or plain, and the machine does not come up"},
	{At: "machine.env", Reason: "no process gets the variables"},
	{At: "machine.udev.rules", Reason: "the rules are not used"},
	{At: "machine.install.extensions", Reason: "the system is installed without them"},
	{At: "machine.install.bootloader", Value: "false", Reason: "the boot loader is always written"},
	{At: "machine.install.legacyBIOSSupport", Value: "true", Reason: "the system boots on UEFI only"},
	{At: "machine.logging.destinations", Reason: "logs are not sent anywhere"},
	{At: "machine.network.kubespan.enabled", Value: "true", Reason: "no tunnels are made"},
	{At: "machine.network.interfaces[].bond.adActorSystem", Reason: "the kernel chooses it"},
	{At: "machine.network.interfaces[].vip.equinixMetal", Reason: "the address is not held"},
	{At: "machine.network.interfaces[].vip.hcloud", Reason: "the address is not held"},
	{At: "machine.network.interfaces[].vlans[].vip.equinixMetal", Reason: "the address is not held"},
	{At: "machine.network.interfaces[].vlans[].vip.hcloud", Reason: "the address is not held"},
	{At: "machine.features.imageCache.localEnabled", Value: "true", Reason: "images are pulled from registries"},
	{At: "machine.features.kubernetesTalosAPIAccess.enabled", Value: "true", Reason: "pods get no credentials for the API"},
	{At: "machine.features.rbac", Value: "false", Reason: "roles are always checked"},
	{At: "machine.features.apidCheckExtKeyUsage", Value: "false", Reason: "it is always checked"},
	{At: "machine.files", Reason: "only " + criCustomization + " is written", where: otherFiles},
	{At: "cluster.discovery", Reason: "members of the cluster are not told of each other", where: discovers},

	{At: "BGPInstanceConfig", Reason: "nothing is announced or learned"},
	{At: "ContainerConfig", Reason: "the container is not started"},
	{At: "EnvironmentConfig", Reason: "no process gets the variables"},
	{At: "EtcFileConfig", Reason: "the file is not written"},
	{At: "EventSinkConfig", Reason: "events are not sent anywhere"},
	{At: "ExistingVolumeConfig", Reason: "the volume is not mounted"},
	{At: "ExtensionServiceConfig", Reason: "there are no extension services"},
	{At: "ExternalVolumeConfig", Reason: "the volume is not mounted"},
	{At: "FilesystemScrubConfig", Reason: "nothing is scrubbed"},
	{At: "FilesystemTrimConfig:interval", Reason: "nothing is trimmed"},
	{At: "HCloudVIPConfig", Reason: "the address is not held"},
	{At: "ImageCacheConfig:local.enabled", Value: "true", Reason: "images are pulled from registries"},
	{At: "ImageVerificationConfig", Reason: "images are not verified"},
	{At: "KmsgLogConfig", Reason: "logs are not sent anywhere"},
	{At: "KubeSpanConfig:enabled", Value: "true", Reason: "no tunnels are made"},
	{At: "KubeSpanEndpointsConfig", Reason: "no tunnels are made"},
	{At: "KubeTalosAPIAccessConfig", Reason: "pods get no credentials for the API"},
	{At: "LVMLogicalVolumeConfig", Reason: "the volume is not made"},
	{At: "LVMVolumeGroupConfig", Reason: "the group is not made"},
	{At: "OOMConfig", Reason: "only the kernel's own handling of full memory is there"},
	{At: "PCIDriverRebindConfig", Reason: "the device keeps its driver"},
	{At: "RAIDArrayConfig", Reason: "the array is not made"},
	{At: "RawVolumeConfig", Reason: "the volume is not made"},
	{At: "SecurityProfileConfig:workloadIsolation", Value: "true", Reason: "workloads are kept apart by Kubernetes and nothing more"},
	{At: "SideroLinkConfig", Reason: "the tunnel is not made"},
	{At: "SwapVolumeConfig", Reason: "the machine does not swap"},
	{At: "TimeSyncConfig:ntp.useNTS", Value: "true", Reason: "the time servers are not asked and the clock is not set"},
	{At: "TrustedRootsConfig", Reason: "the certificates are not trusted"},
	{At: "UdevRulesConfig", Reason: "the rules are not used"},
	{At: "UserVolumeConfig", Reason: "the volume is not made"},
	{At: "VolumeConfig:encryption", Reason: "the volume is not made, encrypted or plain, and the machine does not come up"},
	{At: "WatchdogTimerConfig", Reason: "the timer is not started"},
	{At: "ZswapConfig", Reason: "the machine does not swap"},
}

// unasked are values that talosctl gen config writes though nobody asked for them,
// and that do no harm by doing nothing: a warning on every config is one that nobody
// reads.
var unasked = map[string]string{
	"FilesystemTrimConfig:interval": "168h0m0s",
}

// criCustomization is the one file of the main document that is made: it becomes
// part of containerd's configuration.
const criCustomization = "/etc/cri/conf.d/20-customization.part"

func otherFiles(c *config.Config) (paths []string) {
	for i, f := range c.V1Alpha1().Machine.Files {
		if f.Path != criCustomization {
			paths = append(paths, fmt.Sprintf("machine.files[%d]", i))
		}
	}

	return paths
}

// discovers says whether a config counts on discovery. Every generated config turns
// it on with the public service; only who names another registry, or wants the names
// of members resolved, misses something.
func discovers(cfg *config.Config) []string {
	c := cfg.Effective()

	d := c.Cluster.Discovery
	if !document.Or(d.Enabled, false) {
		return nil
	}

	service := !document.Or(d.Registries.Service.Disabled, false)

	if !document.Or(d.Registries.Kubernetes.Disabled, true) ||
		service && d.Registries.Service.Endpoint != v1alpha1.DefaultDiscoveryEndpoint ||
		document.Or(c.Machine.Features.HostDNS.ResolveMemberNames, false) {
		return []string{"cluster.discovery"}
	}

	return nil
}
