package config

import (
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/config/value"
)

// secrets checks the forms of secrets that fail late and far away: a bad bootstrap
// token leaves kubelets waiting, a key of the wrong length stops the API server.
func (k *checker) secrets(e *v1alpha1.Config) {
	cl := &e.Cluster

	if cl.Token != "" && cl.Token != Redacted && !regexp.MustCompile(`^[a-z0-9]{6}\.[a-z0-9]{16}$`).MatchString(cl.Token) {
		k.bad("cluster.token", "make one with talosctl gen secrets", "not a bootstrap token: six letters or digits, a dot, sixteen more")
	}

	k.keyBytes("cluster.secret", cl.Secret, 32)
	k.keyBytes("cluster.secretboxEncryptionSecret", cl.SecretboxEncryptionSecret, 32)
	k.keyBytes("cluster.aescbcEncryptionSecret", cl.AescbcEncryptionSecret, 16, 24, 32)

	if sa := cl.ServiceAccount; sa != nil && len(sa.Key) > 0 && string(sa.Key) != Redacted {
		if !isPrivateKey(sa.Key) {
			k.bad("cluster.serviceAccount.key", pemForm, "not a private key")
		}
	}

	if !e.IsControlPlane() && e.Machine.Type != "" {
		for _, ca := range []struct {
			path string
			pair *x509.PEMEncodedCertificateAndKey
		}{{"machine.ca", e.Machine.CA}, {"cluster.ca", cl.CA}} {
			if ca.pair != nil && len(ca.pair.Key) > 0 {
				k.warn(ca.path+".key", "leave it out", "a worker signs nothing; who reads this config could")
			}
		}
	}
}

// isPrivateKey looks at the form only. To parse an RSA key is to check its primes,
// which takes as long as half of all other checks of a config.
func isPrivateKey(text []byte) bool {
	if isPEM(text, "PRIVATE KEY") != nil {
		return false
	}

	block, _ := pem.Decode(text)

	var der asn1.RawValue

	rest, err := asn1.Unmarshal(block.Bytes, &der)

	return err == nil && len(rest) == 0 && der.Tag == asn1.TagSequence
}

// keyBytes checks a key written in base64.
func (k *checker) keyBytes(at, s string, sizes ...int) {
	if s == "" || s == Redacted {
		return
	}

	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		k.bad(at, "make it with talosctl gen secrets", "not base64")

		return
	}

	for _, n := range sizes {
		if len(b) == n {
			return
		}
	}

	k.bad(at, "make it with talosctl gen secrets", "has %d bytes, not %s", len(b),
		strings.ReplaceAll(strings.Trim(fmt.Sprint(sizes), "[]"), " ", ", "))
}

// encryptionKeys checks the keys of a configuration of encryption in etcd, as far as
// it has the form of one.
func (k *checker) encryptionKeys(config value.Object) {
	sizes := map[string][]int{"secretbox": {32}, "aescbc": {16, 24, 32}, "aesgcm": {16, 24, 32}}

	for i, r := range entries(config["resources"]) {
		entry, _ := r.(map[string]any)

		for j, p := range entries(entry["providers"]) {
			provider, _ := p.(map[string]any)

			for name, lengths := range sizes {
				of, _ := provider[name].(map[string]any)

				for n, c := range entries(of["keys"]) {
					key, _ := c.(map[string]any)
					secret, _ := key["secret"].(string)
					k.keyBytes(fmt.Sprintf("config.resources[%d].providers[%d].%s.keys[%d].secret", i, j, name, n), secret, lengths...)
				}
			}
		}
	}
}

func entries(v any) []any {
	list, _ := v.([]any)

	return list
}
