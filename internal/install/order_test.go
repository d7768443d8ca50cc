package install

import (
	"fmt"
	"os"
	"testing"
	"time"

	bdgpt "github.com/siderolabs/go-blockdevice/v2/partitioning/gpt"

	"github.com/talos-os/talos/internal/sys/gpt"
)

// recorder notes in which order a disk is written.
type recorder struct {
	bdgpt.Device
	steps []step
}

type step struct {
	off, size int64
	sync      bool
}

func (r *recorder) WriteAt(p []byte, off int64) (int, error) {
	r.steps = append(r.steps, step{off: off, size: int64(len(p))})

	return r.Device.WriteAt(p, off)
}

func (r *recorder) Sync() error {
	r.steps = append(r.steps, step{sync: true})

	return r.Device.Sync()
}

func record(t *testing.T, disk string) *recorder {
	t.Helper()

	f, err := os.OpenFile(disk, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { f.Close() }) //nolint:errcheck

	dev, err := bdgpt.DeviceFromFile(f)
	if err != nil {
		t.Fatal(err)
	}

	return &recorder{Device: dev}
}

// The firmware sees a disk as soon as it has a partition table. So the table must
// be the last thing written, and only after everything else is on the platter; and
// of an old installation the table must be gone before its partitions are reused.
func TestTableIsWrittenLast(t *testing.T) {
	t.Parallel()

	disk := emptyDisk(t, MinDiskSize)
	o := Options{Disk: disk, Assets: assets(t, "v1.14.0")}

	if err := Run(t.Context(), o); err != nil { // something old to get rid of
		t.Fatal(err)
	}

	kernel, err := o.kernelImage()
	if err != nil {
		t.Fatal(err)
	}
	defer kernel.close()

	r := record(t, disk)
	if err = o.clear(r); err != nil {
		t.Fatal(err)
	}

	cleared := len(r.steps)
	if !r.steps[cleared-1].sync {
		t.Error("clearing the disk does not end with a sync")
	}

	if err = o.write(t.Context(), &gpt.Device{Device: r}, kernel, identity{now: time.Now()}); err != nil {
		t.Fatal(err)
	}

	inTable := func(s step) bool {
		return !s.sync && (s.off < firstOffset || s.off+s.size > MinDiskSize-mib)
	}

	synced, table := false, 0

	for i, s := range r.steps[cleared:] {
		switch {
		case inTable(s):
			table++

			if !synced {
				t.Fatalf("step %d writes the table at %d before the content is synced", i, s.off)
			}
		case s.sync:
			synced = true
		case table > 0:
			t.Errorf("step %d writes content at %d after the table", i, s.off)
		default:
			synced = false
		}
	}

	if table == 0 {
		t.Error("no table was written")
	}
}

// A cut while an old disk is being cleared leaves the old table whole or none.
func TestClearingTakesTheTableBeforeReuse(t *testing.T) {
	t.Parallel()

	disk := emptyDisk(t, MinDiskSize)
	o := Options{Disk: disk, Assets: assets(t, "v1.14.0")}

	if err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}

	r := record(t, disk)
	if err := o.clear(r); err != nil {
		t.Fatal(err)
	}

	if _, err := bdgpt.Read(r.Device); err == nil {
		t.Error("the old table can still be read")
	}

	last := r.steps[len(r.steps)-2]
	if last.off != 0 || last.size != mib {
		t.Errorf("the primary table is not the last to go: %s", fmt.Sprint(last))
	}
}
