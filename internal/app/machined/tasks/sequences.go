package tasks

import "context"

// Action is one edge to the world. A nil action leaves its task out.
type Action func(ctx context.Context) error

// Actions are everything the sequences do.
type Actions struct {
	// Before a config is known.
	StartMachined, WaitForUdevd, StartApid, StartUdevd, ReloadMeta, LoadConfig Action

	// Install.
	Install, FlushMeta Action

	// Boot.
	CheckMemory, CheckDisk, MountEphemeral, MountUserDisks, WriteUserFiles, StartServices Action

	// The way down.
	CordonAndDrain, StopPods, RemovePods, DenyNewServices, StopWorkloadServices, UnmountPods,
	UnmountBinds, UnmountEphemeral, TeardownVolumes, StopServices Action

	// The end.
	Reboot, PowerOff Action

	// Reset.
	LeaveEtcd, ForceCleanup, ResetSystemDisk, ResetPartitions, ResetUserDisks Action
}

// Names of sequences.
const (
	NameInitialize = "initialize"
	NameInstall    = "install"
	NameBoot       = "boot"
	NameReboot     = "reboot"
	NameShutdown   = "shutdown"
	NameReset      = "reset"
)

// goingUp can be given up for any way down.
var goingUp = []string{NameInitialize, NameInstall, NameBoot}

type builder struct{ phases []Phase }

// add appends a phase of the tasks that have an action.
func (b *builder) add(phase string, tasks ...Task) *builder {
	return b.append(Phase{Name: phase, Tasks: tasks})
}

// try is add for a phase whose errors are only logged.
func (b *builder) try(phase string, tasks ...Task) *builder {
	return b.append(Phase{Name: phase, Tasks: tasks, Tolerate: true})
}

func (b *builder) append(p Phase) *builder {
	tasks := p.Tasks[:0:0]

	for _, t := range p.Tasks {
		if t.Run != nil {
			tasks = append(tasks, t)
		}
	}

	if p.Tasks = tasks; len(tasks) > 0 {
		b.phases = append(b.phases, p)
	}

	return b
}

func task(name string, a Action) Task { return Task{name, a} }

// Initialize ends when a config is known.
func Initialize(a Actions) Sequence {
	var b builder

	b.add("earlyServices",
		task("startMachined", a.StartMachined),
		task("waitForUdevd", a.WaitForUdevd),
		task("startApid", a.StartApid))
	b.add("meta", task("reloadMeta", a.ReloadMeta))
	b.add("config", task("loadConfig", a.LoadConfig))

	return Sequence{Name: NameInitialize, Phases: b.phases}
}

// Install ends with a reboot into the installed system.
func Install(a Actions) Sequence {
	var b builder

	b.add("install", task("install", a.Install))
	b.add("meta", task("reloadMeta", a.ReloadMeta))
	b.add("saveMeta", task("flushMeta", a.FlushMeta))
	b.add("denyNewServices", task("denyNewServices", a.DenyNewServices))
	b.try("volumeFinalize", task("teardownLifecycle", a.TeardownVolumes))
	b.try("stopEverything", task("stopAllServices", a.StopServices))
	b.add("reboot", task("reboot", a.Reboot))

	return Sequence{Name: NameInstall, Phases: b.phases}
}

// Boot ends when all services were told to start.
func Boot(a Actions) Sequence {
	var b builder

	b.try("memorySizeCheck", task("memorySizeCheck", a.CheckMemory))
	b.try("diskSizeCheck", task("diskSizeCheck", a.CheckDisk))
	b.add("ephemeral", task("mountEphemeralPartition", a.MountEphemeral))
	b.add("userDisks", task("mountUserDisks", a.MountUserDisks))
	b.add("userSetup", task("writeUserFiles", a.WriteUserFiles))
	b.add("startEverything", task("startAllServices", a.StartServices))

	return Sequence{Name: NameBoot, Phases: b.phases}
}

// down stops what runs and unmounts what is mounted. Its phases are tolerant:
// once pods have stopped there is no way back, and a busy mount is better left
// to the kernel's sync at reboot than a machine left half-stopped.
func (b *builder) down(a Actions) *builder {
	b.try("denyNewServices", task("denyNewServices", a.DenyNewServices))
	b.try("stopServices", task("stopServicesForUpgrade", a.StopWorkloadServices))
	b.try("umount", task("unmountPodMounts", a.UnmountPods))
	b.try("unmountBind", task("unmountSystemDiskBindMounts", a.UnmountBinds))
	b.try("unmountSystem", task("unmountEphemeralPartition", a.UnmountEphemeral))
	b.try("volumeFinalize", task("teardownLifecycle", a.TeardownVolumes))

	return b.try("stopEverything", task("stopAllServices", a.StopServices))
}

// Reboot restarts the machine; with force at once, as a power cut would.
func Reboot(a Actions, force bool) Sequence {
	var b builder

	if !force {
		b.try("cleanup", task("stopAllPods", a.StopPods))
		b.down(a)
	}

	b.add("reboot", task("reboot", a.Reboot))

	return Sequence{Name: NameReboot, Phases: b.phases, Preempts: goingUp}
}

// Shutdown powers the machine off; force skips draining the node.
func Shutdown(a Actions, force bool) Sequence {
	var b builder

	if !force {
		b.try("drain", task("cordonAndDrainNode", a.CordonAndDrain))
	}

	b.try("cleanup", task("stopAllPods", a.StopPods))
	b.down(a)
	b.add("shutdown", task("shutdown", a.PowerOff))

	return Sequence{Name: NameShutdown, Phases: b.phases, Preempts: goingUp}
}

// ResetOptions say how much of a machine to wipe.
type ResetOptions struct {
	// Graceful drains the node, removes its pods and leaves etcd first.
	Graceful bool
	// ControlPlane machines leave etcd.
	ControlPlane bool
	// Reboot afterwards instead of powering off.
	Reboot bool
	// SystemDisk and UserDisks choose what is wiped; Partitions narrows the
	// system disk to some of its partitions.
	SystemDisk, Partitions, UserDisks bool
}

// Reset wipes a machine.
func Reset(a Actions, o ResetOptions) Sequence {
	var b builder

	if o.Graceful {
		b.try("drain", task("cordonAndDrainNode", a.CordonAndDrain))
		b.try("cleanup", task("removeAllPods", a.RemovePods))
	} else {
		b.try("cleanup", task("stopAllPods", a.StopPods))
	}

	if o.Graceful && o.ControlPlane {
		// A member that is wiped without leaving costs the cluster its quorum
		// later on: this must succeed, or the reset ends here, nothing wiped.
		b.add("leave", task("leaveEtcd", a.LeaveEtcd))
	}

	b.down(a)
	b.add("forceCleanup", task("forceCleanup", a.ForceCleanup))

	switch {
	case o.SystemDisk && o.Partitions:
		b.add("resetSpec", task("resetSystemDiskSpec", a.ResetPartitions))
	case o.SystemDisk:
		b.add("reset", task("resetSystemDisk", a.ResetSystemDisk))
	}

	if o.UserDisks {
		b.add("resetUserDisks", task("resetUserDisks", a.ResetUserDisks))
	}

	if o.Reboot {
		b.add("reboot", task("reboot", a.Reboot))
	} else {
		b.add("shutdown", task("shutdown", a.PowerOff))
	}

	return Sequence{Name: NameReset, Phases: b.phases, Preempts: goingUp}
}
