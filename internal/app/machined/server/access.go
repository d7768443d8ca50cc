package server

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cosi-project/runtime/api/v1alpha1"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/resource/meta"
	"github.com/cosi-project/runtime/pkg/resource/meta/spec"
	"github.com/cosi-project/runtime/pkg/state"
	stateserver "github.com/cosi-project/runtime/pkg/state/protobuf/server"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/internal/authz"
	"github.com/talos-os/talos/internal/authz/denial"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
	"github.com/talos-os/talos/pkg/machinery/role"
)

// callerTime is how long a service that was just started may take to be known.
const callerTime = 5 * time.Second

// mayDo finds out which service is at the other end and what it may do. A
// process is asked about by its ID before anything else is looked at; a service
// that ended and left its ID to somebody else was closed by the kernel with it.
func (s *Server) mayDo(ctx context.Context, p authz.PeerInfo) (role.Set, error) {
	if int(p.PID) == os.Getpid() && os.Getpid() == 1 {
		return role.ForService("machined"), nil
	}

	if s.usermodeHelper(p) {
		return role.ForService(""), nil
	}

	deadline := time.Now().Add(callerTime)

	for {
		for _, i := range s.deps.Services.List() {
			if i.PID != 0 && i.PID == int(p.PID) {
				return role.ForService(i.ID), nil
			}
		}

		if time.Now().After(deadline) {
			return role.Set{}, authz.ErrDenied
		}

		select {
		case <-ctx.Done():
			return role.Set{}, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// usermodeHelper recognizes a copy of this program that the kernel started.
func (*Server) usermodeHelper(p authz.PeerInfo) bool {
	if p.UID != 0 || int(p.PID) == os.Getpid() {
		return false
	}

	dir := fmt.Sprintf("/proc/%d", p.PID)

	return sameLink(dir+"/exe", "/proc/self/exe") && sameLink(dir+"/ns/mnt", "/proc/self/ns/mnt")
}

func sameLink(a, b string) bool {
	x, errX := os.Readlink(a)
	y, errY := os.Readlink(b)

	return errX == nil && errY == nil && x == y
}

// stateFor is the State API over what the rule lets through.
func stateFor(st state.CoreState, rule state.FilteringRule) v1alpha1.StateServer {
	return stateserver.NewState(state.Filter(st, rule))
}

func denied(format string, args ...any) error {
	return status.Errorf(codes.PermissionDenied, format, args...)
}

// allowByRole lets callers read what their roles may: secrets are for
// administrators. Types and namespaces that do not exist are denied as well.
func allowByRole(st state.CoreState) state.FilteringRule {
	return func(ctx context.Context, a state.Access) error {
		if !a.Verb.Readonly() {
			return denied("write access is not allowed")
		}

		if _, err := st.Get(ctx, meta.NewNamespace(a.ResourceNamespace, meta.NamespaceSpec{}).Metadata()); err != nil {
			if state.IsNotFoundError(err) {
				return denied("namespace %q is not supported", a.ResourceNamespace)
			}

			return err
		}

		res, err := st.Get(ctx, resource.NewMetadata(meta.NamespaceName, meta.ResourceDefinitionType, strings.ToLower(a.ResourceType), resource.VersionUndefined))
		if err != nil {
			if state.IsNotFoundError(err) {
				return denied("resource type %q is not supported", a.ResourceType)
			}

			return err
		}

		def, ok := res.Spec().(spec.ResourceDefinitionSpec)
		if !ok {
			if p, isPtr := res.Spec().(*spec.ResourceDefinitionSpec); isPtr {
				def, ok = *p, true
			}
		}

		// The ID is in lower case, so another spelling of the type finds it too.
		if !ok || def.Type != a.ResourceType {
			return denied("resource type %q is not supported", a.ResourceType)
		}

		needed := role.NewSet(role.Admin)
		if def.Sensitivity == spec.NonSensitive {
			needed = role.NewSet(role.Admin, role.Operator, role.Reader)
		}

		if !authz.Roles(ctx).Meets(needed) {
			return authz.ErrDenied
		}

		return nil
	}
}

// read is one thing that a service may read; an empty ID means all of the type.
type read struct {
	namespace resource.Namespace
	typ       resource.Type
	id        resource.ID
}

var (
	apidReads = []read{
		{"runtime", runtime.APIServiceConfigs.Type(), runtime.APIServiceConfigID},
		{"secrets", secrets.ApiCertificates.Type(), secrets.APIID},
		{"network", network.NodeAddresses.Type(), ""},
		{"network", network.HostnameStatuses.Type(), ""},
	}
	trustdReads = []read{
		{"secrets", secrets.TrustdCertificates.Type(), secrets.TrustdID},
		{"secrets", secrets.OSRootSecrets.Type(), secrets.OSRootID},
	}
)

func (r read) covers(a state.Access) bool {
	return a.ResourceNamespace == r.namespace && a.ResourceType == r.typ && (r.id == "" || r.id == a.ResourceID)
}

// stateServer serves to one user the few things it needs.
func (s *Server) stateServer(denials *denial.Log, uid uint32, reads []read) *grpc.Server {
	allowed := func(ctx context.Context, p authz.PeerInfo) (role.Set, error) {
		if p.UID != uid && p.UID != 0 {
			denials.Add("user", fmt.Sprintf("process %d of user %d", p.PID, p.UID))

			return role.Set{}, authz.ErrDenied
		}

		return role.Set{}, nil
	}

	source := authz.Socket(allowed)

	server := newServer(
		[]grpc.UnaryServerInterceptor{source.Unary()},
		[]grpc.StreamServerInterceptor{source.Stream()},
	)

	v1alpha1.RegisterStateServer(server, stateFor(s.deps.State, func(_ context.Context, a state.Access) error {
		if !a.Verb.Readonly() || !slices.ContainsFunc(reads, func(r read) bool { return r.covers(a) }) {
			return denied("access to %s %q is not allowed", a.ResourceType, a.ResourceID)
		}

		return nil
	}))

	return server
}
