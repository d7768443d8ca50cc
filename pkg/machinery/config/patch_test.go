package config_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

func TestApplyPatches(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, base, patch, want string
	}{
		{
			"interface is found by name, a new one is appended",
			"machine:\n    network:\n        interfaces:\n            - interface: eth0 # uplink\n              dhcp: false\n              addresses:\n                - 192.168.10.3/24\n",
			"machine:\n  network:\n    interfaces:\n    - interface: eth0\n      vip: {ip: 192.168.10.50}\n    - interface: eth1\n      dhcp: true\n",
			"machine:\n    network:\n        interfaces:\n            - interface: eth0 # uplink\n              dhcp: false\n              addresses:\n                - 192.168.10.3/24\n              vip:\n                ip: 192.168.10.50\n            - interface: eth1\n              dhcp: true\n",
		},
		{
			"a block that begins with indentation is kept",
			"machine:\n    files:\n        - path: /a\n          op: create\n          content: |2\n              a\n            b\n",
			"machine: {sysctls: {a: b}}",
			"machine:\n    files:\n        - path: /a\n          op: create\n          content: \"  a\\nb\\n\"\n    sysctls:\n        a: b\n",
		},
		{
			"subnets are replaced",
			"cluster:\n    network:\n        dnsDomain: cluster.local\n        podSubnets:\n            - 10.244.0.0/16\n",
			"cluster:\n  network:\n    podSubnets: [192.168.0.0/16]\n    cni:\n      name: none\n",
			"cluster:\n    network:\n        dnsDomain: cluster.local\n        podSubnets:\n            - 192.168.0.0/16\n        cni:\n            name: none\n",
		},
		{
			"free-form lists are appended to, the plugin is found by name",
			"cluster:\n    apiServer:\n        admissionControl:\n            - name: PodSecurity\n              configuration:\n                exemptions:\n                    namespaces:\n                        - kube-system\n                    usernames: []\n",
			"cluster: {apiServer: {admissionControl: [{name: PodSecurity, configuration: {exemptions: {namespaces: [rook-ceph]}}}]}}",
			"cluster:\n    apiServer:\n        admissionControl:\n            - name: PodSecurity\n              configuration:\n                exemptions:\n                    namespaces:\n                        - kube-system\n                        - rook-ceph\n                    usernames: []\n",
		},
		{
			"a section is deleted",
			"machine:\n    type: worker\n    network:\n        hostname: a\n",
			"machine:\n  network:\n    $patch: delete\n",
			"machine:\n    type: worker\n",
		},
		{
			"a list item is deleted by what it names",
			"machine:\n    network:\n        interfaces:\n            - interface: eth0\n              dhcp: true\n            - interface: eth1\n              dhcp: true\n",
			"machine:\n  network:\n    interfaces:\n      - interface: eth0\n        $patch: delete\n",
			"machine:\n    network:\n        interfaces:\n            - interface: eth1\n              dhcp: true\n",
		},
		{
			"comments at the end of a section stay on their level",
			"machine:\n  ca:\n    crt: YQ==\n    # in ca\n  # in machine\n# after all\ncluster:\n  etcd:\n    ca:\n      crt: YQ==\n    # in etcd\n  # in cluster\n",
			"machine: {type: worker}",
			"machine:\n    ca:\n        crt: YQ==\n        # in ca\n    # in machine\n\n    type: worker\n# after all\ncluster:\n    etcd:\n        ca:\n            crt: YQ==\n        # in etcd\n    # in cluster\n",
		},
		{
			"comments about items of lists stay on their level",
			"machine:\n  network:\n    interfaces:\n    # first\n    - interface: eth0\n      mtu: 1500\n      # of eth0\n    # - interface: eth1\n  # of machine\n  certSANs:\n  - a\n  # - b\n",
			"machine: {type: worker}",
			"machine:\n    network:\n        interfaces:\n            # first\n            - interface: eth0\n              mtu: 1500\n              # of eth0\n            # - interface: eth1\n    # of machine\n    certSANs:\n        - a\n        # - b\n    type: worker\n",
		},
		{
			"what looks like a comment in a block is none",
			"machine:\n  files:\n  - path: /a\n    content: |\n      # a\n        # b\n      c |\n      # d\n    # comment\n    op: create\n",
			"machine: {type: worker}",
			"machine:\n    files:\n        - path: /a\n          content: |\n            # a\n              # b\n            c |\n            # d\n          # comment\n          op: create\n    type: worker\n",
		},
		{
			"a list of texts is deleted and set again",
			"machine:\n    type: worker\n    certSANs:\n        - a\n        - b\n",
			"machine:\n  certSANs:\n    $patch: delete\n---\nmachine:\n  certSANs: [b]\n",
			"machine:\n    type: worker\n    certSANs:\n        - b\n",
		},
		{
			"a document is deleted, others keep their text",
			"machine:\n  type:    worker   # odd spacing\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 9000\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\n",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n$patch: delete\n",
			"machine:\n  type:    worker   # odd spacing\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\n",
		},
		{
			"a document that is not there is appended",
			"machine:\n    type: worker\n",
			"apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n",
			"machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n",
		},
		{
			"an empty patch is identity",
			"machine:\n  type:    worker   # odd spacing\n",
			"machine:\n  network: {}\n",
			"machine:\n  type:    worker   # odd spacing\n",
		},
		{
			"a JSON patch in YAML",
			"machine:\n    type: worker\n    certSANs:\n        - a\n",
			"- op: add\n  path: /machine/certSANs/-\n  value: b\n- op: replace\n  path: /machine/type\n  value: controlplane\n- op: test\n  path: /machine/type\n  value: controlplane\n",
			"machine:\n    type: controlplane\n    certSANs:\n        - a\n        - b\n",
		},
		{
			"a JSON patch in JSON",
			"machine:\n    type: worker\n    sysctls:\n        a.b/c: \"1\"\n",
			"[\n\t{\"op\": \"remove\", \"path\": \"/machine/sysctls/a.b~1c\"},\n\t{\"op\": \"add\", \"path\": \"/machine/network\", \"value\": {\"hostname\": \"x\"}}\n]",
			"machine:\n    type: worker\n    sysctls: {}\n    network:\n        hostname: x\n",
		},
		{
			"a JSON patch that changes nothing",
			"machine:\n  type:    worker   # odd spacing\n",
			"- {op: test, path: /machine/type, value: worker}\n- {op: replace, path: /machine/type, value: worker}\n",
			"machine:\n  type:    worker   # odd spacing\n",
		},
		{
			"a JSON patch into sections and lists that are not there",
			"machine:\n    type: worker\n",
			"- {op: add, path: /machine/network/hostname, value: a}\n- {op: add, path: /machine/certSANs/-, value: b}\n- {op: add, path: /cluster/apiServer/extraArgs/v, value: \"2\"}\n",
			"machine:\n    type: worker\n    network:\n        hostname: a\n    certSANs:\n        - b\ncluster:\n    apiServer:\n        extraArgs:\n            v: \"2\"\n",
		},
		{
			"a JSON patch into a section that is empty",
			"machine:\n    type: worker\n    network: {}\n    sysctls:\n",
			"- {op: add, path: /machine/network/nameservers/0, value: 1.1.1.1}\n- {op: add, path: /machine/sysctls/net.core.somaxconn, value: \"2\"}\n",
			"machine:\n    type: worker\n    network:\n        nameservers:\n            - 1.1.1.1\n    sysctls:\n        net.core.somaxconn: \"2\"\n",
		},
		{
			"documents on the lines of their markers stay there",
			"--- {machine: {type: worker}}\n--- # a link\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n---\n  apiVersion: v1alpha1\n  kind: LinkConfig\n  name: eth1\n",
			"apiVersion: v1alpha1\nkind: LinkConfig\nname: eth2\n",
			"--- {machine: {type: worker}}\n--- # a link\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n---\n  apiVersion: v1alpha1\n  kind: LinkConfig\n  name: eth1\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth2\n",
		},
		{
			"a main document goes before a byte order mark",
			"\ufeffapiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n",
			"machine: {type: worker}",
			"machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n",
		},
		{
			"an aliased value is copied before it changes",
			"machine:\n    sysctls: &s\n        a: \"1\"\n    sysfs: *s\n",
			"machine: {sysfs: {a: \"2\"}}",
			"machine:\n    sysctls:\n        a: \"1\"\n    sysfs:\n        a: \"2\"\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			c, err := config.Load([]byte(tt.base))
			if err != nil {
				t.Fatal(err)
			}

			p, err := patch.Parse("patch", []byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}

			got, err := config.ApplyPatches(c, p)
			if err != nil {
				t.Fatal(err)
			}

			if strings.TrimSpace(string(got.Bytes())) != strings.TrimSpace(tt.want) {
				t.Errorf("got:\n%s\nwant:\n%s", got.Bytes(), tt.want)
			}
		})
	}
}

