package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/talos-os/talos/internal/imager"
	"github.com/talos-os/talos/internal/measure"
	"github.com/talos-os/talos/pkg/machinery/version"
)

const megabyte = 1e6

// sizeBudgets are in MB.
var sizeBudgets = map[string]float64{"rootfs.sqsh": 75, "metal-" + version.Arch() + ".iso": 130, "machined": 50, "talosctl": 60}

// sizes come from the build's own manifest and files.
func (b *bench) sizes(context.Context) (Section, error) {
	s := Section{How: `Assets: the sizes in manifest.json of the build. Programs: the stripped files that go into the image, and
		talosctl as built for people. 1 MB is 1,000,000 bytes.`}

	raw, err := os.ReadFile(filepath.Join(b.out, "manifest.json"))
	if err != nil {
		return s, fmt.Errorf("%w; build with `make assets`", err)
	}

	var m imager.Manifest
	if err = json.Unmarshal(raw, &m); err != nil {
		return s, fmt.Errorf("read manifest.json: %w", err)
	}

	add := func(name string, size int64) {
		s.Figures = append(s.Figures, Figure{Name: name, Value: float64(size) / megabyte, Unit: "MB", Budget: sizeBudgets[name]})
	}

	for _, a := range m.Assets {
		if a.Size > megabyte {
			add(a.Path, a.Size)
		}
	}

	programs, err := filepath.Glob(filepath.Join(b.out, "bin-"+m.Arch, "*"))
	if err != nil {
		return s, err
	}

	for _, path := range append(programs, filepath.Join(b.out, "talosctl")) {
		info, err := os.Lstat(path)
		if err != nil {
			return s, err
		}

		if info.Mode().IsRegular() {
			add(filepath.Base(path), info.Size())
		}
	}

	return s, nil
}

// clientRuns are enough for a median that does not move by a tenth of a millisecond.
const clientRuns = 50

// client starts talosctl from cold: a new process each time. The file is in the
// page cache, as it is for whoever uses it.
func (b *bench) client(ctx context.Context) (Section, error) {
	s := Section{How: fmt.Sprintf(`%d new processes of talosctl version --client one after the other; time from fork to exit by the
		host's clock, CPU time as wait4(2) tells it; peak resident memory of one more that is traced. Budget is on the median.`, clientRuns)}

	var wall, cpu []time.Duration

	for range clientRuns {
		cmd := exec.CommandContext(ctx, b.talosctl(), "version", "--client")
		started := time.Now()

		if err := cmd.Run(); err != nil {
			return s, fmt.Errorf("talosctl version --client: %w", err)
		}

		wall = append(wall, time.Since(started))
		cpu = append(cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}

	peak, err := measure.Peak(exec.CommandContext(ctx, b.talosctl(), "version", "--client"))
	if err != nil {
		return s, fmt.Errorf("talosctl version --client: %w", err)
	}

	s.Figures = []Figure{
		{Name: "talosctl version --client, median", Value: ms(percentile(wall, 50)), Unit: "ms", Budget: 15},
		{Name: "slowest", Value: ms(percentile(wall, 100)), Unit: "ms"},
		{Name: "CPU time, median", Value: ms(percentile(cpu, 50)), Unit: "ms"},
		{Name: "peak memory", Value: float64(peak) / (1 << 20), Unit: "MiB", Budget: 30},
	}

	return s, nil
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// config runs the benchmarks of the configuration language.
func (b *bench) config(ctx context.Context) (Section, error) {
	s := Section{How: "`go test -run '^$' -bench . -benchmem -cpu 1 ./pkg/machinery/config/...`: natively, on one core."}

	out, err := goCommand(ctx, "test", "-run", "^$", "-bench", ".", "-benchmem", "-cpu", "1", "./pkg/machinery/config/...")
	if err != nil {
		return s, err
	}

	var table strings.Builder

	table.WriteString("| benchmark | time | memory | allocations | budget |\n| --- | ---: | ---: | ---: | --- |\n")

	for _, r := range parseBenchmarks(out) {
		kind, _, _ := strings.Cut(r.name, "/")
		f := Figure{Value: r.nanoseconds / 1e6, Unit: "ms", Budget: configBudgets[kind]}
		fmt.Fprintf(&table, "| %s | %s | %s | %.0f | %s |\n", r.name, amount(f.Value, "ms"), amount(r.bytes/1024, "KiB"), r.count,
			strings.TrimSpace(f.budget()+" "+f.verdict()))
	}

	s.Extra = table.String()

	return s, nil
}

// configBudgets are in milliseconds, by benchmark without its variants.
var configBudgets = map[string]float64{"LoadAndValidate": 3, "Load200Documents": 20}

var resultLine = regexp.MustCompile(`(?m)^(--- (?:PASS|FAIL): .*|    \S+_test\.go:\d+: .*|ok .*|FAIL.*)$`)

// budget runs the tests that hold programs to their limits, as they are.
func (b *bench) budget(ctx context.Context) (Section, error) {
	s := Section{How: "`go test -count 1 -v -tags budget` on the tests in files with that build tag: each starts a real program and fails beyond its limit."}

	packages, names, err := taggedTests(".")
	if err != nil || len(names) == 0 {
		return s, errors.Join(err, errors.New("no tests with the build tag budget below this directory; run bench in the root of the source tree"))
	}

	out, err := goCommand(ctx, append([]string{"test", "-count", "1", "-v", "-p", "1", "-tags", "budget", "-run", "^(" + strings.Join(names, "|") + ")$"}, packages...)...)
	if err != nil && !strings.Contains(out, "--- FAIL") {
		return s, err // it did not come to measuring
	}

	s.Extra = "```\n" + strings.Join(resultLine.FindAllString(out, -1), "\n") + "\n```"
	if err != nil {
		s.Extra += "\n\n**missed**: a test failed."
	}

	return s, nil
}

// taggedTests finds the tests in files for the build tag budget.
func taggedTests(root string) (packages, names []string, err error) {
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.ContainsAny(d.Name()[:1], "._"):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}

		raw, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(raw), "\n//go:build budget\n") && !strings.HasPrefix(string(raw), "//go:build budget\n") {
			return err
		}

		packages = append(packages, "./"+filepath.Dir(path))

		for _, m := range testName.FindAllStringSubmatch(string(raw), -1) {
			names = append(names, m[1])
		}

		return nil
	})

	slices.Sort(packages)
	slices.Sort(names)

	return slices.Compact(packages), slices.Compact(names), err
}

