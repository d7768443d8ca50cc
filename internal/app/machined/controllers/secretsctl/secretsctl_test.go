package secretsctl

import (
	"context"
	stdx509 "crypto/x509"
	"encoding/pem"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

var now = time.Date(2030, 1, 1, 12, 0, 0, 0, time.UTC)

func newCA(t *testing.T) *x509.PEMEncodedCertificateAndKey {
	t.Helper()

	ca, err := x509.NewSelfSignedCertificateAuthority(
		x509.Organization("talos"), x509.NotBefore(now.Add(-time.Hour)), x509.NotAfter(now.Add(DecadeLifetime)))
	if err != nil {
		t.Fatal(err)
	}

	return x509.NewCertificateAndKeyFromCertificateAuthority(ca)
}

func TestKeep(t *testing.T) {
	t.Parallel()

	ca := newCA(t)
	want := leaf{
		CA: ca, CommonName: "node", Organizations: []string{"a", "b"}, Lifetime: DayLifetime, Usage: serverAuth,
		IPs: []netip.Addr{netip.MustParseAddr("10.5.0.2"), netip.MustParseAddr("fd00::2")}, DNSNames: []string{"node"},
	}

	have, err := want.issue(now)
	if err != nil {
		t.Fatal(err)
	}

	for _, tt := range []struct {
		name   string
		change func(*leaf)
		at     time.Duration
		keep   bool
	}{
		{"a fresh one", func(*leaf) {}, 0, true},
		{"just before half its life", func(*leaf) {}, 11 * time.Hour, true},
		{"after half its life", func(*leaf) {}, 13 * time.Hour, false},
		{"one from the future: the clock was wrong", func(*leaf) {}, -time.Hour, false},
		{"another name", func(l *leaf) { l.CommonName = "other" }, 0, false},
		{"another role", func(l *leaf) { l.Organizations = []string{"a"} }, 0, false},
		{"an address more", func(l *leaf) { l.IPs = append(l.IPs, netip.MustParseAddr("10.5.0.3")) }, 0, false},
		{"a name more", func(l *leaf) { l.DNSNames = []string{"node", "node.example.org"} }, 0, false},
		{"another use", func(l *leaf) { l.Usage = bothAuth }, 0, false},
		{"another CA", func(l *leaf) { l.CA = newCA(t) }, 0, false},
	} {
		l := want
		tt.change(&l)

		if _, got := l.keep(have, now.Add(tt.at)); got != tt.keep {
			t.Errorf("%s: kept %t", tt.name, got)
		}
	}

	if _, ok := want.keep(nil, now); ok {
		t.Error("kept nothing")
	}
}

func TestKeeperWakesForTheFirst(t *testing.T) {
	t.Parallel()

	ca := newCA(t)
	k := keeper{now: now}

	for _, life := range []time.Duration{YearLifetime, DayLifetime, DecadeLifetime} {
		if _, err := k.get(nil, leaf{CA: ca, CommonName: "x", Lifetime: life}); err != nil {
			t.Fatal(err)
		}
	}

	if d := k.again.Sub(now); d < 11*time.Hour || d > 12*time.Hour {
		t.Errorf("looks again after %s", d)
	}

	if k.issued != 3 {
		t.Errorf("%d issued", k.issued)
	}
}

func TestSANs(t *testing.T) {
	t.Parallel()

	got := apiSANs(
		secrets.OSRootSpec{CertSANIPs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}, CertSANDNSNames: []string{"cp.example.org"}},
		nodeNames{Hostname: "node", FQDN: "node.example.org", Addrs: []netip.Addr{netip.MustParseAddr("10.5.0.2"), netip.MustParseAddr("127.0.0.1")}})

	if names := strings.Join(got.DNSNames, " "); names != "cp.example.org localhost node node.example.org" {
		t.Error(names)
	}

	var ips []string
	for _, ip := range got.IPs {
		ips = append(ips, ip.String())
	}

	if text := strings.Join(ips, " "); text != "10.5.0.2 127.0.0.1 192.0.2.1 ::1" {
		t.Error(text)
	}

	if got.FQDN != "node.example.org" {
		t.Error(got.FQDN)
	}
}

const clusterConfig = `version: v1alpha1
machine:
  type: controlplane
  token: abcdef.0123456789abcdef
  ca: {crt: Y3J0, key: a2V5}
  certSANs: [192.0.2.1, cp.example.org]
  features:
    kubePrism: {enabled: true}
cluster:
  clusterName: test
  controlPlane: {endpoint: "https://10.5.0.1:6443"}
  token: abcdef.0123456789abcdef
  ca: {crt: Y3J0, key: a2V5}
  acceptedCAs: [{crt: Y3J0}, {crt: b3RoZXI=}]
  network: {serviceSubnets: [10.96.0.0/12, "fc00:db8:20::/112"]}
`

func TestRoots(t *testing.T) {
	t.Parallel()

	cfg, err := config.Load([]byte(clusterConfig))
	if err != nil {
		t.Fatal(err)
	}

	c := cfg.Effective()

	items, err := planRootKubernetes(c)
	if err != nil || len(items) != 1 {
		t.Fatal(items, err)
	}

	text := items[0].(interface{ String() string }).String() //nolint:forcetypeassert

	for _, want := range []string{
		"Name:test", "APIServerIPs:[10.96.0.1 fc00:db8:20::1]", "DNSDomain:cluster.local",
		"BootstrapTokenID:abcdef", "BootstrapTokenSecret:0123456789abcdef", "IssuerURL:https://10.5.0.1:6443",
		"APIAudiences:[https://10.5.0.1:6443]",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in %s", want, text)
		}
	}

	if n := len(accepted(c.Cluster.CA, c.Cluster.AcceptedCAs)); n != 2 {
		t.Errorf("%d CAs are accepted: the own one counts once", n)
	}

	c.Machine.Type = "worker"

	if items, err = planRootKubernetes(c); err != nil || items != nil {
		t.Error("a worker has no Kubernetes secrets", err)
	}
}

