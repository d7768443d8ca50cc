package server

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/siderolabs/go-kmsg"
	"google.golang.org/grpc"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
)

// Dmesg streams the kernel's log, a record an item.
func (s *machineService) Dmesg(req *machine.DmesgRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	var opts []kmsg.Option

	if req.GetFollow() {
		opts = append(opts, kmsg.Follow())

		if req.GetTail() {
			opts = append(opts, kmsg.FromTail())
		}
	}

	reader, err := kmsg.NewReader(opts...)
	if err != nil {
		return fmt.Errorf("open the kernel's log: %w", err)
	}

	defer reader.Close() //nolint:errcheck

	for packet := range reader.Scan(stream.Context()) {
		if packet.Err != nil {
			if errors.Is(packet.Err, io.EOF) || stream.Context().Err() != nil {
				return nil
			}

			return packet.Err
		}

		if err = stream.Send(&common.Data{Bytes: []byte(kernelRecord(packet.Message))}); err != nil {
			return err
		}
	}

	return nil
}

func kernelRecord(m kmsg.Message) string {
	// Any process that may write to the log chooses the facility, and the
	// library's table of names is shorter than the number is wide.
	facility := fmt.Sprintf("facility%d", int(m.Facility))
	if m.Facility >= kmsg.Kern && m.Facility <= kmsg.Local7 {
		facility = m.Facility.String()
	}

	return fmt.Sprintf("%s: %7s: [%s]: %s", facility, m.Priority, m.Timestamp.Format(time.RFC3339Nano), m.Message)
}
