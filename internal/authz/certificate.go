package authz

import (
	"context"
	"crypto/x509"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/pkg/machinery/role"
)

// Certificate takes the roles from the verified client certificate.
//
// Another node comes with the Impersonator role and the roles of its own caller
// in the metadata; those then count, and nothing else of the certificate.
//
// A connection outlives the moment its certificate was verified, so the expiry
// date is looked at again for every call.
func Certificate(denials *denial.Log) Source {
	return func(ctx context.Context) (role.Set, error) {
		leaf := verified(ctx)
		if leaf == nil {
			denials.Add("no client certificate", from(ctx))

			return role.Set{}, status.Error(codes.Unauthenticated, "client certificate required")
		}

		if time.Now().After(leaf.NotAfter) {
			denials.Add("expired client certificate", from(ctx), "subject", leaf.Subject.String(), "expired", leaf.NotAfter)

			return role.Set{}, status.Error(codes.Unauthenticated, "client certificate has expired")
		}

		roles := role.Parse(leaf.Subject.Organization)

		if roles.Has(role.Impersonator) {
			if other := claimed(ctx); !other.Empty() {
				return other, nil
			}
		}

		return roles, nil
	}
}

// Verified says whether the caller has shown a certificate of an accepted CA.
func Verified(ctx context.Context) bool { return verified(ctx) != nil }

// verified returns the client certificate if the handshake has verified it.
// One that was merely presented proves nothing.
func verified(ctx context.Context) *x509.Certificate {
	p, ok := peer.FromContext(ctx)
	if !ok {
		return nil
	}

	info, ok := p.AuthInfo.(credentials.TLSInfo)
	if !ok || len(info.State.VerifiedChains) == 0 || len(info.State.VerifiedChains[0]) == 0 {
		return nil
	}

	return info.State.VerifiedChains[0][0]
}
