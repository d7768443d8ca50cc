package server

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/services"
)

// ServiceList tells about all services.
func (s *machineService) ServiceList(context.Context, *emptypb.Empty) (*machine.ServiceListResponse, error) {
	var out []*machine.ServiceInfo

	for _, i := range s.deps.Services.List() {
		info := &machine.ServiceInfo{
			Id: i.ID, State: i.State.String(), Events: &machine.ServiceEvents{},
			Health: &machine.ServiceHealth{
				Unknown: i.Health.Unknown, Healthy: i.Health.Healthy, LastMessage: i.Health.Message, LastChange: at(i.Health.Since),
			},
		}

		for _, e := range i.Events {
			info.Events.Events = append(info.Events.Events, &machine.ServiceEvent{
				Msg: e.Message, State: e.State.String(), Ts: timestamppb.New(e.At),
			})
		}

		out = append(out, info)
	}

	return &machine.ServiceListResponse{Messages: []*machine.ServiceList{{Services: out}}}, nil
}

func at(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}

	return timestamppb.New(t)
}

// allowed says whether the API may do this to a service. The error has no code
// of its own, as clients expect.
func (s *machineService) allowed(id, operation string, may func(services.Controls) bool) error {
	c, err := s.deps.Services.Controls(id)
	if err != nil {
		return err
	}

	if !may(c) {
		return fmt.Errorf("service %q doesn't support %s operation via API", id, operation)
	}

	return nil
}

// ServiceStart starts a service; one that runs is left alone.
func (s *machineService) ServiceStart(_ context.Context, req *machine.ServiceStartRequest) (*machine.ServiceStartResponse, error) {
	if err := s.allowed(req.GetId(), "start", func(c services.Controls) bool { return c.Start }); err != nil {
		return nil, err
	}

	if err := s.deps.Services.Start(req.GetId()); err != nil {
		return nil, err
	}

	return &machine.ServiceStartResponse{Messages: []*machine.ServiceStart{{
		Resp: fmt.Sprintf("Service %q started", req.GetId()),
	}}}, nil
}

// ServiceStop stops a service; one that is stopped is left alone.
func (s *machineService) ServiceStop(ctx context.Context, req *machine.ServiceStopRequest) (*machine.ServiceStopResponse, error) {
	if err := s.allowed(req.GetId(), "stop", func(c services.Controls) bool { return c.Stop }); err != nil {
		return nil, err
	}

	if err := s.deps.Services.Stop(ctx, req.GetId()); err != nil {
		return nil, err
	}

	return &machine.ServiceStopResponse{Messages: []*machine.ServiceStop{{
		Resp: fmt.Sprintf("Service %q stopped", req.GetId()),
	}}}, nil
}

// ServiceRestart stops a service and starts it again.
func (s *machineService) ServiceRestart(ctx context.Context, req *machine.ServiceRestartRequest) (*machine.ServiceRestartResponse, error) {
	if err := s.allowed(req.GetId(), "restart", func(c services.Controls) bool { return c.Restart }); err != nil {
		return nil, err
	}

	if err := s.deps.Services.Restart(ctx, req.GetId()); err != nil {
		return nil, err
	}

	return &machine.ServiceRestartResponse{Messages: []*machine.ServiceRestart{{
		Resp: fmt.Sprintf("Service %q restarted", req.GetId()),
	}}}, nil
}