func TestPlanAPI(t *testing.T) {
	t.Parallel()

	root := &secrets.OSRootSpec{IssuingCA: newCA(t)}
	names := &secrets.CertSANSpec{FQDN: "node"}
	maintenance := &secrets.MaintenanceRootSpec{CA: newCA(t)}

	for _, tt := range []struct {
		name string
		view apiCertView
		want apiSource
	}{
		{"nothing known", apiCertView{}, apiNone},
		{"maintenance has to be asked for", apiCertView{maintenance: maintenance, mntNames: names}, apiNone},
		{"maintenance", apiCertView{maintenance: maintenance, mntNames: names, requested: true}, apiMaintenance},
		{"a config ends it", apiCertView{
			maintenance: maintenance, mntNames: names, requested: true,
			apiView: apiView{role: machine.TypeControlPlane, root: root, names: names},
		}, apiOwnCA},
		{"a worker asks trustd", apiCertView{apiView: apiView{role: machine.TypeWorker, root: root, names: names}}, apiTrustd},
		{"the role has to be known", apiCertView{apiView: apiView{root: root, names: names}}, apiNone},
	} {
		if got := planAPI(tt.view); got.source != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got.source, tt.want)
		} else if got.hasClient != (tt.want == apiOwnCA) {
			t.Errorf("%s: may call other nodes: %t", tt.name, got.hasClient)
		}
	}
}

// trustd signs as the real one does: for servers only, and without a role.
func trustd(ca *x509.PEMEncodedCertificateAndKey) Signer {
	return func(_ context.Context, _ []string, _ []byte, _ string, csr []byte) ([]byte, []byte, error) {
		crt, err := x509.NewCertificateFromCSRBytes(ca.Crt, ca.Key, csr,
			x509.NotBefore(now), x509.NotAfter(now.Add(DayLifetime)), x509.ExtKeyUsage(serverAuth))
		if err != nil {
			return nil, nil, err
		}

		return ca.Crt, crt.X509CertificatePEM, nil
	}
}

func TestFromTrustd(t *testing.T) {
	t.Parallel()

	ca, stranger := newCA(t), newCA(t)
	root := &secrets.OSRootSpec{AcceptedCAs: []*x509.PEMEncodedCertificate{{Crt: ca.Crt}}, Token: "token"}
	names := &secrets.CertSANSpec{FQDN: "worker", DNSNames: []string{"worker"}, IPs: []netip.Addr{netip.MustParseAddr("10.5.0.3")}}
	view := apiCertView{apiView: apiView{role: machine.TypeWorker, root: root, names: names}, now: now}

	ask := func(v apiCertView, signer Signer) (pair, *keeper, error) {
		var have pair
		if v.have != nil {
			have = v.have.Server
		}

		k := &keeper{now: v.now}
		crt, err := fromTrustd(context.Background(), Deps{Trustd: signer}, k, have, planAPI(v), &secrets.APICertsSpec{})

		return crt, k, err
	}

	if _, _, err := ask(view, trustd(ca)); err == nil {
		t.Error("asked nobody")
	}

	view.endpoints = []string{"10.5.0.2"}

	if _, _, err := ask(view, trustd(stranger)); err == nil {
		t.Error("took a certificate of a CA that is not the cluster's")
	}

	crt, _, err := ask(view, trustd(ca))
	if err != nil {
		t.Fatal(err)
	}

	block, _ := pem.Decode(crt.Crt)

	parsed, err := stdx509.ParseCertificate(block.Bytes)
	if err != nil || parsed.VerifyHostname("10.5.0.3") != nil || parsed.VerifyHostname("worker") != nil {
		t.Errorf("%v %v", parsed, err)
	}

	// What holds is not asked for again.
	view.have = &secrets.APICertsSpec{Server: crt}

	if kept, k, err := ask(view, nil); err != nil || kept != crt || k.again.IsZero() {
		t.Errorf("not kept: %v", err)
	}

	view.now = now.Add(20 * time.Hour)

	if _, k, err := ask(view, trustd(ca)); err != nil || k.issued != 1 {
		t.Errorf("not renewed: %v", err)
	}
}

func TestPlanKubernetesKeepsWhatItHas(t *testing.T) {
	t.Parallel()

	cfg, err := config.Load([]byte(clusterConfig))
	if err != nil {
		t.Fatal(err)
	}

	ca := newCA(t)
	endpoint := cfg.Effective().Cluster.ControlPlane.Endpoint.URL
	root := secrets.KubernetesRootSpec{
		Name: "test", Endpoint: &endpoint, LocalEndpoint: &endpoint, IssuingCA: ca,
		AcceptedCAs: []*x509.PEMEncodedCertificate{{Crt: ca.Crt}},
	}

	first := planKubernetes(kubernetesView{root: &root, synced: true})

	k := keeper{now: now}
	certs := map[string]pair{}

	for name, l := range first.leaves {
		if certs[name], err = k.get(nil, l); err != nil {
			t.Fatal(err)
		}
	}

	text := first.item(certs).(interface{ String() string }).String() //nolint:forcetypeassert
	if !strings.Contains(text, "server: https://10.5.0.1:6443") {
		t.Error("no kubeconfig")
	}

	if planKubernetes(kubernetesView{root: &root}) != nil {
		t.Error("issued with a clock that may be wrong")
	}
}
