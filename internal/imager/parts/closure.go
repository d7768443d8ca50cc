package parts

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// Closure lists the shared libraries, and the dynamic loader, that the given
// programs need, directly or through each other, each once and in order of
// path. A program is named by its path on this machine; one that lies in a
// package of the set is listed too, at its own place.
//
// Only what the ELF headers name is found. A library that a program opens by
// itself at run time has to be given as if it were a program.
func (s *Set) Closure(programs ...string) ([]File, error) {
	c := closure{set: s, triplet: tripletArch[s.Arch], files: map[string]File{}}

	for _, p := range programs {
		image := c.imagePath(p)
		if image != "" {
			c.files[image] = File{Path: image, Source: p}
		}

		if err := c.needs(p, image); err != nil {
			return nil, fmt.Errorf("libraries of %s: %w", p, err)
		}
	}

	out := make([]File, 0, len(c.files))
	for _, f := range c.files {
		out = append(out, f)
	}

	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })

	return out, nil
}

// FindInDebs is the path on this machine of a file named by its place in the
// image, and the package it came from.
func (s *Set) FindInDebs(image string) (path, deb string, err error) {
	for _, name := range s.Debs() {
		path = filepath.Join(s.debs[name].tree, image)

		if _, err = os.Lstat(path); err == nil {
			return path, name, nil
		}
	}

	return "", "", fmt.Errorf("no package of the set has %s: %w", image, fs.ErrNotExist)
}

type closure struct {
	set     *Set
	triplet string
	files   map[string]File
}

func (c *closure) imagePath(path string) string {
	for _, d := range c.set.debs {
		if rel, err := filepath.Rel(d.tree, path); err == nil && filepath.IsLocal(rel) {
			return "/" + rel
		}
	}

	return ""
}

func (c *closure) needs(path, image string) error {
	f, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck

	libs, err := f.ImportedLibraries()
	if err != nil {
		return err
	}

	dirs := []string{"/usr/lib/" + c.triplet, "/usr/lib"}

	for _, tag := range []elf.DynTag{elf.DT_RUNPATH, elf.DT_RPATH} {
		paths, err := f.DynString(tag)
		if err != nil {
			return err
		}

		for _, p := range paths {
			for dir := range strings.SplitSeq(p, ":") {
				dir = strings.ReplaceAll(dir, "$ORIGIN", filepath.Dir(image))
				dirs = append([]string{mergeUsr(filepath.Clean(dir))}, dirs...)
			}
		}
	}

	if interp := interpreter(f); interp != "" {
		libs = append(libs, filepath.Base(interp))

		// The kernel starts the loader by the name in the program's header.
		link := mergeUsr(interp)
		real := "/usr/lib/" + c.triplet + "/" + filepath.Base(interp)

		if link != real {
			target, err := filepath.Rel(filepath.Dir(link), real)
			if err != nil {
				return err
			}

			c.files[link] = File{Path: link, Link: target}
		}
	}

	for _, lib := range libs {
		if err = c.library(lib, dirs); err != nil {
			return err
		}
	}

	return nil
}

func interpreter(f *elf.File) string {
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}

		data := make([]byte, p.Filesz)
		if _, err := p.ReadAt(data, 0); err == nil {
			return strings.TrimRight(string(data), "\x00")
		}
	}

	return ""
}

// library adds a library under the name it is asked for by: the file itself,
// not Debian's chain of links to it.
func (c *closure) library(name string, dirs []string) error {
	for _, dir := range dirs {
		image := filepath.Join(dir, name)
		if _, have := c.files[image]; have {
			return nil
		}

		path, _, err := c.set.FindInDebs(image)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}

		if err != nil {
			return err
		}

		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			return err
		}

		c.files[image] = File{Path: image, Source: real}

		return c.needs(real, image)
	}

	return fmt.Errorf("no package has %s; looked in %s", name, strings.Join(dirs, " "))
}
