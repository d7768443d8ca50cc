package config

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// document checks one document by itself, beyond what its declaration says.
func (k *checker) document(doc document.Document) {
	switch d := doc.(type) {
	case *document.HostnameConfig:
		if d.Hostname != "" {
			k.badErr("hostname", hostname(d.Hostname))
		}

		if d.Hostname != "" && d.Auto == "stable" {
			k.bad("auto", "leave one of them out", "excludes a fixed hostname")
		}

		if d.Hostname == "" && d.Auto == "" {
			k.bad("", "set hostname, or auto: stable", "says nothing")
		}
	case *document.ResolverConfig:
		if document.Or(d.HostDNS.ForwardKubeDNSToHost, false) && !document.Or(d.HostDNS.Enabled, false) {
			k.bad("hostDNS.forwardKubeDNSToHost", "set hostDNS.enabled", "needs host DNS to be enabled")
		}

		for i, n := range d.Nameservers {
			if !n.Address.IsValid() {
				k.bad(fmt.Sprintf("nameservers[%d].address", i), "", "missing")
			}
		}
	case *document.StaticHostConfig:
		k.badErr("name", isAddr(d.Name))
	case *document.Layer2VIPConfig:
		k.badErr("name", isAddr(d.Name))
	case *document.HCloudVIPConfig:
		k.badErr("name", isAddr(d.Name))
	case *document.SysctlConfig:
		k.kernelParams("params", d.Params)
	case *document.SysfsConfig:
		k.kernelParams("params", d.Params)
	case *document.WatchdogTimerConfig:
		if d.Timeout != 0 && d.Timeout < 10*time.Second {
			k.bad("timeout", "use 10s or more", "%s leaves no time for a busy machine", d.Timeout)
		}
	case *document.KubeClusterConfig:
		k.endpoint("endpoint", d.Endpoint.Scheme, d.Endpoint.Hostname(), d.Endpoint.Port())
	case *document.KubeNetworkConfig:
		if n := d.NodeCIDRMaskSizeIPv4; n < 0 || n > 32 {
			k.bad("nodeCIDRMaskSizeIPv4", "", "%d is not a prefix length from 1 to 32", n)
		}

		if n := d.NodeCIDRMaskSizeIPv6; n < 0 || n > 128 {
			k.bad("nodeCIDRMaskSizeIPv6", "", "%d is not a prefix length from 1 to 128", n)
		}
	case *document.KubeNodeConfig:
		k.nodeMetadata("labels", d.Labels, "annotations", d.Annotations, "taints", d.Taints)
		k.subnetFilters("nodeIP.validSubnets", d.NodeIP.ValidSubnets)
	case *document.NetworkRuleConfig:
		if len(d.PortSelector.Ports) == 0 && !strings.HasPrefix(d.PortSelector.Protocol, "icmp") {
			k.bad("portSelector.ports", "", "missing")
		}
	default:
		k.scheme(doc)
		k.link(doc)
		k.volume(doc)
	}
}

// scheme checks the URLs of documents that take some schemes only.
func (k *checker) scheme(doc document.Document) {
	check := func(path string, u value.URL, schemes ...string) {
		if !u.IsZero() && !contains(schemes, u.Scheme) {
			k.bad(path, "use "+strings.Join(schemes, ":// or ")+"://", "%q has the wrong scheme", u.String())
		}
	}

	switch d := doc.(type) {
	case *document.DiscoveryServiceConfig:
		check("endpoint", d.Endpoint, "https", "http", "grpc")
	case *document.HTTPProbeConfig:
		check("url", d.URL, "https", "http")
	case *document.KmsgLogConfig:
		check("url", d.URL, "tcp", "udp")
	case *document.KubeExternalManifestConfig:
		check("url", d.URL, "https", "http")
	case *document.KubeServiceAccountConfig:
		check("issuer.issuerURL", d.Issuer.IssuerURL, "https", "http")
	case *document.SideroLinkConfig:
		check("apiUrl", d.APIURL, "grpc", "https")
	case *document.RegistryMirrorConfig:
		for i, e := range d.Endpoints {
			check(fmt.Sprintf("endpoints[%d].url", i), e.URL, "https", "http")
		}
	}
}

