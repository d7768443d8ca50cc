// Package procstat parses the kernel's counters in /proc; see proc(5).
//
// Tables keep the kernel's order and names, so that whoever shows them maps
// columns by position or by name and nothing has to be spelled out twice.
package procstat

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Tick is the length of a clock tick as user space sees it (USER_HZ), which is
// 1/100 s on every architecture we run on.
const Tick = 0.01

// Row is a named line of numbers.
type Row struct {
	Name   string
	Values []uint64
}

// Memory is /proc/meminfo, by name, in the kernel's units (kB or pages).
func Memory() (map[string]uint64, error) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return nil, err
	}

	return parseMemory(text), nil
}

func parseMemory(text []byte) map[string]uint64 {
	out := map[string]uint64{}

	for line := range strings.Lines(string(text)) {
		name, rest, ok := strings.Cut(line, ":")
		fields := strings.Fields(rest)

		if !ok || len(fields) == 0 {
			continue
		}

		if v, err := strconv.ParseUint(fields[0], 10, 64); err == nil {
			out[name] = v
		}
	}

	return out
}

// Load is /proc/loadavg.
func Load() (one, five, fifteen float64, err error) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0, 0, 0, err
	}

	if _, err = fmt.Sscan(string(text), &one, &five, &fifteen); err != nil {
		return 0, 0, 0, fmt.Errorf("parse /proc/loadavg: %w", err)
	}

	return one, five, fifteen, nil
}

// Stat is /proc/stat: a row per line, in order.
func Stat() ([]Row, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return nil, err
	}

	return parseRows(text, 0), nil
}

// Disks is /proc/diskstats: a row per device, in order.
func Disks() ([]Row, error) {
	text, err := os.ReadFile("/proc/diskstats")
	if err != nil {
		return nil, err
	}

	return parseRows(text, 2), nil
}

// parseRows reads lines of a name, in column at, and numbers after it.
func parseRows(text []byte, at int) []Row {
	var rows []Row

	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) <= at {
			continue
		}

		rows = append(rows, Row{fields[at], numbers(fields[at+1:])})
	}

	return rows
}

func numbers(fields []string) []uint64 {
	out := make([]uint64, len(fields))

	for i, f := range fields {
		out[i], _ = strconv.ParseUint(f, 10, 64) //nolint:errcheck // the kernel writes numbers
	}

	return out
}

// Links is /proc/net/dev: a row per network device, receiving before sending.
func Links() ([]Row, error) {
	text, err := os.ReadFile("/proc/net/dev")
	if err != nil {
		return nil, err
	}

	return parseLinks(text), nil
}

func parseLinks(text []byte) []Row {
	var rows []Row

	for line := range strings.Lines(string(text)) {
		// The name may touch the first number: "eth0:123".
		name, rest, ok := strings.Cut(line, ":")
		if !ok {
			continue // the two lines of headings
		}

		rows = append(rows, Row{strings.TrimSpace(name), numbers(strings.Fields(rest))})
	}

	return rows
}

// CPUs is /proc/cpuinfo: the fields of each processor by name.
func CPUs() ([]map[string]string, error) {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return nil, err
	}

	defer f.Close() //nolint:errcheck

	return parseCPUs(f)
}

func parseCPUs(r io.Reader) ([]map[string]string, error) {
	var (
		out     []map[string]string
		current map[string]string
	)

	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)

	for lines.Scan() {
		key, value, ok := strings.Cut(lines.Text(), ":")
		if !ok {
			current = nil

			continue
		}

		key = strings.TrimSpace(key)

		if current == nil {
			if key != "processor" {
				continue // arm64 ends with a block about the board
			}

			current = map[string]string{}
			out = append(out, current)
		}

		current[key] = strings.TrimSpace(value)
	}

	return out, lines.Err()
}

// Process is one line of a process list.
type Process struct {
	PID, PPID int32
	State     string
	Threads   int32
	// CPUTime is seconds in user and kernel mode.
	CPUTime float64
	// Virtual and Resident memory in bytes.
	Virtual, Resident uint64
	Command           string
	// Executable is empty for kernel threads.
	Executable string
	Args       string
	// Label is the security module's context, if it has any.
	Label string
}

// Processes lists what runs. A process that ends meanwhile is left out.
func Processes() ([]Process, error) {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil, err
	}

	defer dir.Close() //nolint:errcheck

	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, err
	}

	var out []Process

	for _, name := range names {
		if name[0] < '0' || name[0] > '9' {
			continue
		}

		stat, err := os.ReadFile("/proc/" + name + "/stat")
		if err != nil {
			continue
		}

		p, ok := parseProcess(stat)
		if !ok {
			continue
		}

		if exe, err := os.Readlink("/proc/" + name + "/exe"); err == nil {
			p.Executable = exe
		}

		if args, err := os.ReadFile("/proc/" + name + "/cmdline"); err == nil {
			p.Args = strings.TrimSpace(string(bytes.ReplaceAll(args, []byte{0}, []byte{' '})))
		}

		if label, err := os.ReadFile("/proc/" + name + "/attr/current"); err == nil {
			p.Label = strings.TrimRight(string(label), "\x00\n")
		}

		out = append(out, p)
	}

	return out, nil
}

// parseProcess reads /proc/pid/stat. The command stands in parentheses and may
// contain anything, those included; field numbers are proc_pid_stat(5)'s.
func parseProcess(stat []byte) (Process, bool) {
	text := string(stat)
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')

	if open < 1 || end < open {
		return Process{}, false
	}

	fields := strings.Fields(text[end+1:])
	if len(fields) < 22 {
		return Process{}, false
	}

	pid, err := strconv.ParseInt(strings.TrimSpace(text[:open]), 10, 32)
	if err != nil {
		return Process{}, false
	}

	field := func(n int) uint64 {
		v, _ := strconv.ParseUint(fields[n-3], 10, 64) //nolint:errcheck // negative ones are none of ours

		return v
	}

	return Process{
		PID:      int32(pid),
		PPID:     int32(field(4)),
		State:    fields[0],
		Threads:  int32(field(20)),
		CPUTime:  float64(field(14)+field(15)) * Tick,
		Virtual:  field(23),
		Resident: field(24) * uint64(os.Getpagesize()),
		Command:  text[open+1 : end],
	}, true
}
