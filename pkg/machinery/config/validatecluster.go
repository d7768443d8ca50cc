package config

import (
	"crypto"
	stdx509 "crypto/x509"
	"encoding/pem"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

func (k *checker) cluster(c *v1alpha1.ClusterConfig) {
	if e := c.ControlPlane.Endpoint; !e.IsZero() {
		k.endpoint("cluster.controlPlane.endpoint", e)
	}

	switch cni := c.Network.CNI; cni.Name {
	case "", v1alpha1.CNIFlannel, v1alpha1.CNINone:
		if len(cni.URLs) > 0 {
			k.bad("cluster.network.cni.urls", "set cluster.network.cni.name to custom", "is used with a custom CNI only")
		}
	case v1alpha1.CNICustom:
		if len(cni.URLs) == 0 {
			k.bad("cluster.network.cni.urls", "", "a custom CNI needs the URLs of its manifests")
		}
	default:
		k.bad("cluster.network.cni.name", "use flannel, custom or none", "%q is not a known CNI", cni.Name)
	}

	k.proxyMode("cluster.proxy.mode", c.Proxy.Mode)
	k.certNames("cluster.apiServer.certSANs", c.APIServer.CertSANs)

	for i, a := range c.APIServer.AuthorizationConfig {
		at := fmt.Sprintf("cluster.apiServer.authorizationConfig[%d]", i)

		if !contains([]string{"Node", "RBAC", "Webhook"}, a.Type) {
			k.bad(at+".type", "use Node, RBAC or Webhook", "%q is not a type of authorizer", a.Type)
		}

		k.missing(a.Name == "", at+".name")
		k.authorizer(at+".", a.Type, a.Webhook)
	}

	for at, volumes := range map[string][]v1alpha1.VolumeMountConfig{
		"cluster.apiServer": c.APIServer.ExtraVolumes, "cluster.controllerManager": c.ControllerManager.ExtraVolumes,
		"cluster.scheduler": c.Scheduler.ExtraVolumes,
	} {
		for i, v := range volumes {
			k.absolute(fmt.Sprintf("%s.extraVolumes[%d].hostPath", at, i), v.HostPath)
			k.absolute(fmt.Sprintf("%s.extraVolumes[%d].mountPath", at, i), v.MountPath)
		}
	}

	k.etcd(&c.Etcd)
	k.manifests(c)

	if d := c.AdminKubeconfig.CertLifetime; d < 0 {
		k.bad("cluster.adminKubeconfig.certLifetime", "", "%s is negative", d)
	}

	if c.AllowSchedulingOnMasters != nil {
		k.warn("cluster.allowSchedulingOnMasters", "write cluster.allowSchedulingOnControlPlanes", "deprecated")
	}
}

func (k *checker) endpoint(at string, u value.URL) {
	host, port := u.Hostname(), u.Port()

	switch {
	case u.Scheme != "https":
		k.bad(at, "", "the Kubernetes API is reached by https, not %s", u.Scheme)
	case host == "":
		k.bad(at, "", "has no host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		k.bad(at, "leave it out", "has a user, a query or a fragment, which no client of Kubernetes sends")
	}

	if a, err := netip.ParseAddr(host); err == nil {
		switch {
		case a.IsUnspecified() || a.IsMulticast():
			k.bad(at, "use an address or a name that leads to the control plane", "%s is not the address of a machine", a)
		case a.IsLoopback():
			k.warn(at, "use an address or a name that leads to the control plane", "%s leads every machine to itself", a)
		}
	} else if host != "" {
		k.badErr(at, hostname(strings.TrimSuffix(host, ".")))
	}

	if port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			k.bad(at, "", "%s is not a port", port)
		}
	}
}

func (k *checker) etcd(e *v1alpha1.EtcdConfig) {
	if e.Subnet != "" {
		k.warn("cluster.etcd.subnet", "write it as an item of cluster.etcd.advertisedSubnets", "deprecated")
		k.subnetFilters("cluster.etcd.subnet", []string{e.Subnet})

		if len(e.AdvertisedSubnets) > 0 {
			k.bad("cluster.etcd.subnet", "keep advertisedSubnets", "excludes cluster.etcd.advertisedSubnets")
		}
	}

	k.subnetFilters("cluster.etcd.advertisedSubnets", e.AdvertisedSubnets)
	k.subnetFilters("cluster.etcd.listenSubnets", e.ListenSubnets)
}

func (k *checker) manifests(c *v1alpha1.ClusterConfig) {
	seen := map[string]bool{}

	for i, m := range c.InlineManifests {
		at := fmt.Sprintf("cluster.inlineManifests[%d].name", i)

		switch {
		case m.Name == "":
			k.bad(at, "", "missing")
		case seen[m.Name]:
			k.bad(at, "", "%q is used by another manifest", m.Name)
		}

		seen[m.Name] = true
		k.manifest(fmt.Sprintf("cluster.inlineManifests[%d].contents", i), m.Contents)
	}

	for at, list := range map[string][]string{
		"cluster.extraManifests": c.ExtraManifests, "cluster.externalCloudProvider.manifests": c.ExternalCloudProvider.Manifests,
	} {
		for i, u := range list {
			if !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") {
				k.bad(fmt.Sprintf("%s[%d]", at, i), "use an http or https URL", "%q cannot be fetched", u)
			}
		}
	}
}

