package config

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/siderolabs/crypto/x509"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// kubernetes checks the documents about Kubernetes.
func (k *checker) kubernetes(doc document.Document) {
	switch d := doc.(type) {
	case *document.KubeClusterConfig:
		k.endpoint("endpoint", d.Endpoint)
	case *document.KubeNodeConfig:
		k.nodeMetadata("labels", d.Labels, "annotations", d.Annotations, "taints", d.Taints)
		k.subnetFilters("nodeIP.validSubnets", d.NodeIP.ValidSubnets)
	case *document.KubeletConfig:
		for i, a := range d.ClusterDNS {
			k.badErr(fmt.Sprintf("clusterDNS[%d]", i), isAddr(a))
		}
	case *document.KubeAPIServerConfig:
		k.certNames("certExtraSANs", d.CertExtraSANs)
	case *document.KubeProxyConfig:
		k.proxyMode("mode", d.Mode)
	case *document.KubeAuthorizerConfig:
		k.missing(d.Type == "", "type")
		k.authorizer("", d.Type, d.Webhook)
	case *document.KubeServiceAccountConfig:
		for i, key := range d.Accepted.PublicKeys {
			k.badErr(fmt.Sprintf("accepted.publicKeys[%d]", i), isPEM(pemBytes(key), "PUBLIC KEY"))
		}
	case *document.KubeAggregatorCAConfig:
		for i, text := range d.AcceptedCAs {
			k.accepted(fmt.Sprintf("acceptedCAs[%d]", i), x509.PEMEncodedCertificate{Crt: []byte(text)})
		}
	case *document.KubeEtcdEncryptionConfig:
		k.encryptionKeys(d.Config)
	case *document.KubeInlineManifestConfig:
		k.manifest("manifest", d.Manifest)
	case *document.KubeStaticPodConfig:
		k.pod("pod", d.Pod)
	case *document.KubeTalosAPIAccessConfig:
		if m := k.c.V1Alpha1(); m != nil && m.Machine.Type == v1alpha1.TypeWorker {
			k.bad("", "delete it from configs of workers", "works on control plane machines only")
		}
	}
}

func (k *checker) proxyMode(at, mode string) {
	switch mode {
	case "", "iptables", "ipvs", "nftables":
	default:
		k.bad(at, "use nftables, iptables or ipvs", "%q is not a mode of kube-proxy", mode)
	}
}

func (k *checker) authorizer(before, kind string, webhook value.Object) {
	if kind == "Webhook" && len(webhook) == 0 {
		k.bad(before+"webhook", "", "missing")
	}

	if kind != "Webhook" && kind != "" && len(webhook) > 0 {
		k.bad(before+"webhook", "leave it out", "has no meaning for an authorizer of type %s", kind)
	}
}

// certNames are names and addresses that a certificate shall be good for.
func (k *checker) certNames(at string, names []string) {
	for i, n := range names {
		if _, err := netip.ParseAddr(n); err == nil {
			continue
		}

		if n == "" || strings.ContainsAny(n, "/ :@\t\n") {
			k.bad(fmt.Sprintf("%s[%d]", at, i), "", "%q is neither a host name nor an IP address", n)
		}
	}
}

// pod checks what the kubelet needs to tell static pods apart.
func (k *checker) pod(at string, p value.Object) {
	if kind, ok := p["kind"]; ok && kind != "Pod" {
		k.bad(at+".kind", "", "is not Pod")
	}

	meta, _ := p["metadata"].(map[string]any)
	if name, _ := meta["name"].(string); name == "" {
		k.bad(at+".metadata.name", "", "missing")
	}
}

// manifest warns of a text that is not YAML, which otherwise shows on a running
// cluster. The machine itself comes up with it.
func (k *checker) manifest(at, text string) {
	if strings.TrimSpace(text) == "" {
		k.warn(at, "", "is empty")

		return
	}

	dec := yaml.NewDecoder(strings.NewReader(text))

	for n := 1; ; n++ {
		var v captured

		switch err := dec.Decode(&v); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			k.warn(at, "", "document %d of the manifest is not YAML: %s", n, strings.TrimPrefix(err.Error(), "yaml: "))

			return
		case v.node != nil && v.node.Kind != yaml.MappingNode && v.node.ShortTag() != "!!null":
			k.warn(at, "", "document %d of the manifest is not an object of Kubernetes", n)

			return
		}
	}
}

// isPEM checks that a text is PEM blocks of one type only. Types end alike: EC
// PRIVATE KEY and PRIVATE KEY are both one.
func isPEM(data []byte, kind string) error {
	for rest := bytes.TrimSpace(data); ; rest = bytes.TrimSpace(rest) {
		var block *pem.Block

		if block, rest = pem.Decode(rest); block == nil {
			return fmt.Errorf("not PEM text of a %s", strings.ToLower(kind))
		}

		if !strings.HasSuffix(block.Type, kind) {
			return fmt.Errorf("has a %s, not a %s", strings.ToLower(block.Type), strings.ToLower(kind))
		}

		if len(bytes.TrimSpace(rest)) == 0 {
			return nil
		}
	}
}
