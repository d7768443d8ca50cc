package configctl

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/internal/app/machined/platform"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

const (
	diagnosticID = "machine-config"
	firstRetry   = time.Second
	longestRetry = time.Minute
	// mountPatience is how long a STATE that was found may take to be mounted
	// before a person is asked for help. Replaying the journal of a slow disk
	// takes seconds.
	mountPatience = time.Minute
)

// acquire finds a config at boot and says when one is in force.
//
// It is a task and not a reconciler because what it does has an order and an
// end. Once a config is in force it only keeps the two statuses right.
func acquire(d Deps) controller.Controller {
	return controller.Task{
		Name: "config.AcquireController",
		Inputs: controller.In(
			machineconfig.MachineConfigs.Weak(resource.ID(machineconfig.Active)),
			block.VolumeStatuses.Weak(resource.ID(stateVolume)),
			block.VolumeMountStatuses.Weak(),
			block.DiscoveredVolumes.Weak(),
			runtime.MaintenanceServiceRequests.DestroyReady(),
		),
		Outputs: controller.Out(runtime.AcquireConfigStatuses.Exclusive(), runtime.MaintenanceServiceRequests.Exclusive()),
		Run: func(ctx context.Context, rt cosi.Runtime, log *slog.Logger) error {
			a := &acquisition{Deps: d, rt: rt, log: log}

			return a.run(ctx)
		},
	}.Build()
}

type acquisition struct {
	Deps
	rt  cosi.Runtime
	log *slog.Logger

	// looked says that STATE has answered one way or the other, read that its
	// file was looked at, and elsewhere that the other sources are being asked.
	looked, read, elsewhere bool
	// maintenance says that the API shall take a config.
	maintenance bool
	fetched     chan fetchResult
	patience    *time.Timer
	reported    string
}

type fetchResult struct {
	cfg *config.Config
	err error
	// last says that the platform has nothing, ever.
	last bool
}

func (a *acquisition) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	a.fetched = make(chan fetchResult)
	a.patience = time.NewTimer(mountPatience)
	a.patience.Stop()

	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.rt.EventCh():
		case <-a.patience.C:
			// Still looking: should it be mounted after all, its config is used.
			a.maintenance = true
			a.report(ctx, "volume STATE was found but cannot be mounted: see the log; talosctl reset makes it anew", nil)
		case got := <-a.fetched:
			if err := a.take(ctx, got); err != nil {
				return err
			}
		}

		if err := a.round(ctx); err != nil {
			return err
		}

		a.rt.ResetRestartBackoff()
	}
}

// round looks where things stand. It is called for every change and does
// something new only once.
func (a *acquisition) round(ctx context.Context) error {
	active, err := a.Applier.Active(ctx)
	if err != nil {
		return err
	}

	if active != nil && active.CompleteForBoot() {
		return a.finish(ctx)
	}

	if err := a.look(ctx); err != nil {
		return err
	}

	if active, err = a.Applier.Active(ctx); err != nil {
		return err
	}

	if active != nil && active.CompleteForBoot() {
		return a.finish(ctx)
	}

	if a.maintenance {
		return a.rt.Modify(ctx, runtime.MaintenanceServiceRequests.New(runtime.MaintenanceServiceRequestID, runtime.MaintenanceServiceRequestSpec{}),
			func(cosiResource) error { return nil })
	}

	return nil
}

// look asks STATE first. Before STATE has answered nothing else is tried. A disk
// may also come late: then STATE is asked although it was missing before.
func (a *acquisition) look(ctx context.Context) error {
	status, err := block.VolumeStatuses.Find(ctx, a.rt, stateVolume)
	if err != nil || status == nil {
		return err
	}

	switch phase := status.TypedSpec().Phase; {
	case phase == block.VolumePhaseReady && !a.read:
		mounted, err := stateMounted(ctx, a.rt)
		if err == nil && mounted {
			mounted, err = a.Mounted(a.StateDir)
		}

		if err != nil {
			return err
		}

		if !mounted {
			if !a.maintenance {
				a.patience.Reset(mountPatience)
			}

			return nil
		}

		a.looked, a.read = true, true
		a.patience.Stop()

		return a.fromState(ctx)
	case phase == block.VolumePhaseMissing && !a.looked:
		a.looked = true

		return a.fromElsewhere(ctx)
	case phase == block.VolumePhaseFailed && !a.looked:
		a.looked, a.maintenance = true, true
		a.report(ctx, "volume STATE: "+status.TypedSpec().ErrorMessage, nil)
	}

	return nil
}

func (a *acquisition) fromState(ctx context.Context) error {
	path := filepath.Join(a.StateDir, configFile)

	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		// Installed, and power was lost before the config was written, or STATE
		// was reset.
		return a.fromElsewhere(ctx)
	}

	var cfg *config.Config

	if err == nil {
		cfg, err = config.Load(text, config.WithName(path))
	}

	if err == nil && !cfg.CompleteForBoot() {
		err = fmt.Errorf("%s is not enough to boot with: it has no complete v1alpha1 document", path)
	}

	if err != nil {
		a.maintenance = true
		a.report(ctx, "the machine config on STATE cannot be used, apply a good one to go on", err)

		return nil
	}

	// An upgrade may bring stricter checks. What ran before must run again: say
	// it and go on.
	if err := a.validate(cfg); err != nil {
		a.log.Warn("machine config on STATE has problems", "error", withoutText(err))
		a.ValidationError(withoutText(err))
	}

	a.log.Info("machine config found", "source", path)

	return a.Applier.adopt(ctx, cfg, true)
}

