package server

import (
	"context"

	"github.com/cosi-project/runtime/pkg/controller"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/inspect"
)

// inspectService is inspect.InspectService.
type inspectService struct {
	inspect.UnimplementedInspectServiceServer
	*Server
}

var edgeTypes = map[controller.DependencyEdgeType]inspect.DependencyEdgeType{
	controller.EdgeOutputExclusive:   inspect.DependencyEdgeType_OUTPUT_EXCLUSIVE,
	controller.EdgeOutputShared:      inspect.DependencyEdgeType_OUTPUT_SHARED,
	controller.EdgeInputStrong:       inspect.DependencyEdgeType_INPUT_STRONG,
	controller.EdgeInputWeak:         inspect.DependencyEdgeType_INPUT_WEAK,
	controller.EdgeInputDestroyReady: inspect.DependencyEdgeType_INPUT_DESTROY_READY,

	// Queued controllers have words of their own for the same things.
	controller.EdgeInputQPrimary:            inspect.DependencyEdgeType_INPUT_STRONG,
	controller.EdgeInputQMapped:             inspect.DependencyEdgeType_INPUT_WEAK,
	controller.EdgeInputQMappedDestroyReady: inspect.DependencyEdgeType_INPUT_DESTROY_READY,
}

// ControllerRuntimeDependencies tells which controllers read and write which state.
func (s *inspectService) ControllerRuntimeDependencies(context.Context, *emptypb.Empty) (*inspect.ControllerRuntimeDependenciesResponse, error) {
	if s.deps.Dependencies == nil {
		return nil, status.Error(codes.Unavailable, "no controllers run")
	}

	graph, err := s.deps.Dependencies()
	if err != nil {
		return nil, err
	}

	out := &inspect.ControllerRuntimeDependency{}

	for _, e := range graph.Edges {
		edge, ok := edgeTypes[e.EdgeType]
		if !ok {
			return nil, status.Errorf(codes.Internal, "controller %s has a dependency of unknown kind %d", e.ControllerName, e.EdgeType)
		}

		out.Edges = append(out.Edges, &inspect.ControllerDependencyEdge{
			ControllerName: e.ControllerName, EdgeType: edge,
			ResourceNamespace: e.ResourceNamespace, ResourceType: e.ResourceType, ResourceId: e.ResourceID,
		})
	}

	return &inspect.ControllerRuntimeDependenciesResponse{Messages: []*inspect.ControllerRuntimeDependency{out}}, nil
}
