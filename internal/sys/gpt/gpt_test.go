package gpt

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	bdgpt "github.com/siderolabs/go-blockdevice/v2/partitioning/gpt"
)

const sector = 512

var errPowerCut = errors.New("power cut")

// disk keeps unsynced sectors only by chance when the power goes.
type disk struct {
	rng            *rand.Rand
	durable, cache []byte
	dirty          map[int]bool
	left           int
	off            bool
}

func newDisk(rng *rand.Rand, size int) *disk {
	return &disk{rng: rng, durable: make([]byte, size), cache: make([]byte, size), dirty: map[int]bool{}, left: -1}
}

func (d *disk) step() error {
	if !d.off && d.left == 0 {
		d.off = true

		for s := range d.dirty {
			if d.rng.IntN(2) == 0 {
				copy(d.durable[s*sector:(s+1)*sector], d.cache[s*sector:])
			}
		}
	}

	if d.off {
		return errPowerCut
	}

	d.left--

	return nil
}

func (d *disk) powerOn() {
	copy(d.cache, d.durable)
	clear(d.dirty)
	d.off, d.left = false, -1
}

func (d *disk) ReadAt(p []byte, off int64) (int, error) { return copy(p, d.cache[off:]), nil }

func (d *disk) WriteAt(p []byte, off int64) (int, error) {
	for at := 0; at < len(p); at += 4 * sector {
		if err := d.step(); err != nil {
			return at, err
		}

		part := p[at:min(at+4*sector, len(p))]
		copy(d.cache[int(off)+at:], part)

		for s := (int(off) + at) / sector; s <= (int(off)+at+len(part)-1)/sector; s++ {
			d.dirty[s] = true
		}
	}

	return len(p), nil
}

func (d *disk) Sync() error {
	if err := d.step(); err != nil {
		return err
	}

	copy(d.durable, d.cache)
	clear(d.dirty)

	return nil
}

func (d *disk) GetSectorSize() uint                             { return sector }
func (d *disk) GetSize() uint64                                 { return uint64(len(d.cache)) }
func (d *disk) GetIOSize() (uint, error)                        { return sector, nil }
func (d *disk) GetKernelLastPartitionNum() (int, error)         { return 0, nil }
func (d *disk) KernelPartitionAdd(int, uint64, uint64) error    { return nil }
func (d *disk) KernelPartitionResize(int, uint64, uint64) error { return nil }
func (d *disk) KernelPartitionDelete(int) error                 { return nil }

func labels(t *Table) string {
	s := ""

	for _, p := range t.Partitions() {
		if p == nil {
			s += "-,"
		} else {
			s += fmt.Sprintf("%s@%d+%d,", p.Name, p.FirstLBA, p.LastLBA-p.FirstLBA+1)
		}
	}

	return s
}

func installed(t *testing.T, d *disk) *Device {
	t.Helper()

	dev := &Device{Device: d}

	table, err := New(dev)
	if err != nil {
		t.Fatal(err)
	}

	for _, label := range []string{"EFI", "META"} {
		if _, _, err := table.AllocatePartition(1<<20, label, TypeLinux); err != nil {
			t.Fatal(err)
		}
	}

	if err := table.Write(); err != nil {
		t.Fatal(err)
	}

	return dev
}

func TestPowerCutAtEveryWriteKeepsOldOrNewTable(t *testing.T) {
	t.Parallel()

	const (
		before = "EFI@2048+2048,META@4096+2048,"
		after  = before + "STATE@6144+2048,"
	)

	done := false

	for left := 0; !done; left++ {
		for seed := range uint64(8) {
			d := newDisk(rand.New(rand.NewPCG(seed, uint64(left))), 16<<20)
			dev := installed(t, d)

			table, err := Read(dev)
			if err != nil {
				t.Fatal(err)
			}

			if _, _, err := table.AllocatePartition(1<<20, "STATE", TypeLinux); err != nil {
				t.Fatal(err)
			}

			d.left = left
			err = table.Write()
			done = err == nil

			// A second cut in the middle of the repair must not make it worse.
			if d.off {
				d.powerOn()
				d.left = left % 7
				_, _ = Repair(d)
				d.powerOn()
			}

			d.left = -1

			table, rerr := Read(dev)
			if rerr != nil {
				t.Fatalf("cut after %d: %v", left, rerr)
			}

			got := labels(table)
			if got != before && got != after || err == nil && got != after {
				t.Fatalf("cut after %d: %s", left, got)
			}

			if _, err := bdgpt.Read(d); err != nil {
				t.Fatalf("cut after %d: the primary copy was not restored: %v", left, err)
			}
		}
	}
}

func TestGrownDiskGetsItsBackupAtTheNewEnd(t *testing.T) {
	t.Parallel()

	small := newDisk(rand.New(rand.NewPCG(1, 1)), 16<<20)
	installed(t, small)

	big := newDisk(small.rng, 32<<20)
	copy(big.cache, small.cache)

	dev := &Device{Device: big}

	table, err := Read(dev)
	if err != nil {
		t.Fatal(err)
	}

	growth, err := table.AvailablePartitionGrowth(1)
	if err != nil || growth < 16<<20 {
		t.Fatalf("growth %d, %v", growth, err)
	}

	if err := table.GrowPartition(1, growth); err != nil {
		t.Fatal(err)
	}

	if err := table.Write(); err != nil {
		t.Fatal(err)
	}

	last := uint64(32<<20/sector - 1)
	if _, ok := readCopy(big, sector, last, last); !ok {
		t.Fatal("no backup at the new end")
	}
}

func TestRepairLeavesOtherDisksAlone(t *testing.T) {
	t.Parallel()

	d := newDisk(rand.New(rand.NewPCG(1, 1)), 16<<20)

	if done, err := Repair(d); done || err != nil {
		t.Fatalf("blank disk: %v, %v", done, err)
	}

	installed(t, d)

	if done, err := Repair(d); done || err != nil {
		t.Fatalf("whole table: %v, %v", done, err)
	}

	// Somebody made a file system over the start and left the old backup.
	clear(d.cache[:4096])

	if done, err := Repair(d); done || err != nil {
		t.Fatalf("overwritten disk: %v, %v", done, err)
	}
}

func FuzzReadCopy(f *testing.F) {
	d := newDisk(rand.New(rand.NewPCG(1, 1)), 16<<20)
	f.Add(make([]byte, sector))
	_ = d

	f.Fuzz(func(_ *testing.T, header []byte) {
		d := newDisk(nil, 1<<20)
		copy(d.cache[sector:], header)
		copy(d.cache[sector:], signature)
		seal(d.cache[sector : 2*sector])
		readCopy(d, sector, 1, 1<<20/sector-1)
	})
}
