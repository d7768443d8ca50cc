package config

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

func (k *checker) machine(m *v1alpha1.MachineConfig) {
	k.kubelet(&m.Kubelet)
	k.machineNetwork(&m.Network)
	k.installConfig(&m.Install)

	for i, f := range m.Files {
		at := fmt.Sprintf("machine.files[%d]", i)

		k.absolute(at+".path", f.Path)

		switch f.Op {
		case "create", "append", "overwrite":
		default:
			k.bad(at+".op", "use create, append or overwrite", "%q is not an operation", f.Op)
		}
	}

	for i, p := range m.Pods {
		k.pod(fmt.Sprintf("machine.pods[%d]", i), p)
	}

	for i, mod := range m.Kernel.Modules {
		at := fmt.Sprintf("machine.kernel.modules[%d].name", i)
		k.missing(mod.Name == "", at)
		k.badErr(at, moduleName(mod.Name))
	}

	for i, p := range m.SeccompProfiles {
		at := fmt.Sprintf("machine.seccompProfiles[%d]", i)
		k.missing(p.Name == "", at+".name")
		k.missing(len(p.Value) == 0, at+".value")

		if strings.Contains(p.Name, "/") {
			k.bad(at+".name", "", "%q is not a file name", p.Name)
		}
	}

	k.period("machine.time.bootTimeout", m.Time.BootTimeout)

	if s := m.Time.Servers; len(s) != 1 || !strings.HasPrefix(s[0], "/dev/") {
		k.timeServers("machine.time.servers", s)
	}

	k.certNames("machine.certSANs", m.CertSANs)
	k.environment("machine.env", m.Env)

	for _, s := range []struct {
		path string
		m    map[string]string
	}{{"machine.sysctls", m.Sysctls}, {"machine.sysfs", m.Sysfs}} {
		k.kernelParams(s.path, s.m)
	}

	for i, d := range m.Logging.Destinations {
		at := fmt.Sprintf("machine.logging.destinations[%d].endpoint", i)
		if s := d.Endpoint.Scheme; s != "udp" && s != "tcp" {
			k.bad(at, "use udp://host:port or tcp://host:port", "%q is not a log destination", d.Endpoint.String())
		}
	}

	for host, mirror := range m.Registries.Mirrors {
		for i, e := range mirror.Endpoints {
			if !strings.HasPrefix(e, "http://") && !strings.HasPrefix(e, "https://") {
				k.bad(fmt.Sprintf("%s.endpoints[%d]", tree.Under("machine.registries.mirrors", host), i),
					"use an http or https URL", "%q is not a registry endpoint", e)
			}
		}
	}

	k.encryption("machine.systemDiskEncryption.state", m.SystemDiskEncryption.State)
	k.encryption("machine.systemDiskEncryption.ephemeral", m.SystemDiskEncryption.Ephemeral)
	k.nodeMetadata("machine.nodeLabels", m.NodeLabels, "machine.nodeAnnotations", m.NodeAnnotations, "machine.nodeTaints", m.NodeTaints)
	k.features(&m.Features, m.Type)
}

func (k *checker) features(f *v1alpha1.FeaturesConfig, machineType string) {
	if f.RBAC != nil && !*f.RBAC {
		k.bad("machine.features.rbac", "", "roles cannot be turned off")
	}

	h := f.HostDNS
	if document.Or(h.ForwardKubeDNSToHost, false) && !document.Or(h.Enabled, false) {
		k.bad("machine.features.hostDNS.forwardKubeDNSToHost", "set machine.features.hostDNS.enabled", "needs host DNS to be enabled")
	}

	if a := f.KubernetesTalosAPIAccess; document.Or(a.Enabled, false) && machineType != v1alpha1.TypeControlPlane {
		k.bad("machine.features.kubernetesTalosAPIAccess.enabled", "", "can be enabled on control plane machines only")
	}
}

func (k *checker) kubelet(c *v1alpha1.KubeletConfig) {
	for i, mnt := range c.ExtraMounts {
		k.absolute(fmt.Sprintf("machine.kubelet.extraMounts[%d].destination", i), mnt.Destination)
	}

	for i, a := range c.ClusterDNS {
		k.badErr(fmt.Sprintf("machine.kubelet.clusterDNS[%d]", i), isAddr(a))
	}

	k.subnetFilters("machine.kubelet.nodeIP.validSubnets", c.NodeIP.ValidSubnets)
}

