package trustd

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	stateserver "github.com/cosi-project/runtime/pkg/state/protobuf/server"
	talosx509 "github.com/siderolabs/crypto/x509"
	"golang.org/x/time/rate"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	securityapi "github.com/talos-os/talos/api/security"
	"github.com/talos-os/talos/internal/authz/certtest"
	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/pkg/machinery/client/trust"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

const token = "abcdef.0123456789abcdef"

// start runs trustd as machined does, with its state behind a socket, and says
// where it listens.
func start(t *testing.T, ca, next *certtest.CA) string {
	t.Helper()

	socket := filepath.Join(t.TempDir(), "s")

	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}

	st := state.WrapCore(namespaced.NewState(inmem.Build))
	srv := grpc.NewServer()
	v1alpha1.RegisterStateServer(srv, stateserver.NewState(st))

	go srv.Serve(listener) //nolint:errcheck // ends with Stop

	probe, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}

	address := probe.Addr().String()
	probe.Close()

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)

	go func() { done <- Run(ctx, Options{StateSocket: socket, Address: address}) }()

	t.Cleanup(func() {
		cancel()

		if err := <-done; err != nil {
			t.Error(err)
		}

		srv.Stop()
	})

	for _, res := range []resource.Resource{
		secrets.OSRootSecrets.New(secrets.OSRootID, secrets.OSRootSpec{
			IssuingCA: ca.Pair(t), AcceptedCAs: append(ca.Accepted(), next.Accepted()...), Token: token,
		}),
		secrets.TrustdCertificates.New(secrets.TrustdID, secrets.TrustdCertsSpec{
			AcceptedCAs: ca.Accepted(), Server: ca.Server(t, "127.0.0.1"),
		}),
	} {
		if err := st.Create(ctx, res); err != nil {
			t.Fatal(err)
		}
	}

	for range 200 {
		if conn, err := net.Dial("tcp", address); err == nil {
			conn.Close()

			break
		}

		time.Sleep(10 * time.Millisecond)
	}

	return address
}

func request(t *testing.T, change func(*x509.CertificateRequest)) []byte {
	t.Helper()

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}

	template := &x509.CertificateRequest{
		Subject:     pkix.Name{CommonName: "worker-1", Organization: []string{"os:admin"}},
		DNSNames:    []string{"worker-1"},
		IPAddresses: []net.IP{net.ParseIP("10.5.0.3")},
	}

	if change != nil {
		change(template)
	}

	der, err := x509.CreateCertificateRequest(rand.Reader, template, key)
	if err != nil {
		t.Fatal(err)
	}

	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
}

func TestJoiningNodeGetsACertificateForServing(t *testing.T) {
	t.Parallel()

	ca, next := certtest.NewCA(t, "talos"), certtest.NewCA(t, "next")
	address := start(t, ca, next)

	got, err := trust.FetchCertificate(t.Context(), trust.Request{
		Endpoints: []string{"127.0.0.9", address}, CA: ca.PEM, Token: token, CSR: request(t, nil),
	})
	if err != nil {
		t.Fatal(err)
	}

	if !bytes.Contains(got.CA, bytes.TrimSpace(ca.PEM)) || !bytes.Contains(got.CA, bytes.TrimSpace(next.PEM)) {
		t.Errorf("accepted CAs:\n%s", got.CA)
	}

	block, _ := pem.Decode(got.Crt)

	crt, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}

	if _, err := crt.Verify(x509.VerifyOptions{Roots: ca.Pool(), DNSName: "worker-1"}); err != nil {
		t.Error(err)
	}

	if err := crt.VerifyHostname("10.5.0.3"); err != nil {
		t.Error(err)
	}

	left := time.Until(crt.NotAfter)
	facts := fmt.Sprintf("%s %v %v ca=%v day=%v", crt.Subject, crt.ExtKeyUsage, crt.KeyUsage, crt.IsCA, left <= 24*time.Hour && left > 23*time.Hour)

	if want := "CN=worker-1 [serverAuth] digitalSignature ca=false day=true"; facts != want {
		t.Errorf("got %s\nwant %s", facts, want)
	}
}

