package blockctl

import (
	"context"
	"io/fs"
	"path"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/gpt"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
)

// IDs of the system's volumes. The first three are also partition labels.
const (
	MetaVolume      = "META"
	StateVolume     = "STATE"
	EphemeralVolume = "EPHEMERAL"
	EtcdVolume      = "ETCD"
	CRIVolume       = "CRI"
	KubeletVolume   = "KUBELET"
	LogVolume       = "LOG"

	labelMeta  = MetaVolume
	labelState = StateVolume
)

const (
	stateSize        = 100 << 20
	ephemeralMinSize = 2 << 30
	waveSystemDisk   = -1
	overlaysPath     = "/var/system/overlays"
)

const onSystemDisk block.Expression = "system_disk"

// directory is a directory of EPHEMERAL with an owner and a mode.
type directory struct {
	id, path string
	mode     fs.FileMode
	uid      int
}

// directories in the order of making: parents first. Those with an ID in
// capitals are documented volumes, the rest are places that programs expect.
var directories = []directory{
	{EtcdVolume, "/var/lib/etcd", 0o700, 60},
	{CRIVolume, "/var/lib/containerd", 0o700, 0},
	{KubeletVolume, "/var/lib/kubelet", 0o700, 0},
	{LogVolume, "/var/log", 0o755, 0},
	{"/var/lib/cni", "/var/lib/cni", 0o700, 0},
	{"/var/lib/kubelet/seccomp/profiles", "/var/lib/kubelet/seccomp/profiles", 0o700, 0},
	{"/var/log/audit", "/var/log/audit", 0o700, 0},
	// The API server runs as nobody and writes its audit log here.
	{"/var/log/audit/kube", "/var/log/audit/kube", 0o700, 65534},
	{"/var/log/containers", "/var/log/containers", 0o755, 0},
	{"/var/log/pods", "/var/log/pods", 0o755, 0},
	{"/var/mnt", "/var/mnt", 0o755, 0},
}

// overlays are directories of the read-only root that have to be writable and
// keep what was written.
var overlays = []string{"/etc/cni", "/etc/kubernetes", "/opt", "/usr/libexec/kubernetes"}

const volumeConfigName = "block.VolumeConfigController"

// volumeConfigs names the volumes that shall exist and asks for the system's own
// to be mounted.
//
// Without a machine config STATE is looked for, because the config may be in
// it, but nothing is made.
func volumeConfigs() controller.Controller {
	return controller.Derive[*config.Config]{
		Name: volumeConfigName,
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(),
			block.VolumeMountRequests.DestroyReady(),
			block.VolumeConfigs.DestroyReady(),
		),
		Outputs: controller.Out(block.VolumeConfigs.Shared(), block.VolumeMountRequests.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (*config.Config, error) {
			res, err := machineconfig.MachineConfigs.Find(ctx, r, machineconfig.Active)
			if err != nil || res == nil {
				return nil, err
			}

			return res.TypedSpec().Config(), nil
		},
		Plan: func(cfg *config.Config) ([]controller.Item, error) {
			var items []controller.Item

			for _, v := range systemVolumes(cfg) {
				label := block.SystemVolumeLabel
				if v.optional {
					label = block.UserVolumeLabel
				}

				items = append(items, controller.Want(block.VolumeConfigs, v.id, v.spec, controller.Labels(map[string]string{label: ""})))

				if v.id == MetaVolume || v.optional {
					continue
				}

				items = append(items, controller.Want(block.VolumeMountRequests, "system-"+v.id, block.VolumeMountRequestSpec{
					VolumeID: v.id, Requester: volumeConfigName,
					Secure: v.spec.Mount.Secure, NoExec: v.spec.Mount.NoExec, DisableAccessTime: v.noAtime,
				}))
			}

			return items, nil
		},
	}.Build()
}

type volume struct {
	id      string
	spec    block.VolumeConfigSpec
	noAtime bool
	// optional volumes are not the system's own: nobody here asks for them to be mounted.
	optional bool
}

