package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"time"

	"google.golang.org/grpc"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

// Times in the lines of dmesg over the API, and of apid's log.
var (
	dmesgTime = regexp.MustCompile(`\[([0-9T:.-]+(?:Z|[+-]\d\d:\d\d))\]: `)
	slogTime  = regexp.MustCompile(`\btime=(\S+)`)
)

// firstTime finds the first line with a text and the time it carries.
func firstTime(lines io.Reader, text string, where *regexp.Regexp) (time.Time, error) {
	sc := bufio.NewScanner(lines)
	sc.Buffer(nil, 1<<20)

	for sc.Scan() {
		if !strings.Contains(sc.Text(), text) {
			continue
		}

		m := where.FindStringSubmatch(sc.Text())
		if m == nil {
			return time.Time{}, errors.New("no time in line: " + sc.Text())
		}

		return time.Parse(time.RFC3339Nano, m[1])
	}

	return time.Time{}, errors.Join(sc.Err(), errors.New("no line with "+text))
}

// fromPID1ToAPI is between PID 1's first line and apid serving, by the machine's
// own logs and clock.
func fromPID1ToAPI(ctx context.Context, dial func() (*client.Client, error)) (time.Duration, error) {
	c, err := dial()
	if err != nil {
		return 0, err
	}
	defer c.Close() //nolint:errcheck

	kernel, err := c.Machine.Dmesg(ctx, &machine.DmesgRequest{})
	if err != nil {
		return 0, err
	}

	records := messages(kernel)
	defer records.Close() //nolint:errcheck // never fails

	began, err := firstTime(records, linePID1, dmesgTime)
	if err != nil {
		return 0, err
	}

	apid, err := c.Machine.Logs(ctx, &machine.LogsRequest{Namespace: "system", Id: "apid", TailLines: -1})
	if err != nil {
		return 0, err
	}

	serves, err := firstTime(client.Reader(apid), "serving the API", slogTime)

	return serves.Sub(began), err
}

// messages ends each item of a stream with a newline: records of the kernel's
// log come without. Closing it lets go of the stream.
func messages(stream grpc.ServerStreamingClient[common.Data]) *io.PipeReader {
	r, w := io.Pipe()

	go func() {
		for {
			m, err := stream.Recv()
			if err != nil {
				w.CloseWithError(err) //nolint:errcheck // never fails

				return
			}

			if _, err = w.Write(append(m.GetBytes(), '\n')); err != nil {
				return
			}
		}
	}()

	return r
}
