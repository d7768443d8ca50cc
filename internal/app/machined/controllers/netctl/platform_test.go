package netctl

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

func TestParsePlatform(t *testing.T) {
	t.Parallel()

	p, err := parsePlatform(`
addresses:
  - address: 147.75.61.43/31
    linkName: bond0
    family: inet4
    scope: global
    flags: permanent
    layer: platform
links:
  - name: bond0
    logical: true
    up: true
    kind: bond
    type: ether
    bondMaster:
      mode: 802.3ad
      xmitHashPolicy: layer3+4
      lacpRate: slow
      miimon: 100
    layer: platform
routes:
  - family: inet4
    dst: ""
    src: ""
    gateway: 147.75.61.42
    outLinkName: bond0
    table: main
    priority: 1024
    scope: global
    type: unicast
    flags: ""
    protocol: static
    layer: platform
hostnames:
  - hostname: ci-blue-worker-amd64-2
    domainname: ""
    layer: platform
resolvers: []
timeServers: []
operators:
  - operator: dhcp4
    linkName: eth1
    requireUp: true
    dhcp4: {routeMetric: 1024}
externalIPs: [147.75.61.43]
metadata: {platform: equinixMetal, region: ny}
`)
	if err != nil {
		t.Fatal(err)
	}

	if p.Addresses[0].Address.String() != "147.75.61.43/31" || p.Links[0].BondMaster.Mode.String() != "802.3ad" ||
		p.Routes[0].Gateway.String() != "147.75.61.42" || p.Routes[0].Destination.IsValid() || p.Metadata.Region != "ny" {
		t.Errorf("got %+v", p)
	}

	// Two per spec, the external address and the metadata.
	if items := planPlatform(p); len(items) != 7 {
		t.Errorf("%d items", len(items))
	}

	if _, err = parsePlatform("addresses: [{address: nonsense}]"); err == nil {
		t.Error("took nonsense")
	}
}

type fakeElection struct {
	fail int
	lose chan struct{}
}

func (e *fakeElection) Hold(ctx context.Context, _ string, do func(context.Context) error) error {
	if e.fail > 0 {
		e.fail--

		return errors.New("etcd is not up")
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	go func() {
		select {
		case <-e.lose:
			cancel()
		case <-ctx.Done():
		}
	}()

	return do(ctx)
}

func TestVIPFollowsTheElection(t *testing.T) {
	t.Parallel()

	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		e := &fakeElection{fail: 3, lose: make(chan struct{})}
		held := make(chan bool, 10)

		go holdVIP(ctx, e, netip.MustParseAddr("10.5.0.9"), slog.New(slog.DiscardHandler), func(h bool) { held <- h })

		start := time.Now()

		if !<-held || time.Since(start) != 14*time.Second {
			t.Errorf("elected after %s", time.Since(start))
		}

		e.lose <- struct{}{}

		if <-held || !<-held {
			t.Error("not lost and won again")
		}

		cancel()

		if <-held {
			t.Error("still held at the end")
		}
	})
}
