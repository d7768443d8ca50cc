package config

import (
	"fmt"
	"net/netip"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// hostKinds are about what a container shares with its host and cannot change.
var hostKinds = []string{
	"ExistingVolumeConfig", "ExternalVolumeConfig", "KernelModuleConfig",
	"LVMLogicalVolumeConfig", "LVMVolumeGroupConfig", "PCIDriverRebindConfig", "RAIDArrayConfig", "RawVolumeConfig",
	"SwapVolumeConfig", "SysfsConfig", "UdevRulesConfig", "UserVolumeConfig", "VolumeConfig", "WatchdogTimerConfig", "ZswapConfig",
}

// container tells what has no effect in a container.
func (k *checker) container() {
	if k.mode != Container {
		return
	}

	const why = "has no effect in a container: the host's kernel and disks are not its own"

	if m := k.part.main; m != nil {
		for _, s := range []struct {
			path string
			set  bool
		}{
			{"machine.disks", len(m.Machine.Disks) > 0},
			{"machine.kernel", len(m.Machine.Kernel.Modules) > 0},
			{"machine.udev", len(m.Machine.Udev.Rules) > 0},
			{"machine.sysfs", len(m.Machine.Sysfs) > 0},
			{"machine.systemDiskEncryption", m.Machine.SystemDiskEncryption.State != nil || m.Machine.SystemDiskEncryption.Ephemeral != nil},
		} {
			if s.set {
				k.warn(s.path, "", why)
			}
		}

		return
	}

	if contains(hostKinds, k.part.kind()) {
		k.warn("", "", why)
	}
}

// superseded tells of settings of older releases that newer documents replace, and
// of some that lost their effect.
func (k *checker) superseded(c *v1alpha1.Config) {
	if len(c.Machine.Disks) > 0 {
		k.warn("machine.disks", "write a UserVolumeConfig document for each", "deprecated")
	}

	for name, e := range map[string]*v1alpha1.EncryptionConfig{
		"state": c.Machine.SystemDiskEncryption.State, "ephemeral": c.Machine.SystemDiskEncryption.Ephemeral,
	} {
		if e != nil {
			k.warn("machine.systemDiskEncryption."+name, "write it as encryption of a VolumeConfig document", "deprecated")
		}
	}
}

// ports checks that a link is part of one other link only.
func (k *checker) ports() {
	used := map[string]string{}

	for i := range k.c.parts {
		p := &k.c.parts[i]

		var links []string

		switch d := p.doc.(type) {
		case *document.BondConfig:
			links = d.Links
		case *document.BridgeConfig:
			links = d.Links
		case *document.VRFConfig:
			links = d.Links
		case *document.VLANConfig:
			if d.Parent == d.Name && d.Name != "" {
				k.in(p, func() { k.bad("parent", "", "a VLAN cannot be its own parent") })
			}
		}

		for n, link := range links {
			at := fmt.Sprintf("links[%d]", n)

			switch other := used[link]; {
			case link == document.Name(p.doc):
				k.in(p, func() { k.bad(at, "", "a link cannot be part of itself") })
			case other != "":
				k.in(p, func() { k.bad(at, "leave it out of one of them", "%q is a part of %s already", link, other) })
			}

			used[link] = p.id()
		}
	}
}

// in reports about a document while all of them are compared.
func (k *checker) in(p *part, report func()) {
	k.part = p
	report()
	k.part = nil
}

// nodeAddresses tells of addresses of this machine inside the networks of pods and
// services: packets to other machines there would not leave it.
func (k *checker) nodeAddresses(e *v1alpha1.Config) {
	networks := map[string]netip.Prefix{}

	for what, list := range map[string][]string{"pod": e.Cluster.Network.PodSubnets, "service": e.Cluster.Network.ServiceSubnets} {
		for _, s := range list {
			if p, err := netip.ParsePrefix(s); err == nil {
				networks[what+" network "+s] = p
			}
		}
	}

	check := func(path string, a netip.Addr) {
		for what, p := range networks {
			if p.Contains(a) {
				k.warn(path, "choose networks that do not overlap", "the address %s is in the %s", a, what)
			}
		}
	}

	for i, d := range e.Machine.Network.Interfaces {
		for n, s := range d.Addresses {
			at := fmt.Sprintf("machine.network.interfaces[%d].addresses[%d]", i, n)

			if p, err := netip.ParsePrefix(s); err == nil {
				check(at, p.Addr())
			} else if a, err := netip.ParseAddr(s); err == nil {
				check(at, a)
			}
		}
	}

	main := k.part

	for i := range k.c.parts {
		l, ok := k.c.parts[i].doc.(interface {
			Settings() *document.LinkSettings
		})
		if !ok {
			continue
		}

		k.part = &k.c.parts[i]

		for n, a := range l.Settings().Addresses {
			check(fmt.Sprintf("addresses[%d].address", n), a.Address.Addr())
		}
	}

	k.part = main
}
