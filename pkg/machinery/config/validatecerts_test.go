package config_test

import (
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// What stands in place of an authority, or of its key, is told before a machine has it.
func TestAuthorities(t *testing.T) {
	t.Parallel()

	c := generated(t, "v1.11")
	ca := c.Effective().Machine.CA

	leaf, err := secrets.Client(ca, time.Now(), 48*time.Hour, "os:admin")
	if err != nil {
		t.Fatal(err)
	}

	junk := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("junk")})
	accept := func(crt []byte) x509.PEMEncodedCertificate { return x509.PEMEncodedCertificate{Crt: crt} }

	for _, tt := range []struct {
		change func(m *v1alpha1.Config)
		days   int // from now
		want   string
		warns  bool
	}{
		{func(m *v1alpha1.Config) { m.Machine.CA = leaf }, 0, "machine.ca.crt: not a certificate authority", false},
		{func(m *v1alpha1.Config) { m.Cluster.Etcd.CA = leaf }, 0, "cluster.etcd.ca.crt: not a certificate authority", false},
		{func(m *v1alpha1.Config) { m.Cluster.CA = leaf }, 0, "cluster.ca.crt: not a certificate authority", false},
		{func(m *v1alpha1.Config) { m.Cluster.AggregatorCA = leaf }, 0, "cluster.aggregatorCA.crt: not a certificate authority", false},
		{func(m *v1alpha1.Config) {
			m.Machine.CA = &x509.PEMEncodedCertificateAndKey{Crt: ca.Crt, Key: junk}
		}, 0, "machine.ca.key: not a private key", false},
		{func(m *v1alpha1.Config) {
			m.Machine.CA = &x509.PEMEncodedCertificateAndKey{Crt: []byte("junk"), Key: ca.Key}
		}, 0, "machine.ca.crt: not a certificate", false},
		{func(m *v1alpha1.Config) { m.Cluster.ServiceAccount = &x509.PEMEncodedKey{Key: junk} }, 0, "cluster.serviceAccount.key: not a private key", false},
		{func(m *v1alpha1.Config) { m.Cluster.ServiceAccount = &x509.PEMEncodedKey{Key: ca.Crt} }, 0, "cluster.serviceAccount.key: not a private key", false},
		{func(m *v1alpha1.Config) { m.Machine.AcceptedCAs = append(m.Machine.AcceptedCAs, accept(leaf.Crt)) }, 0, "machine.acceptedCAs[0]: not a certificate authority", false},
		{func(m *v1alpha1.Config) { m.Cluster.AcceptedCAs = append(m.Cluster.AcceptedCAs, accept(leaf.Crt)) }, 0, "cluster.acceptedCAs[0]: not a certificate authority", false},
		{func(m *v1alpha1.Config) { m.Machine.AcceptedCAs = append(m.Machine.AcceptedCAs, accept(ca.Crt)) }, 0, "", false},
		{func(m *v1alpha1.Config) { m.Machine.AcceptedCAs = append(m.Machine.AcceptedCAs, accept(ca.Crt)) }, 366 * 10, "machine.acceptedCAs[0]: expired on", true},
		{func(*v1alpha1.Config) {}, 365*10 - 92, "", false},
		{func(*v1alpha1.Config) {}, 365*10 - 80, "machine.ca.crt: expires on", true},
		{func(*v1alpha1.Config) {}, 365*10 - 80, "cluster.etcd.ca.crt: expires on", true},
	} {
		main := *c.V1Alpha1()
		tt.change(&main)

		made, err := config.Make(&main)
		if err != nil {
			t.Fatal(err)
		}

		warnings, err := config.Validate(made, config.Metal, config.WithTime(time.Now().AddDate(0, 0, tt.days)))

		got := fmt.Sprint(err)
		if tt.warns {
			got = fmt.Sprint(warnings)
		}

		if tt.want == "" && (err != nil || len(warnings) > 0) || !strings.Contains(got, tt.want) {
			t.Errorf("%v, warnings %v; want %s", err, warnings, tt.want)
		}
	}
}
