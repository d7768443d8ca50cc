package config

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// effective folds every document into a copy of the main one, in stream order,
// then fills defaults. Where both say something the document wins; Validate has
// refused such a config before it got here.
func effective(c *Config) *v1alpha1.Config {
	out := &v1alpha1.Config{}
	if m := c.V1Alpha1(); m != nil {
		*out = tree.Copy(*m)
	}

	out.Folded.APIServerStartupProbes = true

	if out.Machine.Registries.Mirrors != nil {
		out.Folded.MirrorOverrides = map[string][]string{}
	}

	for host, m := range out.Machine.Registries.Mirrors {
		if document.Or(m.OverridePath, false) {
			out.Folded.MirrorOverrides[host] = m.Endpoints
		}
	}

	for _, url := range append(slices.Clone(out.Cluster.ExtraManifests), out.Cluster.ExternalCloudProvider.Manifests...) {
		out.Folded.ExternalManifests = append(out.Folded.ExternalManifests,
			v1alpha1.ExternalManifest{Name: url, URL: url, Headers: out.Cluster.ExtraManifestHeaders})
	}

	for _, d := range c.Documents() {
		fold(out, d)
	}

	fillDefaults(out, c)

	return out
}

func fold(out *v1alpha1.Config, doc document.Document) {
	m, cl := &out.Machine, &out.Cluster

	switch d := doc.(type) {
	case *document.HostnameConfig:
		set(&m.Network.Hostname, d.Hostname)

		if d.Auto != "" {
			m.Features.StableHostname = new(d.Auto == "stable")
		}
	case *document.ResolverConfig:
		foldResolver(m, d)
	case *document.StaticHostConfig:
		m.Network.ExtraHostEntries = append(m.Network.ExtraHostEntries, v1alpha1.ExtraHost{IP: d.Name, Aliases: d.Hostnames})
	case *document.TimeSyncConfig:
		if d.Enabled != nil {
			m.Time.Disabled = new(!*d.Enabled)
		}

		set(&m.Time.BootTimeout, d.BootTimeout)
		setList(&m.Time.Servers, d.NTP.Servers)
	case *document.KubeSpanConfig:
		foldKubeSpan(m, d)
	case *document.SysctlConfig:
		m.Sysctls = with(m.Sysctls, d.Params)
	case *document.SysfsConfig:
		m.Sysfs = with(m.Sysfs, d.Params)
	case *document.EnvironmentConfig:
		m.Env = with(m.Env, d.Variables)
	case *document.UdevRulesConfig:
		m.Udev.Rules = append(m.Udev.Rules, d.Rules...)
	case *document.KernelModuleConfig:
		m.Kernel.Modules = append(m.Kernel.Modules, v1alpha1.KernelModuleConfig{Name: d.Name, Parameters: d.Parameters})
	case *document.RegistryMirrorConfig, *document.RegistryAuthConfig, *document.RegistryTLSConfig:
		foldRegistry(out, doc)
	case *document.ImageCacheConfig:
		setPtr(&m.Features.ImageCache.LocalEnabled, d.Local.Enabled)
	case *document.CRIBaseRuntimeSpecConfig:
		m.BaseRuntimeSpecOverrides = d.Overrides
	case *document.UnattendedInstallConfig:
		set(&m.Install.Image, d.Installer.Image)
		setPtr(&m.Install.Wipe, d.Provisioning.Wipe)
		out.Folded.InstallMatch = d.Provisioning.DiskSelector.Match

		// The commonest expression needs no compiler.
		if dev, ok := devicePath(d.Provisioning.DiskSelector.Match); ok {
			set(&m.Install.Disk, dev)
		}

		out.Folded.InstallReboot = document.Or(d.Reboot, false)
	case *document.DiscoveryIdentityConfig:
		set(&cl.ID, d.ClusterID)
		set(&cl.Secret, d.ClusterSecret)
	case *document.DiscoveryServiceConfig:
		cl.Discovery.Enabled = new(true)

		// Further services are for whoever can use several: Docs has them.
		if cl.Discovery.Registries.Service.Endpoint == "" {
			cl.Discovery.Registries.Service.Endpoint = d.Endpoint.String()
		}
	default:
		foldKube(out, doc)
	}
}

func foldResolver(m *v1alpha1.MachineConfig, d *document.ResolverConfig) {
	if len(d.Nameservers) > 0 {
		m.Network.Nameservers = nil
	}

	for _, n := range d.Nameservers {
		m.Network.Nameservers = append(m.Network.Nameservers, n.Address.String())
	}

	setList(&m.Network.SearchDomains, d.SearchDomains.Domains)
	setPtr(&m.Network.DisableSearchDomain, d.SearchDomains.DisableDefault)
	setPtr(&m.Features.HostDNS.Enabled, d.HostDNS.Enabled)
	setPtr(&m.Features.HostDNS.ForwardKubeDNSToHost, d.HostDNS.ForwardKubeDNSToHost)
	setPtr(&m.Features.HostDNS.ResolveMemberNames, d.HostDNS.ResolveMemberNames)
}

