package config_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func TestGeneratedConfigsAreValid(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.0", "v1.2", "v1.6", "v1.8", "v1.11", "v1.12", "v1.13", "v1.14", "v1.15"} {
		c, err := contract.Parse(line)
		if err != nil {
			t.Fatal(err)
		}

		in, err := generate.New("test", "https://cp.example.org:6443", "", generate.WithContract(c))
		if err != nil {
			t.Fatal(err)
		}

		for _, typ := range []generate.MachineType{generate.ControlPlane, generate.Worker} {
			cfg, err := in.Config(typ)
			if err != nil {
				t.Fatal(err)
			}

			for _, mode := range []config.Mode{config.Metal, config.Cloud, config.Container} {
				warnings, err := config.Validate(cfg, mode)
				if err != nil || len(warnings) > 0 {
					t.Errorf("%s %s %s: %v %v", line, typ, mode, warnings, err)
				}
			}
		}
	}
}

func TestValidateRefuses(t *testing.T) {
	t.Parallel()

	cp := generated(t, "v1.11")
	docs := generated(t, "v1.14")

	for _, tt := range []struct {
		name  string
		base  *config.Config
		patch string
		want  string
	}{
		{"a bad CIDR", cp, "cluster: {network: {podSubnets: [10.244.0.0]}}", `cluster.network.podSubnets[0]: "10.244.0.0" is not a network in CIDR form`},
		{"overlapping networks", cp, "cluster: {network: {podSubnets: [10.96.0.0/16]}}", "overlaps with the service network 10.96.0.0/12"},
		{"a service network too large", cp, "cluster: {network: {serviceSubnets: [10.0.0.0/8], podSubnets: [192.168.0.0/16]}}", "10.0.0.0/8 is too large"},
		{"two pod networks of a family", cp, "cluster: {network: {podSubnets: [10.1.0.0/16, 10.2.0.0/16]}}", "is a second network of its family"},
		{"a bad host name", cp, "machine: {network: {hostname: a_b}}", `"a_b" is not a host name`},
		{"an http endpoint", cp, "cluster: {controlPlane: {endpoint: \"http://a:6443\"}}", "reached by https"},
		{"a disk that is not a device", cp, "machine: {install: {disk: sda}}", `"sda" is not a device`},
		{"a kernel argument with a space", cp, "machine: {install: {extraKernelArgs: [a=b c=d]}}", "space outside double quotes"},
		{"an old Kubernetes", cp, "machine: {kubelet: {image: \"x/kubelet:v1.20.0\"}}", "Kubernetes v1.20.0 is not supported"},
		{"a masked secret", cp, "machine: {token: REDACTED}", "is a placeholder"},
		{"an interface without a name", cp, "machine: {network: {interfaces: [{dhcp: true}]}}", "nothing says which interface this is"},
		{"a VLAN twice", cp, "machine: {network: {interfaces: [{interface: eth0, vlans: [{vlanId: 5}, {vlanId: 5}]}]}}", "described"},
		{"a taint without effect", cp, "machine: {nodeTaints: {a: b}}", "no effect of a taint"},
		{"a key with two methods", cp, "machine: {systemDiskEncryption: {state: {provider: luks2, keys: [{slot: 0, nodeID: {}, tpm: {}}]}}}", "a key has 2 methods"},
		{"the same link twice", docs, "apiVersion: v1alpha1\nkind: LinkConfig\nname: a\n---\napiVersion: v1alpha1\nkind: DummyLinkConfig\nname: a\n", `the link "a" is already described by`},
		{"a required field", docs, "apiVersion: v1alpha1\nkind: VLANConfig\nname: v\nparent: eth0\n", "VLANConfig v: "},
		{"a key that is empty", cp, "machine: {nodeLabels: {\"\": b}}", "is not a label name"},
		{"an unnamed document", docs, "apiVersion: v1alpha1\nkind: LinkConfig\nmtu: 1500\n", "missing: the name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			p, err := patch.Parse("patch", []byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}

			c, err := config.ApplyPatches(tt.base, p)
			if err == nil {
				_, err = config.Validate(c, config.Metal)
			}

			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v\nwant in it %s", err, tt.want)
			}

			for _, p := range config.Problems(err) {
				if p.Line == 0 {
					t.Errorf("no line: %v", p)
				}
			}
		})
	}
}

func TestRedactedHasNoSecret(t *testing.T) {
	t.Parallel()

	for _, line := range []string{"v1.11", "v1.14"} {
		c := generated(t, line)
		e := c.Effective()
		red := string(c.Redacted())

		for _, s := range []string{e.Machine.Token, e.Cluster.Token, e.Cluster.Secret, "PRIVATE KEY", "LS0tLS1CRUdJTiBFQyBQUklWQVRF", "secret: m"} {
			if strings.Contains(red, s) {
				t.Errorf("%s: %q is in the redacted text", line, s)
			}
		}

		if strings.Count(red, config.Redacted) < 9 {
			t.Errorf("%s: too little is masked:\n%s", line, red)
		}

		if _, err := config.Load([]byte(red)); err != nil && !strings.Contains(err.Error(), "base64") {
			t.Errorf("%s: %v", line, err)
		}
	}
}
