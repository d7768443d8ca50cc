package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// TestMaskedConfigsAreRefused puts what stands for a secret into every secret field: who
// applies the text that talosctl showed must not lose the secret.
func TestMaskedConfigsAreRefused(t *testing.T) {
	t.Parallel()

	for _, f := range allSecretFields() {
		for _, text := range []string{config.Redacted, "<secret>", "changeme"} {
			c, err := config.Load(f.text(t, text))
			if err != nil {
				t.Fatal(err)
			}

			// Not everything in a map or behind a ? is a secret.
			words := !strings.Contains(strings.ToLower(f.path), "headers") && f.kind+f.path != "KubeEtcdEncryptionConfigconfig" && f.path != "apiUrl"
			if text != config.Redacted && !words {
				continue
			}

			// The whole of it, as it is shown.
			if text == config.Redacted {
				if c, err = config.Load(mustLoad(t, string(f.text(t, "c2VjcmV0"))).Redacted()); err != nil {
					t.Fatal(err)
				}
			}

			_, err = config.Validate(c, config.Metal)
			if err == nil || !strings.Contains(err.Error(), "is a placeholder, not a secret") {
				t.Errorf("%s %s: %s is taken:\n%s\n%v", f.kind, f.path, text, c.Bytes(), short(err))
			}
		}
	}
}

func short(err error) string {
	s := fmt.Sprint(err)

	return s[:min(len(s), 300)]
}

// TestErrorsHidePasswordsInURLs checks messages and the lines they show.
func TestErrorsHidePasswordsInURLs(t *testing.T) {
	t.Parallel()

	c, err := config.Load([]byte("machine:\n  type: worker\n  registries:\n    mirrors:\n      docker.io: {endpoints: ['ftp://user:hunter2@host']}\n"))
	if err != nil {
		t.Fatal(err)
	}

	_, err = config.Validate(c, config.Metal)

	want := `line 5, column 31: machine.registries.mirrors["docker.io"].endpoints[0]: "ftp://…@host" is not a registry endpoint; use an http or https URL
  5 |       docker.io: {endpoints: ['ftp://…@host']}
    |                               ^`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v\ninstead of\n%s", err, want)
	}

	_, err = config.Load([]byte("machine: {env: {http_proxy: 'http://user:hunter2@host', x: []}}"))

	want = `line 1, column 60: machine.env.x: expected text, found a list
  1 | machine: {env: {http_proxy: 'http://…@host', x: []}}
    |                                                 ^`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v\ninstead of\n%s", err, want)
	}
}