// systemVolumes is what the machine config asks for; nil means that there is no
// config or one that is not enough to boot with.
func systemVolumes(cfg *config.Config) []volume {
	out := []volume{
		{id: MetaVolume, spec: block.VolumeConfigSpec{
			Type: block.VolumeTypePartition, Locator: locator(MetaVolume),
			Provisioning: block.ProvisioningSpec{Wave: waveSystemDisk},
		}},
		stateVolume(cfg),
	}

	if cfg == nil || cfg.V1Alpha1() == nil {
		return out
	}

	out = append(out, ephemeralVolume(cfg))

	for _, d := range directories {
		out = append(out, volume{id: d.id, spec: block.VolumeConfigSpec{
			Type: block.VolumeTypeDirectory, ParentID: EphemeralVolume,
			Mount: block.MountSpec{TargetPath: d.path, ParentID: EphemeralVolume, FileMode: d.mode, UID: d.uid, GID: d.uid},
		}})
	}

	out = append(out, volume{id: "/var/run", spec: block.VolumeConfigSpec{
		Type: block.VolumeTypeSymlink, ParentID: EphemeralVolume,
		Mount:   block.MountSpec{TargetPath: "/var/run", ParentID: EphemeralVolume},
		Symlink: block.SymlinkProvisioningSpec{SymlinkTargetPath: "/run", Force: true},
	}})

	for _, target := range overlays {
		out = append(out, volume{id: target, spec: block.VolumeConfigSpec{
			Type: block.VolumeTypeOverlay, ParentID: EphemeralVolume,
			Mount: block.MountSpec{TargetPath: target, ParentID: EphemeralVolume, FileMode: 0o755},
		}})
	}

	return append(out, unsupported(cfg)...)
}

// unsupported lists volumes the config asks for that this version cannot make.
// They appear as failed, so that nobody waits for them without knowing why.
func unsupported(cfg *config.Config) []volume {
	var out []volume

	add := func(prefix, name string) {
		out = append(out, volume{id: prefix + name, optional: true, spec: block.VolumeConfigSpec{Type: block.VolumeTypeExternal}})
	}

	for _, d := range config.Docs[document.UserVolumeConfig](cfg) {
		add("u-", d.Name)
	}

	for _, d := range config.Docs[document.RawVolumeConfig](cfg) {
		add("r-", d.Name)
	}

	for _, d := range config.Docs[document.SwapVolumeConfig](cfg) {
		add("s-", d.Name)
	}

	for _, d := range config.Docs[document.ExistingVolumeConfig](cfg) {
		add("e-", d.Name)
	}

	for _, d := range config.Docs[document.ExternalVolumeConfig](cfg) {
		add("x-", d.Name)
	}

	return out
}

func locator(label string) block.LocatorSpec {
	return block.LocatorSpec{
		Match:     block.Expression(`volume.partition_label == "` + label + `"`),
		DiskMatch: onSystemDisk,
	}
}

func stateVolume(cfg *config.Config) volume {
	v := volume{id: StateVolume, spec: block.VolumeConfigSpec{
		Type:    block.VolumeTypePartition,
		Locator: locator(StateVolume),
		Mount:   block.MountSpec{TargetPath: "/system/state", FileMode: 0o700, Secure: true, NoExec: true},
		Provisioning: block.ProvisioningSpec{
			// Also without a config: a STATE that is there is XFS or not ours.
			FilesystemSpec: block.FilesystemSpec{Type: block.FilesystemTypeXfs, Label: StateVolume},
		},
	}}

	if cfg == nil || cfg.V1Alpha1() == nil {
		return v
	}

	v.spec.Provisioning.Wave = waveSystemDisk
	v.spec.Provisioning.DiskSelector.Match = onSystemDisk
	v.spec.Provisioning.PartitionSpec = block.PartitionSpec{
		MinSize: stateSize, MaxSize: stateSize, Label: StateVolume, TypeUUID: gpt.TypeLinux.String(),
	}

	apply(&v, cfg, cfg.Effective().Machine.SystemDiskEncryption.State)

	return v
}

