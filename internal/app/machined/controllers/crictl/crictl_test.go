package crictl

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/cri"
)

const machineConfig = `version: v1alpha1
machine:
  type: worker
  token: abcdef.0123456789abcdef
  registries:
    mirrors:
      docker.io:
        endpoints: [http://10.5.0.1:5000, https://cache.example.org/v2/hub]
        overridePath: true
      "*":
        endpoints: [http://10.5.0.1:5000]
        skipFallback: true
    config:
      cache.example.org:
        tls: {insecureSkipVerify: true}
        auth: {username: me, password: "pa\"ss\\"}
      own:5000:
        tls: {ca: Q0E=}
cluster:
  controlPlane: {endpoint: https://10.5.0.2:6443}
`

func TestHosts(t *testing.T) {
	t.Parallel()

	cfg, err := config.Load([]byte(machineConfig))
	if err != nil {
		t.Fatal(err)
	}

	files, err := render(view{registries: planRegistries(cfg.Effective())})
	if err != nil {
		t.Fatal(err)
	}

	want := map[string]string{
		"conf.d/hosts/docker.io/hosts.toml": `server = "https://registry-1.docker.io"
capabilities = ["pull", "resolve"]

[host."http://10.5.0.1:5000"]
capabilities = ["pull", "resolve"]
override_path = true

[host."https://cache.example.org/v2/hub"]
capabilities = ["pull", "resolve"]
override_path = true
skip_verify = true
`,
		"conf.d/hosts/_default/hosts.toml": `server = "http://10.5.0.1:5000"
capabilities = ["pull", "resolve"]

[host."http://10.5.0.1:5000"]
capabilities = ["pull", "resolve"]
`,
		"conf.d/hosts/own_5000_/hosts.toml": `server = "https://own:5000"
capabilities = ["pull", "resolve"]
ca = "/etc/cri/conf.d/hosts/own_5000_/own_5000_-ca.crt"
`,
		"conf.d/hosts/own_5000_/own_5000_-ca.crt": "CA",
		"conf.d/hosts/cache.example.org/hosts.toml": `server = "https://cache.example.org"
capabilities = ["pull", "resolve"]
skip_verify = true
`,
	}

	for name, text := range want {
		if got := files[name].content; got != text {
			t.Errorf("%s: got:\n%s\nwant:\n%s", name, got, text)
		}
	}

	if len(files) != len(want)+1 {
		t.Errorf("got files %v", slices.Sorted(maps.Keys(files)))
	}

	main := files["containerd.toml"]
	if !strings.Contains(main.content, `registry.configs."cache.example.org".auth]`+"\n  username = \"me\"\n  password = \"pa\\\"ss\\\\\"\n") || !main.secret {
		t.Errorf("got:\n%s", main.content)
	}
}

func TestClientCertificateIsKeptSecret(t *testing.T) {
	t.Parallel()

	files, err := render(view{registries: cri.RegistriesConfigSpec{RegistryTLSs: map[string]*cri.RegistryTLSConfig{
		"r": {TLSClientIdentity: &x509.PEMEncodedCertificateAndKey{Crt: []byte("crt"), Key: []byte("key")}},
	}}})
	if err != nil {
		t.Fatal(err)
	}

	if f := files["conf.d/hosts/r/r-client.key"]; f.content != "key" || !f.secret || !f.live {
		t.Errorf("got %+v", f)
	}

	if !strings.Contains(files["conf.d/hosts/r/hosts.toml"].content, `client = [["/etc/cri/conf.d/hosts/r/r-client.crt", "/etc/cri/conf.d/hosts/r/r-client.key"]]`) {
		t.Error(files["conf.d/hosts/r/hosts.toml"].content)
	}
}

func TestOverridesAndCustomizations(t *testing.T) {
	t.Parallel()

	files, err := render(view{
		customizations: map[string]string{"20-customization": "x = 1\n", "../evil": "y"},
		overrides:      map[string]any{"process": map[string]any{"rlimits": []any{1}}},
	})
	if err != nil {
		t.Fatal(err)
	}

	if files["conf.d/20-customization.toml"].content != "x = 1\n" || files["conf.d/evil.toml"].content != "y" {
		t.Errorf("got files %v", slices.Sorted(maps.Keys(files)))
	}

	spec := files["conf.d/base-spec.json"].content
	if !strings.Contains(spec, `"noNewPrivileges": true`) || !strings.Contains(spec, "\"rlimits\": [\n      1\n    ]") {
		t.Errorf("got:\n%s", spec)
	}

	if !strings.Contains(files["containerd.toml"].content, `base_runtime_spec = "/etc/cri/conf.d/base-spec.json"`) {
		t.Error("the base specification is not used")
	}
}

func TestWriteLeavesExactlyTheFiles(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()

	for _, files := range []map[string]file{
		{"a/b": {content: "1"}, "c": {content: "2", secret: true}},
		{"c": {content: "3", secret: true}},
	} {
		if err := write(dir, files); err != nil {
			t.Fatal(err)
		}
	}

	if _, err := os.Stat(filepath.Join(dir, "a/b")); !os.IsNotExist(err) {
		t.Error("an old file is still there")
	}

	info, err := os.Stat(filepath.Join(dir, "c"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info, err)
	}
}

func TestCredentials(t *testing.T) {
	t.Parallel()

	c, err := credentials(&cri.RegistryAuthConfig{RegistryAuth: "dXNlcjpwYXNz"})
	if err != nil || c.Username != "user" || c.Password != "pass" {
		t.Errorf("got %+v, %v", c, err)
	}

	if _, err = credentials(&cri.RegistryAuthConfig{RegistryAuth: "!"}); err == nil {
		t.Error("nonsense was taken")
	}
}
