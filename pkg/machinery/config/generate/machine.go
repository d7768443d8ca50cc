package generate

import (
	"strconv"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

func (b *builder) machine() {
	m, s := &b.main.Machine, b.Secrets

	m.Token = s.TrustdInfo.Token
	m.CA = b.authority(s.Certs.OS)
	m.CertSANs = b.o.sans

	f := &m.Features

	if !b.has(contract.HideRBACAndKeyUsage) {
		f.RBAC = new(true)

		if b.has(contract.ApidExtKeyUsageCheckEnabled) {
			f.ApidCheckExtKeyUsage = new(true)
		}
	}

	if b.has(contract.DiskQuotaSupportEnabled) {
		f.DiskQuotaSupport = new(true)
	}

	if len(b.o.sysctls) > 0 {
		if b.has(contract.MultidocSysctlConfigSupported) {
			b.add(&document.SysctlConfig{Params: b.o.sysctls})
		} else {
			m.Sysctls = b.o.sysctls
		}
	}
}

// authority is what this machine type gets of a certificate authority: workers
// verify with it, only control planes sign.
func (b *builder) authority(ca *x509.PEMEncodedCertificateAndKey) *x509.PEMEncodedCertificateAndKey {
	if ca == nil || b.cp {
		return ca
	}

	return &x509.PEMEncodedCertificateAndKey{Crt: ca.Crt}
}

func (b *builder) network() {
	m := &b.main.Machine

	switch {
	case b.has(contract.MultidocNetworkConfigSupported):
		b.add(&document.HostnameConfig{Auto: "stable"})
	case b.has(contract.StableHostnameEnabled):
		m.Features.StableHostname = new(true)
	}

	if b.has(contract.HostDNSEnabled) {
		forward := b.has(contract.HostDNSForwardKubeDNSToHost)

		if b.has(contract.HostDNSMultidocConfig) {
			b.add(&document.ResolverConfig{HostDNS: document.HostDNSConfig{
				Enabled: new(true), ForwardKubeDNSToHost: new(forward),
			}})
		} else {
			m.Features.HostDNS = v1alpha1.HostDNSConfig{Enabled: new(true)}
			if forward {
				m.Features.HostDNS.ForwardKubeDNSToHost = new(true)
			}
		}
	}

	if b.o.kubespan {
		if b.has(contract.KubeSpanMultidocConfig) {
			b.add(&document.KubeSpanConfig{Enabled: new(true)})
		} else {
			m.Network.KubeSpan.Enabled = new(true)
		}
	}
}

func (b *builder) install() {
	if b.has(contract.UnattendedInstallConfig) && len(b.o.kernelArgs) == 0 {
		if b.o.installDisk == "" && b.o.installImage == "" {
			return
		}

		d := &document.UnattendedInstallConfig{Installer: document.InstallerSpec{Image: b.o.installImage}}
		if b.o.installDisk != "" {
			d.Provisioning.DiskSelector.Match = value.Expression("disk.dev_path == " + strconv.Quote(b.o.installDisk))
		}

		d.Provisioning.Wipe = new(false)
		b.add(d)

		return
	}

	i := &b.main.Machine.Install
	i.Disk = b.o.installDisk
	i.Image = b.o.installImage
	i.ExtraKernelArgs = b.o.kernelArgs
	i.Wipe = new(false)

	if b.has(contract.GrubUseUKICmdlineDefault) {
		i.GrubUseUKICmdline = new(true)
	}
}

func (b *builder) identity() {
	cl, s := &b.main.Cluster, b.Secrets

	if b.has(contract.DiscoveryIdentityMultidocConfig) {
		b.add(&document.DiscoveryIdentityConfig{ClusterID: s.Cluster.ID, ClusterSecret: s.Cluster.Secret})
	} else {
		cl.ID, cl.Secret = s.Cluster.ID, s.Cluster.Secret
	}

	switch {
	case !b.has(contract.DiscoveryServiceMultidocConfig):
		cl.Discovery.Enabled = new(b.o.discovery)

		if b.o.discovery && b.has(contract.KubernetesDiscoveryBackendDisabled) {
			cl.Discovery.Registries.Kubernetes.Disabled = new(true)
		}
	case b.o.discovery:
		b.add(&document.DiscoveryServiceConfig{
			Name: "default", Endpoint: value.MustURL(v1alpha1.DefaultDiscoveryEndpoint),
		})
	}
}

func (b *builder) registries() {
	for _, r := range b.o.registries {
		if b.has(contract.MultidocKubernetesConfigSupported) {
			d := &document.RegistryMirrorConfig{Name: r.registry}

			for _, e := range r.endpoints {
				u, err := value.ParseURL(e)
				if err != nil {
					u = value.URL{}
					u.Opaque = e // Load refuses it and shows what was given
				}

				d.Endpoints = append(d.Endpoints, document.RegistryEndpoint{URL: u})
			}

			b.add(d)

			continue
		}

		m := &b.main.Machine.Registries
		if m.Mirrors == nil {
			m.Mirrors = map[string]v1alpha1.RegistryMirrorConfig{}
		}

		m.Mirrors[r.registry] = v1alpha1.RegistryMirrorConfig{Endpoints: r.endpoints}
	}
}