func foldKubeSpan(m *v1alpha1.MachineConfig, d *document.KubeSpanConfig) {
	k := &m.Network.KubeSpan
	setPtr(&k.Enabled, d.Enabled)
	setPtr(&k.AdvertiseKubernetesNetworks, d.AdvertiseKubernetesNetworks)
	setPtr(&k.AllowDownPeerBypass, d.AllowDownPeerBypass)
	setPtr(&k.HarvestExtraEndpoints, d.HarvestExtraEndpoints)
	set(&k.MTU, d.MTU)
	setList(&k.Filters.Endpoints, d.Filters.Endpoints)

	for _, p := range d.Filters.ExcludeAdvertisedNetworks {
		k.Filters.ExcludeAdvertisedNetworks = append(k.Filters.ExcludeAdvertisedNetworks, p.String())
	}
}

func foldRegistry(out *v1alpha1.Config, doc document.Document) {
	r := &out.Machine.Registries

	if r.Mirrors == nil {
		r.Mirrors = map[string]v1alpha1.RegistryMirrorConfig{}
	}

	if r.Config == nil {
		r.Config = map[string]v1alpha1.RegistryConfig{}
	}

	if out.Folded.MirrorOverrides == nil {
		out.Folded.MirrorOverrides = map[string][]string{}
	}

	switch d := doc.(type) {
	case *document.RegistryMirrorConfig:
		m := v1alpha1.RegistryMirrorConfig{SkipFallback: d.SkipFallback}

		var overrides []string

		for _, e := range d.Endpoints {
			m.Endpoints = append(m.Endpoints, e.URL.String())

			if document.Or(e.OverridePath, false) {
				overrides = append(overrides, e.URL.String())
			}
		}

		m.OverridePath = new(len(overrides) > 0 && len(overrides) == len(m.Endpoints))
		r.Mirrors[d.Name] = m

		delete(out.Folded.MirrorOverrides, d.Name)

		if overrides != nil {
			out.Folded.MirrorOverrides[d.Name] = overrides
		}
	case *document.RegistryAuthConfig:
		c := r.Config[d.Name]
		c.Auth = &v1alpha1.RegistryAuthConfig{
			Username: d.Username, Password: d.Password, Auth: d.Auth, IdentityToken: d.IdentityToken,
		}
		r.Config[d.Name] = c
	case *document.RegistryTLSConfig:
		c := r.Config[d.Name]
		c.TLS = &v1alpha1.RegistryTLSConfig{CA: value.Base64(d.CA), InsecureSkipVerify: d.InsecureSkipVerify}

		if d.ClientIdentity != nil {
			c.TLS.ClientIdentity = pair(*d.ClientIdentity)
		}

		r.Config[d.Name] = c
	}
}

// devicePath is the path in an expression that does nothing but compare it.
func devicePath(e value.Expression) (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(string(e)), "disk.dev_path")
	if !ok {
		return "", false
	}

	rest, ok = strings.CutPrefix(strings.TrimSpace(rest), "==")
	rest = strings.TrimSpace(rest)

	if !ok || len(rest) < 3 || (rest[0] != '"' && rest[0] != '\'') || rest[len(rest)-1] != rest[0] {
		return "", false
	}

	dev := rest[1 : len(rest)-1]

	return dev, !strings.ContainsAny(dev, "\"'\\")
}

// pair takes PEM text, also when it is base64 on top as the main document has it.
func pair(c document.CertificateAndKey) *x509.PEMEncodedCertificateAndKey {
	return &x509.PEMEncodedCertificateAndKey{Crt: pemBytes(c.Cert), Key: pemBytes(c.Key)}
}

func pemBytes(s string) []byte {
	if s == "" {
		return nil
	}

	if b, err := base64.StdEncoding.DecodeString(s); err == nil {
		return b
	}

	return []byte(s)
}

func certs(pems []string) []x509.PEMEncodedCertificate {
	var out []x509.PEMEncodedCertificate
	for _, p := range pems {
		out = append(out, x509.PEMEncodedCertificate{Crt: pemBytes(p)})
	}

	return out
}

func set[T comparable](dst *T, v T) {
	var zero T
	if v != zero {
		*dst = v
	}
}

func setPtr[T any](dst **T, v *T) {
	if v != nil {
		*dst = new(*v)
	}
}

func setList[T any](dst *[]T, v []T) {
	if len(v) > 0 {
		*dst = slices.Clone(v)
	}
}

func with(base, over map[string]string) map[string]string {
	out := make(map[string]string, len(base)+len(over))
	maps.Copy(out, base)
	maps.Copy(out, over)

	return out
}
