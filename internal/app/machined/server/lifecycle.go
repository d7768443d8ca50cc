package server

import (
	"context"

	"github.com/talos-os/talos/api/machine"
)

// Reboot returns before the machine goes down; events tell how it goes.
func (s *machineService) Reboot(ctx context.Context, req *machine.RebootRequest) (*machine.RebootResponse, error) {
	if err := s.needsMachine(); err != nil {
		return nil, err
	}

	id, err := s.deps.Sequencer.Reboot(ctx, req.GetMode())
	if err != nil {
		return nil, err
	}

	return &machine.RebootResponse{Messages: []*machine.Reboot{{ActorId: id}}}, nil
}

// Shutdown returns before the machine goes down.
func (s *machineService) Shutdown(ctx context.Context, req *machine.ShutdownRequest) (*machine.ShutdownResponse, error) {
	if err := s.needsMachine(); err != nil {
		return nil, err
	}

	id, err := s.deps.Sequencer.Shutdown(ctx, req.GetForce())
	if err != nil {
		return nil, err
	}

	return &machine.ShutdownResponse{Messages: []*machine.Shutdown{{ActorId: id}}}, nil
}

// Reset returns before anything is wiped, but after the request was checked.
func (s *machineService) Reset(ctx context.Context, req *machine.ResetRequest) (*machine.ResetResponse, error) {
	id, err := s.deps.Sequencer.Reset(ctx, req)
	if err != nil {
		return nil, err
	}

	return &machine.ResetResponse{Messages: []*machine.Reset{{ActorId: id}}}, nil
}

// Rollback is not there, and not even supported in a container.
func (s *machineService) Rollback(ctx context.Context, req *machine.RollbackRequest) (*machine.RollbackResponse, error) {
	if err := s.needsMachine(); err != nil {
		return nil, err
	}

	return s.UnimplementedMachineServiceServer.Rollback(ctx, req)
}
