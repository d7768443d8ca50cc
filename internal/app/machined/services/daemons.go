package services

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/talos-os/talos/internal/sys/cgroup"
	"github.com/talos-os/talos/internal/sys/uevent"
	"github.com/talos-os/talos/internal/users"
)

// MachineSocket is where PID 1 serves the API to the node's own services.
const MachineSocket = "/system/run/machined/machine.sock"

// Machined is PID 1 itself, for people to see.
func Machined() Service {
	return Service{ID: MachinedID, Runner: Fixed(Builtin{}), Health: connects("unix", MachineSocket), HealthTiming: calm}
}

// calm is for checks that wake another process up: nothing of an idle node
// should do that every few seconds.
var calm = Timing{InitialDelay: time.Second, Period: 15 * time.Second, Timeout: 2 * time.Second}

// noCapabilities is different from nil, which is all.
var noCapabilities = []uintptr{}

// Apid answers the API's port. It is plain child of PID 1, so that it answers
// before containerd is up and survives it. What it needs of the state it reads
// itself, so it waits for nothing.
func Apid(d Deps) Service {
	return daemon(d, ApidID, users.Apid, cgroup.Limits{MemoryMin: 16 << 20, MemoryMax: 128 << 20, Millicores: 500}, apidPort)
}

const apidPort = ":50000"

// unhurriedAfter is when work that can wait for the API stops doing so: a machine
// whose API does not come up may need just that work.
const unhurriedAfter = 10 * time.Second

// Unhurried waits until the API answers on this machine, the context ends, or
// unhurriedAfter has passed. The time until then is when somebody waits for the
// machine, and emulated or small processors are busy.
func Unhurried(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, unhurriedAfter)
	defer cancel()

	answers := connects("tcp", "127.0.0.1"+apidPort)

	poll(ctx, 250*time.Millisecond, func() bool { return answers(ctx) == nil }) //nolint:errcheck // whatever ends it
}

// Trustd hands out certificates; control plane nodes have it.
func Trustd(d Deps) Service {
	return daemon(d, TrustdID, users.Trustd, cgroup.Limits{MemoryMin: 8 << 20, MemoryMax: 128 << 20, Millicores: 250}, ":50001")
}

func daemon(d Deps, id string, user uint32, limits cgroup.Limits, port string) Service {
	return Service{
		ID: id,
		Runner: func(ctx context.Context) (Runner, error) {
			env, err := d.environment(ctx)

			// Half of so small a heap would be the rounding to huge pages. First, so
			// that the machine config has the last word.
			env = append([]string{"GODEBUG=disablethp=1"}, env...)

			return Process{
				Path: "/usr/bin/" + id, Env: env, UID: user, GID: user, Capabilities: noCapabilities,
				OOMScore: -998, Cgroup: cgroup.Group("system/" + id), Limits: limits, Log: d.Logs.Open(id),
			}, err
		},
		Health:       connects("tcp", "127.0.0.1"+port),
		HealthTiming: calm,
	}
}

// udevSettleTime bounds the wait for devices that were there before udevd.
const udevSettleTime = time.Minute

// Udevd names devices and follows their coming and going. It is healthy when the
// devices that were there before it have been looked at.
//
// It cannot load modules: PID 1 does that when a device's alias asks for it.
func Udevd(d Deps) Service {
	var settled atomic.Bool

	return Service{
		ID: UdevdID,
		Prepare: func(context.Context) error {
			settled.Store(false)

			return makeDirs(0o755, "/run/udev")
		},
		Runner: Fixed(Process{
			Path: "/usr/lib/systemd/systemd-udevd", Args: []string{"--resolve-names=never"},
			Env: []string{"PATH=/usr/bin:/usr/sbin"}, OOMScore: -998,
			Cgroup: "system/udevd", Limits: cgroup.Limits{MemoryMin: 8 << 20, Millicores: 250}, Log: d.Logs.Open(UdevdID),
		}),
		Started: func(ctx context.Context) error {
			defer settled.Store(true)

			return udevColdplug(ctx)
		},
		Health: func(context.Context) error {
			if !settled.Load() {
				return fmt.Errorf("devices are being looked at")
			}

			return nil
		},
		HealthTiming: Timing{InitialDelay: time.Millisecond, Period: time.Minute, Timeout: time.Second},
	}
}

// udevUrgent are the devices that something waits for: disks for their links,
// network cards for their names. Loop devices are block devices, too; nothing asks
// for one by a link. Looking at these alone takes a fraction of the time, which
// the machine spends before it answers.
func udevUrgent(sys string) []string {
	var devices []string

	for _, class := range []string{"net", "block"} {
		links, _ := filepath.Glob(filepath.Join(sys, "class", class, "*"))

		for _, link := range links {
			if dir, err := filepath.EvalSymlinks(link); err == nil && !strings.HasPrefix(filepath.Base(dir), "loop") {
				devices = append(devices, dir)
			}
		}
	}

	return devices
}

// udevColdplug has the kernel announce devices again that were there before
// udevd: the urgent ones, which it waits for, and then all others.
func udevColdplug(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, udevSettleTime)
	defer cancel()

	err := uevent.Replay(ctx, udevUrgent("/sys"))

	go func() {
		// What started this may have moved on: nobody waits for the rest.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), udevSettleTime)
		defer cancel()

		Unhurried(ctx)

		if err := errors.Join(
			udevadm(ctx, "trigger", "--type=subsystems", "--action=add"),
			udevadm(ctx, "trigger", "--type=devices", "--action=add", "--subsystem-nomatch=net", "--subsystem-nomatch=block"),
		); err != nil {
			slog.Warn("udev did not look at all devices", "error", err)
		}
	}()

	return err
}

func udevadm(ctx context.Context, args ...string) error {
	if out, err := exec.CommandContext(ctx, "/usr/bin/udevadm", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("udevadm %s: %w: %s", args[0], err, out)
	}

	return nil
}
