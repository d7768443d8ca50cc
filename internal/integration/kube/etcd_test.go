//go:build k8s

package kube_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/etcdclient"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
)

// member is an etcd of its own on one of the addresses of the namespace.
type member struct {
	*node

	name, addr, dir string
	spec            etcd.Spec
}

func (m *member) client() *etcdclient.Client {
	m.t.Helper()

	c, err := etcdclient.New(m.ctx, etcdclient.Options{
		Endpoints: []string{m.addr + ":2379"},
		CAFile:    m.dir + "/pki/ca.crt", CertFile: m.dir + "/pki/admin.crt", KeyFile: m.dir + "/pki/admin.key",
	})
	if err != nil {
		m.t.Fatal(err)
	}

	m.t.Cleanup(func() { c.Close() }) //nolint:errcheck

	return c
}

func (m *member) local(args []string) []string {
	out := slices.Clone(args)
	for i, a := range out {
		a = strings.ReplaceAll(a, etcdctl.SnapshotPath, m.dir+"/snapshot")
		a = strings.ReplaceAll(a, etcdctl.DataPath, m.dir+"/data")
		out[i] = strings.ReplaceAll(a, etcdctl.PKIPath, m.dir+"/pki")
	}

	return out
}

func newMember(t *testing.T, ctx context.Context, ca *x509.CertificateAuthority, name, addr string) *member {
	t.Helper()

	ip := netip.MustParseAddr(addr)
	m := &member{
		node: &node{t: t, ctx: ctx, bin: os.Getenv("K8S_BIN_DIR")}, name: name, addr: addr, dir: t.TempDir(),
		spec: etcd.Spec{
			Name: name, AdvertisedAddresses: []netip.Addr{ip},
			ListenPeerAddresses: []netip.Addr{ip}, ListenClientAddresses: []netip.Addr{ip},
		},
	}

	if err := os.Mkdir(m.dir+"/pki", 0o755); err != nil {
		t.Fatal(err)
	}

	write := func(file string, data []byte) {
		if err := os.WriteFile(filepath.Join(m.dir, "pki", file), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	write("ca.crt", ca.CrtPEM)

	// On one machine, a member that calls another comes from the other's address.
	everybody := []net.IP{net.IPv4(10, 5, 0, 2), net.IPv4(10, 5, 0, 11), net.IPv4(10, 5, 0, 12), net.IPv4(10, 5, 0, 13)}

	for _, c := range []string{"server", "peer", "admin"} {
		pair, err := x509.NewKeyPair(ca, x509.CommonName(name), x509.IPAddresses(everybody),
			x509.NotAfter(time.Now().Add(time.Hour)), x509.NotBefore(time.Now().Add(-time.Minute)))
		if err != nil {
			t.Fatal(err)
		}

		write(c+".crt", pair.CrtPEM)
		write(c+".key", pair.KeyPEM)
	}

	return m
}

// TestEtcdMembership founds a cluster, has a second member join and leave, and
// brings the data back from a snapshot.
func TestEtcdMembership(t *testing.T) {
	if os.Getenv("K8S_BIN_DIR") == "" {
		t.Skip("K8S_BIN_DIR does not say where etcd is")
	}

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()

	ca, err := x509.NewSelfSignedCertificateAuthority(x509.ECDSA(true), x509.Organization("etcd"), x509.NotAfter(time.Now().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}

	first := newMember(t, ctx, ca, "cp-1", "10.5.0.11")
	first.run("etcd", first.local(etcdctl.Args(first.spec, etcdctl.ModeNew, map[string][]string{"cp-1": {"https://10.5.0.11:2380"}})))

	client := first.client()
	first.wait("first member", time.Minute, func() (bool, string) {
		err := client.Healthy(ctx)

		return err == nil, fmt.Sprint(err)
	})

	if _, err = client.Put(ctx, "key", "value"); err != nil {
		t.Fatal(err)
	}

	if err = client.Leave(ctx); err != etcdclient.ErrLastMember { //nolint:errorlint
		t.Errorf("the only member left: %v", err)
	}

	// A second member joins as a learner; asking twice is the same as once.
	second := newMember(t, ctx, ca, "cp-2", "10.5.0.12")
	url := "https://10.5.0.12:2380"

	id, _, err := client.AddLearner(ctx, []string{url})
	if err != nil {
		t.Fatal(err)
	}

	again, _, err := client.AddLearner(ctx, []string{url})
	if err != nil || again != id {
		t.Fatalf("added twice: %x %x %v", id, again, err)
	}

	second.run("etcd", second.local(etcdctl.Args(second.spec, etcdctl.ModeJoin, map[string][]string{
		"cp-1": {"https://10.5.0.11:2380"}, "cp-2": {url},
	})))

	if err = client.Promote(ctx, id); err != nil {
		t.Fatal(err)
	}

	other := second.client()
	second.wait("second member", time.Minute, func() (bool, string) {
		s, err := other.Status(ctx)

		return err == nil && !s.IsLearner, fmt.Sprint(s, err)
	})

	if err = client.QuorumWithout(ctx, id); err != nil {
		t.Errorf("one voter is enough for itself: %v", err)
	}

	if got, err := other.Get(ctx, "key"); err != nil || string(got.Kvs[0].Value) != "value" {
		t.Errorf("%v %v", got, err)
	}

	// The lock is one of the whole cluster.
	order := make(chan string, 2)

	err = client.WithLock(ctx, "lock", func(ctx context.Context) error {
		go other.WithLock(ctx, "lock", func(context.Context) error { //nolint:errcheck
			order <- "second"

			return nil
		})

		time.Sleep(time.Second)
		order <- "first"

		return nil
	})
	if got := <-order; err != nil || got != "first" {
		t.Errorf("%s got the lock while it was held; %v", got, err)
	}

	// Snapshot, then leave: leadership goes first.
	snapshot, err := client.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}

	data, err := io.ReadAll(snapshot)
	if err != nil {
		t.Fatal(err)
	}

	third := newMember(t, ctx, ca, "cp-3", "10.5.0.13")
	if err = os.WriteFile(third.dir+"/snapshot", data, 0o600); err != nil {
		t.Fatal(err)
	}

	if out, err := exec.Command(filepath.Join(third.bin, "etcdutl"), third.local(etcdctl.RestoreArgs(third.spec, false))...).CombinedOutput(); err != nil {
		t.Fatalf("restore: %v\n%s", err, out)
	}

	if err = etcdctl.PlaceRestored(third.dir+"/data", os.Getuid()); err != nil {
		t.Fatal(err)
	}

	third.run("etcd", third.local(etcdctl.Args(third.spec, etcdctl.ModeRecover, map[string][]string{"cp-3": {"https://10.5.0.13:2380"}})))

	restored := third.client()
	third.wait("restored member", time.Minute, func() (bool, string) {
		got, err := restored.Get(ctx, "key")

		return err == nil && len(got.Kvs) == 1 && string(got.Kvs[0].Value) == "value", fmt.Sprint(err)
	})

	if members, err := restored.Members(ctx, false); err != nil || len(members) != 1 {
		t.Errorf("a restored cluster has one member: %v %v", members, err)
	}
}
