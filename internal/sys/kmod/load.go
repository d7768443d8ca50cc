package kmod

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// ErrNotFound means no module of that name or alias is part of the image.
var ErrNotFound = errors.New("no such kernel module")

// Loader loads modules with everything they depend on. It remembers what it
// loaded, so asking again for a present module costs a map lookup. It is safe
// for concurrent use; the kernel sorts out races with other loaders.
type Loader struct {
	index     *Index
	params    map[string][]string
	blacklist map[string]bool
	insert    func(path, params string) error

	mu     sync.Mutex
	loaded map[string]bool
}

// NewLoader makes a loader that honours the kernel command line: "module.key=value"
// becomes a parameter of that module (the kernel itself does this for built-in
// ones only) and modprobe.blacklist names modules that no alias may bring in.
func NewLoader(index *Index, cmdline string) *Loader {
	params, blacklist := FromCmdline(cmdline)

	return &Loader{
		index: index, params: params, blacklist: blacklist,
		insert: InsertFile, loaded: map[string]bool{},
	}
}

// FromCmdline extracts module parameters and the blacklist from a kernel command line.
func FromCmdline(cmdline string) (params map[string][]string, blacklist map[string]bool) {
	params, blacklist = map[string][]string{}, map[string]bool{}

	for _, arg := range splitCmdline(cmdline) {
		key, value, _ := strings.Cut(arg, "=")
		if key == "modprobe.blacklist" || key == "module_blacklist" {
			for name := range strings.SplitSeq(value, ",") {
				blacklist[Normalize(name)] = true
			}

			continue
		}

		if module, param, ok := strings.Cut(key, "."); ok && module != "" && param != "" {
			module = Normalize(module)
			params[module] = append(params[module], param+strings.TrimPrefix(arg, key))
		}
	}

	return params, blacklist
}

// splitCmdline splits at blanks outside double quotes, as the kernel does.
func splitCmdline(cmdline string) []string {
	quoted := false

	return strings.FieldsFunc(cmdline, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}

		return !quoted && (r == ' ' || r == '\n' || r == '\t')
	})
}

// Load loads a module by name, or every module an alias asks for, with extra
// parameters for those modules. A module that is built in or present already is
// success; parameters have no effect then.
func (l *Loader) Load(nameOrAlias string, params ...string) error {
	if m, ok := l.index.Module(nameOrAlias); ok {
		return l.load(m, params, nil)
	}

	found := l.index.Match(nameOrAlias)
	if len(found) == 0 {
		return fmt.Errorf("load %s: %w", nameOrAlias, ErrNotFound)
	}

	return l.loadAll(found, params)
}

// LoadAlias loads what a device's modalias asks for and returns the names of the
// modules it matched. None is the usual answer, not an error.
func (l *Loader) LoadAlias(modalias string) ([]string, error) {
	found := l.index.Match(modalias)

	names := make([]string, 0, len(found))
	for _, m := range found {
		if !m.Builtin && !l.blacklist[m.Name] {
			names = append(names, m.Name)
		}
	}

	return names, l.loadAll(found, nil)
}

func (l *Loader) loadAll(modules []Module, params []string) error {
	var errs error

	for _, m := range modules {
		if !l.blacklist[m.Name] {
			errs = errors.Join(errs, l.load(m, params, nil))
		}
	}

	return errs
}

// load inserts m after its dependencies. path breaks cycles of soft dependencies.
func (l *Loader) load(m Module, params, path []string) error {
	if m.Builtin || slices.Contains(path, m.Name) {
		return nil
	}

	l.mu.Lock()
	done := l.loaded[m.Name]
	l.mu.Unlock()

	if done {
		return nil
	}

	path = append(path, m.Name)
	soft := func(names []string) {
		for _, name := range names {
			if dep, ok := l.index.Module(name); ok && !l.blacklist[dep.Name] {
				l.load(dep, nil, path) //nolint:errcheck // soft means "if possible"
			}
		}
	}

	soft(m.Pre)

	for _, name := range m.Deps {
		dep, ok := l.index.Module(name)
		if !ok {
			return fmt.Errorf("load %s: needs %s: %w", m.Name, name, ErrNotFound)
		}

		if err := l.load(dep, nil, path); err != nil {
			return fmt.Errorf("load %s: %w", m.Name, err)
		}
	}

	args := strings.Join(append(slices.Clone(l.params[m.Name]), params...), " ")
	if err := l.insert(filepath.Join(l.index.dir, m.Path), args); err != nil {
		return fmt.Errorf("load %s: %w", m.Name, err)
	}

	l.mu.Lock()
	l.loaded[m.Name] = true
	l.mu.Unlock()

	soft(m.Post)

	return nil
}

// InsertFile gives one module file to the kernel. A module that is present
// already is success. Signatures are checked by the kernel.
func InsertFile(path, params string) error {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer unix.Close(fd) //nolint:errcheck

	for {
		err = unix.FinitModule(fd, params, 0)

		// The runtime's preemption signals interrupt the wait for another loader
		// of the same module, or the reading of the file.
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}

	if err != nil && !errors.Is(err, unix.EEXIST) {
		return fmt.Errorf("insert %s: %w", path, err)
	}

	return nil
}