// subnetFilters are networks, with an exclamation mark for those to leave out.
func (k *checker) subnetFilters(at string, list []string) {
	for i, s := range list {
		if err := isPrefix(strings.TrimPrefix(s, "!")); err != nil {
			k.bad(fmt.Sprintf("%s[%d]", at, i), "", "%s", err)
		}
	}
}

func (k *checker) installConfig(i *v1alpha1.InstallConfig) {
	if i.Disk != "" && !strings.HasPrefix(i.Disk, "/dev/") {
		k.bad("machine.install.disk", "use a path like /dev/sda or /dev/disk/by-id/…", "%q is not a device", i.Disk)
	}

	if i.Disk != "" && i.DiskSelector != nil {
		k.warn("machine.install.diskSelector", "keep one of them", "is ignored while machine.install.disk is set")
	}

	for n, a := range i.ExtraKernelArgs {
		if err := kernelArg(a); err != nil {
			k.bad(fmt.Sprintf("machine.install.extraKernelArgs[%d]", n), "", "%s", err)
		}
	}

	if len(i.Extensions) > 0 {
		k.warn("machine.install.extensions", "use an installer image that has them", "extensions are not added at install time")
	}
}

// kernelArg checks one kernel argument: name, name=value, or -name to take one away.
// Spaces end an argument except between double quotes, which may stand anywhere
// (next_arg in the kernel's lib/cmdline.c). A quote without another one would swallow
// the arguments after it.
func kernelArg(a string) error {
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(a, "-"), `"`), "=")
	quoted := strings.Split(a, `"`)

	switch {
	case name == "" || strings.ContainsAny(name, " \t\n\""):
		return fmt.Errorf("%q is not a kernel argument, like console=ttyS0", a)
	case strings.ContainsAny(a, "\n\r\x00"):
		return fmt.Errorf("%q has a line break", a)
	case len(quoted)%2 == 0:
		return fmt.Errorf("%q has a double quote without another one", a)
	}

	for i := 0; i < len(quoted); i += 2 {
		if strings.ContainsAny(quoted[i], " \t") {
			return fmt.Errorf("%q has a space outside double quotes; give each argument as an item of its own", a)
		}
	}

	return nil
}

func (k *checker) kernelParams(at string, m map[string]string) {
	for name, v := range m {
		if name == "" || strings.ContainsAny(name, " \t\n=") || strings.Contains(name, "..") {
			k.bad(tree.Under(at, name), "", "%q is not the name of a kernel parameter", name)
		}

		if v == "" {
			k.bad(tree.Under(at, name), "", "has no value")
		}
	}
}

func (k *checker) encryption(at string, e *v1alpha1.EncryptionConfig) {
	if e == nil {
		return
	}

	if e.Provider != "" && e.Provider != "luks2" {
		k.bad(at+".provider", "use luks2", "%q is not an encryption provider", e.Provider)
	}

	if len(e.Keys) == 0 {
		k.bad(at+".keys", "add one, for example by TPM or node ID", "an encrypted volume needs a key")
	}

	slots := map[int]bool{}

	for i, key := range e.Keys {
		p := fmt.Sprintf("%s.keys[%d]", at, i)
		k.encryptionKey(p, key.Static != nil, key.NodeID != nil, key.KMS != nil, key.TPM != nil)

		if key.KMS != nil {
			k.keyServer(p+".kms.endpoint", key.KMS.Endpoint)
		}

		if key.Static != nil {
			k.missing(key.Static.Passphrase == "", p+".static.passphrase")
		}

		if slots[key.Slot] {
			k.bad(p+".slot", "", "slot %d is used by another key", key.Slot)
		}

		slots[key.Slot] = true
	}
}

func (k *checker) encryptionKey(at string, methods ...bool) {
	n := 0

	for _, m := range methods {
		if m {
			n++
		}
	}

	if n != 1 {
		k.bad(at, "give one of static, nodeID, kms, tpm", "a key has %d methods", n)
	}
}

func isAddr(s string) error {
	if _, err := netip.ParseAddr(s); err != nil {
		return fmt.Errorf("%q is not an IP address, like 10.0.0.1 or fd00::1", s)
	}

	return nil
}

func isPrefix(s string) error {
	if _, err := netip.ParsePrefix(s); err != nil {
		return fmt.Errorf("%q is not a network in CIDR form, like 10.0.0.0/24", s)
	}

	return nil
}