func (k *checker) link(doc document.Document) {
	switch d := doc.(type) {
	case *document.VLANConfig:
		if d.VLANID > 4094 {
			k.bad("vlanID", "", "%d is not a VLAN ID from 1 to 4094", d.VLANID)
		}
	case *document.WireguardConfig:
		if b, err := base64.StdEncoding.DecodeString(d.PrivateKey); d.PrivateKey != "" && (err != nil || len(b) != 32) {
			k.bad("privateKey", "make one with wg genkey", "not a WireGuard key")
		}
	case *document.BondConfig:
		if d.MIIMon != 0 && d.ARPInterval != 0 {
			k.bad("arpInterval", "keep one of them", "excludes miimon")
		}
	}

	l, ok := doc.(interface {
		Settings() *document.LinkSettings
	})
	if !ok {
		return
	}

	for i, r := range l.Settings().Routes {
		at := fmt.Sprintf("routes[%d]", i)

		if !r.Destination.IsValid() && !r.Gateway.IsValid() {
			k.bad(at, "", "a route needs a destination or a gateway")
		}

		if r.Destination.IsValid() && r.Gateway.IsValid() && r.Destination.Addr().Is4() != r.Gateway.Is4() {
			k.bad(at+".gateway", "", "%s is not of the address family of %s", r.Gateway, r.Destination)
		}
	}

	if mtu := l.Settings().MTU; mtu != 0 && (mtu < 68 || mtu > 65536) {
		k.bad("mtu", "", "%d is not an MTU", mtu)
	}
}

// systemVolumes are the volumes a VolumeConfig may be about.
var systemVolumes = []string{"STATE", "EPHEMERAL", "IMAGECACHE", "CRI", "ETCD", "KUBELET", "LOG"}

func (k *checker) volume(doc document.Document) {
	var (
		prov document.ProvisioningSpec
		enc  *document.EncryptionSpec
	)

	switch d := doc.(type) {
	case *document.VolumeConfig:
		prov, enc = d.Provisioning, d.Encryption

		if !contains(systemVolumes, d.Name) {
			k.bad("name", "use a UserVolumeConfig for a volume of your own", "%q is not a system volume; those are %s",
				d.Name, strings.Join(systemVolumes, ", "))
		}
	case *document.UserVolumeConfig:
		prov, enc = d.Provisioning, d.Encryption
		k.badErr("name", volumeName(d.Name))
	case *document.RawVolumeConfig:
		prov, enc = d.Provisioning, d.Encryption
		k.badErr("name", volumeName(d.Name))
	case *document.SwapVolumeConfig:
		prov, enc = d.Provisioning, d.Encryption
		k.badErr("name", volumeName(d.Name))
	case *document.ExistingVolumeConfig:
		k.badErr("name", volumeName(d.Name))
	default:
		return
	}

	if lo, hi := prov.MinSize, prov.MaxSize; !lo.IsZero() && !hi.IsZero() && !hi.IsRelative() &&
		hi.Of(0) != 0 && hi.Of(0) < lo.Unsigned() {
		k.bad("provisioning.maxSize", "", "%s is smaller than minSize %s", hi, lo)
	}

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

		k.encryptionKey(at, key.Static != nil, key.NodeID != nil, key.KMS != nil, key.TPM != nil)
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

// nodeMetadata checks what kubelet registers the node with.
func (k *checker) nodeMetadata(lp string, labels map[string]string, ap string, annotations map[string]string, tp string, taints map[string]string) {
	for name, v := range labels {
		k.badErr(lp+quoteKeyAfter(name), qualifiedName(name))

		if len(v) > 63 {
			k.bad(lp+quoteKeyAfter(name), "", "the value is longer than 63 characters")
		}
	}

	for name := range annotations {
		k.badErr(ap+quoteKeyAfter(name), qualifiedName(name))
	}

	for name, v := range taints {
		k.badErr(tp+quoteKeyAfter(name), qualifiedName(name))

		effect := v
		if i := strings.LastIndexByte(v, ':'); i >= 0 {
			effect = v[i+1:]
		}

		switch effect {
		case "NoSchedule", "PreferNoSchedule", "NoExecute":
		default:
			k.bad(tp+quoteKeyAfter(name), "write value:NoSchedule, :PreferNoSchedule or :NoExecute", "%q has no effect of a taint", v)
		}
	}
}

// qualifiedName checks the name of a label: an optional DNS prefix with a slash,
// then up to 63 characters.
func qualifiedName(s string) error {
	prefix, name, ok := strings.Cut(s, "/")
	if !ok {
		prefix, name = "", s
	}

	if ok && hostname(prefix) != nil {
		return fmt.Errorf("%q has a bad prefix before the slash", s)
	}

	good := name != "" && len(name) <= 63

	for _, r := range name {
		good = good && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
	}

	if !good {
		return fmt.Errorf("%q is not a label name: up to 63 letters, digits, and - _ . between", s)
	}

	return nil
}
