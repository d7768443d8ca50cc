package services

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	pemx509 "github.com/siderolabs/crypto/x509"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/internal/sys/atomicfile"
	bundle "github.com/talos-os/talos/pkg/machinery/config/secrets"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// Files of the kubelet. Its configuration is where its arguments say, by default
// kubeletConfig.
const (
	kubeletConfig     = "/etc/kubernetes/kubelet.yaml"
	kubeletCA         = "/etc/kubernetes/pki/ca.crt"
	kubeletBootstrap  = "/etc/kubernetes/bootstrap-kubeconfig"
	kubeletKubeconfig = "/etc/kubernetes/kubeconfig-kubelet"
	kubeletCredential = "/etc/kubernetes/kubelet-credentialproviderconfig.yaml"
	kubeletManifests  = "/etc/kubernetes/manifests"
	kubeletPKI        = "/var/lib/kubelet/pki"
	kubeletCurrent    = "kubelet-client-current.pem"
)

// writeKubeletFiles writes what the kubelet reads below root, and takes away an
// identity that it could no longer use: the kubelet would insist on it instead
// of asking for a new one.
//
// A node that has the cluster's CA gives its kubelet an identity at once. Asking
// for one takes an API server, a controller manager and an approval, none of
// which the first node of a cluster has before its kubelet runs, and the kubelet
// asks seldom once it was refused. It renews this identity like any other.
func writeKubeletFiles(root string, spec *k8s.KubeletSpec, secret *secrets.KubeletSpec, issuer *pemx509.PEMEncodedCertificateAndKey, now time.Time) error {
	var ca []byte
	for _, c := range secret.AcceptedCAs {
		ca = append(bytes.TrimRight(append(ca, c.Crt...), "\n"), '\n')
	}

	config, err := yaml.Marshal(spec.Config)
	if err != nil {
		return err
	}

	bootstrap, err := kubeconfig(secret, ca, map[string]any{"token": secret.BootstrapTokenID + "." + secret.BootstrapTokenSecret})
	if err != nil {
		return err
	}

	for _, f := range []struct {
		path string
		data []byte
		mode fs.FileMode
	}{
		{argument(spec.Args, "config", kubeletConfig), config, 0o600},
		{kubeletCA, ca, 0o400},
		{argument(spec.Args, "bootstrap-kubeconfig", kubeletBootstrap), bootstrap, 0o600},
	} {
		path := filepath.Join(root, f.path)

		if err = os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}

		if err = atomicfile.Write(path, f.data, f.mode); err != nil {
			return err
		}
	}

	if len(spec.CredentialProviderConfig) > 0 {
		text, err := yaml.Marshal(spec.CredentialProviderConfig)
		if err == nil {
			err = atomicfile.Write(filepath.Join(root, kubeletCredential), text, 0o600)
		}

		if err != nil {
			return err
		}
	}

	if err = os.MkdirAll(filepath.Join(root, kubeletManifests), 0o700); err != nil {
		return err
	}

	if err = dropStaleIdentity(root, spec, secret, ca, now); err != nil {
		return err
	}

	if issuer == nil || len(issuer.Key) == 0 || spec.ExpectedNodename == "" {
		return nil
	}

	return giveIdentity(root, spec, secret, ca, issuer, now)
}

// identityTime is what a controller manager gives a kubelet's certificate.
const identityTime = 365 * 24 * time.Hour

