package imager

import (
	"bufio"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ulikunitz/xz"
	"golang.org/x/sync/errgroup"

	"github.com/talos-os/talos/internal/imager/tree"
	"github.com/talos-os/talos/internal/sys/kmod"
)

//go:embed modules.list
var moduleList string

// firstStageModules are what the initramfs needs before the root is there. The
// compressors are chosen by the kernel configuration, not as modules.
var firstStageModules = []string{"loop", "squashfs", "overlay"}

// moduleRule is one line of modules.list.
type moduleRule struct {
	take bool
	path string
}

func parseModuleList(text string) ([]moduleRule, error) {
	var rules []moduleRule

	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}

		sign, path, ok := strings.Cut(line, " ")
		if !ok || (sign != "+" && sign != "-") {
			return nil, fmt.Errorf("module list: line %q is neither \"+ path\" nor \"- path\"", line)
		}

		rules = append(rules, moduleRule{sign == "+", path})
	}

	return rules, nil
}

// wanted decides by a path below kernel/, such as "drivers/net/dummy.ko".
func wanted(rules []moduleRule, path string) bool {
	take := true

	for _, r := range rules {
		if start, wild := strings.CutSuffix(r.path, "*"); wild && strings.HasPrefix(path, start) ||
			path == r.path || strings.HasPrefix(path, r.path+"/") {
			take = r.take
		}
	}

	return take
}

// Modules is the kernel's module directory, unpacked and reduced.
type Modules struct {
	Release string
	// Dir holds the module files, uncompressed, laid out as in the image.
	Dir string
	// Tree describes the modules that go into the image.
	Tree *kmod.Tree
}

// PrepareModules decompresses the modules below src (usr/lib/modules/<release> of
// the kernel package) into dir, which is reused when it already holds them.
// Signatures are appended to the module file before it is compressed, so they
// come out whole, and the files are not touched in any other way.
func PrepareModules(src, dir string) (*Modules, error) {
	m := &Modules{Release: filepath.Base(src), Dir: dir}

	if err := unpackModules(src, dir); err != nil {
		return nil, fmt.Errorf("unpack kernel modules: %w", err)
	}

	all, err := kmod.Scan(dir)
	if err != nil {
		return nil, fmt.Errorf("scan kernel modules: %w", err)
	}

	rules, err := parseModuleList(moduleList)
	if err != nil {
		return nil, err
	}

	var names []string

	for _, mod := range all.Modules {
		if !mod.Builtin && wanted(rules, strings.TrimPrefix(mod.Path, "kernel/")) {
			names = append(names, mod.Name)
		}
	}

	chosen, missing := all.Closure(names...)
	if len(missing) > 0 {
		return nil, fmt.Errorf("modules %s are needed but not in the kernel package", strings.Join(missing, ", "))
	}

	m.Tree = &kmod.Tree{Modules: chosen}

	for _, mod := range all.Modules {
		if mod.Builtin {
			m.Tree.Modules = append(m.Tree.Modules, mod)
		}
	}

	return m, nil
}

// modulesDone marks a directory to which all modules were unpacked.
const modulesDone = ".complete"

func modulesReady(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, modulesDone))

	return err == nil
}

func unpackModules(src, dir string) error {
	if modulesReady(dir) {
		return nil
	}

	var jobs errgroup.Group

	jobs.SetLimit(4)

	err := filepath.WalkDir(src, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}

		rel, err := filepath.Rel(src, path)
		if err != nil {
			return err
		}

		jobs.Go(func() error {
			if err := unpackModule(path, filepath.Join(dir, strings.TrimSuffix(rel, ".xz"))); err != nil {
				return fmt.Errorf("%s: %w", rel, err)
			}

			return nil
		})

		return nil
	})
	if err2 := jobs.Wait(); err == nil {
		err = err2
	}

	if err != nil {
		return err
	}

	return os.WriteFile(filepath.Join(dir, modulesDone), nil, 0o644)
}

var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 1<<16) }}

func unpackModule(src, dst string) error {
	f, err := os.Open(src)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck

	br := readers.Get().(*bufio.Reader) //nolint:forcetypeassert
	defer readers.Put(br)

	br.Reset(f)

	var r io.Reader = br

	if strings.HasSuffix(src, ".xz") {
		if r, err = xz.NewReader(br); err != nil {
			return err
		}
	}

	var buf bytes.Buffer
	if _, err = buf.ReadFrom(r); err != nil {
		return err
	}

	if err = os.MkdirAll(filepath.Dir(dst), 0o755); err != nil {
		return err
	}

	return os.WriteFile(dst, buf.Bytes(), 0o644)
}

// addTo puts the modules and their indexes into the root tree.
func (m *Modules) addTo(root *tree.Tree) error {
	base := filepath.Join("usr/lib/modules", m.Release)

	for _, mod := range m.Tree.Modules {
		if mod.Builtin {
			continue
		}

		if err := root.File(filepath.Join(base, mod.Path), filepath.Join(m.Dir, mod.Path), 0o644); err != nil {
			return err
		}
	}

	for _, name := range []string{"modules.builtin", "modules.builtin.modinfo", "modules.order"} {
		if err := root.File(filepath.Join(base, name), filepath.Join(m.Dir, name), 0o644); err != nil {
			return err
		}
	}

	index, err := m.Tree.MarshalIndex()
	if err != nil {
		return err
	}

	root.Data(filepath.Join(base, kmod.IndexFile), index, 0o644)

	for name, data := range m.Tree.Text() {
		root.Data(filepath.Join(base, name), data, 0o644)
	}

	return nil
}