// fromElsewhere puts what came with the image and the kernel command line into
// force, and asks the platform in the background.
func (a *acquisition) fromElsewhere(ctx context.Context) error {
	if a.elsewhere {
		return nil
	}

	a.elsewhere = true

	cfg, err := a.local()
	if err != nil {
		a.report(ctx, "the config in the image or on the kernel command line cannot be used", err)
	}

	if cfg != nil && !cfg.IsEmpty() {
		if cfg.CompleteForBoot() {
			if err := a.validate(cfg); err != nil {
				a.maintenance = true
				a.ValidationError(withoutText(err))
				a.report(ctx, "the config in the image or on the kernel command line cannot be used", err)

				return nil
			}
		}

		if err := a.Applier.adopt(ctx, cfg, false); err != nil || cfg.CompleteForBoot() {
			return err
		}
	}

	go a.fetch(ctx, cfg)

	// Give the platform a moment of its own: a machine told where its config is
	// should not open its API to everybody for the second that takes.
	if !a.platformMayHave() {
		a.maintenance = true
	}

	return nil
}

// platformMayHave reports whether a source was named explicitly.
func (a *acquisition) platformMayHave() bool {
	url := platform.Parse(a.Cmdline).First("talos.config")

	return a.Platform.Mode() != string(config.Metal) || url != "" && url != "none"
}

// local joins the embedded config and the one on the command line.
func (a *acquisition) local() (*config.Config, error) {
	var parts []source

	path := filepath.Join(a.EmbeddedDir, configFile)
	if text, err := os.ReadFile(path); err == nil {
		parts = append(parts, source{path, text})
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}

	for _, value := range platform.Parse(a.Cmdline).All("talos.config.inline") {
		text, err := decodeInline(value)
		if err != nil {
			return nil, fmt.Errorf("talos.config.inline: %w", err)
		}

		parts = append(parts, source{"talos.config.inline", text})
	}

	return join(parts...)
}

// fetch asks the platform until it has an answer.
func (a *acquisition) fetch(ctx context.Context, base *config.Config) {
	facts := facts{st: a.State, meta: a.Meta}
	retry := firstRetry

	send := func(r fetchResult) {
		select {
		case a.fetched <- r:
		case <-ctx.Done():
		}
	}

	for {
		tryCtx, cancel := context.WithTimeout(ctx, time.Minute)
		text, err := a.Platform.Config(tryCtx, facts)

		cancel()

		if ctx.Err() != nil {
			return
		}

		if errors.Is(err, platform.ErrNoConfig) {
			send(fetchResult{err: err, last: true})

			// A volume may be attached later.
			if a.waitVolumes(ctx) != nil {
				return
			}

			continue
		}

		var cfg *config.Config

		if err == nil {
			parts := []source{{a.Platform.Name(), text}}
			if base != nil {
				parts = append([]source{{"image", base.Bytes()}}, parts...)
			}

			if cfg, err = join(parts...); err == nil && cfg.CompleteForBoot() {
				err = a.validate(cfg)
			}
		}

		send(fetchResult{cfg: cfg, err: err})

		if err == nil {
			return
		}

		select {
		case <-ctx.Done():
			return
		case <-time.After(retry):
		}

		retry = min(2*retry, longestRetry)
	}
}

// waitVolumes returns when the set of volumes changed.
func (a *acquisition) waitVolumes(ctx context.Context) error {
	ch := make(chan state.Event)
	if err := a.State.WatchKind(ctx, block.DiscoveredVolumes.Ref(""), ch); err != nil {
		return err
	}

	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take uses what the platform answered, unless the API was faster.
func (a *acquisition) take(ctx context.Context, got fetchResult) error {
	active, err := a.Applier.Active(ctx)
	if err != nil || active != nil && active.CompleteForBoot() {
		return err
	}

	switch {
	case got.last:
		a.maintenance = true

		return nil
	case got.err != nil:
		// Keep trying, but let a person help.
		a.maintenance = true
		a.report(ctx, "no usable config from platform "+a.Platform.Name(), got.err)

		return nil
	}

	a.log.Info("machine config found", "source", "platform "+a.Platform.Name())

	if !got.cfg.CompleteForBoot() {
		a.maintenance = true
	}

	return a.Applier.adopt(ctx, got.cfg, false)
}

// finish says that a config is in force.
func (a *acquisition) finish(ctx context.Context) error {
	a.looked = true

	a.patience.Stop()

	ref := runtime.MaintenanceServiceRequests.Ref(runtime.MaintenanceServiceRequestID)

	ready, err := a.rt.Teardown(ctx, ref)
	if err == nil && ready {
		err = a.rt.Destroy(ctx, ref)
	}

	if err != nil && !state.IsNotFoundError(err) {
		return err
	}

	a.maintenance = false
	a.clearReport(ctx)

	return a.rt.Modify(ctx, runtime.AcquireConfigStatuses.New(AcquiredID, runtime.AcquireConfigStatusSpec{}),
		func(cosiResource) error { return nil })
}

type source struct {
	name string
	text []byte
}

// join makes one config of several texts.
func join(parts ...source) (*config.Config, error) {
	if len(parts) == 0 {
		return nil, nil
	}

	name, text := parts[0].name, parts[0].text

	for _, p := range parts[1:] {
		name += "+" + p.name
		text = append(append(append([]byte{}, text...), "\n---\n"...), p.text...)
	}

	return config.Load(text, config.WithName(name))
}

// decodeInline reads base64 of zstd-compressed or plain text.
func decodeInline(value string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return nil, fmt.Errorf("not base64: %w", err)
	}

	return decompress(raw)
}
