// Bench measures the product against its budget and writes docs/benchmarks.md.
//
// Each area is a section of the page, measured by itself: some need only the
// build, some start virtual machines, which takes minutes. `make bench` runs all.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

type bench struct {
	// out has the assets.
	out string
	// home has the clusters of this run.
	home string
	// accel is how virtual machines of the section ran; set by those that start some.
	accel string
	// console output of failed machines is worth a look: keep leaves them running.
	keep bool
}

func (b *bench) talosctl() string { return filepath.Join(b.out, "talosctl") }

type area struct {
	id, title string
	measure   func(ctx context.Context) (Section, error)
}

func (b *bench) areas() []area {
	return []area{
		{"install", "From the ISO to the installed system", b.install},
		{"cluster", "A control plane node", b.cluster},
		{"calls", "Calls through apid", b.calls},
		{"up", "A local cluster from the source tree", b.up},
		{"sizes", "Sizes", b.sizes},
		{"client", "The client's start", b.client},
		{"config", "The machine configuration", b.config},
		{"budget", "Tests with a limit", b.budget},
	}
}

func main() {
	var (
		b    bench
		page string
	)

	flag.StringVar(&b.out, "assets", "_out", "`directory` of the build's assets")
	flag.StringVar(&page, "page", "docs/benchmarks.md", "`file` to write the sections into")
	flag.BoolVar(&b.keep, "keep", false, "leave virtual machines of an area that failed running")
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "bench [flags] [area...]: measures all areas, or those named: %s\n", strings.Join(b.names(), " ")) //nolint:errcheck
		flag.PrintDefaults()
	}
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()

	if err := b.run(ctx, page, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

func (b *bench) names() []string {
	var out []string
	for _, a := range b.areas() {
		out = append(out, a.id)
	}

	return out
}

func (b *bench) run(ctx context.Context, page string, wanted []string) (err error) {
	for _, w := range wanted {
		if !slices.Contains(b.names(), w) {
			return fmt.Errorf("no area %q; there are %s", w, strings.Join(b.names(), " "))
		}
	}

	if b.out, err = filepath.Abs(b.out); err != nil {
		return err
	}

	if b.home, err = os.MkdirTemp("", "talos-bench-"); err != nil {
		return err
	}

	// Local clusters are looked for there, by talosctl and by this process.
	if err = os.Setenv("TALOS_HOME", b.home); err != nil {
		return err
	}

	var failed []error

	for _, a := range b.areas() {
		if len(wanted) > 0 && !slices.Contains(wanted, a.id) {
			continue
		}

		fmt.Fprintf(os.Stderr, "== %s\n", a.title) //nolint:errcheck

		b.accel = ""
		before := load()

		s, err := a.measure(ctx)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", a.id, err))

			continue
		}

		text := s.withTitle(a.title).markdown(time.Now().UTC().Format(time.DateOnly), describeHost(b.accel)+", "+before)
		fmt.Println(text) //nolint:errcheck

		if err = update(page, a.id, text, b.names()); err != nil {
			return err
		}
	}

	if err = errors.Join(failed...); err == nil {
		err = os.RemoveAll(b.home)
	}

	return err
}

func (s Section) withTitle(title string) Section {
	s.Title = title

	return s
}

func update(page, id, text string, order []string) error {
	old, err := os.ReadFile(page)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	merged, err := Merge(string(old), id, text, order)
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}

	return os.WriteFile(page, []byte(merged), 0o644)
}
