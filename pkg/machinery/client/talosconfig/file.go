package talosconfig

import (
	"fmt"
	"os"
	"path/filepath"
)

// serviceAccount is where a pod of the cluster that may use the API finds its file.
const serviceAccount = "/var/run/secrets/talos.dev/config"

// Find returns the usual path of the file: $TALOSCONFIG if set, otherwise the
// first of the person's own and a pod's that exists, otherwise the person's own.
func Find() string {
	if path := os.Getenv("TALOSCONFIG"); path != "" {
		return path
	}

	own := filepath.Join(Home(), "config")

	for _, path := range []string{own, serviceAccount} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}

	return own
}

// Home returns the folder of a person's files: $TALOS_HOME, or .talos at home.
func Home() string {
	if home := os.Getenv("TALOS_HOME"); home != "" {
		return home
	}

	home, err := os.UserHomeDir()
	if err != nil {
		return ".talos"
	}

	return filepath.Join(home, ".talos")
}

// Save writes the file, or the usual one if path is empty, readable by its owner only.
func (c *Config) Save(path string) error {
	if path == "" {
		path = Find()
	}

	data, err := c.Encode()
	if err != nil {
		return err
	}

	// A link to a file elsewhere stays one.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}

	if err := replace(path, data); err != nil {
		return fmt.Errorf("write talosconfig: %w", err)
	}

	return nil
}

func replace(path string, data []byte) error {
	dir := filepath.Dir(path)

	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}

	file, err := os.CreateTemp(dir, ".talosconfig-*") // 0600
	if err != nil {
		return err
	}

	defer os.Remove(file.Name()) //nolint:errcheck // gone after the rename

	if _, err := file.Write(data); err != nil {
		file.Close() //nolint:errcheck // the first error counts

		return err
	}

	if err := file.Sync(); err != nil {
		file.Close() //nolint:errcheck // the first error counts

		return err
	}

	if err := file.Close(); err != nil {
		return err
	}

	return os.Rename(file.Name(), path)
}
