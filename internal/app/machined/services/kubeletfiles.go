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

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/internal/sys/atomicfile"
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
)

// writeKubeletFiles writes what the kubelet reads below root, and takes away an
// identity that it could no longer use: the kubelet would insist on it instead
// of asking for a new one.
func writeKubeletFiles(root string, spec *k8s.KubeletSpec, secret *secrets.KubeletSpec, now time.Time) error {
	var ca []byte
	for _, c := range secret.AcceptedCAs {
		ca = append(bytes.TrimRight(append(ca, c.Crt...), "\n"), '\n')
	}

	config, err := yaml.Marshal(spec.Config)
	if err != nil {
		return err
	}

	bootstrap, err := bootstrapKubeconfig(secret, ca)
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

	return dropStaleIdentity(root, spec, secret, ca, now)
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

func bootstrapKubeconfig(secret *secrets.KubeletSpec, ca []byte) ([]byte, error) {
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
		"users": []any{map[string]any{"name": "kubelet", "user": map[string]any{
			"token": secret.BootstrapTokenID + "." + secret.BootstrapTokenSecret,
		}}},
		"contexts": []any{map[string]any{
			"name": "local", "context": map[string]any{"cluster": "local", "user": "kubelet"},
		}},
		"current-context": "local",
	})
}

// dropStaleIdentity removes a client certificate that is expired, of another CA
// or of another node, and a kubeconfig that points elsewhere.
func dropStaleIdentity(root string, spec *k8s.KubeletSpec, secret *secrets.KubeletSpec, ca []byte, now time.Time) error {
	kubeconfig := filepath.Join(root, kubeletKubeconfig)
	current := filepath.Join(root, kubeletPKI, "kubelet-client-current.pem")

	var stale []string

	if cert, err := os.ReadFile(current); err == nil {
		if reason := unusable(cert, ca, spec.ExpectedNodename, now); reason != "" {
			slog.Info("kubelet needs a new identity", "reason", reason)

			stale = append(stale, current, kubeconfig)
		}
	} else {
		stale = append(stale, kubeconfig) // it names the certificate that is not there
	}

	if text, err := os.ReadFile(kubeconfig); err == nil {
		data := base64.StdEncoding.EncodeToString(ca)

		if !bytes.Contains(text, []byte("server: "+secret.Endpoint.String()+"\n")) || !bytes.Contains(text, []byte(data)) {
			stale = append(stale, kubeconfig)
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
