package authz

import (
	"context"

	"google.golang.org/grpc/metadata"

	"github.com/talos-os/talos/pkg/machinery/role"
)

// MetadataKey carries roles between hops, one value per role.
const MetadataKey = "talos-role"

type rolesKey struct{}

// WithRoles returns a context whose caller has these roles.
func WithRoles(ctx context.Context, roles role.Set) context.Context {
	return context.WithValue(ctx, rolesKey{}, roles)
}

// Roles returns the caller's roles, none where no interceptor has put any.
func Roles(ctx context.Context) role.Set {
	roles, _ := ctx.Value(rolesKey{}).(role.Set)

	return roles
}

// Outgoing sets the roles that go to the next hop, and takes away what the
// caller had written there: with no roles there is no header, not the caller's.
func Outgoing(md metadata.MD, roles role.Set) {
	md.Delete(MetadataKey)

	if !roles.Empty() {
		md.Set(MetadataKey, roles.Strings()...)
	}
}

// claimed returns the roles in the incoming metadata.
func claimed(ctx context.Context) role.Set {
	return role.Parse(metadata.ValueFromIncomingContext(ctx, MetadataKey))
}
