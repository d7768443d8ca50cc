package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

// Lines by which PID 1 tells how far it is; they are written in
// internal/app/machined/node.
const (
	lineInit   = "Run /init as init process"
	linePID1   = " starts sha="
	lineListen = "waiting for a machine config"
)

// install goes from power-on with the ISO over maintenance mode to a system that
// answers from its disk.
func (b *bench) install(ctx context.Context) (s Section, err error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()

	s.How = `One machine of 2 CPUs and 3 GiB boots the ISO by UEFI and gets its config over the API. Times inside a boot are the kernel's time
		stamps of the lines that the kernel and PID 1 write to its log ("Run /init", "starts"); they begin with the kernel, not with the firmware.
		The API answers when apid logs that it serves: its time and that of PID 1's first line are read from the machine's own logs over the API.
		Times from power-on are the host's, from the start of QEMU; lines of the console and calls are seen within 0.25 s. Installed
		is when the machine reboots. Memory in maintenance mode is resident memory as the API's list of processes has
		it: without a config nobody may read smaps_rollup. There machined and apid both count the pages of the program they share, so the
		proportional set is the sum less those pages, which apid tells of itself once the system is installed.`

	started := time.Now()

	l, err := b.start(ctx, "bench-install", "iso", 0)
	defer func() { l.stop(err) }()

	if err != nil {
		return s, err
	}

	var (
		c  = l.consoles[0]
		at [3]line
	)

	next := 0
	for i, text := range []string{powerOn, lineInit, linePID1} {
		if at[i], next, err = c.wait(ctx, next, text); err != nil {
			return s, err
		}

		say(started, "%s", at[i].text)
	}

	maintenance, err := answers(ctx, "the API in maintenance mode", 250*time.Millisecond, versionCall(func() (*client.Client, error) { return l.insecure(0) }))
	if err != nil {
		return s, err
	}

	if _, _, err = c.wait(ctx, 0, lineListen); err != nil {
		return s, err
	}

	toAPI, err := fromPID1ToAPI(ctx, func() (*client.Client, error) { return l.insecure(0) })
	if err != nil {
		return s, err
	}

	s.Figures = []Figure{
		{Name: "kernel to first stage", Value: at[1].at.Seconds(), Unit: "s"},
		{Name: "kernel to PID 1", Value: at[2].at.Seconds(), Unit: "s", Note: "PID 1's first line, from the read-only root"},
		{Name: "PID 1 to API in maintenance mode", Value: toAPI.Seconds(), Unit: "s", Budget: 5},
		{Name: "power-on to API in maintenance mode", Value: maintenance.Sub(at[0].seen).Seconds(), Unit: "s", Note: "a client's call from the host"},
	}

	// Drivers are still loading when the API answers.
	time.Sleep(20 * time.Second)

	resident, err := l.maintenanceMemory(ctx, &s)
	if err != nil {
		return s, err
	}

	applied := time.Now()
	if err = l.apply(ctx, 0, "controlplane.yaml"); err != nil {
		return s, err
	}

	say(started, "config applied")

	again, _, err := c.wait(ctx, next, powerOn)
	if err != nil {
		return s, err
	}

	say(started, "installed")

	ready, err := answers(ctx, "the API of the installed system", 250*time.Millisecond, versionCall(func() (*client.Client, error) { return l.admin(0) }))
	if err != nil {
		return s, err
	}

	say(started, "the installed system answers")

	if toAPI, err = fromPID1ToAPI(ctx, func() (*client.Client, error) { return l.admin(0) }); err != nil {
		return s, err
	}

	shared, err := l.apidShares(ctx)
	if err != nil {
		return s, err
	}

	s.Figures = append(s.Figures,
		Figure{Name: "proportional in maintenance mode: all", Value: resident - shared, Unit: "MiB", Budget: 65, Note: fmt.Sprintf("%.1f MiB are shared", shared)},
		Figure{Name: "apply to installed", Value: again.seen.Sub(applied).Seconds(), Unit: "s", Note: "until the reboot, the installer image pulled from the host"},
		Figure{Name: "power-on to API ready from disk", Value: ready.Sub(again.seen).Seconds(), Unit: "s", Note: "first boot, a client with certificates"},
		Figure{Name: "PID 1 to API from disk", Value: toAPI.Seconds(), Unit: "s"},
	)

	return s, nil
}

// apidShares is how many MiB of apid's memory are pages of files that other
// processes have mapped too: those of its program, which is machined's.
func (l *lab) apidShares(ctx context.Context) (float64, error) {
	c, err := l.admin(0)
	if err != nil {
		return 0, err
	}
	defer c.Close() //nolint:errcheck

	var rollup string

	if err = eachProcess(ctx, c, func(name string, p *machine.ProcessInfo) (err error) {
		if name == "apid" {
			rollup, err = read(ctx, c, fmt.Sprintf("/proc/%d/smaps_rollup", p.GetPid()))
		}

		return err
	}); err != nil {
		return 0, err
	}

	shared, err := parseRollup(rollup, "Shared_Clean")

	return float64(shared) / (1 << 20), err
}

func eachProcess(ctx context.Context, c *client.Client, f func(name string, p *machine.ProcessInfo) error) error {
	resp, err := c.Machine.Processes(ctx, &emptypb.Empty{})
	if err != nil {
		return err
	}

	var errs []error

	for _, m := range resp.GetMessages() {
		for _, p := range m.GetProcesses() {
			errs = append(errs, f(processName(p.GetPid(), p.GetArgs(), p.GetExecutable()), p))
		}
	}

	return errors.Join(errs...)
}

// maintenanceMemory adds what processes of the OS have resident, in MiB.
func (l *lab) maintenanceMemory(ctx context.Context, s *Section) (float64, error) {
	c, err := l.insecure(0)
	if err != nil {
		return 0, err
	}
	defer c.Close() //nolint:errcheck

	sums := map[string]float64{}

	if err = eachProcess(ctx, c, func(name string, p *machine.ProcessInfo) error {
		sums[name] += float64(p.GetResidentMemory()) / (1 << 20)

		return nil
	}); err != nil {
		return 0, err
	}

	all := 0.0

	for _, name := range osProcesses {
		if sums[name] > 0 {
			s.Figures = append(s.Figures, Figure{Name: "resident in maintenance mode: " + name, Value: sums[name], Unit: "MiB"})
			all += sums[name]
		}
	}

	s.Figures = append(s.Figures, Figure{Name: "resident in maintenance mode: all", Value: all, Unit: "MiB"})

	return all, nil
}
