package server

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/criclient"
)

func imageNamespace(n common.ContainerdNamespace) (string, error) {
	switch n {
	case common.ContainerdNamespace_NS_SYSTEM:
		return criclient.System, nil
	case common.ContainerdNamespace_NS_CRI:
		return criclient.Kubernetes, nil
	default:
		return "", status.Errorf(codes.InvalidArgument, "namespace %s has no images", n)
	}
}

// ImageList streams the images of a namespace.
func (s *machineService) ImageList(req *machine.ImageListRequest, stream grpc.ServerStreamingServer[machine.ImageListResponse]) error {
	namespace, err := imageNamespace(req.GetNamespace())
	if err != nil {
		return err
	}

	list, err := s.deps.CRI.Images(stream.Context(), namespace)
	if err != nil {
		return err
	}

	for _, i := range list {
		if err = stream.Send(&machine.ImageListResponse{
			Name: i.Name, Digest: i.Digest, Size: i.Size, CreatedAt: timestamppb.New(i.Created),
		}); err != nil {
			return err
		}
	}

	return nil
}

// ImagePull pulls an image and returns when it is unpacked.
func (s *machineService) ImagePull(ctx context.Context, req *machine.ImagePullRequest) (*machine.ImagePullResponse, error) {
	namespace, err := imageNamespace(req.GetNamespace())
	if err != nil {
		return nil, err
	}

	if req.GetReference() == "" {
		return nil, status.Error(codes.InvalidArgument, "no image was named")
	}

	if err = s.deps.CRI.Pull(ctx, namespace, req.GetReference()); err != nil {
		return nil, err
	}

	return &machine.ImagePullResponse{Messages: []*machine.ImagePull{{}}}, nil
}

// imageService is machine.ImageService, which replaces the methods above.
type imageService struct {
	machine.UnimplementedImageServiceServer
	*Server
}

// List streams the images of a namespace.
func (s *imageService) List(req *machine.ImageServiceListRequest, stream grpc.ServerStreamingServer[machine.ImageServiceListResponse]) error {
	namespace, err := imageNamespace(req.GetContainerd().GetNamespace())
	if err != nil {
		return err
	}

	list, err := s.deps.CRI.Images(stream.Context(), namespace)
	if err != nil {
		return err
	}

	for _, i := range list {
		if err = stream.Send(&machine.ImageServiceListResponse{
			Name: i.Name, Digest: i.Digest, Size: i.Size, CreatedAt: timestamppb.New(i.Created), Labels: i.Labels,
		}); err != nil {
			return err
		}
	}

	return nil
}

// Pull pulls an image. Progress is not told, only the end.
func (s *imageService) Pull(req *machine.ImageServicePullRequest, stream grpc.ServerStreamingServer[machine.ImageServicePullResponse]) error {
	namespace, err := imageNamespace(req.GetContainerd().GetNamespace())
	if err != nil {
		return err
	}

	if req.GetImageRef() == "" {
		return status.Error(codes.InvalidArgument, "no image was named")
	}

	if err = s.deps.CRI.Pull(stream.Context(), namespace, req.GetImageRef()); err != nil {
		return err
	}

	return stream.Send(&machine.ImageServicePullResponse{
		Response: &machine.ImageServicePullResponse_Name{Name: criclient.Reference(req.GetImageRef())},
	})
}

// Remove forgets an image. What of it a container still uses stays with that.
func (s *imageService) Remove(ctx context.Context, req *machine.ImageServiceRemoveRequest) (*emptypb.Empty, error) {
	namespace, err := imageNamespace(req.GetContainerd().GetNamespace())
	if err != nil {
		return nil, err
	}

	if req.GetImageRef() == "" {
		return nil, status.Error(codes.InvalidArgument, "no image was named")
	}

	if err = s.deps.CRI.Remove(ctx, namespace, req.GetImageRef()); criclient.IsNotFound(err) {
		return nil, status.Errorf(codes.NotFound, "there is no image %s", criclient.Reference(req.GetImageRef()))
	}

	return &emptypb.Empty{}, err
}
