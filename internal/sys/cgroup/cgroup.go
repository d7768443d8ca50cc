// Package cgroup makes control groups (v2) for services and bounds them.
//
// See cgroups(7) and the kernel's Documentation/admin-guide/cgroup-v2.rst.
package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Root is where the hierarchy is mounted.
const Root = "/sys/fs/cgroup"

// Limits of a group; zero values are left at the kernel's default.
type Limits struct {
	// MemoryMin is never reclaimed, MemoryLow only when nothing else is left.
	MemoryMin, MemoryLow uint64
	// MemoryMax is where the kernel starts killing in the group.
	MemoryMax uint64
	// Millicores become a weight, not a ceiling: idle CPU is for whoever wants it.
	Millicores uint64
}

// Group is a directory below Root.
type Group string

// Dir is the group's directory.
func (g Group) Dir() string { return filepath.Join(Root, string(g)) }

// Create makes the group, with its parents, and sets limits. A controller that
// the kernel lacks or the parent has not enabled costs the limit, not the group:
// a service without a bound is better than none.
func (g Group) Create(l Limits) error {
	if err := os.MkdirAll(g.Dir(), 0o755); err != nil {
		return fmt.Errorf("make cgroup %s: %w", g, err)
	}

	var errs []error

	for _, s := range []struct {
		file  string
		value uint64
	}{
		{"memory.min", l.MemoryMin},
		{"memory.low", l.MemoryLow},
		{"memory.max", l.MemoryMax},
		{"cpu.weight", weight(l.Millicores)},
	} {
		if s.value == 0 {
			continue
		}

		if err := g.write(s.file, strconv.FormatUint(s.value, 10)); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}

	return errors.Join(errs...)
}

// weight maps thousandths of a CPU to cpu.weight (1 to 10000) over the shares of
// cgroup v1, as kubelet and runc do, so that services and pods compete fairly.
func weight(millicores uint64) uint64 {
	if millicores == 0 {
		return 0
	}

	shares := min(max(millicores*1024/1000, 2), 262144)

	return 1 + (shares-2)*9999/262142
}

// Open opens the group's directory, for CLONE_INTO_CGROUP.
func (g Group) Open() (*os.File, error) { return os.Open(g.Dir()) }

// PIDs lists the processes in the group itself and in those below.
func (g Group) PIDs() ([]int, error) {
	var pids []int

	err := filepath.WalkDir(g.Dir(), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, os.ErrNotExist) {
				return nil
			}

			return err
		}

		if !d.IsDir() {
			return nil
		}

		text, err := os.ReadFile(filepath.Join(path, "cgroup.procs"))
		if err != nil {
			if errors.Is(err, os.ErrNotExist) || errors.Is(err, unix.ENODEV) {
				return nil // removed meanwhile
			}

			return err
		}

		for field := range strings.FieldsSeq(string(text)) {
			if pid, err := strconv.Atoi(field); err == nil {
				pids = append(pids, pid)
			}
		}

		return nil
	})

	return pids, err
}

// Kill ends every process in the group and below with SIGKILL and waits, bounded,
// until the group is empty.
func (g Group) Kill(timeout time.Duration) error {
	if err := g.write("cgroup.kill", "1"); err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}

		return err
	}

	for deadline := time.Now().Add(timeout); ; time.Sleep(10 * time.Millisecond) {
		pids, err := g.PIDs()
		if err != nil || len(pids) == 0 {
			return err
		}

		if time.Now().After(deadline) {
			return fmt.Errorf("cgroup %s still has processes %v after %s", g, pids, timeout)
		}
	}
}

func (g Group) write(file, value string) error {
	// Not to be created: that is refused with another error than "not there".
	f, err := os.OpenFile(filepath.Join(g.Dir(), file), os.O_WRONLY, 0)
	if err == nil {
		_, err = f.WriteString(value)
		err = errors.Join(err, f.Close())
	}

	if err != nil {
		return fmt.Errorf("set %s of cgroup %s to %s: %w", file, g, value, err)
	}

	return nil
}
