package configctl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// gap is a part of the config language that this version takes and does not act on.
type gap struct {
	// at is a path of the main document, with [] for any item of a list, or a
	// kind of document, or kind:path.
	at string
	// value narrows the gap to one value: `enabled: false` asks for nothing.
	value string
	// reason says what does not happen.
	reason string
}

// gaps is the one list of what a config can say in vain. An entry goes when the
// feature comes.
var gaps = []gap{
	{"persist", "false", "the config is always kept"},
	{"machine.disks", "", "the disks are neither partitioned nor mounted"},
	{"machine.systemDiskEncryption.state", "", "the volume is not made, encrypted or plain, and the machine does not come up"},
	{"machine.systemDiskEncryption.ephemeral", "", "the volume is not made, encrypted or plain, and the machine does not come up"},
	{"machine.env", "", "no process gets the variables"},
	{"machine.udev.rules", "", "the rules are not used"},
	{"machine.install.extensions", "", "the system is installed without them"},
	{"machine.install.bootloader", "false", "the boot loader is always written"},
	{"machine.install.legacyBIOSSupport", "true", "the system boots on UEFI only"},
	{"machine.logging.destinations", "", "logs are not sent anywhere"},
	{"machine.network.kubespan.enabled", "true", "no tunnels are made"},
	{"machine.network.interfaces[].bond.adActorSystem", "", "the kernel chooses it"},
	{"machine.network.interfaces[].vip.equinixMetal", "", "the address is not held"},
	{"machine.network.interfaces[].vip.hcloud", "", "the address is not held"},
	{"machine.network.interfaces[].vlans[].vip.equinixMetal", "", "the address is not held"},
	{"machine.network.interfaces[].vlans[].vip.hcloud", "", "the address is not held"},
	{"machine.features.imageCache.localEnabled", "true", "images are pulled from registries"},
	{"machine.features.kubernetesTalosAPIAccess.enabled", "true", "pods get no credentials for the API"},
	{"machine.features.rbac", "false", "roles are always checked"},
	{"machine.features.apidCheckExtKeyUsage", "false", "it is always checked"},

	{"BGPInstanceConfig", "", "nothing is announced or learned"},
	{"ContainerConfig", "", "the container is not started"},
	{"EnvironmentConfig", "", "no process gets the variables"},
	{"EtcFileConfig", "", "the file is not written"},
	{"EventSinkConfig", "", "events are not sent anywhere"},
	{"ExistingVolumeConfig", "", "the volume is not mounted"},
	{"ExtensionServiceConfig", "", "there are no extension services"},
	{"ExternalVolumeConfig", "", "the volume is not mounted"},
	{"FilesystemScrubConfig", "", "nothing is scrubbed"},
	{"FilesystemTrimConfig:interval", "", "nothing is trimmed"},
	{"HCloudVIPConfig", "", "the address is not held"},
	{"ImageCacheConfig:local.enabled", "true", "images are pulled from registries"},
	{"ImageVerificationConfig", "", "images are not verified"},
	{"KmsgLogConfig", "", "logs are not sent anywhere"},
	{"KubeSpanConfig:enabled", "true", "no tunnels are made"},
	{"KubeSpanEndpointsConfig", "", "no tunnels are made"},
	{"KubeTalosAPIAccessConfig", "", "pods get no credentials for the API"},
	{"LVMLogicalVolumeConfig", "", "the volume is not made"},
	{"LVMVolumeGroupConfig", "", "the group is not made"},
	{"OOMConfig", "", "only the kernel's own handling of full memory is there"},
	{"PCIDriverRebindConfig", "", "the device keeps its driver"},
	{"RAIDArrayConfig", "", "the array is not made"},
	{"RawVolumeConfig", "", "the volume is not made"},
	{"SecurityProfileConfig:workloadIsolation", "true", "workloads are kept apart by Kubernetes and nothing more"},
	{"SideroLinkConfig", "", "the tunnel is not made"},
	{"SwapVolumeConfig", "", "the machine does not swap"},
	{"TimeSyncConfig:ntp.useNTS", "true", "the time servers are not asked and the clock is not set"},
	{"TrustedRootsConfig", "", "the certificates are not trusted"},
	{"UdevRulesConfig", "", "the rules are not used"},
	{"UserVolumeConfig", "", "the volume is not made"},
	{"VolumeConfig:encryption", "", "the volume is not made, encrypted or plain, and the machine does not come up"},
	{"WatchdogTimerConfig", "", "the timer is not started"},
	{"ZswapConfig", "", "the machine does not swap"},
}

// unasked are values that talosctl gen config writes though nobody asked for them,
// and that do no harm by doing nothing: a warning on every config is one that nobody
// reads.
var unasked = map[string]string{
	"FilesystemTrimConfig:interval": "168h0m0s",
}

// Unsupported lists what a config asks for that does not happen, by document and path.
func Unsupported(cfg *config.Config) []config.Warning {
	var out []config.Warning

	add := func(doc, path, reason string) {
		w := config.Warning{Document: doc, Path: path, Message: "not supported yet: " + reason}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}

	empty, err := config.Load(nil)
	if err != nil {
		return nil
	}

	for _, c := range config.Diff(empty, cfg) {
		kind, _, _ := strings.Cut(c.Document, " ")

		for _, g := range gaps {
			if path, ok := g.covers(kind, c.Path); ok && (g.value == "" || g.value == c.New) && c.New != unasked[g.at] {
				add(c.Document, path, g.reason)
			}
		}
	}

	main := cfg.V1Alpha1()
	if main == nil {
		return out
	}

	if discovers(cfg.Effective()) {
		add(config.MainKind, "cluster.discovery", "members of the cluster are not told of each other")
	}

	for i, f := range main.Machine.Files {
		if f.Path != criCustomization {
			add(config.MainKind, fmt.Sprintf("machine.files[%d]", i), f.Path+" is not written")
		}
	}

	return out
}

// discovers says whether a config counts on discovery. Every generated config turns
// it on with the public service; only who names another registry, or wants the names
// of members resolved, misses something.
func discovers(c *v1alpha1.Config) bool {
	d := c.Cluster.Discovery
	if !document.Or(d.Enabled, false) {
		return false
	}

	service := !document.Or(d.Registries.Service.Disabled, false)

	return !document.Or(d.Registries.Kubernetes.Disabled, true) ||
		service && d.Registries.Service.Endpoint != v1alpha1.DefaultDiscoveryEndpoint ||
		document.Or(c.Machine.Features.HostDNS.ResolveMemberNames, false)
}

// criCustomization is the one file of the main document that is made: it becomes
// part of containerd's configuration.
const criCustomization = "/etc/cri/conf.d/20-customization.part"

// covers says whether a setting is in the gap, and the path to tell: the gap's
// own with the numbers of the items.
func (g gap) covers(kind, path string) (string, bool) {
	in, at, byPath := strings.Cut(g.at, ":")

	switch {
	case kind == config.MainKind:
		at = g.at
	case in != kind:
		return "", false
	case !byPath:
		return "", true
	}

	want, have := strings.Split(at, "."), strings.Split(path, ".")
	if len(have) < len(want) {
		return "", false
	}

	for i, w := range want {
		name, _, isItem := strings.Cut(have[i], "[")
		wanted, list := strings.CutSuffix(w, "[]")

		// The last part may be a list itself.
		if name != wanted || list != isItem && i < len(want)-1 {
			return "", false
		}

		if i == len(want)-1 && !list {
			have[i] = name
		}
	}

	return strings.Join(have[:len(want)], "."), true
}