// certificates checks the authorities: readable, meant to sign, with the key that
// belongs to them, not about to end.
func (k *checker) certificates(e *v1alpha1.Config) {
	for _, ca := range []struct {
		path string
		pair *x509.PEMEncodedCertificateAndKey
	}{
		{"machine.ca", e.Machine.CA},
		{"cluster.ca", e.Cluster.CA},
		{"cluster.aggregatorCA", e.Cluster.AggregatorCA},
		{"cluster.etcd.ca", e.Cluster.Etcd.CA},
	} {
		if ca.pair != nil && len(ca.pair.Crt) > 0 {
			k.authority(ca.path, ca.pair)
		}
	}

	for i, c := range e.Machine.AcceptedCAs {
		k.accepted(fmt.Sprintf("machine.acceptedCAs[%d]", i), c)
	}

	for i, c := range e.Cluster.AcceptedCAs {
		k.accepted(fmt.Sprintf("cluster.acceptedCAs[%d]", i), c)
	}
}

// pemForm is the hint for what is no certificate or key.
const pemForm = "it is a PEM file, in the main document as base64"

// accepted checks an authority that signs nothing here. That of another cluster may
// have expired: then it has no effect.
func (k *checker) accepted(at string, c x509.PEMEncodedCertificate) {
	crt, err := c.GetCert()

	switch {
	case err != nil:
		k.bad(at, pemForm, "not a certificate")
	case !crt.IsCA:
		k.bad(at, "", "not a certificate authority: it may not sign others")
	case k.now.After(crt.NotAfter):
		k.warn(at, "take it out", "expired on %s", crt.NotAfter.Format("2006-01-02"))
	}
}

func (k *checker) authority(at string, pair *x509.PEMEncodedCertificateAndKey) {
	crt, err := pair.GetCert()
	if err != nil {
		k.bad(at+".crt", pemForm, "not a certificate")

		return
	}

	if !crt.IsCA {
		k.bad(at+".crt", "", "not a certificate authority: it may not sign others")
	}

	switch {
	case k.now.Before(crt.NotBefore):
		k.warn(at+".crt", "check the clock of this machine", "is valid from %s only", crt.NotBefore.Format(time.DateTime))
	case k.now.After(crt.NotAfter):
		k.bad(at+".crt", "rotate the authority", "expired on %s", crt.NotAfter.Format("2006-01-02"))
	case crt.NotAfter.Sub(k.now).Hours() < 90*24:
		k.warn(at+".crt", "rotate the authority", "expires on %s", crt.NotAfter.Format("2006-01-02"))
	}

	if len(pair.Key) == 0 || string(pair.Key) == Redacted {
		return
	}

	block, _ := pem.Decode(pair.Key)
	if block == nil {
		k.bad(at+".key", pemForm, "not a private key")

		return
	}

	key, err := pair.GetKey()
	if err != nil {
		k.bad(at+".key", "", "not a private key")

		return
	}

	if !sameKey(crt, key) {
		k.bad(at+".key", "", "does not belong to the certificate")
	}
}

func (k *checker) kubernetesVersions(e *v1alpha1.Config) {
	oldest, newest, known := k.contract.Kubernetes()

	check := func(path, image string) {
		n, ok := kubernetesMinor(image)
		if known && ok && (n < oldest || n > newest) {
			k.bad(path, fmt.Sprintf("use a version from 1.%d to 1.%d", oldest, newest),
				"Kubernetes %s is not supported", imageTag(image))
		}
	}

	check("machine.kubelet.image", e.Machine.Kubelet.Image)

	if !e.IsControlPlane() {
		return
	}

	check("cluster.apiServer.image", e.Cluster.APIServer.Image)
	check("cluster.controllerManager.image", e.Cluster.ControllerManager.Image)
	check("cluster.scheduler.image", e.Cluster.Scheduler.Image)

	// https://kubernetes.io/releases/version-skew-policy/
	server, ok := kubernetesMinor(e.Cluster.APIServer.Image)
	if !ok {
		return
	}

	for _, c := range []struct {
		path, image string
		older       int
	}{
		{"machine.kubelet.image", e.Machine.Kubelet.Image, 3},
		{"cluster.controllerManager.image", e.Cluster.ControllerManager.Image, 1},
		{"cluster.scheduler.image", e.Cluster.Scheduler.Image, 1},
	} {
		if n, ok := kubernetesMinor(c.image); ok && (n > server || n < server-c.older) {
			k.warn(c.path, fmt.Sprintf("use a version from 1.%d to 1.%d", server-c.older, server),
				"%s does not work with an API server of 1.%d", imageTag(c.image), server)
		}
	}
}

// kubernetesMinor is the 36 of an image tagged v1.36.1; a digest or a tag of
// somebody's own says nothing.
func kubernetesMinor(image string) (int, bool) {
	major, rest, ok := strings.Cut(strings.TrimPrefix(imageTag(image), "v"), ".")
	if !ok || major != "1" {
		return 0, false
	}

	minor, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(minor)

	return n, err == nil
}

func imageTag(image string) string {
	image, _, _ = strings.Cut(image, "@")

	i := strings.LastIndexByte(image, ':')
	if i < 0 || strings.Contains(image[i:], "/") {
		return ""
	}

	return image[i+1:]
}

func sameKey(crt *stdx509.Certificate, key any) bool {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return true
	}

	pub, ok := crt.PublicKey.(interface{ Equal(crypto.PublicKey) bool })

	return !ok || pub.Equal(signer.Public())
}
