package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/kube"
	"github.com/talos-os/talos/pkg/machinery/client"
)

// settle is how long a Ready node gets to start what Kubernetes still starts,
// before it counts as idle.
const settle = 60 * time.Second

// cluster takes a node from its config over bootstrap to Ready, reboots it and
// looks at what it uses when nothing happens.
func (b *bench) cluster(ctx context.Context) (s Section, err error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Minute)
	defer cancel()

	s.How = fmt.Sprintf(`One control plane node of 2 CPUs and 3 GiB from the disk image; images come from the host over the virtual network.
		Times are the host's. Ready is the node's condition in the Kubernetes API, asked for every second; after the reboot it
		counts only with the boot ID of the new boot. Power-on is the start of QEMU after an ordered reboot. Memory is Pss of smaps_rollup and CPU
		the user and system time of /proc/PID/stat, read over the API %s after Ready, CPU as the difference over one minute. A native core:
		under emulation the guest's CPU time is scaled by what one Version call costs apid natively and in the guest.`, settle)

	started := time.Now()

	l, err := b.start(ctx, "bench-cluster", "image", 0)
	defer func() { l.stop(err) }()

	if err != nil {
		return s, err
	}

	if _, err = answers(ctx, "maintenance mode", time.Second, versionCall(func() (*client.Client, error) { return l.insecure(0) })); err != nil {
		return s, err
	}

	if err = l.apply(ctx, 0, "controlplane.yaml"); err != nil {
		return s, err
	}

	c, err := l.admin(0)
	if err != nil {
		return s, err
	}
	defer c.Close() //nolint:errcheck

	var bootstrapped time.Time

	if _, err = answers(ctx, "bootstrap", time.Second, func(ctx context.Context) error {
		bootstrapped = time.Now()
		_, err := c.Machine.Bootstrap(ctx, &machine.BootstrapRequest{})

		return err
	}); err != nil {
		return s, err
	}

	say(started, "bootstrapped")

	ready, err := l.nodeReady(ctx, c)
	if err != nil {
		return s, err
	}

	say(started, "Ready")

	s.Figures = append(s.Figures, Figure{
		Name: "bootstrap to node Ready", Value: ready.Sub(bootstrapped).Seconds(), Unit: "s",
		Note: "all images are pulled and unpacked on the way",
	})

	if err = l.talosctl(ctx, "reboot", "--wait=false", "--talosconfig", l.dir+"/talosconfig", "-e", l.endpoint(0), "-n", l.state.Nodes[0].Address.String()); err != nil {
		return s, err
	}

	first, next, err := l.consoles[0].wait(ctx, 0, powerOn)
	if err != nil {
		return s, err
	}

	on, _, err := l.consoles[0].wait(ctx, next, powerOn)
	if err != nil {
		return s, err
	}

	say(started, "rebooted, up %s before", on.seen.Sub(first.seen).Round(time.Second))

	api, err := answers(ctx, "the API", 250*time.Millisecond, versionCall(func() (*client.Client, error) { return l.admin(0) }))
	if err != nil {
		return s, err
	}

	if ready, err = l.nodeReady(ctx, c); err != nil {
		return s, err
	}

	say(started, "Ready again")

	s.Figures = append(s.Figures,
		Figure{Name: "power-on to API from disk", Value: api.Sub(on.seen).Seconds(), Unit: "s"},
		Figure{Name: "power-on to Ready from disk", Value: ready.Sub(on.seen).Seconds(), Unit: "s", Budget: 150},
	)

	time.Sleep(settle)

	return s, l.idle(ctx, c, &s)
}

// nodeReady waits for the only node to be Ready in this boot.
func (l *lab) nodeReady(ctx context.Context, c *client.Client) (time.Time, error) {
	server := "https://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(l.state.Nodes[0].KubernetesPort))

	var (
		kc   *kube.Client
		boot string
	)

	return answers(ctx, "the node to be Ready", time.Second, func(ctx context.Context) (err error) {
		if boot == "" {
			if boot, err = read(ctx, c, "/proc/sys/kernel/random/boot_id"); err != nil {
				return err
			}
		}

		if kc == nil {
			raw, err := c.Kubeconfig(ctx)
			if err != nil {
				return err
			}

			if kc, err = kube.New(raw, server); err != nil {
				return err
			}
		}

		nodes, err := kc.Nodes(ctx)
		if err != nil {
			return err
		}

		if len(nodes) != 1 || !nodes[0].Ready || nodes[0].BootID != boot {
			return errors.New("not Ready in this boot")
		}

		return nil
	})
}

// usage of processes of one name.
type usage struct {
	count    int
	pss, rss int64
	cpu      time.Duration
}

var volatile = regexp.MustCompile(`no such process|no such file`)

