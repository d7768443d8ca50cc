package talosctl

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	explainer "github.com/talos-os/talos/pkg/machinery/config/explain"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

// genPatch is a patch and whether it changed anything.
type genPatch struct {
	patch.Patch

	only           string // machine type
	tried, changes bool
}

// loadGenPatches reads every patch once: one may be standard input.
func (a *app) loadGenPatches(o genConfigOptions) ([]*genPatch, error) {
	var out []*genPatch

	for _, list := range []struct {
		args []string
		only string
	}{{o.patches, ""}, {o.patchesControlPlane, generate.ControlPlane}, {o.patchesWorker, generate.Worker}} {
		patches, err := a.loadPatches(list.args)
		if err != nil {
			return nil, err
		}

		for _, p := range patches {
			out = append(out, &genPatch{Patch: p, only: list.only})
		}
	}

	return out, nil
}

func (a *app) render(o genConfigOptions, input *generate.Input, patches []*genPatch, t string) ([]byte, error) {
	if t == talosconfigType {
		return input.Talosconfig()
	}

	cfg, err := input.Config(t)
	if err != nil {
		return nil, err
	}

	// A version that nobody named is that of this release.
	line := input.Contract
	if o.kubernetesVersion == "" {
		line = contract.Current()
	}

	_, wrong := config.Validate(cfg, config.Metal, config.ForContract(line))

	for _, p := range patches {
		if p.only != "" && p.only != t {
			continue
		}

		next, err := config.ApplyPatches(cfg, p.Patch)
		if err != nil {
			return nil, err
		}

		p.tried = true
		p.changes = p.changes || !config.Same(cfg, next)
		cfg = next
	}

	// A patch may set right what flags made wrong. What patches alone make wrong stays:
	// some are templates that another program fills.
	if wrong != nil {
		if _, wrong = config.Validate(cfg, config.Metal, config.ForContract(line)); wrong != nil {
			return nil, unseen(wrong)
		}
	}

	return explainer.Comment(cfg.Bytes(), explainer.Options{Docs: o.docs, Examples: o.examples})
}

// unseen tells what is wrong with a config that nobody has seen, so without lines.
func unseen(err error) error {
	problems := config.Problems(err)
	if len(problems) == 0 {
		return err
	}

	errs := make([]error, 0, len(problems))

	for _, p := range problems {
		p.Line, p.Source = 0, ""
		errs = append(errs, p)
	}

	return errors.Join(errs...)
}

// paths of the outputs, in a directory that is made if there is none. With one type
// --output is a file unless it is a directory. Undo takes away what was made.
func (o genConfigOptions) paths() (paths []string, undo func(), err error) {
	out := o.output
	if out == "-" {
		return []string{out}, func() {}, nil
	}

	if out == "" {
		out = o.outputDir
	}

	st, err := os.Stat(out)
	isDir := out == o.outputDir || strings.HasSuffix(out, "/") || err == nil && st.IsDir()

	switch {
	case len(o.outputTypes) == 1 && !isDir:
		return []string{out}, func() {}, nil
	case err == nil && !st.IsDir():
		return nil, nil, fmt.Errorf("%s is not a directory, which several types need: name one, or one type with --output-types", out)
	}

	for _, t := range o.outputTypes {
		if t != talosconfigType {
			t += ".yaml"
		}

		paths = append(paths, filepath.Join(out, t))
	}

	undo, err = makeDir(out)

	return paths, undo, err
}

// makeDir makes a directory and what is missing above it.
func makeDir(dir string) (undo func(), err error) {
	var made []string

	for d := filepath.Clean(dir); ; d = filepath.Dir(d) {
		if _, err := os.Stat(d); err == nil || d == filepath.Dir(d) {
			break
		}

		made = append(made, d)
	}

	undo = func() {
		for _, d := range made {
			os.Remove(d) //nolint:errcheck // it stays if somebody else uses it
		}
	}

	if err = os.MkdirAll(filepath.Clean(dir), 0o700); err != nil {
		undo()

		return nil, fmt.Errorf("make directory %s: %w", dir, nameless(err))
	}

	return undo, nil
}
