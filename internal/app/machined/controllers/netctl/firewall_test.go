package netctl

import (
	"fmt"
	"strings"
	"testing"

	"github.com/talos-os/talos/internal/sys/nft"
)

func TestIngress(t *testing.T) {
	t.Parallel()

	const rule = `
apiVersion: v1alpha1
kind: NetworkRuleConfig
name: kubelet
portSelector: {ports: [10250, 10300-10400], protocol: tcp}
ingress: [{subnet: 10.5.0.7/24, except: 10.5.0.1/32}, {subnet: "fd00::/8"}]
`

	const ports = "tcp 10250-10250 10300-10400"

	for _, row := range []struct{ name, config, want string }{
		{"without documents there is no chain", "machine: {}", ""},
		{"accepting everything needs none", "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: accept\n", ""},
		{"a rule closes its ports to others where all is open", rule,
			"links accept\nstates 6 accept\nfrom 10.5.0.0/24 not 10.5.0.1/32 " + ports + " accept\nfrom fd00::/8 " + ports + " accept\n" + ports + " drop\naccept\n"},
		{"where all is closed it only opens", "apiVersion: v1alpha1\nkind: NetworkDefaultActionConfig\ningress: block\n---" + rule,
			"links accept\nstates 6 accept\nstates 1 drop\nicmpv6 8 types accept\nicmp 5/s accept\nicmpv6 5/s accept\n" +
				"from 10.244.0.0/16 10.96.0.0/12 accept\n" +
				"from 10.5.0.0/24 not 10.5.0.1/32 " + ports + " accept\nfrom fd00::/8 " + ports + " accept\ndrop\n"},
	} {
		spec, ok := planIngress(load(t, row.config))

		got := ""

		if ok {
			c, err := chainOf("ingress", spec)
			if err != nil {
				t.Fatal(err)
			}

			got = text(c)
		}

		if got != row.want {
			t.Errorf("%s: got\n%s", row.name, got)
		}
	}
}

func text(c nft.Chain) string {
	var b strings.Builder

	verdict := map[bool]string{true: "accept\n", false: "drop\n"}

	for _, r := range c.Rules {
		if len(r.InLinks) > 0 {
			b.WriteString("links ")
		}

		if r.States != 0 {
			fmt.Fprintf(&b, "states %d ", r.States)
		}

		if r.Source != nil {
			fmt.Fprintf(&b, "from %s ", strings.Trim(fmt.Sprint(r.Source.Include), "[]"))

			if len(r.Source.Exclude) > 0 {
				fmt.Fprintf(&b, "not %s ", r.Source.Exclude[0])
			}
		}

		b.WriteString(map[uint8]string{0: "", 1: "icmp ", 6: "tcp ", 58: "icmpv6 "}[r.Proto])

		for _, p := range r.Ports {
			fmt.Fprintf(&b, "%d-%d ", p.Lo, p.Hi)
		}

		if len(r.ICMPTypes) > 0 {
			fmt.Fprintf(&b, "%d types ", len(r.ICMPTypes))
		}

		if r.PerSecond > 0 {
			fmt.Fprintf(&b, "%d/s ", r.PerSecond)
		}

		b.WriteString(verdict[bool(*r.Verdict)])
	}

	return b.String() + verdict[!c.Drop]
}
