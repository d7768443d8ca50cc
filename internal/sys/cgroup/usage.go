package cgroup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Usage is what the processes of a group, and of those below, use.
type Usage struct {
	// Memory in bytes, without the file cache that the kernel can drop at once.
	Memory uint64
	// CPU time since the group was made.
	CPU time.Duration
}

// Of is the group of a process.
func Of(pid int) (Group, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil {
		return "", err
	}

	return parseOf(string(text))
}

// parseOf takes the line of the unified hierarchy, whose number is 0.
func parseOf(text string) (Group, error) {
	for line := range strings.Lines(text) {
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), "0::/"); ok {
			return Group(path), nil
		}
	}

	return "", errors.New("the process is in no group of the unified hierarchy")
}

// Usage reads what the group uses. It takes the controllers of memory and CPU.
func (g Group) Usage() (Usage, error) { return usage(g.Dir()) }

func usage(dir string) (Usage, error) {
	current, err := os.ReadFile(filepath.Join(dir, "memory.current"))
	if err != nil {
		return Usage{}, err
	}

	memory, err := strconv.ParseUint(strings.TrimSpace(string(current)), 10, 64)
	if err != nil {
		return Usage{}, fmt.Errorf("read memory.current of %s: %w", dir, err)
	}

	inactive, err := flat(dir, "memory.stat", "inactive_file")
	if err != nil {
		return Usage{}, err
	}

	micros, err := flat(dir, "cpu.stat", "usage_usec")
	if err != nil {
		return Usage{}, err
	}

	return Usage{Memory: memory - min(memory, inactive), CPU: time.Duration(micros) * time.Microsecond}, nil //nolint:gosec // 292,000 years
}

// flat reads one value of a file with a name and a number a line.
func flat(dir, file, name string) (uint64, error) {
	text, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		return 0, err
	}

	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strconv.ParseUint(strings.TrimSpace(value), 10, 64)
		}
	}

	return 0, fmt.Errorf("%s of %s has no %s", file, dir, name)
}