// giveIdentity issues a client certificate where there is none, in the form in
// which the kubelet keeps its own: a file by date, and a link to the newest.
func giveIdentity(root string, spec *k8s.KubeletSpec, secret *secrets.KubeletSpec, ca []byte, issuer *pemx509.PEMEncodedCertificateAndKey, now time.Time) error {
	pki := filepath.Join(root, kubeletPKI)
	current := filepath.Join(pki, kubeletCurrent)

	if _, err := os.Stat(current); errors.Is(err, fs.ErrNotExist) {
		pair, err := bundle.KubernetesClient(issuer, now, identityTime, "system:node:"+spec.ExpectedNodename, "system:nodes")
		if err != nil {
			return err
		}

		if err = os.MkdirAll(pki, 0o700); err != nil {
			return err
		}

		name := "kubelet-client-" + now.Format("2006-01-02-15-04-05") + ".pem"
		if err = atomicfile.Write(filepath.Join(pki, name), append(bytes.Clone(pair.Crt), pair.Key...), 0o600); err != nil {
			return err
		}

		if err = os.Remove(current); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}

		if err = os.Symlink(kubeletPKI+"/"+name, current); err != nil {
			return err
		}
	}

	path := filepath.Join(root, kubeletKubeconfig)
	if _, err := os.Stat(path); err == nil {
		return nil
	}

	text, err := kubeconfig(secret, ca, map[string]any{
		"client-certificate": kubeletPKI + "/" + kubeletCurrent, "client-key": kubeletPKI + "/" + kubeletCurrent,
	})
	if err != nil {
		return err
	}

	return atomicfile.Write(path, text, 0o600)
}

// argument is the value of a flag given as --name=value.
func argument(args []string, name, otherwise string) string {
	for _, a := range args {
		if value, ok := strings.CutPrefix(a, "--"+name+"="); ok {
			return value
		}
	}

	return otherwise
}

func kubeconfig(secret *secrets.KubeletSpec, ca []byte, user map[string]any) ([]byte, error) {
	if secret.Endpoint == nil {
		return nil, errors.New("cluster endpoint is not known")
	}

	cluster := map[string]any{
		"server":                     secret.Endpoint.String(),
		"certificate-authority-data": base64.StdEncoding.EncodeToString(ca),
	}

	if secret.EndpointTLSServerName != "" {
		cluster["tls-server-name"] = secret.EndpointTLSServerName
	}

	return yaml.Marshal(map[string]any{
		"apiVersion": "v1",
		"kind":       "Config",
		"clusters":   []any{map[string]any{"name": "local", "cluster": cluster}},
		"users":      []any{map[string]any{"name": "kubelet", "user": user}},
		"contexts": []any{map[string]any{
			"name": "local", "context": map[string]any{"cluster": "local", "user": "kubelet"},
		}},
		"current-context": "local",
	})
}

// dropStaleIdentity removes a client certificate that is expired, of another CA
// or of another node, and a kubeconfig that points elsewhere.
func dropStaleIdentity(root string, spec *k8s.KubeletSpec, secret *secrets.KubeletSpec, ca []byte, now time.Time) error {
	config := filepath.Join(root, kubeletKubeconfig)
	current := filepath.Join(root, kubeletPKI, kubeletCurrent)

	var stale []string

	if cert, err := os.ReadFile(current); err == nil {
		if reason := unusable(cert, ca, spec.ExpectedNodename, now); reason != "" {
			slog.Info("kubelet needs a new identity", "reason", reason)

			stale = append(stale, current, config)
		}
	} else {
		stale = append(stale, config) // it names the certificate that is not there
	}

	if text, err := os.ReadFile(config); err == nil {
		data := base64.StdEncoding.EncodeToString(ca)

		if !bytes.Contains(text, []byte("server: "+secret.Endpoint.String()+"\n")) || !bytes.Contains(text, []byte(data)) {
			stale = append(stale, config)
		}
	}

	for _, path := range stale {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}

	return nil
}

// unusable says why a client certificate cannot be used, if so.
func unusable(chain, ca []byte, nodename string, now time.Time) string {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)

	for rest := chain; ; {
		var block *pem.Block

		if block, rest = pem.Decode(rest); block == nil {
			return "there is no certificate in its file"
		}

		if block.Type != "CERTIFICATE" {
			continue
		}

		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return "its certificate cannot be read"
		}

		if want := "system:node:" + nodename; nodename != "" && cert.Subject.CommonName != want {
			return fmt.Sprintf("its certificate is for %s, not %s", cert.Subject.CommonName, want)
		}

		if _, err = cert.Verify(x509.VerifyOptions{
			Roots: roots, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}); err != nil {
			return err.Error()
		}

		return ""
	}
}