// usages reads what all processes use. Those that end meanwhile are left out.
func usages(ctx context.Context, c *client.Client, memory bool) (map[string]usage, error) {
	resp, err := c.Machine.Processes(ctx, &emptypb.Empty{})
	if err != nil {
		return nil, err
	}

	out := map[string]usage{}

	for _, m := range resp.GetMessages() {
		for _, p := range m.GetProcesses() {
			if p.GetExecutable() == "" && p.GetArgs() == "" && p.GetPid() != 1 {
				continue // the kernel's own
			}

			name := processName(p.GetPid(), p.GetArgs(), p.GetExecutable())
			u := out[name]

			if err = u.add(ctx, c, p.GetPid(), memory); err != nil {
				if volatile.MatchString(err.Error()) {
					continue
				}

				return nil, fmt.Errorf("look at %s (%d): %w", name, p.GetPid(), err)
			}

			out[name] = u
		}
	}

	return out, nil
}

func (u *usage) add(ctx context.Context, c *client.Client, pid int32, memory bool) error {
	dir := fmt.Sprintf("/proc/%d/", pid)

	stat, err := read(ctx, c, dir+"stat")
	if err != nil {
		return err
	}

	cpu, err := parseStat(stat)
	if err != nil {
		return err
	}

	if memory {
		rollup, err := read(ctx, c, dir+"smaps_rollup")
		if err != nil {
			return err
		}

		pss, errPss := parseRollup(rollup, "Pss")
		rss, errRss := parseRollup(rollup, "Rss")

		if err = errors.Join(errPss, errRss); err != nil {
			return err
		}

		u.pss += pss
		u.rss += rss
	}

	u.cpu += cpu
	u.count++

	return nil
}

// idle adds memory and CPU of a node that has nothing to do.
func (l *lab) idle(ctx context.Context, c *client.Client, s *Section) error {
	const window = time.Minute

	before, err := usages(ctx, c, true)
	if err != nil {
		return err
	}

	begin := time.Now()

	time.Sleep(window)

	after, err := usages(ctx, c, false)
	if err != nil {
		return err
	}

	elapsed := time.Since(begin)

	factor, err := slowdown(ctx, c)
	if err != nil {
		return err
	}

	share := func(name string) float64 { return 100 * float64(after[name].cpu-before[name].cpu) / float64(elapsed) }

	var pss, cpu float64

	for _, name := range osProcesses {
		pss += float64(before[name].pss) / (1 << 20)
		cpu += share(name)
	}

	s.Figures = append(s.Figures,
		Figure{Name: "PSS of PID 1, apid, trustd and udevd", Value: pss, Unit: "MiB", Budget: 90},
		Figure{Name: "their CPU when idle, of a guest's core", Value: cpu, Unit: "%"},
		Figure{
			Name: "their CPU when idle, of a native core", Value: cpu / factor, Unit: "%", Budget: 1,
			Note: fmt.Sprintf("a call costs %.1f times as much in the guest", factor),
		},
	)

	names := slices.SortedFunc(maps.Keys(before), func(x, y string) int { return cmp.Compare(before[y].pss, before[x].pss) })

	var table strings.Builder

	table.WriteString("Every process of the idle node:\n\n| process | count | PSS | RSS | CPU of a guest's core |\n| --- | ---: | ---: | ---: | ---: |\n")

	for _, name := range names {
		u := before[name]
		fmt.Fprintf(&table, "| %s | %d | %.1f MiB | %.1f MiB | %.2f %% |\n", name, u.count, float64(u.pss)/(1<<20), float64(u.rss)/(1<<20), max(0, share(name)))
	}

	s.Extra = table.String()

	return nil
}

// calibrationCalls cost apid about a second in an emulated guest: 100 ticks.
const calibrationCalls = 1500

var nativeCost = regexp.MustCompile(`CPU of a call: (\S+)`)

// slowdown compares what one Version call costs apid in the guest and natively,
// where its own test with a limit tells.
func slowdown(ctx context.Context, c *client.Client) (float64, error) {
	before, err := usages(ctx, c, false)
	if err != nil {
		return 0, err
	}

	for range calibrationCalls {
		if _, err = c.Machine.Version(ctx, &emptypb.Empty{}); err != nil {
			return 0, err
		}
	}

	after, err := usages(ctx, c, false)
	if err != nil {
		return 0, err
	}

	out, err := goCommand(ctx, "test", "-count", "1", "-v", "-tags", "budget", "-run", "TestBudget", "./internal/app/apid")
	if err != nil {
		return 0, err
	}

	m := nativeCost.FindStringSubmatch(out)
	if m == nil {
		return 0, errors.New("the test of apid does not say what a call costs")
	}

	native, err := time.ParseDuration(m[1])
	if err != nil {
		return 0, err
	}

	return float64(after["apid"].cpu-before["apid"].cpu) / calibrationCalls / float64(native), nil
}
