package config_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// pemBase64 is a certificate as the main document has it, told apart by its text.
func pemBase64(text string) string {
	return base64.StdEncoding.EncodeToString([]byte("-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n"))
}

// TestAcceptedAuthoritiesAreDeleted checks that deleting has the same effect on the
// main document and on the document that newer configs have.
func TestAcceptedAuthoritiesAreDeleted(t *testing.T) {
	t.Parallel()

	a, b := pemBase64("YQ=="), pemBase64("Yg==")
	bare := strings.TrimSpace(func() string {
		raw, _ := base64.StdEncoding.DecodeString(a)

		return string(raw)
	}())

	for _, section := range []string{"cluster", "machine"} {
		for _, tt := range []struct {
			name, patch string
			want        []string
		}{
			{"both are added", "[]", []string{a, b}},
			{"all are deleted", "{$patch: delete}", nil},
			{"one is deleted", "[{crt: " + a + ", $patch: delete}]", []string{b}},
			{"both are deleted one by one", "[{crt: " + a + ", $patch: delete}, {crt: " + b + ", $patch: delete}]", nil},
			{"another one is deleted", "[{crt: " + pemBase64("Yw==") + ", $patch: delete}]", []string{a, b}},
			{"one is deleted, another added", "[{crt: " + a + ", $patch: delete}, {crt: " + pemBase64("Yw==") + "}]", []string{b, pemBase64("Yw==")}},
			{"one is deleted and added again", "[{crt: " + a + ", $patch: delete}, {crt: " + a + "}]", []string{b, a}},
			{"one is added and deleted again", "[{crt: " + a + "}, {crt: " + a + ", $patch: delete}]", []string{b}},
			{"none is named", "[{$patch: delete}]", []string{a, b}},
		} {
			t.Run(section+"/"+tt.name, func(t *testing.T) {
				t.Parallel()

				for _, line := range []string{"v1.11", "v1.14"} {
					c := apply(t, generated(t, line), []byte(section+": {acceptedCAs: [{crt: "+a+"}, {crt: "+b+"}]}"))
					c = apply(t, c, []byte(section+": {acceptedCAs: "+tt.patch+"}"))

					e := c.Effective()
					list := e.Cluster.AcceptedCAs

					if section == "machine" {
						list = e.Machine.AcceptedCAs
					}

					var got []string
					for _, ca := range list {
						got = append(got, base64.StdEncoding.EncodeToString(ca.Crt))
					}

					if strings.Join(got, " ") != strings.Join(tt.want, " ") {
						t.Errorf("%s: has %d of %d:\n%s", line, len(got), len(tt.want), c.Redacted())
					}

					inMain := c.V1Alpha1().Cluster.AcceptedCAs != nil || c.V1Alpha1().Machine.AcceptedCAs != nil
					if want := section == "machine" || line == "v1.11"; inMain != want && len(got) > 0 {
						t.Errorf("%s: in the main document: %v", line, inMain)
					}
				}
			})
		}
	}

	// The text in a document may have lost its last line break.
	c := apply(t, generated(t, "v1.14"), []byte("apiVersion: v1alpha1\nkind: KubeAPIServerCAConfig\nacceptedCAs:\n    - |-\n        "+strings.ReplaceAll(bare, "\n", "\n        ")+"\n"))
	if n := len(c.Effective().Cluster.AcceptedCAs); n != 1 {
		t.Fatalf("%d authorities are accepted", n)
	}

	c = apply(t, c, []byte("cluster: {acceptedCAs: [{crt: "+a+", $patch: delete}]}"))
	if n := len(c.Effective().Cluster.AcceptedCAs); n != 0 {
		t.Errorf("%d authorities are accepted still", n)
	}
}

const (
	keyOne = "b25lb25lb25lb25lb25lb25lb25lb25lb25lb25lb24="
	keyTwo = "dHdvdHdvdHdvdHdvdHdvdHdvdHdvdHdvdHdvdHdvdHc="
)

func encryption(providers string) string {
	return "machine:\n    type: controlplane\n---\napiVersion: v1alpha1\nkind: KubeEtcdEncryptionConfig\nconfig:\n" +
		"    kind: EncryptionConfiguration\n    resources:\n        - resources:\n            - secrets\n          providers:\n" + providers
}

func provider(name, key, secret string) string {
	return "            - " + name + ":\n                keys:\n                    - name: " + key + "\n                      secret: " + secret + "\n"
}

const inClear = "            - identity: {}\n"

