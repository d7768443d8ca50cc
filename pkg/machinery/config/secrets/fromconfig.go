package secrets

import (
	"fmt"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// FromConfig takes the secrets out of the config of a control plane machine.
func FromConfig(c *config.Config) (*Bundle, error) {
	e := c.Effective()
	if !e.IsControlPlane() {
		return nil, fmt.Errorf("machine type is %q; only a control plane config has all secrets", e.Machine.Type)
	}

	b := &Bundle{
		Cluster: Cluster{ID: e.Cluster.ID, Secret: e.Cluster.Secret},
		Secrets: Secrets{
			BootstrapToken:            e.Cluster.Token,
			AESCBCEncryptionSecret:    e.Cluster.AescbcEncryptionSecret,
			SecretboxEncryptionSecret: e.Cluster.SecretboxEncryptionSecret,
		},
		TrustdInfo: TrustdInfo{Token: e.Machine.Token},
		Certs: Certs{
			Etcd: e.Cluster.Etcd.CA, K8s: e.Cluster.CA, K8sAggregator: e.Cluster.AggregatorCA,
			K8sServiceAccount: e.Cluster.ServiceAccount, OS: e.Machine.CA,
		},
	}

	if b.Secrets.SecretboxEncryptionSecret == "" {
		b.Secrets.SecretboxEncryptionSecret = encryptionKey(e.Folded.EtcdEncryption, "secretbox")
	}

	if b.Secrets.AESCBCEncryptionSecret == "" {
		b.Secrets.AESCBCEncryptionSecret = encryptionKey(e.Folded.EtcdEncryption, "aescbc")
	}

	if err := b.Complete(); err != nil {
		return nil, err
	}

	return b, nil
}

// encryptionKey finds the first key of a provider in an EncryptionConfiguration.
func encryptionKey(conf map[string]any, provider string) string {
	for _, r := range list(conf["resources"]) {
		for _, p := range list(mapping(r)["providers"]) {
			for _, k := range list(mapping(mapping(p)[provider])["keys"]) {
				if s, ok := mapping(k)["secret"].(string); ok {
					return s
				}
			}
		}
	}

	return ""
}

func list(v any) []any { l, _ := v.([]any); return l }

func mapping(v any) map[string]any { m, _ := v.(map[string]any); return m }
