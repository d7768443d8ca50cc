package talosctl

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// maxInput bounds what is read of a file or standard input; the largest real
// configs have a few hundred kilobytes.
const maxInput = 16 << 20

// readInput reads a file, or standard input for "-".
func readInput(path string) ([]byte, error) {
	var r io.Reader = os.Stdin

	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck

		r = f
	}

	raw, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}

	if len(raw) > maxInput {
		return nil, fmt.Errorf("read %s: more than %d MiB; is this the right file?", path, maxInput>>20)
	}

	return raw, nil
}

// loadConfig reads a machine config from a file or standard input.
func loadConfig(path string) (*config.Config, error) {
	raw, err := readInput(path)
	if err != nil {
		return nil, err
	}

	return config.Load(raw, config.WithName(path))
}

// writeOutput writes a file that only its owner can read, whole or not at all,
// and not over one that exists unless force is set. "-" is standard output.
func (a *app) writeOutput(path string, data []byte, force bool) (err error) {
	if path == "-" {
		_, err = a.stdout.Write(data)

		return err
	}

	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}

	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already after the rename

	_, err = tmp.Write(data)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}

	if force {
		err = os.Rename(tmp.Name(), path)
	} else if err = os.Link(tmp.Name(), path); errors.Is(err, fs.ErrExist) {
		// Link, unlike rename, does not replace what somebody made meanwhile.
		return existsAlready(path)
	}

	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}

	return nil
}

func existsAlready(path string) error {
	return fmt.Errorf("%s exists already; use --force to replace it", path)
}
