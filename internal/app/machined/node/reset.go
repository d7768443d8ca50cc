package node

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/controllers/blockctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/services"
	"github.com/talos-os/talos/internal/app/machined/tasks"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// systemLabels are the partitions a system may have; one that is not there, as
// when nothing was mounted yet, is wiped already.
var systemLabels = []string{"EFI", "BIOS", "BOOT", blockctl.MetaVolume, blockctl.StateVolume, blockctl.EphemeralVolume}

// Reset wipes the machine. The request is checked before anything is stopped.
func (l *lifecycle) Reset(ctx context.Context, req *machine.ResetRequest) (string, error) {
	v, err := l.observeReset(ctx)
	if err != nil {
		return "", err
	}

	p, err := planReset(v, req)
	if err != nil {
		return "", err
	}

	how := unix.LINUX_REBOOT_CMD_POWER_OFF
	if p.Reboot {
		how = unix.LINUX_REBOOT_CMD_RESTART
	}

	return l.goDown(runtime.MachineStageResetting, how, func(a tasks.Actions) tasks.Sequence {
		if v.system != "" {
			a.ForceCleanup = func(context.Context) error { l.meta.Detach(); return nil }
			a.ResetSystemDisk = func(context.Context) error { return blockctl.WipeDisk(v.system, false) }
			a.ResetPartitions = func(context.Context) error { return blockctl.WipePartitions(v.system, p.labels...) }
		}

		a.ResetUserDisks = func(context.Context) error {
			var errs []error
			for _, d := range p.userDisks {
				errs = append(errs, blockctl.WipeDisk(d, false))
			}

			return errors.Join(errs...)
		}

		return tasks.Reset(a, p.ResetOptions)
	}), nil
}

// resetView is what a reset is checked against.
type resetView struct {
	system       string // path of the system disk, empty if there is none
	controlPlane bool
	// disks says of each disk and partition which disk it is on, by path.
	disks map[string]string
	// resolve follows links below /dev.
	resolve func(path string) (string, error)
}

type resetPlan struct {
	tasks.ResetOptions
	labels    []string
	userDisks []string
}

func (l *lifecycle) observeReset(ctx context.Context) (resetView, error) {
	v := resetView{disks: map[string]string{}, resolve: filepath.EvalSymlinks}

	disk, err := block.SystemDisks.Find(ctx, l.state, block.SystemDiskID)
	if err != nil {
		return v, err
	}

	if disk != nil {
		v.system = disk.TypedSpec().DevPath
	}

	disks, err := block.Disks.List(ctx, l.state)
	if err != nil {
		return v, err
	}

	for _, d := range disks {
		if s := d.TypedSpec(); !s.Readonly && !s.CDROM {
			v.disks[s.DevPath] = s.DevPath
		}
	}

	volumes, err := block.DiscoveredVolumes.List(ctx, l.state)
	if err != nil {
		return v, err
	}

	for _, d := range volumes {
		if s := d.TypedSpec(); v.disks[s.ParentDevPath] != "" {
			v.disks[s.DevPath] = s.ParentDevPath
		}
	}

	typ, err := machineconfig.MachineTypes.Find(ctx, l.state, machineconfig.MachineTypeID)
	v.controlPlane = typ != nil && typ.TypedSpec().Type.IsControlPlane()

	return v, err
}

func planReset(v resetView, req *machine.ResetRequest) (resetPlan, error) {
	p := resetPlan{ResetOptions: tasks.ResetOptions{
		Graceful:     req.GetGraceful(),
		ControlPlane: v.controlPlane,
		Reboot:       req.GetReboot(),
		SystemDisk:   req.GetMode() != machine.ResetRequest_USER_DISKS,
		Partitions:   len(req.GetSystemPartitionsToWipe()) > 0,
		UserDisks:    req.GetMode() != machine.ResetRequest_SYSTEM_DISK && len(req.GetUserDisksToWipe()) > 0,
	}}

	refuse := func(format string, args ...any) (resetPlan, error) {
		return p, fmt.Errorf("%w: %w", tasks.ErrReset, fmt.Errorf(format, args...))
	}

	switch {
	case p.SystemDisk && v.system == "":
		return p, errors.New("there is no system disk to reset: nothing is installed on this machine")
	case !p.SystemDisk && !p.UserDisks:
		return refuse("no user disk is named")
	}

	for _, s := range req.GetSystemPartitionsToWipe() {
		if !slices.Contains(systemLabels, s.GetLabel()) {
			return refuse("the system has no partition %q; it has %q", s.GetLabel(), systemLabels)
		}

		if s.GetWipe() && !slices.Contains(p.labels, s.GetLabel()) {
			p.labels = append(p.labels, s.GetLabel())
		}
	}

	if p.SystemDisk && p.Partitions && len(p.labels) == 0 {
		return refuse("none of the partitions is marked to be wiped")
	}

	for _, d := range req.GetUserDisksToWipe() {
		path, err := v.resolve(d)
		if err != nil {
			return refuse("user disk %s: %w", d, err)
		}

		switch on := v.disks[path]; {
		case on == "":
			return refuse("user disk %s is not a disk that can be written to; `talosctl get disks` lists them", d)
		case on == v.system:
			return refuse("user disk %s is on the system disk %s; reset that with the mode for system disks", d, v.system)
		}

		if !slices.Contains(p.userDisks, path) {
			p.userDisks = append(p.userDisks, path)
		}
	}

	return p, nil
}

// leaveEtcd takes the machine out of etcd. One that was configured and never
// became a member has nothing to leave.
func (l *lifecycle) leaveEtcd(ctx context.Context) error {
	if info, err := l.services.Info(services.EtcdID); err == nil && info.State != services.Running {
		member, err := etcdctl.HasData()
		if err != nil || !member {
			return err
		}

		return fmt.Errorf("etcd does not run, it is %s: wait for it, or reset without grace", info.State)
	}

	return l.pods.LeaveEtcd(ctx)
}
