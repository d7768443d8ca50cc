// Package tree is a file tree in memory on its way into an archive.
//
// The image build describes every file system it makes (root, initramfs,
// installer image) as a Tree and then streams it as tar or cpio. Nothing is
// staged on disk, so owners, modes and times do not depend on who builds, and
// entries leave in sorted order with one fixed time: the same inputs give the
// same bytes.
package tree

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Entry is one file, directory or symbolic link. Exactly one of Link, Source and
// Data describes its content; a directory has none.
type Entry struct {
	Mode fs.FileMode // type and permission bits
	Link string
	// Source is a file of the build machine, read when the archive is written.
	Source string
	Data   []byte
}

// Tree maps clean relative paths ("usr/bin/init") to entries. Parents of an entry
// always exist.
type Tree struct {
	entries map[string]Entry
}

// New returns a tree with only its root.
func New() *Tree { return &Tree{entries: map[string]Entry{}} }

func clean(name string) string { return strings.TrimPrefix(path.Clean("/"+name), "/") }

// put adds an entry and its missing parents. Links on the way are followed, so
// that adding "lib/x" to a merged-usr tree lands in "usr/lib/x".
func (t *Tree) put(name string, e Entry) {
	name = t.resolve(clean(name))
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, ok := t.entries[dir]; ok {
			break
		}

		t.entries[dir] = Entry{Mode: fs.ModeDir | 0o755}
	}

	if old, ok := t.entries[name]; ok && old.Mode.IsDir() && e.Mode.IsDir() && e.Mode == fs.ModeDir|0o755 {
		return // keep the more particular mode
	}

	t.entries[name] = e
}

// resolve follows links among the parents of name.
func (t *Tree) resolve(name string) string {
	for range 40 {
		parts := strings.Split(name, "/")
		changed := false

		for i := 1; i < len(parts); i++ {
			prefix := strings.Join(parts[:i], "/")
			if e, ok := t.entries[prefix]; ok && e.Mode&fs.ModeSymlink != 0 {
				target := e.Link
				if !path.IsAbs(target) {
					target = path.Join("/", path.Dir(prefix), target)
				}

				name = clean(path.Join(target, strings.Join(parts[i:], "/")))
				changed = true

				break
			}
		}

		if !changed {
			return name
		}
	}

	return name
}

// Dir adds a directory.
func (t *Tree) Dir(name string, mode fs.FileMode) { t.put(name, Entry{Mode: fs.ModeDir | mode}) }

// Link adds a symbolic link.
func (t *Tree) Link(name, target string) {
	t.put(name, Entry{Mode: fs.ModeSymlink | 0o777, Link: target})
}

// Text adds a small file.
func (t *Tree) Text(name, content string) { t.Data(name, []byte(content), 0o644) }

// Data adds a file with the given content.
func (t *Tree) Data(name string, data []byte, mode fs.FileMode) {
	t.put(name, Entry{Mode: mode, Data: data})
}

// File adds a file of the build machine.
func (t *Tree) File(name, source string, mode fs.FileMode) error {
	st, err := os.Stat(source)
	if err != nil {
		return err
	}

	if !st.Mode().IsRegular() {
		return fmt.Errorf("add %s to the image: %s is not a file", name, source)
	}

	t.put(name, Entry{Mode: mode, Source: source})

	return nil
}

// Copy adds a file, link or whole directory of the build machine under name.
// Modes become 0755 or 0644, so nothing of the builder's umask gets in.
// keep, when given, decides by the path below source.
func (t *Tree) Copy(name, source string, keep func(rel string) bool) error {
	return filepath.WalkDir(source, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}

		rel, err := filepath.Rel(source, p)
		if err != nil {
			return err
		}

		if rel != "." && keep != nil && !keep(rel) {
			if d.IsDir() {
				return fs.SkipDir
			}

			return nil
		}

		return t.copyOne(path.Join(name, filepath.ToSlash(rel)), p, d)
	})
}

func (t *Tree) copyOne(name, source string, d fs.DirEntry) error {
	info, err := d.Info()
	if err != nil {
		return err
	}

	switch {
	case d.IsDir():
		t.Dir(name, 0o755)

		return nil
	case d.Type()&fs.ModeSymlink != 0:
		target, err := os.Readlink(source)
		if err != nil {
			return err
		}

		t.Link(name, target)

		return nil
	case info.Mode()&0o111 != 0:
		return t.File(name, source, 0o755)
	default:
		return t.File(name, source, 0o644)
	}
}

// Remove takes an entry and everything below it out.
func (t *Tree) Remove(name string) {
	name = t.resolve(clean(name))
	for p := range t.entries {
		if p == name || strings.HasPrefix(p, name+"/") {
			delete(t.entries, p)
		}
	}
}

// Lookup returns the entry at name, following links among its parents.
func (t *Tree) Lookup(name string) (Entry, bool) {
	e, ok := t.entries[t.resolve(clean(name))]

	return e, ok
}

// Names lists all paths in sorted order; a directory comes before its content.
func (t *Tree) Names() []string {
	names := make([]string, 0, len(t.entries))
	for name := range t.entries {
		names = append(names, name)
	}

	slices.Sort(names)

	return names
}

// Executables lists the files that have an execute permission, and the links to
// them, as absolute paths.
func (t *Tree) Executables() []string {
	var out []string

	for _, name := range t.Names() {
		if e := t.entries[name]; e.Mode.IsRegular() && e.Mode&0o111 != 0 {
			out = append(out, "/"+name)
		}
	}

	return out
}

func (e Entry) size() (int64, error) {
	if e.Source == "" {
		return int64(len(e.Data)), nil
	}

	st, err := os.Stat(e.Source)
	if err != nil {
		return 0, err
	}

	return st.Size(), nil
}

// writeTo copies the content and insists on the size that was announced.
func (e Entry) writeTo(w io.Writer, size int64) error {
	if e.Source == "" {
		_, err := w.Write(e.Data)

		return err
	}

	f, err := os.Open(e.Source)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck

	n, err := io.Copy(w, f)
	if err == nil && n != size {
		err = errors.New("file changed while it was read")
	}

	return err
}
