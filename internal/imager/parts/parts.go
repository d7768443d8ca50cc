package parts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
)

// Options say for which machine and where.
type Options struct {
	// Arch is a GOARCH: amd64 or arm64.
	Arch string
	// Root is the repository; pins are read from its hack/thirdparty. Found from
	// the working directory when empty.
	Root string
	// Out, when set, receives links to the results: bin/<program>, deb/<package>.
	Out string
	// Cache is where results are kept. Empty means $TALOS_CACHE, else
	// ~/.cache/talos-os.
	Cache string
	// Progress receives a line whenever a step starts, goes on for long, or ends.
	Progress io.Writer
	// Only limits the work to these modules and packages; empty means all.
	Only []string
	// Update resolves Debian packages anew and rewrites the lock file.
	Update bool
}

// Set is a complete supply of parts for one architecture.
type Set struct {
	Arch string
	// KernelVersion is the release string of the kernel, as in /usr/lib/modules.
	KernelVersion string
	// HWDB is the compiled hardware database for udev (hwdb.bin).
	HWDB string
	// CACertificates is one PEM file of all the certificate authorities.
	CACertificates string

	programs map[string]string   // name to path of binary
	modules  map[string]string   // module name to version
	debs     map[string]unpacked // package name to tree
	tools    *Set                // itself unless this machine is of another architecture
}

// File is one file to be put into an image.
type File struct {
	// Path is where it belongs in the image, absolute and clean, /usr merged.
	Path string
	// Source is the file to copy. Empty for a symbolic link.
	Source string
	// Link is the target of a symbolic link.
	Link string
}

// Go is the path of a program built from a Go module. It panics for a name that
// is not in the table: that is a mistake in the caller, not in the world.
func (s *Set) Go(name string) string {
	p, ok := s.programs[name]
	if !ok {
		panic(fmt.Sprintf("parts: no program %q in this set (have %s)", name, strings.Join(s.Programs(), " ")))
	}

	return p
}

// Deb is the path of the unpacked tree of a Debian package.
func (s *Set) Deb(name string) string {
	d, ok := s.debs[name]
	if !ok {
		panic(fmt.Sprintf("parts: no package %q in this set", name))
	}

	return d.tree
}

// DebVersion is the Debian version of a package of the set.
func (s *Set) DebVersion(name string) string { return s.debs[name].version }

// ModuleVersion is the version of a Go module of the table, without its "v".
func (s *Set) ModuleVersion(name string) string { return s.modules[name] }

// Programs lists the names that Go knows.
func (s *Set) Programs() []string { return sortedKeys(s.programs) }

// Debs lists the packages that Deb knows, libraries included.
func (s *Set) Debs() []string { return sortedKeys(s.debs) }

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}

	sort.Strings(out)

	return out
}

// Build makes or finds every part.
func Build(ctx context.Context, opts Options) (*Set, error) {
	opts, err := opts.complete()
	if err != nil {
		return nil, err
	}

	b := &builder{
		Options: opts,
		cache:   store{dir: opts.Cache},
		log:     newProgress(opts.Progress),
	}

	set := &Set{
		Arch:     opts.Arch,
		programs: map[string]string{},
		modules:  map[string]string{},
		debs:     map[string]unpacked{},
	}

	// Packages first: runc is linked against the C library found in them.
	if err = b.debian(ctx, set); err != nil {
		return nil, err
	}

	if err = b.goModules(ctx, set); err != nil {
		return nil, err
	}

	if opts.Out != "" {
		if err = set.link(opts.Out); err != nil {
			return nil, err
		}
	}

	return set, nil
}

// builder carries what every step needs.
type builder struct {
	Options
	cache store
	log   *progress
}

// wanted reports whether a module or package was asked for.
func (b *builder) wanted(name string) bool {
	if len(b.Only) == 0 {
		return true
	}

	for _, n := range b.Only {
		if n == name {
			return true
		}
	}

	return false
}

func (o Options) complete() (Options, error) {
	if o.Arch == "" {
		o.Arch = runtime.GOARCH
	}

	if _, ok := debianArch[o.Arch]; !ok {
		return o, fmt.Errorf("architecture %q: only amd64 and arm64 are built", o.Arch)
	}

	if o.Progress == nil {
		o.Progress = io.Discard
	}

	if o.Root == "" {
		root, err := FindRoot()
		if err != nil {
			return o, err
		}

		o.Root = root
	}

	if o.Cache == "" {
		dir, err := CacheDir()
		if err != nil {
			return o, err
		}

		o.Cache = dir
	}

	return o, nil
}

// FindRoot is the repository around the working directory.
func FindRoot() (string, error) {
	wd, err := os.Getwd()
	if err != nil {
		return "", err
	}

	for dir := wd; ; dir = filepath.Dir(dir) {
		if _, err = os.Stat(filepath.Join(dir, "hack", "thirdparty")); err == nil {
			return dir, nil
		}

		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no hack/thirdparty above %s: run inside a checkout", wd)
		}
	}
}

// CacheDir is $TALOS_CACHE, else talos-os in the user's cache directory.
func CacheDir() (string, error) {
	if dir := os.Getenv("TALOS_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}

	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find the cache directory (set TALOS_CACHE): %w", err)
	}

	return filepath.Join(home, ".cache", "talos-os"), nil
}

// link shows the set in a directory that a person can look into. Links of other
// parts stay: a set may be only some of them.
func (s *Set) link(out string) error {
	for name, path := range s.programs {
		if err := replaceLink(path, filepath.Join(out, "bin", name)); err != nil {
			return err
		}
	}

	for name, d := range s.debs {
		if err := replaceLink(d.tree, filepath.Join(out, "deb", name)); err != nil {
			return err
		}
	}

	return nil
}

func replaceLink(target, link string) error {
	if have, err := os.Readlink(link); err == nil && have == target {
		return nil
	}

	if err := os.MkdirAll(filepath.Dir(link), 0o755); err != nil {
		return err
	}

	tmp := link + ".new"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}

	if err := os.Symlink(target, tmp); err != nil {
		return err
	}

	return os.Rename(tmp, link)
}
