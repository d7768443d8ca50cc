package apid

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"google.golang.org/grpc/credentials"

	"github.com/talos-os/talos/internal/authz/denial"
)

var (
	errNotReady = errors.New("no server certificate yet")
	errUsage    = errors.New("client certificate has other extended key usages than clientAuth alone")
)

// serverConfig is the TLS configuration for one handshake.
func serverConfig(v *view) (*tls.Config, error) {
	if v.certs == nil {
		return nil, errNotReady
	}

	config := &tls.Config{
		MinVersion:   tls.VersionTLS13,
		NextProtos:   []string{"h2"},
		Certificates: []tls.Certificate{*v.certs.server},
		// A ticket would carry the identity of a caller past the expiry of its
		// certificate and the removal of its CA.
		SessionTicketsDisabled: true,
	}

	if v.certs.open || (v.service != nil && v.service.SkipVerifyingClientCert) {
		return config, nil
	}

	config.ClientAuth = tls.RequireAndVerifyClientCert
	config.ClientCAs = v.certs.cas
	config.VerifyConnection = func(state tls.ConnectionState) error {
		// Verification asks that clientAuth be among the usages. A certificate that is
		// also good for a server comes from somewhere else than our client certificates.
		if leaf := state.PeerCertificates[0]; len(leaf.ExtKeyUsage) != 1 ||
			leaf.ExtKeyUsage[0] != x509.ExtKeyUsageClientAuth || len(leaf.UnknownExtKeyUsage) > 0 {
			return errUsage
		}

		return nil
	}

	return config, nil
}

// clientConfig is the TLS configuration for calling other nodes.
func clientConfig(v *view) (*tls.Config, error) {
	if v.certs == nil || v.certs.client == nil {
		return nil, errors.New("no certificate to call other nodes with")
	}

	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{*v.certs.client},
		RootCAs:      v.certs.cas,
	}, nil
}

// serverCredentials do the handshake with what the view holds at that moment, and
// record callers that fail it.
//
// They differ from gRPC's own in not insisting on ALPN, which some clients of this
// protocol do not offer.
type serverCredentials struct {
	view    func() *view
	denials *denial.Log
}

func (c *serverCredentials) ServerHandshake(raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	config, err := serverConfig(c.view())
	if err != nil {
		raw.Close() //nolint:errcheck // refused anyway

		return nil, nil, err
	}

	conn := tls.Server(raw, config)

	if err := conn.Handshake(); err != nil {
		if why := refusal(err); why != "" {
			c.denials.Add(why, raw.RemoteAddr().String(), "error", err.Error())
		}

		raw.Close() //nolint:errcheck // refused anyway

		return nil, nil, err
	}

	return conn, credentials.TLSInfo{
		State:          conn.ConnectionState(),
		CommonAuthInfo: credentials.CommonAuthInfo{SecurityLevel: credentials.PrivacyAndIntegrity},
	}, nil
}

// refusal names the cause of a failed handshake if it is about who calls. What a
// port scan leaves behind is not, and returns "".
func refusal(err error) string {
	var (
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
		verify  *tls.CertificateVerificationError
	)

	switch {
	case errors.As(err, &unknown):
		return "client certificate of an unknown CA"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "expired client certificate"
	case errors.Is(err, errUsage), errors.As(err, &invalid) && invalid.Reason == x509.IncompatibleUsage:
		return "client certificate for another purpose"
	case errors.As(err, &verify):
		return "invalid client certificate"
	case err.Error() == "tls: client didn't provide a certificate":
		return "no client certificate"
	default:
		return ""
	}
}

func (*serverCredentials) ClientHandshake(context.Context, string, net.Conn) (net.Conn, credentials.AuthInfo, error) {
	return nil, nil, errors.New("these credentials are for servers")
}

func (*serverCredentials) Info() credentials.ProtocolInfo {
	return credentials.ProtocolInfo{SecurityProtocol: "tls"}
}

func (c *serverCredentials) Clone() credentials.TransportCredentials { return c }

func (*serverCredentials) OverrideServerName(string) error { return nil }
