package talosctl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/secrets"
)

// maxInput bounds what is read of a file or standard input; the largest real
// configs have a few hundred kilobytes.
const maxInput = 16 << 20

// readInput reads a file, or standard input for "-". What is encrypted comes out
// in the clear, and is in memory only.
func (a *app) readInput(path string) ([]byte, error) {
	var r io.Reader = os.Stdin

	if path == "-" {
		// A second reader would get nothing, and an empty config differs in everything.
		if a.stdinRead {
			return nil, errors.New("standard input can be read once only: name a file for one of the inputs")
		}

		a.stdinRead = true
	} else {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", path, nameless(err))
		}
		defer f.Close() //nolint:errcheck

		r = f
	}

	raw, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", inputName(path), nameless(err))
	}

	if len(raw) > maxInput {
		return nil, fmt.Errorf("read %s: more than %d MiB; is this the right file?", inputName(path), maxInput>>20)
	}

	if raw, err = a.decrypt(path, raw); err != nil {
		return nil, fmt.Errorf("decrypt %s: %w", inputName(path), err)
	}

	return raw, nil
}

// loadConfig reads a machine config from a file or standard input.
func (a *app) loadConfig(path string) (*config.Config, error) {
	raw, err := a.readInput(path)
	if err != nil {
		return nil, err
	}

	cfg, err := config.Load(raw, config.WithName(inputName(path)))
	if err != nil {
		if b, parseErr := secrets.Parse(raw); parseErr == nil && b.Complete() == nil {
			err = fmt.Errorf("%s has the secrets of a cluster and is no machine config: make configs with `talosctl gen config --with-secrets`", inputName(path))
		}
	}

	return cfg, err
}

// inputName is what messages call an input.
func inputName(path string) string {
	if path == "-" {
		return "standard input"
	}

	return path
}

// loadPatches reads patches as they are given on a command line: the patch itself,
// or @ and the name of a file.
func (a *app) loadPatches(args []string) ([]patch.Patch, error) {
	out := make([]patch.Patch, 0, len(args))

	for i, arg := range args {
		name, raw := fmt.Sprintf("patch %d", i+1), []byte(arg)

		if file, ok := strings.CutPrefix(arg, "@"); ok {
			if file == "" {
				return nil, fmt.Errorf("%s: name a file after the @", name)
			}

			var err error
			if raw, err = a.readInput(file); err != nil {
				return nil, fmt.Errorf("patch: %w", err)
			}

			name = inputName(file)
		}

		p, err := patch.Parse(name, raw)
		if err != nil {
			return nil, err
		}

		out = append(out, p)
	}

	return out, nil
}

// patched applies patches in order, and says of each that changes nothing so: most
// often it was meant for something else.
func (a *app) patched(cfg *config.Config, patches []patch.Patch) (*config.Config, error) {
	for _, p := range patches {
		next, err := config.ApplyPatches(cfg, p)
		if err != nil {
			return nil, err
		}

		if config.Same(cfg, next) {
			a.note("%s changes nothing", p.Name)
		}

		cfg = next
	}

	return cfg, nil
}
