package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/google/uuid"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/controllers/blockctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/runtimectl"
	"github.com/talos-os/talos/internal/app/machined/services"
	"github.com/talos-os/talos/internal/app/machined/tasks"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// Bounds of the sequences' waits. They are generous because an emulated machine
// takes its time; none of them is reached when all is well.
const (
	stopServicesTime = 2 * time.Minute
	teardownTime     = 30 * time.Second
	// newDiskTime is for making STATE on a disk just installed to.
	newDiskTime = 3 * time.Minute
	// retryPause is between attempts at a boot or installation that failed.
	retryPause = 30 * time.Second
)

// lifecycle runs the sequences of the machine.
type lifecycle struct {
	state    state.State
	runner   *tasks.Runner
	stage    *runtimectl.Stage
	services *services.Manager
	meta     *meta.Store
	pods     podStopper
	install  func(ctx context.Context) error
	// persisted waits until the config is where the next boot finds it.
	persisted func(ctx context.Context) error

	// down is set once the machine is on its way down for good.
	down atomic.Bool
	// ctx lives as long as the node.
	ctx context.Context //nolint:containedctx // sequences outlive the API call that asked for them
}

// podStopper ends what runs in Kubernetes' containers.
type podStopper interface {
	StopPods(ctx context.Context) error
	RemovePods(ctx context.Context) error
	CordonAndDrain(ctx context.Context) error
	LeaveEtcd(ctx context.Context) error
}

// run brings the machine up: initialize, install if that is what the config
// asks for, boot. It comes back when the machine runs, or is told to go down.
func (l *lifecycle) run() {
	l.stage.Set(runtime.MachineStageBooting)

	for attempt := 0; !l.down.Load(); attempt++ {
		if attempt > 0 {
			l.pause()
		}

		if err := l.runner.Run(l.ctx, "", tasks.Initialize(l.initialize())); err != nil {
			continue
		}

		install, err := l.installWanted(l.ctx)
		if err != nil {
			slog.Error("cannot tell whether to install", "error", err)

			continue
		}

		if install {
			l.stage.Set(runtime.MachineStageInstalling)

			a := l.actions()
			a.Reboot = func(context.Context) error { restart(unix.LINUX_REBOOT_CMD_RESTART); return nil }

			if err = l.runner.Run(l.ctx, "", tasks.Install(a)); err != nil {
				l.stage.Set(runtime.MachineStageMaintenance)
			}

			continue
		}

		l.stage.Set(runtime.MachineStageBooting)

		if err = l.runner.Run(l.ctx, "", tasks.Boot(l.actions())); err == nil {
			l.stage.Set(runtime.MachineStageRunning)

			return
		}
	}
}

// pause waits for a new config, which may be what mends it, or a while.
func (l *lifecycle) pause() {
	ctx, cancel := context.WithTimeout(l.ctx, retryPause)
	defer cancel()

	current, err := machineconfig.MachineConfigs.Find(ctx, l.state, machineconfig.Active)
	if err != nil || current == nil {
		<-ctx.Done()

		return
	}

	version := current.Metadata().Version()

	l.state.WatchFor(ctx, current.Metadata(), state.WithCondition(func(r resource.Resource) (bool, error) { //nolint:errcheck // either way it is time
		return r.Metadata().Version().Value() != version.Value(), nil
	}))
}

func (l *lifecycle) initialize() tasks.Actions {
	return tasks.Actions{
		StartMachined: func(context.Context) error { return l.services.Start(services.MachinedID) },
		WaitForUdevd:  func(context.Context) error { return l.services.Start(services.UdevdID) },
		StartApid:     func(context.Context) error { return l.services.Start(services.ApidID) },
		LoadConfig:    l.loadConfig,
	}
}

// loadConfig waits for a config. While there is none the machine is in
// maintenance, as soon as it is clear that one has to come from outside.
func (l *lifecycle) loadConfig(ctx context.Context) error {
	watch, cancel := context.WithCancel(ctx)
	defer cancel()

	go func() {
		_, err := l.state.WatchFor(watch, runtime.MaintenanceServiceRequests.Ref(runtime.MaintenanceServiceRequestID), state.WithEventTypes(state.Created))
		if err == nil {
			l.stage.Set(runtime.MachineStageMaintenance)
			slog.Info("waiting for a machine config: apply one with `talosctl apply-config --insecure`")
		}
	}()

	return configctl.WaitAcquired(ctx, l.state)
}

// installWanted: nothing is installed, and the config names a disk.
func (l *lifecycle) installWanted(ctx context.Context) (bool, error) {
	res, err := l.state.WatchFor(ctx, block.VolumeStatuses.Ref(blockctl.MetaVolume), state.WithCondition(func(r resource.Resource) (bool, error) {
		status, err := block.VolumeStatuses.Cast(r)
		if err != nil {
			return false, nil //nolint:nilerr // a tombstone
		}

		phase := status.TypedSpec().Phase

		return phase == block.VolumePhaseReady || phase == block.VolumePhaseMissing || phase == block.VolumePhaseFailed, nil
	}))
	if err != nil {
		return false, fmt.Errorf("look for an installed system: %w", err)
	}

	status, err := block.VolumeStatuses.Cast(res)
	if err != nil {
		return false, err
	}

	if status.TypedSpec().Phase != block.VolumePhaseMissing {
		return false, nil
	}

	return configWantsInstall(ctx, l.state)
}

