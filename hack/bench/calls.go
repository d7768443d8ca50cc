package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/pkg/machinery/client"
)

const (
	// sequentialCalls give a p99 that two slow ones do not make.
	sequentialCalls = 500
	parallelCallers = 16
	parallelTime    = 10 * time.Second
)

// calls measures Version at a control plane node, and through it at a worker.
func (b *bench) calls(ctx context.Context) (s Section, err error) {
	ctx, cancel := context.WithTimeout(ctx, 12*time.Minute)
	defer cancel()

	s.How = fmt.Sprintf(`A control plane node and a worker of 2 CPUs each with their configs, before Kubernetes is bootstrapped, a minute after
		both answer. The client runs on the same host, outside the machines. Latency: %d calls one after the other over one connection.
		Rate: %d callers for %s over one connection. Forwarded: the call names the worker in its node metadata, and the control plane's
		apid passes it on over its own connection. Natively, apid alone does several thousand calls per second; see the tests with a limit.`,
		sequentialCalls, parallelCallers, parallelTime)

	started := time.Now()

	l, err := b.start(ctx, "bench-calls", "image", 1)
	defer func() { l.stop(err) }()

	if err != nil {
		return s, err
	}

	for i, file := range []string{"controlplane.yaml", "worker.yaml"} {
		if _, err = answers(ctx, "maintenance mode", time.Second, versionCall(func() (*client.Client, error) { return l.insecure(i) })); err != nil {
			return s, err
		}

		if err = l.apply(ctx, i, file); err != nil {
			return s, err
		}

		say(started, "config applied to %s", l.state.Nodes[i].Name)
	}

	c, err := l.admin(0)
	if err != nil {
		return s, err
	}
	defer c.Close() //nolint:errcheck

	worker := client.WithNode(ctx, l.state.Nodes[1].Address.String())

	for _, target := range []context.Context{ctx, worker} {
		if _, err = answers(ctx, "Version", time.Second, func(attempt context.Context) error {
			_, err := c.Machine.Version(target, &emptypb.Empty{})

			return errors.Join(err, attempt.Err())
		}); err != nil {
			return s, err
		}
	}

	say(started, "both answer")
	time.Sleep(time.Minute)

	for _, t := range []struct {
		name string
		ctx  context.Context
	}{{"local", ctx}, {"forwarded", worker}} {
		figures, err := versionFigures(t.ctx, c, t.name)
		if err != nil {
			return s, err
		}

		s.Figures = append(s.Figures, figures...)
	}

	return s, nil
}

func versionFigures(ctx context.Context, c *client.Client, name string) ([]Figure, error) {
	var all []time.Duration

	for range sequentialCalls {
		begin := time.Now()

		if _, err := c.Machine.Version(ctx, &emptypb.Empty{}); err != nil {
			return nil, fmt.Errorf("version %s: %w", name, err)
		}

		all = append(all, time.Since(begin))
	}

	rate, err := callRate(ctx, c)

	return []Figure{
		{Name: "Version " + name + ", p50", Value: ms(percentile(all, 50)), Unit: "ms"},
		{Name: "Version " + name + ", p99", Value: ms(percentile(all, 99)), Unit: "ms"},
		{Name: "Version " + name + ", rate", Value: rate, Unit: "calls/s"},
	}, err
}

func callRate(ctx context.Context, c *client.Client) (float64, error) {
	var (
		wg     sync.WaitGroup
		counts [parallelCallers]int
		errs   [parallelCallers]error
		begin  = time.Now()
	)

	for i := range parallelCallers {
		wg.Go(func() {
			for errs[i] == nil && time.Since(begin) < parallelTime {
				_, errs[i] = c.Machine.Version(ctx, &emptypb.Empty{})
				counts[i]++
			}
		})
	}

	wg.Wait()

	sum := 0
	for _, n := range counts {
		sum += n
	}

	return float64(sum) / time.Since(begin).Seconds(), errors.Join(errs[:]...)
}