// TestPatchedLinesAreRight checks the places of what is wrong and deprecated in
// documents that a patch has moved but not touched.
func TestPatchedLinesAreRight(t *testing.T) {
	t.Parallel()

	base := mustLoad(t, "machine:\n  type: worker\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 5\n--- # bond\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth1\nmtu: 7\n")
	c := apply(t, base, []byte("machine:\n  sysctls: {a: b}\n  certSANs: [a, b]\n"))

	again, err := config.Load(c.Bytes())
	if err != nil {
		t.Fatal(err)
	}

	_, got := config.Validate(c, config.Metal)
	_, want := config.Validate(again, config.Metal)

	if got == nil || got.Error() != want.Error() {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestApplyPatchesRefuses(t *testing.T) {
	t.Parallel()

	two := "machine:\n    type: worker\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n"

	for _, tt := range []struct {
		name, base, patch, want string
	}{
		{"unknown key", "machine: {type: worker}", "machine:\n  netwrok: {}\n", `did you mean "network"?`},
		{"JSON patch of two documents", two, "[{op: remove, path: /machine/type}]", "strategic merge patch"},
		{"missing path", "machine: {type: worker}", "[{op: replace, path: /machine/typo, value: x}]", `did you mean "type"?`},
		{"failed test", "machine: {type: worker}", "[{op: test, path: /machine/type, value: x}]", "the value there is another one"},
		{"unknown directive", "machine: {type: worker}", "machine: {network: {$patch: replace}}", "the only directive is delete"},
		{"wrong result", "machine: {type: worker}", "[{op: add, path: /machine/nope, value: x}]", "unknown key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			c, err := config.Load([]byte(tt.base))
			if err != nil {
				t.Fatal(err)
			}

			p, err := patch.Parse("patch", []byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}

			_, err = config.ApplyPatches(c, p)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %q in it", err, tt.want)
			}
		})
	}
}
