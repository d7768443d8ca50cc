package server

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/events"
)

// Events streams what happens. The first item is empty: it tells the client that
// the stream stands, before whatever it asks for next.
func (s *machineService) Events(req *machine.EventsRequest, stream grpc.ServerStreamingServer[machine.Event]) error {
	if err := stream.Send(&machine.Event{Data: &anypb.Any{}}); err != nil {
		return err
	}

	o := events.Options{
		TailEvents: int(req.GetTailEvents()),
		TailID:     req.GetTailId(),
		TailFor:    time.Duration(req.GetTailSeconds()) * time.Second,
		ActorID:    req.GetWithActorId(),
	}

	err := s.deps.Events.Follow(stream.Context(), o, func(e events.Event) error {
		return stream.Send(&machine.Event{Id: e.ID.String(), ActorId: e.ActorID, Data: e.Payload})
	})
	if stream.Context().Err() != nil {
		return nil //nolint:nilerr // the client has had enough
	}

	return err
}
