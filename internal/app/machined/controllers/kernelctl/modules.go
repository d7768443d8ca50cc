package kernelctl

import (
	"errors"
	"log/slog"
	"os"
	"sync"

	"github.com/talos-os/talos/internal/sys/kmod"
)

// loader is what is used of kmod.Loader.
type loader interface {
	Load(nameOrAlias string, params ...string) error
	LoadAlias(modalias string) ([]string, error)
}

// Modules loads kernel modules for everybody in this process.
type Modules struct {
	open   func() (loader, error)
	loaded chan struct{}
	done   sync.Once
}

// NewModules opens the modules of the running kernel at first use. A kernel
// without loadable modules is fine: then everything is built in.
func NewModules() *Modules {
	return newModules(func() (loader, error) {
		index, err := kmod.OpenRunning()
		if err != nil {
			return nil, err
		}

		cmdline, err := os.ReadFile("/proc/cmdline")
		if err != nil {
			return nil, err
		}

		return kmod.NewLoader(index, string(cmdline)), nil
	})
}

func newModules(open func() (loader, error)) *Modules {
	return &Modules{
		loaded: make(chan struct{}),
		open: sync.OnceValues(func() (loader, error) {
			l, err := open()
			if err != nil {
				slog.Warn("kernel modules cannot be loaded", "error", err)
			}

			return l, err
		}),
	}
}

// Loaded is closed when the drivers of the devices that were there at start
// have been loaded, and of those which these made appear.
func (m *Modules) Loaded() <-chan struct{} { return m.loaded }

// settled reports whether it was the first to say so.
func (m *Modules) settled() (first bool) {
	m.done.Do(func() {
		first = true

		close(m.loaded)
	})

	return first
}

// Load loads a module by name or alias with what it depends on. One that is
// there already is no error.
func (m *Modules) Load(name string, params ...string) error {
	l, err := m.open()
	if err != nil {
		return err
	}

	return l.Load(name, params...)
}

// forDevice loads what a device asks for.
func (m *Modules) forDevice(modalias string) ([]string, error) {
	l, err := m.open()
	if err != nil {
		return nil, nil //nolint:nilerr // said once by open
	}

	names, err := l.LoadAlias(modalias)
	if errors.Is(err, kmod.ErrNotFound) {
		err = nil
	}

	return names, err
}