func (l *lifecycle) actions() tasks.Actions {
	return tasks.Actions{
		Install:    l.install,
		ReloadMeta: l.reloadMeta,
		FlushMeta:  func(context.Context) error { return ignore(l.meta.Flush(), meta.ErrNoPartition) },

		MountEphemeral: l.waitEphemeral,
		StartServices:  l.startServices,

		CordonAndDrain:       l.pods.CordonAndDrain,
		StopPods:             l.withoutKubelet(l.pods.StopPods),
		RemovePods:           l.withoutKubelet(l.pods.RemovePods),
		DenyNewServices:      func(context.Context) error { l.services.Freeze(); return nil },
		StopWorkloadServices: l.stopWorkloadServices,
		TeardownVolumes:      l.teardown,
		StopServices:         l.stopServices,
		LeaveEtcd:            l.leaveEtcd,
	}
}

// withoutKubelet stops the kubelet first: it starts pods again that end.
func (l *lifecycle) withoutKubelet(then tasks.Action) tasks.Action {
	return func(ctx context.Context) error {
		stopCtx, cancel := context.WithTimeout(ctx, stopServicesTime)
		defer cancel()

		return errors.Join(l.services.Stop(stopCtx, services.KubeletID), then(ctx))
	}
}

// reloadMeta waits until the new disk is seen and its STATE has the config:
// without it the installed system would not know what it is.
func (l *lifecycle) reloadMeta(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, newDiskTime)
	defer cancel()

	return l.persisted(ctx)
}

func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}

	return err
}

// waitEphemeral waits for the volumes that workloads need. It never gives up:
// a disk may be plugged in, or a new config applied, at any time.
func (l *lifecycle) waitEphemeral(ctx context.Context) error {
	_, err := l.state.WatchFor(ctx, block.VolumeMountStatuses.Ref("system-"+blockctl.EphemeralVolume), state.WithEventTypes(state.Created, state.Updated))
	if err != nil {
		return fmt.Errorf("wait for EPHEMERAL to be mounted: %w", err)
	}

	return nil
}

// startServices starts what this machine's role needs. Each waits for its own
// conditions, so the order is not of importance.
func (l *lifecycle) startServices(ctx context.Context) error {
	typ, err := machineconfig.MachineTypes.Get(ctx, l.state, machineconfig.MachineTypeID)
	if err != nil {
		return fmt.Errorf("find out the machine's role: %w", err)
	}

	ids := []string{services.CRIID, services.KubeletID}
	if typ.TypedSpec().Type.IsControlPlane() {
		ids = append(ids, services.TrustdID, services.EtcdID)
	}

	return l.services.Start(ids...)
}

func (l *lifecycle) stopWorkloadServices(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopServicesTime)
	defer cancel()

	return l.services.Stop(ctx, services.KubeletID, services.EtcdID, services.CRIID, services.TrustdID)
}

func (l *lifecycle) stopServices(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopServicesTime)
	defer cancel()

	return l.services.StopAll(ctx)
}

// teardown unmounts all volumes; what cannot be is written out and made
// read-only, so that nothing is lost when the kernel goes.
func (l *lifecycle) teardown(ctx context.Context) error {
	down, cancel := context.WithTimeout(ctx, teardownTime)
	defer cancel()

	err := blockctl.Teardown(down, l.state)
	if err == nil {
		return nil
	}

	detach, cancel := context.WithTimeout(ctx, teardownTime)
	defer cancel()

	return errors.Join(err, blockctl.Detach(detach, l.state))
}

// actor names one requested action in the event stream.
func actor() string { return uuid.NewString() }

// goDown starts a sequence that ends the machine, and returns its actor ID at
// once: the answer has to reach the client before the network is gone.
func (l *lifecycle) goDown(stage runtime.MachineStage, how int, build func(a tasks.Actions) tasks.Sequence) string {
	id := actor()
	end := func(context.Context) error { restart(how); return nil }

	a := l.actions()
	a.Reboot, a.PowerOff = end, end

	go func() {
		before := l.stage.Get()

		l.down.Store(true)
		l.stage.Set(stage)

		if err := l.runner.Run(l.ctx, id, build(a)); err != nil {
			// Nothing was started, or it ended before the point of no return.
			l.down.Store(false)
			l.stage.Set(before)

			// What it stopped on its way shall run again.
			if before == runtime.MachineStageRunning && !errors.Is(err, tasks.ErrLocked) {
				if err := l.startServices(l.ctx); err != nil {
					slog.Warn("services are not all started again", "error", err)
				}
			}
		}
	}()

	return id
}

// Reboot restarts the machine.
func (l *lifecycle) Reboot(_ context.Context, mode machine.RebootRequest_Mode) (string, error) {
	return l.goDown(runtime.MachineStageRebooting, unix.LINUX_REBOOT_CMD_RESTART, func(a tasks.Actions) tasks.Sequence {
		return tasks.Reboot(a, mode == machine.RebootRequest_FORCE)
	}), nil
}

// Shutdown powers the machine off.
func (l *lifecycle) Shutdown(_ context.Context, force bool) (string, error) {
	return l.goDown(runtime.MachineStageShuttingDown, unix.LINUX_REBOOT_CMD_POWER_OFF, func(a tasks.Actions) tasks.Sequence {
		return tasks.Shutdown(a, force)
	}), nil
}