func TestStrangersAreRefused(t *testing.T) {
	t.Parallel()

	ca := certtest.NewCA(t, "talos")
	address := start(t, ca, ca)

	for _, tt := range []struct {
		name, token string
		ca          *certtest.CA
		csr         []byte
		want        string
	}{
		{"wrong token", "abcdef.0123456789abcdee", ca, request(t, nil), "invalid token"},
		{"empty token", "", ca, request(t, nil), "invalid token"},
		{"no request", token, ca, request(t, nil)[:20], "not a PEM certificate request"},
		{"too many names", token, ca, request(t, func(r *x509.CertificateRequest) {
			for i := range maxNames {
				r.DNSNames = append(r.DNSNames, fmt.Sprintf("n%d", i))
			}
		}), "more than 256"},
		{"a signer of another CA is not shown the token", token, certtest.NewCA(t, "other"), request(t, nil), "certificate signed by unknown authority"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := trust.FetchCertificate(t.Context(), trust.Request{Endpoints: []string{address}, CA: tt.ca.PEM, Token: tt.token, CSR: tt.csr})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}

	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: ca.Pool()})))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()

	_, err = securityapi.NewSecurityServiceClient(conn).Certificate(t.Context(), &securityapi.CertificateRequest{Csr: request(t, nil)})
	if status.Code(err) != codes.Unauthenticated || status.Convert(err).Message() != "missing token" {
		t.Errorf("without a token: %v", err)
	}
}

func TestRefusalsAreCountedWithTheirCallers(t *testing.T) {
	t.Parallel()

	ca := certtest.NewCA(t, "talos")

	authority, err := parseAuthority(&secrets.OSRootSpec{IssuingCA: ca.Pair(t), Token: token})
	if err != nil {
		t.Fatal(err)
	}

	var out bytes.Buffer

	s := newServer(denial.New(slog.New(slog.NewTextHandler(&out, nil))))
	s.authority.Store(authority)
	s.signs = rate.NewLimiter(0, 1)

	ask := func(csr []byte, tokens ...string) {
		ctx := peer.NewContext(t.Context(), &peer.Peer{Addr: &net.TCPAddr{IP: net.IPv4(10, 5, 0, 9), Port: 7}})

		for _, one := range tokens {
			ctx = metadata.NewIncomingContext(ctx, metadata.Pairs(trust.TokenKey, one))
		}

		s.authenticate(ctx, &securityapi.CertificateRequest{Csr: csr}, nil, func(ctx context.Context, req any) (any, error) { //nolint:errcheck // the count tells
			return s.Certificate(ctx, req.(*securityapi.CertificateRequest))
		})
	}

	ask(nil)
	ask(nil, "abcdef.0123456789abcdee")
	ask([]byte("x"), token)
	ask(request(t, nil), token)

	want := map[string]uint64{"missing token": 1, "wrong token": 1, "unusable request": 1, "too many requests": 1}
	if got := s.denials.Counts(); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}

	if got := strings.Count(out.String(), "from=10.5.0.9:7"); got != len(want) {
		t.Errorf("logged %d times:\n%s", got, out.String())
	}

	if strings.Contains(out.String(), "0123456789") {
		t.Errorf("a token is in the log:\n%s", out.String())
	}
}

func TestRootSecretsThatCannotSign(t *testing.T) {
	t.Parallel()

	ca := certtest.NewCA(t, "talos")

	for name, spec := range map[string]secrets.OSRootSpec{
		"worker, which has no key": {IssuingCA: &talosx509.PEMEncodedCertificateAndKey{Crt: ca.PEM}, Token: token},
		"no CA":                    {Token: token},
		"no token":                 {IssuingCA: ca.Pair(t)},
	} {
		if _, err := parseAuthority(&spec); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzSign(f *testing.F) {
	ca := certtest.NewCA(f, "talos")

	authority, err := parseAuthority(&secrets.OSRootSpec{IssuingCA: ca.Pair(f), Token: token})
	if err != nil {
		f.Fatal(err)
	}

	f.Add([]byte("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n"))
	f.Fuzz(func(t *testing.T, request []byte) {
		authority.sign(request, time.Now()) //nolint:errcheck // must not panic
	})
}
