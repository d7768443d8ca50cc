package netctl

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
)

// Defaults of probes.
const (
	probeInterval = time.Second
	probeTimeout  = 10 * time.Second
)

// probeConfig takes probes from the config. They decide what counts as
// connectivity, see StatusController.
func probeConfig() controller.Controller {
	return controller.Derive[*config.Config]{
		Name:    "network.ProbeConfigController",
		Inputs:  controller.In(machineconfig.MachineConfigs.Weak(kinds.ID(machineconfig.Active))),
		Outputs: controller.Out(network.ProbeSpecs.Shared()),
		Observe: func(ctx context.Context, r cosi.Reader) (*config.Config, error) { return machineConfig(ctx, r) },
		Plan: func(c *config.Config) ([]controller.Item, error) {
			var items []controller.Item

			for id, s := range planProbes(c) {
				items = append(items, wantLayered(network.ProbeSpecs, s.ConfigLayer, id, s))
			}

			return items, nil
		},
	}.Build()
}

func planProbes(c *config.Config) map[string]network.ProbeSpec {
	out := map[string]network.ProbeSpec{}
	if c == nil {
		return out
	}

	spec := func(interval time.Duration, failures int) network.ProbeSpec {
		return network.ProbeSpec{Interval: or(interval, probeInterval), FailureThreshold: failures, ConfigLayer: network.ConfigLayerConfiguration}
	}

	for _, d := range config.Docs[document.TCPProbeConfig](c) {
		s := spec(d.Interval, d.FailureThreshold)
		s.TCP = network.TCPProbeSpec{Endpoint: d.Endpoint, Timeout: or(d.Timeout, probeTimeout)}
		out[probeID(s)] = s
	}

	for _, d := range config.Docs[document.HTTPProbeConfig](c) {
		s := spec(d.Interval, d.FailureThreshold)

		u, err := url.Parse(d.URL.String())
		if err != nil {
			continue // refused by validation
		}

		s.HTTP = network.HTTPProbeSpec{URL: u, Timeout: or(d.Timeout, probeTimeout)}
		out[probeID(s)] = s
	}

	return out
}

func or[T comparable](v, def T) T {
	var zero T

	if v == zero {
		return def
	}

	return v
}

func probeID(s network.ProbeSpec) string {
	if s.HTTP.URL != nil {
		return "http:" + s.HTTP.URL.String()
	}

	return "tcp:" + s.TCP.Endpoint
}

func probeMerge() controller.Controller {
	return mergeOf[network.ProbeSpec]{
		"ProbeMergeControllers.net.talos.dev", network.ProbeSpecs, probeID,
		func(s network.ProbeSpec) network.ConfigLayer { return s.ConfigLayer },
		highest[network.ProbeSpec],
	}.controller()
}

// probe carries the probes out and reports them: all that are due at once, each
// by itself, so that one that hangs keeps nobody waiting longer than its time.
func probe(ask func(context.Context, network.ProbeSpec) error) controller.Controller {
	p := &prober{ask: ask, state: map[string]probeState{}}

	return controller.Reconcile[probeView, probePlan]{
		Name:    "network.ProbeController",
		Inputs:  controller.In(network.ProbeSpecs.Weak()),
		Outputs: controller.Out(network.ProbeStatuses.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (probeView, error) {
			list, err := network.ProbeSpecs.List(ctx, r)
			v := probeView{specs: map[string]network.ProbeSpec{}, state: p.state, now: time.Now()}

			for _, s := range controller.Running(list) {
				v.specs[s.ID()] = *s.TypedSpec()
			}

			return v, err
		},
		Plan:  planProbing,
		Apply: p.apply,
	}.Build()
}

type probeState struct {
	last     time.Time
	failures int
	known    bool
	err      string
}

type probeView struct {
	specs map[string]network.ProbeSpec
	state map[string]probeState
	now   time.Time
}

type probePlan struct {
	specs map[string]network.ProbeSpec
	due   []string
	again time.Time
}

func (p probePlan) CheckAgainAt() time.Time { return p.again }
func (p probePlan) String() string          { return "due: " + strings.Join(p.due, ", ") }

func planProbing(v probeView) probePlan {
	p := probePlan{specs: v.specs}

	for id, s := range v.specs {
		next := v.now

		if st, ok := v.state[id]; ok {
			next = st.last.Add(s.Interval)
		}

		if !v.now.Before(next) {
			p.due = append(p.due, id)
			next = v.now.Add(s.Interval)
		}

		if p.again.IsZero() || next.Before(p.again) {
			p.again = next
		}
	}

	slices.Sort(p.due)

	return p
}

type prober struct {
	ask   func(context.Context, network.ProbeSpec) error
	state map[string]probeState
}

func (p *prober) apply(ctx context.Context, w *controller.Writer, plan probePlan) error {
	type answer struct {
		id  string
		err error
	}

	answers := make(chan answer, len(plan.due))
	now := time.Now()

	for _, id := range plan.due {
		go func() { answers <- answer{id, p.ask(ctx, plan.specs[id])} }()
	}

	for range plan.due {
		a := <-answers
		before := p.state[a.id]
		after := before.next(a.err, plan.specs[a.id].FailureThreshold, now)
		p.state[a.id] = after

		if before.known != after.known || before.err != after.err {
			w.Log.Info("probe changed", "probe", a.id, "success", after.err == "", "error", after.err)
		}
	}

	var errs []error

	for id := range p.state {
		if _, ok := plan.specs[id]; !ok {
			delete(p.state, id)
		}
	}

	for id, s := range p.state {
		if s.known {
			errs = append(errs, w.Want(controller.Want(network.ProbeStatuses, id, network.ProbeStatusSpec{Success: s.err == "", LastError: s.err})))
		}
	}

	return errors.Join(errs...)
}

// next forgives as many failures in a row as the threshold says.
func (s probeState) next(err error, threshold int, now time.Time) probeState {
	s.last = now

	if err == nil {
		return probeState{last: now, known: true}
	}

	if s.failures++; s.failures > threshold {
		s.known, s.err = true, err.Error()
	}

	return s
}

func askProbe(ctx context.Context, s network.ProbeSpec) error {
	if s.HTTP.URL == nil {
		conn, err := (&net.Dialer{Timeout: or(s.TCP.Timeout, probeTimeout)}).DialContext(ctx, "tcp", s.TCP.Endpoint)
		if err != nil {
			return err
		}

		return conn.Close()
	}

	ctx, cancel := context.WithTimeout(ctx, or(s.HTTP.Timeout, probeTimeout))
	defer cancel()

	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.HTTP.URL.String(), nil)
	if err != nil {
		return err
	}

	resp, err := probeHTTP.Do(req)
	if err != nil {
		return err
	}

	if resp.Body.Close(); resp.StatusCode >= http.StatusBadRequest { //nolint:errcheck
		return fmt.Errorf("%s answers %s", s.HTTP.URL, resp.Status)
	}

	return nil
}

// probeHTTP keeps no connections: each probe shall find out anew.
var probeHTTP = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment}}