var testName = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// goCommand returns standard output also when the command fails.
func goCommand(ctx context.Context, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer

	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr

	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, stderr.String())
	}

	return stdout.String(), nil
}

// up tells how long `make up` took the last time, or runs it.
func (b *bench) up(ctx context.Context) (Section, error) {
	s := Section{How: "The phases that hack/phase recorded during the last `make up` in this directory, which is warm when parts and" +
		" assets were there; with BENCH_UP=1 bench runs `make up WORKERS=0` itself, twice, and takes the second."}

	if os.Getenv("BENCH_UP") != "" {
		for range 2 {
			for _, target := range []string{"up", "down"} {
				cmd := exec.CommandContext(ctx, "make", target, "WORKERS=0", "NAME=talos-bench-up", "OUT="+b.out)
				cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr

				if err := cmd.Run(); err != nil {
					return s, fmt.Errorf("make %s: %w", target, err)
				}
			}
		}
	}

	raw, err := os.ReadFile(filepath.Join(b.out, ".phases"))
	if err != nil {
		return s, fmt.Errorf("no `make up` was run here; set BENCH_UP=1: %w", err)
	}

	args, phases, err := parsePhases(string(raw))
	if err != nil {
		return s, err
	}

	budget := 480.0
	if args == "workers=0" {
		budget = 300
	}

	var sum time.Duration

	for _, p := range phases {
		sum += p.took
		s.Figures = append(s.Figures, Figure{Name: p.name, Value: p.took.Seconds(), Unit: "s"})
	}

	if len(phases) == 0 || phases[len(phases)-1].name != "verify" {
		return s, fmt.Errorf("the last run in %s was no complete `make up`; run it, or set BENCH_UP=1", b.out)
	}

	s.Figures = append(s.Figures, Figure{Name: "make up, " + args, Value: sum.Seconds(), Unit: "s", Budget: budget})

	return s, nil
}
