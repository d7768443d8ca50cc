package config

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// systemVolumes are the volumes a VolumeConfig may be about.
var systemVolumes = []string{"STATE", "EPHEMERAL", "IMAGECACHE", "CRI", "ETCD", "KUBELET", "LOG"}

// volume checks documents about places for data.
func (k *checker) volume(doc document.Document) {
	switch d := doc.(type) {
	case *document.VolumeConfig:
		if !contains(systemVolumes, d.Name) {
			k.bad("name", "use a UserVolumeConfig for a volume of your own", "%q is not a system volume; those are %s",
				d.Name, strings.Join(systemVolumes, ", "))
		}

		if d.Name == "STATE" && d.Provisioning != (document.ProvisioningSpec{}) {
			k.bad("provisioning", "leave it out", "the place and size of STATE are fixed")
		}

		k.provisioning(d.Provisioning, nowhere)
		k.volumeEncryption(d.Encryption, d.Name == "STATE")
		k.upkeep(d.Trim, d.Scrub)
	case *document.UserVolumeConfig:
		k.badErr("name", volumeName(d.Name))
		k.userVolume(d)
		k.upkeep(d.Trim, d.Scrub)
	case *document.RawVolumeConfig:
		k.badErr("name", volumeName(d.Name))
		k.provisioning(d.Provisioning, partitioned)
		k.volumeEncryption(d.Encryption, false)
	case *document.SwapVolumeConfig:
		k.badErr("name", volumeName(d.Name))
		k.provisioning(d.Provisioning, partitioned)
		k.volumeEncryption(d.Encryption, false)
	case *document.ExistingVolumeConfig:
		k.badErr("name", volumeName(d.Name))
		k.missing(d.Discovery.VolumeSelector.Match == "", "discovery.volumeSelector.match")
		k.upkeep(d.Trim, d.Scrub)
	case *document.ExternalVolumeConfig:
		k.badErr("name", volumeName(d.Name))
		k.missing(d.FilesystemType == "", "filesystemType")

		if d.FilesystemType == "virtiofs" && (d.Mount.Virtiofs == nil || d.Mount.Virtiofs.Tag == "") {
			k.bad("mount.virtiofs.tag", "it is what the host calls the directory", "missing")
		}
	case *document.LVMVolumeGroupConfig:
		k.missing(d.Provisioning.VolumeSelector.Match == "", "provisioning.volumeSelector.match")
	case *document.LVMLogicalVolumeConfig:
		k.missing(d.Provisioning.VolumeGroup == "", "provisioning.volumeGroup")
		k.sizes(d.Provisioning.MinSize, d.Provisioning.MaxSize)
	case *document.RAIDArrayConfig:
		k.missing(d.Level == "", "level")
		k.missing(d.Provisioning.VolumeSelector.Match == "", "provisioning.volumeSelector.match")
	case *document.FilesystemTrimConfig:
		k.period("interval", d.Interval)
	case *document.FilesystemScrubConfig:
		k.period("interval", d.Interval)
	}
}

func (k *checker) userVolume(d *document.UserVolumeConfig) {
	switch d.VolumeType {
	case "directory":
		const why = "a directory of EPHEMERAL has none of its own"

		if d.Provisioning != (document.ProvisioningSpec{}) {
			k.bad("provisioning", "leave it out", why)
		}

		if d.Encryption != nil {
			k.bad("encryption", "encrypt EPHEMERAL", why)
		}

		if d.Filesystem.Type != "" {
			k.bad("filesystem.type", "leave it out", why)
		}

		return
	case "disk":
		k.provisioning(d.Provisioning, wholeDisk)
	default:
		k.provisioning(d.Provisioning, partitioned)
	}

	k.volumeEncryption(d.Encryption, false)
}

// extent is what a volume takes of a disk.
type extent int

const (
	nowhere     extent = iota // what it says itself, if anything
	partitioned               // a partition with a size
	wholeDisk                 // all of a disk
)

func (k *checker) provisioning(p document.ProvisioningSpec, on extent) {
	k.sizes(p.MinSize, p.MaxSize)

	if on == nowhere {
		return
	}

	if p.DiskSelector.Match == "" {
		k.bad("provisioning.diskSelector.match", "write an expression like disk.transport == \"nvme\"", "missing: nothing says which disk")
	}

	sized := !p.MinSize.IsZero() || !p.MaxSize.IsZero()

	switch {
	case on == partitioned && !sized:
		k.bad("provisioning.minSize", "set it, or maxSize", "missing: nothing says how large the volume is")
	case on == wholeDisk && (sized || p.Grow != nil):
		k.bad("provisioning", "leave minSize, maxSize and grow out", "a volume of type disk takes all of it")
	}
}

func (k *checker) sizes(lo value.ByteSize, hi value.Size) {
	if !lo.IsZero() && lo.Value() <= 0 {
		k.bad("provisioning.minSize", "", "%s is no size", lo)
	}

	if !lo.IsZero() && !hi.IsZero() && !hi.IsRelative() && hi.Of(0) != 0 && hi.Of(0) < lo.Unsigned() {
		k.bad("provisioning.maxSize", "", "%s is smaller than minSize %s", hi, lo)
	}
}

func (k *checker) upkeep(trim document.TrimConfig, scrub document.ScrubConfig) {
	k.period("trim.interval", trim.Interval)
	k.period("scrub.interval", scrub.Interval)
}

func (k *checker) volumeEncryption(enc *document.EncryptionSpec, state bool) {
	if enc == nil {
		return
	}

	if enc.Provider == "" {
		k.bad("encryption.provider", "use luks2", "missing")
	}

	if len(enc.Keys) == 0 {
		k.bad("encryption.keys", "add one, for example by TPM or node ID", "an encrypted volume needs a key")
	}

	slots := map[int]bool{}

	for i, key := range enc.Keys {
		at := fmt.Sprintf("encryption.keys[%d]", i)

		if slots[key.Slot] {
			k.bad(at+".slot", "", "slot %d is used by another key", key.Slot)
		}

		slots[key.Slot] = true

		if key.Static != nil && key.Static.Passphrase == "" {
			k.bad(at+".static.passphrase", "", "missing")
		}

		if state && document.Or(key.LockToState, false) {
			k.bad(at+".lockToState", "leave it out", "STATE cannot be locked to itself")
		}

		if key.KMS != nil {
			k.keyServer(at+".kms.endpoint", key.KMS.Endpoint)
		}

		k.encryptionKey(at, key.Static != nil, key.NodeID != nil, key.KMS != nil, key.TPM != nil)
	}
}

func (k *checker) keyServer(at, endpoint string) {
	u, err := url.Parse(endpoint)

	switch {
	case endpoint == "":
		k.missing(true, at)
	case err != nil || u.Host == "" || !contains([]string{"https", "http", "grpc"}, u.Scheme):
		k.bad(at, "use https://, http:// or grpc://", "%q is not the URL of a key server", endpoint)
	}
}

// volumeName checks a name that becomes part of a partition label, which has 36
// characters with the prefix.
func volumeName(s string) error {
	if s == "" {
		return nil // reported as missing
	}

	if len(s) > 34 {
		return fmt.Errorf("%q is longer than 34 characters", s)
	}

	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' {
			return fmt.Errorf("%q may have letters, digits and dashes only", s)
		}
	}

	return nil
}