func ephemeralVolume(cfg *config.Config) volume {
	machine := cfg.Effective().Machine

	v := volume{id: EphemeralVolume, spec: block.VolumeConfigSpec{
		Type:    block.VolumeTypePartition,
		Locator: locator(EphemeralVolume),
		Mount: block.MountSpec{
			TargetPath: "/var", FileMode: 0o755, Secure: true,
			ProjectQuotaSupport: document.Or(machine.Features.DiskQuotaSupport, false),
		},
		Provisioning: block.ProvisioningSpec{
			Wave:         waveSystemDisk,
			DiskSelector: block.DiskSelector{Match: onSystemDisk},
			PartitionSpec: block.PartitionSpec{
				MinSize: ephemeralMinSize, Grow: true, Label: EphemeralVolume, TypeUUID: gpt.TypeLinux.String(),
			},
			FilesystemSpec: block.FilesystemSpec{Type: block.FilesystemTypeXfs, Label: EphemeralVolume},
		},
	}}

	apply(&v, cfg, machine.SystemDiskEncryption.Ephemeral)

	return v
}

// apply lays the VolumeConfig document of that name, and the older encryption
// setting, over the defaults.
func apply(v *volume, cfg *config.Config, enc *v1alpha1.EncryptionConfig) {
	if enc != nil {
		// The keys stay out of state: nothing here uses them yet.
		v.spec.Encryption = block.EncryptionSpec{Provider: block.EncryptionProviderTypeLuks2, Cipher: enc.Cipher}
	}

	doc, ok := config.Named[document.VolumeConfig](cfg, v.id)
	if !ok {
		return
	}

	if doc.Encryption != nil {
		v.spec.Encryption = block.EncryptionSpec{Provider: block.EncryptionProviderTypeLuks2, Cipher: doc.Encryption.Cipher}
	}

	prov := &v.spec.Provisioning

	if doc.Provisioning.DiskSelector.Match != "" {
		prov.DiskSelector.Match = block.Expression(doc.Provisioning.DiskSelector.Match)

		// The partition is then wherever the selector put it.
		if v.id != StateVolume {
			v.spec.Locator.DiskMatch = prov.DiskSelector.Match
		}
	}

	// STATE has a fixed size: its place in the order of partitions makes it
	// impossible to grow.
	if v.id != StateVolume {
		sizes(&prov.PartitionSpec, doc.Provisioning)
	}

	prov.FilesystemSpec.MinAllocationGroupSize = doc.Filesystem.XFS.MinAllocationGroupSize.Unsigned()
	v.spec.Mount.Secure = document.Or(doc.Mount.Secure, v.spec.Mount.Secure)
	v.noAtime = document.Or(doc.Mount.DisableAccessTime, false)
	v.spec.TrimEnabled, v.spec.TrimInterval = document.Or(doc.Trim.Enabled, false), doc.Trim.Interval
	v.spec.ScrubEnabled, v.spec.ScrubInterval = document.Or(doc.Scrub.Enabled, false), doc.Scrub.Interval
}

func sizes(p *block.PartitionSpec, doc document.ProvisioningSpec) {
	if !doc.MinSize.IsZero() {
		p.MinSize = doc.MinSize.Unsigned()
	}

	p.Grow = document.Or(doc.Grow, p.Grow)

	if size := doc.MaxSize; !size.IsZero() {
		p.MaxSize, p.RelativeMaxSize, p.NegativeMaxSize = splitSize(size)

		// A minimum that was not asked for must not contradict the maximum.
		if doc.MinSize.IsZero() && p.MaxSize > 0 && !p.NegativeMaxSize {
			p.MinSize = min(p.MinSize, p.MaxSize)
		}
	}
}

// splitSize takes a size apart into what the spec has fields for: bytes, or a
// percentage, and whether it says how much to leave free instead.
func splitSize(size value.Size) (bytes, percent uint64, negative bool) {
	negative = strings.HasPrefix(strings.TrimSpace(size.String()), "-")

	// Large enough for any disk, small enough for the arithmetic to be exact.
	const whole = 1 << 52

	n := size.Of(whole)
	if negative {
		n = whole - n
	}

	if size.IsRelative() {
		return 0, (n*100 + whole/2) / whole, negative
	}

	return n, 0, negative
}

// overlayDirs is where an overlay keeps what was written.
func overlayDirs(root, target string) (upper, work string) {
	name := strings.ReplaceAll(strings.Trim(target, "/"), "/", "-")

	return path.Join(root, overlaysPath, name+"-diff"), path.Join(root, overlaysPath, name+"-workdir")
}
