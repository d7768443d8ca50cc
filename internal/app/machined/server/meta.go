package server

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/sys/meta"
)

func metaTag(key uint32) (meta.Tag, error) {
	if key > 0xff {
		return 0, status.Errorf(codes.InvalidArgument, "META key %d does not fit 8 bits", key)
	}

	return meta.Tag(key), nil
}

// flush keeps values in memory while there is no partition: installing writes them.
func (s *machineService) flush() error {
	if err := s.deps.Meta.Flush(); !errors.Is(err, meta.ErrNoPartition) {
		return err
	}

	return nil
}

// MetaWrite keeps a value.
func (s *machineService) MetaWrite(_ context.Context, req *machine.MetaWriteRequest) (*machine.MetaWriteResponse, error) {
	if err := s.needsMachine(); err != nil {
		return nil, err
	}

	tag, err := metaTag(req.GetKey())
	if err != nil {
		return nil, err
	}

	if err = s.deps.Meta.Write(tag, req.GetValue()); err != nil {
		return nil, err
	}

	if err = s.flush(); err != nil {
		return nil, err
	}

	return &machine.MetaWriteResponse{Messages: []*machine.MetaWrite{{}}}, nil
}

// MetaDelete forgets a value.
func (s *machineService) MetaDelete(_ context.Context, req *machine.MetaDeleteRequest) (*machine.MetaDeleteResponse, error) {
	if err := s.needsMachine(); err != nil {
		return nil, err
	}

	tag, err := metaTag(req.GetKey())
	if err != nil {
		return nil, err
	}

	if !s.deps.Meta.Delete(tag) {
		return nil, status.Errorf(codes.NotFound, "META has no key %d", tag)
	}

	if err = s.flush(); err != nil {
		return nil, err
	}

	return &machine.MetaDeleteResponse{Messages: []*machine.MetaDelete{{}}}, nil
}
