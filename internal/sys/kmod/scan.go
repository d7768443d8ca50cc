package kmod

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Scan reads every *.ko under dir, and the kernel's list of built-in modules in
// dir, into a Tree. It is what depmod does, except that it trusts the dependency
// list each module carries in its .modinfo section instead of resolving symbols:
// the kernel build writes that list from the same symbols.
func Scan(dir string) (*Tree, error) {
	var tree Tree

	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".ko") {
			return err
		}

		m, err := scanFile(path)
		if err != nil {
			return err
		}

		if m.Path, err = filepath.Rel(dir, path); err != nil {
			return err
		}

		tree.Modules = append(tree.Modules, m)

		return nil
	})
	if err != nil {
		return nil, err
	}

	builtin, err := scanBuiltin(dir)
	if err != nil {
		return nil, err
	}

	tree.Modules = append(tree.Modules, builtin...)
	tree.sort()

	return &tree, nil
}

func (t *Tree) sort() {
	slices.SortStableFunc(t.Modules, func(a, b Module) int { return strings.Compare(a.Name, b.Name) })
}

func scanFile(path string) (Module, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Module{}, err
	}

	m, err := ParseObject(data)
	if err != nil {
		return Module{}, fmt.Errorf("read module %s: %w", path, err)
	}

	if m.Name == "" {
		m.Name = Normalize(strings.TrimSuffix(filepath.Base(path), ".ko"))
	}

	return m, nil
}

// ParseObject reads what a module file (uncompressed) says about itself.
func ParseObject(data []byte) (Module, error) {
	f, err := elf.NewFile(bytes.NewReader(data))
	if err != nil {
		return Module{}, err
	}
	defer f.Close() //nolint:errcheck

	section := f.Section(".modinfo")
	if section == nil {
		return Module{}, errors.New("no .modinfo section")
	}

	info, err := section.Data()
	if err != nil {
		return Module{}, err
	}

	var m Module

	for entry := range bytes.SplitSeq(info, []byte{0}) {
		if key, value, ok := strings.Cut(string(entry), "="); ok {
			m.add(key, value)
		}
	}

	return m, nil
}

// add takes one key=value of a .modinfo section.
func (m *Module) add(key, value string) {
	switch key {
	case "name":
		m.Name = Normalize(value)
	case "alias":
		m.Aliases = append(m.Aliases, value)
	case "depends":
		for dep := range strings.SplitSeq(value, ",") {
			if dep != "" {
				m.Deps = append(m.Deps, Normalize(dep))
			}
		}
	case "softdep":
		m.addSoft(value)
	case "firmware":
		m.Firmware = append(m.Firmware, value)
	}
}

// addSoft takes "pre: a b post: c".
func (m *Module) addSoft(value string) {
	var into *[]string

	for word := range strings.FieldsSeq(value) {
		switch word {
		case "pre:":
			into = &m.Pre
		case "post:":
			into = &m.Post
		default:
			if into != nil {
				*into = append(*into, Normalize(word))
			}
		}
	}
}

// scanBuiltin reads modules.builtin (paths) and modules.builtin.modinfo (NUL
// separated "module.key=value"). Both are optional.
func scanBuiltin(dir string) ([]Module, error) {
	byName := map[string]*Module{}

	var order []string

	at := func(name string) *Module {
		name = Normalize(name)

		m := byName[name]
		if m == nil {
			m = &Module{Name: name, Builtin: true}
			byName[name] = m
			order = append(order, name)
		}

		return m
	}

	list, err := readOptional(filepath.Join(dir, "modules.builtin"))
	if err != nil {
		return nil, err
	}

	for line := range strings.Lines(string(list)) {
		if line = strings.TrimSpace(line); line != "" {
			at(strings.TrimSuffix(filepath.Base(line), ".ko"))
		}
	}

	info, err := readOptional(filepath.Join(dir, "modules.builtin.modinfo"))
	if err != nil {
		return nil, err
	}

	for entry := range bytes.SplitSeq(info, []byte{0}) {
		name, rest, ok := strings.Cut(string(entry), ".")
		if !ok {
			continue
		}

		if key, value, ok := strings.Cut(rest, "="); ok && key == "alias" {
			at(name).add(key, value)
		}
	}

	modules := make([]Module, 0, len(order))
	for _, name := range order {
		modules = append(modules, *byName[name])
	}

	return modules, nil
}

func readOptional(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}

	return data, err
}

// Text renders modules.dep, modules.alias and modules.softdep in the form depmod
// gives them, for programs in containers that look there.
func (t *Tree) Text() map[string][]byte {
	t.sort()

	lines := map[string]func(io.Writer, Module){
		"modules.dep": func(w io.Writer, m Module) {
			if m.Builtin {
				return
			}

			fmt.Fprintf(w, "%s:", m.Path)

			order := t.order(m.Name)
			for _, dep := range slices.Backward(order[:len(order)-1]) {
				fmt.Fprintf(w, " %s", dep.Path)
			}

			fmt.Fprintln(w)
		},
		"modules.alias": func(w io.Writer, m Module) {
			if m.Builtin {
				return
			}

			for _, alias := range m.Aliases {
				fmt.Fprintf(w, "alias %s %s\n", alias, m.Name)
			}
		},
		"modules.softdep": func(w io.Writer, m Module) {
			if len(m.Pre)+len(m.Post) == 0 {
				return
			}

			fmt.Fprintf(w, "softdep %s", m.Name)

			if len(m.Pre) > 0 {
				fmt.Fprintf(w, " pre: %s", strings.Join(m.Pre, " "))
			}

			if len(m.Post) > 0 {
				fmt.Fprintf(w, " post: %s", strings.Join(m.Post, " "))
			}

			fmt.Fprintln(w)
		},
	}

	files := map[string][]byte{}

	for name, line := range lines {
		var buf bytes.Buffer
		for _, m := range t.Modules {
			line(&buf, m)
		}

		files[name] = buf.Bytes()
	}

	return files
}

// order lists the hard dependencies of a module and itself, first to load first.
func (t *Tree) order(name string) []Module {
	var (
		out  []Module
		seen = map[string]bool{}
		walk func(string)
	)

	walk = func(name string) {
		if seen[name] {
			return
		}

		seen[name] = true

		i, ok := slices.BinarySearchFunc(t.Modules, name, func(m Module, n string) int { return strings.Compare(m.Name, n) })
		if !ok || t.Modules[i].Builtin {
			return
		}

		for _, dep := range t.Modules[i].Deps {
			walk(dep)
		}

		out = append(out, t.Modules[i])
	}

	walk(Normalize(name))

	return out
}

// Closure lists the named modules with everything they need, hard and soft
// dependencies, first to load first. Built-in modules are left out; names that
// do not exist are returned as missing.
func (t *Tree) Closure(names ...string) (order []Module, missing []string) {
	seen := map[string]bool{}

	var walk func(name string, must bool)

	walk = func(name string, must bool) {
		name = Normalize(name)
		if seen[name] {
			return
		}

		seen[name] = true

		m, ok := t.Find(name)
		if !ok {
			if must {
				missing = append(missing, name)
			}

			return
		}

		for _, dep := range m.Pre {
			walk(dep, false)
		}

		for _, dep := range m.Deps {
			walk(dep, true)
		}

		if !m.Builtin {
			order = append(order, m)
		}

		for _, dep := range m.Post {
			walk(dep, false)
		}
	}

	for _, name := range names {
		walk(name, true)
	}

	return order, missing
}
