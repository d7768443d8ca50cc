package main

import (
	"errors"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// record is a line of a kernel's log.
type record struct {
	// at is the kernel's time stamp: since it began, by its own clock.
	at   time.Duration
	text string
}

var recordRE = regexp.MustCompile(`\[ *(\d+)\.(\d{6})\] (.*)$`)

// parseRecord reads a line of a console. Firmware and boot loader write lines
// that are no records.
func parseRecord(line string) (record, bool) {
	m := recordRE.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
	if m == nil {
		return record{}, false
	}

	s, errS := strconv.Atoi(m[1])
	us, errUS := strconv.Atoi(m[2])

	return record{time.Duration(s)*time.Second + time.Duration(us)*time.Microsecond, m[3]}, errS == nil && errUS == nil
}

// parseRollup finds a value in kB of /proc/PID/smaps_rollup, such as Pss, and
// returns it in bytes.
func parseRollup(text, key string) (int64, error) {
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(line, key+":")
		if !ok {
			continue
		}

		kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)

		return kib << 10, err
	}

	return 0, fmt.Errorf("no line %s in smaps_rollup", key)
}

// userHZ is the unit of times in /proc/PID/stat on every architecture with a
// Linux ABI that we build for (sysconf _SC_CLK_TCK).
const userHZ = 100

// parseStat reads user and system time from /proc/PID/stat. The command is in
// parentheses and may hold blanks and parentheses itself.
func parseStat(text string) (time.Duration, error) {
	_, rest, ok := cutLast(text, ") ")
	fields := strings.Fields(rest)

	if !ok || len(fields) < 13 {
		return 0, fmt.Errorf("no times in %q", text)
	}

	// Fields 14 and 15 of proc_pid_stat(5); rest starts with field 3.
	user, errU := strconv.ParseInt(fields[11], 10, 64)
	system, errS := strconv.ParseInt(fields[12], 10, 64)

	return time.Duration(user+system) * time.Second / userHZ, errors.Join(errU, errS)
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}

	return s[:i], s[i+len(sep):], true
}

// processName is what a process is called in a table: by its first argument, for
// one program may be several under different names.
func processName(pid int32, args, executable string) string {
	if pid == 1 {
		return "machined"
	}

	name, _, _ := strings.Cut(strings.ReplaceAll(args, "\x00", " "), " ")
	if name == "" {
		name = executable
	}

	return path.Base(name)
}

// osProcesses are what the budgets for memory and CPU are about: what runs on
// every node whatever its config.
var osProcesses = []string{"machined", "apid", "trustd", "systemd-udevd"}

// percentile of latencies, by nearest rank; the slice is sorted afterwards.
func percentile(all []time.Duration, p float64) time.Duration {
	if len(all) == 0 {
		return 0
	}

	slices.Sort(all)

	return all[min(len(all)-1, max(0, int(math.Ceil(p/100*float64(len(all))))-1))]
}

// phase is a step of `make up`.
type phase struct {
	name string
	took time.Duration
}

// parsePhases reads what hack/phase wrote: a line of arguments after #, then a
// line "name begin end" in Unix seconds for each phase.
func parsePhases(text string) (args string, phases []phase, err error) {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, "#"); ok {
			args = strings.TrimSpace(rest)

			continue
		}

		var (
			p          phase
			begin, end float64
		)

		if _, err = fmt.Sscanf(line, "%s %f %f", &p.name, &begin, &end); err != nil {
			return "", nil, fmt.Errorf("phase %q: %w", line, err)
		}

		p.took = time.Duration((end - begin) * float64(time.Second))
		phases = append(phases, p)
	}

	return args, phases, nil
}

// benchmark is a result of `go test -bench`.
type benchmark struct {
	name                      string
	nanoseconds, bytes, count float64
}

// parseBenchmarks reads the output of `go test -bench . -benchmem`.
func parseBenchmarks(text string) []benchmark {
	var out []benchmark

	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
			continue
		}

		name := strings.TrimPrefix(f[0], "Benchmark")
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			if _, err := strconv.Atoi(name[i+1:]); err == nil {
				name = name[:i]
			}
		}

		b := benchmark{name: name}

		for i := 2; i+1 < len(f); i += 2 {
			v, err := strconv.ParseFloat(f[i], 64)
			if err != nil {
				continue
			}

			switch f[i+1] {
			case "ns/op":
				b.nanoseconds = v
			case "B/op":
				b.bytes = v
			case "allocs/op":
				b.count = v
			}
		}

		if b.nanoseconds > 0 {
			out = append(out, b)
		}
	}

	return out
}
