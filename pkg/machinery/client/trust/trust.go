// Package trust gets a joining node the certificate of its API from a control
// plane node, which signs it against the machine token.
package trust

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"

	"github.com/talos-os/talos/api"
	securityapi "github.com/talos-os/talos/api/security"
)

// TokenKey is the metadata key that carries the machine token.
const TokenKey = "token"

// perEndpoint is how long one endpoint may take before the next is asked.
const perEndpoint = 10 * time.Second

// Request is what it takes to get a certificate signed.
type Request struct {
	// Endpoints are control plane nodes, as host or address, with a port if it is
	// not the usual one. They are asked in turn, from a random one on, until one
	// answers.
	Endpoints []string
	// CA verifies the endpoint, before it is shown the token: the CA certificates of
	// the node's own configuration, PEM.
	CA []byte
	// Token is the machine token.
	Token string
	// CSR is the certificate request, PEM. The signer keeps its names and addresses
	// and drops its organization.
	CSR []byte
}

// Certificate is what a control plane node answers with.
type Certificate struct {
	// Crt is the signed certificate, PEM.
	Crt []byte
	// CA is every CA the cluster accepts, PEM.
	CA []byte
}

// FetchCertificate asks the endpoints one after the other. It does not repeat
// itself: when to try again is for the caller to say.
func FetchCertificate(ctx context.Context, req Request) (*Certificate, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(req.CA) {
		return nil, errors.New("no CA certificate to verify control plane nodes with")
	}

	if len(req.Endpoints) == 0 {
		return nil, errors.New("no control plane node to ask for a certificate")
	}

	var failures []error

	start := rand.IntN(len(req.Endpoints))

	for i := range req.Endpoints {
		endpoint := req.Endpoints[(start+i)%len(req.Endpoints)]

		certificate, err := fetch(ctx, endpoint, roots, &req)
		if err == nil {
			return certificate, nil
		}

		failures = append(failures, fmt.Errorf("ask %s for a certificate: %w", endpoint, err))

		if ctx.Err() != nil {
			break
		}
	}

	return nil, errors.Join(failures...)
}

func fetch(ctx context.Context, endpoint string, roots *x509.CertPool, req *Request) (*Certificate, error) {
	ctx, cancel := context.WithTimeout(ctx, perEndpoint)
	defer cancel()

	conn, err := grpc.NewClient("passthrough:///"+withPort(endpoint),
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots})))
	if err != nil {
		return nil, err
	}
	defer conn.Close() //nolint:errcheck // the answer is in

	resp, err := securityapi.NewSecurityServiceClient(conn).Certificate(
		metadata.AppendToOutgoingContext(ctx, TokenKey, req.Token),
		&securityapi.CertificateRequest{Csr: req.CSR},
	)
	if err != nil {
		return nil, err
	}

	if err := check(resp.GetCrt(), req.CSR); err != nil {
		return nil, err
	}

	return &Certificate{Crt: resp.GetCrt(), CA: resp.GetCa()}, nil
}

// check sees to it that the certificate is for the key that asked.
func check(crt, csr []byte) error {
	crtBlock, _ := pem.Decode(crt)
	csrBlock, _ := pem.Decode(csr)

	if crtBlock == nil || csrBlock == nil {
		return errors.New("answer without a certificate")
	}

	cert, err := x509.ParseCertificate(crtBlock.Bytes)
	if err != nil {
		return fmt.Errorf("certificate in answer: %w", err)
	}

	request, err := x509.ParseCertificateRequest(csrBlock.Bytes)
	if err != nil {
		return fmt.Errorf("certificate request: %w", err)
	}

	if !bytes.Equal(cert.RawSubjectPublicKeyInfo, request.RawSubjectPublicKeyInfo) {
		return errors.New("certificate in answer is for another key")
	}

	return nil
}

func withPort(endpoint string) string {
	if _, _, err := net.SplitHostPort(endpoint); err == nil {
		return endpoint
	}

	return net.JoinHostPort(strings.Trim(endpoint, "[]"), strconv.Itoa(api.TrustPort))
}
