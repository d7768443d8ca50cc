package server

import (
	"context"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	timeapi "github.com/talos-os/talos/api/time"
	"github.com/talos-os/talos/internal/sys/clock"
	"github.com/talos-os/talos/internal/sys/sntp"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// timeService is time.TimeService.
type timeService struct {
	timeapi.UnimplementedTimeServiceServer
	*Server
}

// askTime bounds the question to one time server.
const askTime = 5 * time.Second

// Time compares the clock with the first of the node's time servers that answers.
func (s *timeService) Time(ctx context.Context, _ *emptypb.Empty) (*timeapi.TimeResponse, error) {
	servers, err := network.TimeServerStatuses.Find(ctx, s.deps.State, network.TimeServerID)
	if err != nil {
		return nil, err
	}

	if servers == nil || len(servers.TypedSpec().NTPServers) == 0 {
		return nil, status.Error(codes.FailedPrecondition, "the node has no time servers: name one with TimeCheck")
	}

	var last error

	for _, server := range servers.TypedSpec().NTPServers {
		resp, err := compareClock(ctx, server)
		if err == nil {
			return resp, nil
		}

		last = err
	}

	return nil, last
}

// TimeCheck compares the clock with a time server of the caller's choice.
func (*timeService) TimeCheck(ctx context.Context, req *timeapi.TimeRequest) (*timeapi.TimeResponse, error) {
	// Devices are for the config: opening any path a caller names is not.
	if server := req.GetServer(); server == "" || strings.HasPrefix(server, "/") {
		return nil, status.Errorf(codes.InvalidArgument, "%q is not the name or address of a time server", server)
	}

	return compareClock(ctx, req.GetServer())
}

func compareClock(ctx context.Context, server string) (*timeapi.TimeResponse, error) {
	var offset time.Duration

	if strings.HasPrefix(server, "/") { // a PTP device
		var err error
		if offset, err = clock.PTPOffset(server); err != nil {
			return nil, err
		}
	} else {
		ctx, cancel := context.WithTimeout(ctx, askTime)
		defer cancel()

		sample, err := sntp.Query(ctx, server)
		if err != nil {
			return nil, status.Error(codes.Unavailable, err.Error())
		}

		offset = sample.Offset
	}

	now := time.Now()

	return &timeapi.TimeResponse{Messages: []*timeapi.Time{{
		Server: server, Localtime: timestamppb.New(now), Remotetime: timestamppb.New(now.Add(offset)),
	}}}, nil
}
