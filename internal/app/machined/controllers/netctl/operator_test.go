package netctl

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/internal/sys/dhcp4"
	"github.com/talos-os/talos/pkg/machinery/netenum"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

func TestPlanOperators(t *testing.T) {
	t.Parallel()

	now := time.Unix(1000, 0)
	dhcp := network.OperatorSpec{Operator: network.OperatorDhcp4, LinkName: "eth0", RequireUp: true, DHCP4: network.DHCP4OperatorSpec{RouteMetric: 1024}}
	vip := vipOperator("eth0", netip.MustParseAddr("10.5.0.9"))
	lease := &dhcp4.Lease{Address: netip.MustParsePrefix("10.5.0.2/24"), Expire: now.Add(time.Minute)}
	up := map[string]network.LinkStatusSpec{"eth0": {OperationalState: netenum.OperationalStateUp}}
	down := map[string]network.LinkStatusSpec{"eth0": {OperationalState: netenum.OperationalStateDown}}
	other := dhcp
	other.DHCP4.RouteMetric = 5
	higher := dhcp
	higher.ConfigLayer = network.ConfigLayerConfiguration

	for _, row := range []struct {
		name    string
		specs   []network.OperatorSpec
		links   map[string]network.LinkStatusSpec
		running map[string]operatorState
		plan    string
		items   int
		again   time.Time
	}{
		{"starts when the link is up", []network.OperatorSpec{dhcp}, up, nil, "+ dhcp4/eth0\n", 0, time.Time{}},
		{"not before", []network.OperatorSpec{dhcp}, down, nil, "", 0, time.Time{}},
		{"nor without the link", []network.OperatorSpec{dhcp}, nil, nil, "", 0, time.Time{}},
		{"publishes its lease", []network.OperatorSpec{dhcp}, up, map[string]operatorState{"dhcp4/eth0": {spec: dhcp, active: true, lease: lease}}, "", 1, time.Time{}},
		{"a lost carrier pauses it and keeps the lease to its end", []network.OperatorSpec{dhcp}, down,
			map[string]operatorState{"dhcp4/eth0": {spec: dhcp, active: true, lease: lease}}, "| dhcp4/eth0\n", 1, lease.Expire},
		{"a lease that is over is dropped", []network.OperatorSpec{dhcp}, down,
			map[string]operatorState{"dhcp4/eth0": {spec: dhcp, lease: &dhcp4.Lease{Address: lease.Address, Expire: now}}}, "", 0, time.Time{}},
		{"other settings begin anew", []network.OperatorSpec{other}, up,
			map[string]operatorState{"dhcp4/eth0": {spec: dhcp, active: true, lease: lease}}, "+ dhcp4/eth0\n| dhcp4/eth0\n", 1, time.Time{}},
		{"another layer changes nothing", []network.OperatorSpec{higher}, up,
			map[string]operatorState{"dhcp4/eth0": {spec: dhcp, active: true, lease: lease}}, "", 1, time.Time{}},
		{"what is not asked for goes with what it found", nil, up,
			map[string]operatorState{"dhcp4/eth0": {spec: dhcp, active: true, lease: lease}}, "- dhcp4/eth0\n", 0, time.Time{}},
		{"a virtual address only when elected", []network.OperatorSpec{vip}, up,
			map[string]operatorState{"vip/eth0/10.5.0.9": {spec: vip, active: true, elected: true}}, "", 1, time.Time{}},
		{"not when not", []network.OperatorSpec{vip}, up, map[string]operatorState{"vip/eth0/10.5.0.9": {spec: vip, active: true}}, "", 0, time.Time{}},
	} {
		p := planOperators(operatorView{specs: row.specs, links: row.links, running: row.running, now: now})

		if got := p.String(); sorted(got) != sorted(row.plan) || len(p.items) != row.items || !p.again.Equal(row.again) {
			t.Errorf("%s: got %q, %d items, again at %s", row.name, got, len(p.items), p.again)
		}
	}
}

// sorted forgets the order of lines.
func sorted(s string) string {
	count := map[byte]int{}
	for line := range strings.Lines(s) {
		count[line[0]]++
	}

	return strings.Repeat("+", count['+']) + strings.Repeat("|", count['|']) + strings.Repeat("-", count['-'])
}