// TestEncryptionKeysReachTheDocument checks where a key of the main document ends up in
// the whole configuration.
func TestEncryptionKeysReachTheDocument(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ name, had, patch, want string }{
		{
			"a key is replaced, comments and its name stay",
			provider("secretbox", "mine", keyOne+" # old") + inClear, "cluster: {secretboxEncryptionSecret: " + keyTwo + "}",
			provider("secretbox", "mine", keyTwo+" # old") + inClear,
		},
		{
			"a provider is added after secretbox and before identity",
			provider("secretbox", "key1", keyOne) + inClear, "cluster: {aescbcEncryptionSecret: " + keyTwo + "}",
			provider("secretbox", "key1", keyOne) + provider("aescbc", "key1", keyTwo) + inClear,
		},
		{
			"secretbox is the first one",
			provider("aescbc", "key1", keyOne) + inClear, "cluster: {secretboxEncryptionSecret: " + keyTwo + "}",
			provider("secretbox", "key2", keyTwo) + provider("aescbc", "key1", keyOne) + inClear,
		},
		{
			"both, where nothing was encrypted",
			inClear, "cluster: {aescbcEncryptionSecret: " + keyOne + ", secretboxEncryptionSecret: " + keyTwo + "}",
			provider("secretbox", "key2", keyTwo) + provider("aescbc", "key1", keyOne) + inClear,
		},
		{
			"a provider is taken away",
			provider("secretbox", "key2", keyTwo) + provider("aescbc", "key1", keyOne) + inClear,
			"cluster: {aescbcEncryptionSecret: {$patch: delete}}",
			provider("secretbox", "key2", keyTwo) + inClear,
		},
		{
			"one is replaced, the other one is not there to be taken away",
			provider("secretbox", "key2", keyOne) + inClear,
			"cluster: {secretboxEncryptionSecret: " + keyTwo + ", aescbcEncryptionSecret: {$patch: delete}}",
			provider("secretbox", "key2", keyTwo) + inClear,
		},
		{
			"the same key changes nothing",
			provider("secretbox", "key2", keyTwo) + inClear, "cluster: {secretboxEncryptionSecret: " + keyTwo + "}",
			provider("secretbox", "key2", keyTwo) + inClear,
		},
		{
			"an empty key changes nothing",
			provider("secretbox", "key2", keyTwo) + inClear, "cluster: {secretboxEncryptionSecret: '', aescbcEncryptionSecret: null}",
			provider("secretbox", "key2", keyTwo) + inClear,
		},
		{
			"the provider of the other key may be anything",
			provider("kms", "a", "b") + provider("secretbox", "key2", keyOne) + inClear, "cluster: {secretboxEncryptionSecret: " + keyTwo + "}",
			provider("kms", "a", "b") + provider("secretbox", "key2", keyTwo) + inClear,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			base := mustLoad(t, encryption(tt.had))
			c := apply(t, base, []byte(tt.patch))

			if got := string(c.Bytes()); got != encryption(tt.want) {
				t.Errorf("got\n%s\nwant\n%s", got, encryption(tt.want))
			}

			if tt.had == tt.want && c != base {
				t.Error("the patch says that it changes something")
			}
		})
	}
}

func TestEncryptionKeysThatFitNowhere(t *testing.T) {
	t.Parallel()

	two := "            - secretbox:\n                keys:\n                    - {name: a, secret: " + keyOne + "}\n                    - {name: b, secret: " + keyTwo + "}\n"

	for _, tt := range []struct{ name, base, want string }{
		{"two keys", encryption(two + inClear), "its provider secretbox has not exactly one key"},
		{"a provider twice", encryption(provider("secretbox", "a", keyOne) + provider("secretbox", "b", keyOne)), "it has secretbox more than once"},
		{"nothing is encrypted any more", encryption(inClear + provider("aescbc", "a", keyOne)), "its provider identity is not the last one"},
		{"no keys", encryption("            - secretbox: {}\n" + inClear), "its provider secretbox has not exactly one key"},
		{"keys without a list", encryption("            - secretbox: {keys: a}\n" + inClear), "its provider secretbox has not exactly one key"},
		{"a key without a secret", encryption("            - secretbox: {keys: [{name: a}]}\n" + inClear), "the key of its provider secretbox has no secret"},
		{"two kinds of resources", encryption(inClear + "        - {resources: [configmaps], providers: [{identity: {}}]}\n"), "it has not exactly one entry in resources"},
		{"resources without a list", "machine: {type: controlplane}\n---\napiVersion: v1alpha1\nkind: KubeEtcdEncryptionConfig\nconfig: {resources: {providers: []}}\n", "it has not exactly one entry in resources"},
		{"another provider", encryption(provider("kms", "a", "b") + inClear), "it has a provider other than secretbox, aescbc and identity"},
		{"no resources", "machine: {type: controlplane}\n---\napiVersion: v1alpha1\nkind: KubeEtcdEncryptionConfig\nconfig: {kind: a}\n", "it has not exactly one entry in resources"},
		{"no providers", "machine: {type: controlplane}\n---\napiVersion: v1alpha1\nkind: KubeEtcdEncryptionConfig\nconfig: {resources: [{resources: [secrets]}]}\n", "it has no providers"},
	} {
		p, err := patch.Parse("keys.yaml", []byte("cluster: {secretboxEncryptionSecret: "+keyTwo+"}"))
		if err != nil {
			t.Fatal(err)
		}

		_, err = config.ApplyPatches(mustLoad(t, tt.base), p)
		if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "keys.yaml: cluster.secretboxEncryptionSecret ") {
			t.Errorf("%s: %v", tt.name, err)
		}

		if err != nil && strings.Contains(err.Error(), keyTwo) {
			t.Errorf("%s: the error shows the key", tt.name)
		}
	}
}

// TestEncryptionKeysOnGeneratedConfigs patches configs of both styles.
func TestEncryptionKeysOnGeneratedConfigs(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.11", "v1.14"} {
		c := apply(t, generated(t, line), []byte("cluster: {secretboxEncryptionSecret: "+keyTwo+", aescbcEncryptionSecret: "+keyOne+"}"))

		if _, err := config.Validate(c, config.Metal); err != nil {
			t.Errorf("%s: %v", line, err)
		}

		if n := strings.Count(string(c.Bytes()), keyTwo) + strings.Count(string(c.Bytes()), keyOne); n != 2 {
			t.Errorf("%s: the keys are there %d times", line, n)
		}

		inMain := c.V1Alpha1().Cluster.SecretboxEncryptionSecret != ""
		if inMain != (line == "v1.11") || hasEncryption(c.Effective()) == inMain {
			t.Errorf("%s: in the main document: %v", line, inMain)
		}
	}
}

func hasEncryption(c *v1alpha1.Config) bool { return len(c.Folded.EtcdEncryption) > 0 }
