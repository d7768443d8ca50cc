package config_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
)

func TestURLsHaveTheSchemesOfTheirDeclaration(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ kind, text, err string }{
		{"KmsgLogConfig", "name: a\nurl: udp://10.0.0.5:514", ""},
		{"KmsgLogConfig", "name: a\nurl: https://10.0.0.5", `url: the scheme "https" is wrong; use tcp:// or udp://`},
		{"DiscoveryServiceConfig", "name: a\nendpoint: grpc://a.example.org", ""},
		{"RegistryMirrorConfig", "name: a\nendpoints: [{url: \"http://a\"}, {url: \"ftp://a\"}]", `endpoints[1].url: the scheme "ftp" is wrong; use https:// or http://`},
		{"KubeServiceAccountConfig", "accepted: {issuers: [\"https://a\", \"ldap://a\"]}", `accepted.issuers[1]: the scheme "ldap" is wrong`},
		{"SideroLinkConfig", "apiUrl: http://a?jointoken=b", `apiUrl: the scheme "http" is wrong`},
	} {
		c, err := config.Load([]byte("apiVersion: v1alpha1\nkind: " + tt.kind + "\n" + tt.text + "\n"))
		if err != nil {
			t.Fatal(err)
		}

		_, err = config.Validate(c, config.Metal)

		switch {
		case tt.err == "" && err != nil && strings.Contains(err.Error(), "scheme"):
			t.Errorf("%s %s: %v", tt.kind, tt.text, err)
		case tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)):
			t.Errorf("%s %s: %v, want %s", tt.kind, tt.text, err, tt.err)
		}
	}
}
