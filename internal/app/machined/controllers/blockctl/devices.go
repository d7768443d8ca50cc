package blockctl

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	sysblock "github.com/talos-os/talos/internal/sys/block"
	"github.com/talos-os/talos/internal/sys/uevent"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// tracker counts for every device how often it changed. The count, published as
// the generation, is what makes others look at the device again.
type tracker struct {
	sys  string
	only string

	mu          sync.Mutex
	all         int // added to every device, for when events were lost
	generations map[string]int
	wake        func()
}

// touch marks devices as changed. Whoever wrote to a device calls it, because
// the kernel tells nobody about written bytes.
func (t *tracker) touch(names ...string) {
	t.mark(names...)

	t.mu.Lock()
	defer t.mu.Unlock()

	if t.wake != nil {
		t.wake()
	}
}

func (t *tracker) mark(names ...string) {
	t.mu.Lock()
	defer t.mu.Unlock()

	if t.generations == nil {
		t.generations = map[string]int{}
	}

	for _, name := range names {
		t.generations[name]++
	}
}

func (t *tracker) touchAll() {
	t.mu.Lock()
	t.all++
	t.mu.Unlock()
	t.touch()
}

// burst is how long events are gathered before anybody looks. A disk comes with
// its partitions, and udev touches all devices one after the other at boot.
const burst = 30 * time.Millisecond

// gathered makes a function that calls f once for all its calls within the burst
// that the first of them begins.
func gathered(f func()) func() {
	var pending atomic.Bool

	return func() {
		if pending.CompareAndSwap(false, true) {
			time.AfterFunc(burst, func() {
				pending.Store(false)
				f()
			})
		}
	}
}

func (t *tracker) generation(name string) int {
	t.mu.Lock()
	defer t.mu.Unlock()

	return 1 + t.all + t.generations[name]
}

// watch passes the kernel's events on. They come before udev's rules ran, but
// device nodes are made by the kernel itself.
func (t *tracker) watch(ctx context.Context, notify func()) error {
	t.mu.Lock()
	t.wake = notify
	t.mu.Unlock()

	soon := gathered(notify)

	return uevent.Listen(ctx, uevent.Kernel, t.touchAll, func(ev uevent.Event) {
		switch {
		case ev.Lost:
			t.touchAll()
		case ev.Subsystem == "block":
			t.mark(ev.DevPath[strings.LastIndexByte(ev.DevPath, '/')+1:])
			soon()
		}
	})
}

// devices publishes what block devices the kernel has.
func devices(t *tracker) controller.Controller {
	return controller.Source{
		Name:    "block.DevicesController",
		Outputs: controller.Out(block.BlockDevices.Exclusive()),
		Wake:    t.watch,
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			list, err := t.list()
			if err != nil {
				return nil, err
			}

			items := make([]controller.Item, 0, len(list))

			for _, d := range list {
				typ := block.DeviceTypeDisk
				if d.Partition > 0 {
					typ = block.DeviceTypePartition
				}

				items = append(items, controller.Want(block.BlockDevices, d.Name, block.DeviceSpec{
					Type:            typ,
					Major:           d.Major,
					Minor:           d.Minor,
					PartitionName:   d.PartitionName,
					PartitionNumber: d.Partition,
					DevicePath:      strings.TrimPrefix(d.SysPath, t.sys),
					Generation:      t.generation(d.Name),
					Parent:          d.Parent,
					Secondaries:     d.Secondaries,
				}))
			}

			return items, nil
		},
	}.Build()
}

// list leaves out what never holds a volume: RAM disks, floppies (probing an
// absent one takes seconds), and loop devices and drives without a medium.
func (t *tracker) list() ([]sysblock.Device, error) {
	all, err := sysblock.List(t.sys)
	if err != nil {
		return nil, err
	}

	var out []sysblock.Device

	for _, d := range all {
		disk := d.Name
		if d.Partition > 0 {
			disk = d.Parent
		}

		if t.only != "" && disk != t.only || d.Size == 0 && !strings.HasPrefix(disk, "sr") {
			continue
		}

		if strings.HasPrefix(disk, "ram") || strings.HasPrefix(disk, "zram") || strings.HasPrefix(disk, "fd") {
			continue
		}

		out = append(out, d)
	}

	return out, nil
}

// symlinks publishes the names udev gives to disks.
func symlinks() controller.Controller {
	return controller.Source{
		Name:    "block.SymlinksController",
		Outputs: controller.Out(block.BlockSymlinks.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			soon := gathered(notify)

			return uevent.Listen(ctx, uevent.Udev, notify, func(ev uevent.Event) {
				if ev.Lost || ev.Subsystem == "block" {
					soon()
				}
			})
		},
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			links, err := sysblock.Links("/dev/disk")
			if err != nil {
				return nil, err
			}

			items := make([]controller.Item, 0, len(links))
			for name, paths := range links {
				items = append(items, controller.Want(block.BlockSymlinks, name, block.SymlinkSpec{Paths: paths}))
			}

			return items, nil
		},
	}.Build()
}
