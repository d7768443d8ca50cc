package talosctl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// outFile is a file to write. The path "-" is standard output.
type outFile struct {
	path string
	data []byte
}

// writeOutput writes a file that only its owner can read, whole or not at all,
// and not over one that exists unless force is set.
func (a *app) writeOutput(path string, data []byte, force bool) error {
	return a.write(force, outFile{path, data})
}

// create writes files as writeOutput does, all of them or none, and says so.
func (a *app) create(force bool, files ...outFile) error {
	if err := a.write(force, files...); err != nil {
		return err
	}

	for _, f := range files {
		if f.path != "-" {
			a.note("created %s", f.path)
		}
	}

	return nil
}

func (a *app) write(force bool, files ...outFile) (err error) {
	var all []*staged

	defer func() {
		for _, s := range all {
			s.end(err != nil)
		}
	}()

	for _, f := range files {
		if f.path == "-" {
			continue
		}

		s, err := stage(f)
		if err != nil {
			return fmt.Errorf("write %s: %w", f.path, err)
		}

		all = append(all, s)
	}

	for _, s := range all {
		if err = s.place(force); !force && errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s exists already; use --force to replace it", s.path)
		} else if err != nil {
			return fmt.Errorf("write %s: %w", s.path, err)
		}
	}

	for _, f := range files {
		if f.path == "-" {
			if _, err = a.stdout.Write(f.data); err != nil {
				return err
			}
		}
	}

	return nil
}

// staged is a file that is complete on disk under another name.
type staged struct {
	path, tmp string
	// old is the name under which a replaced file is kept until all is done.
	old    string
	placed bool
}

func stage(f outFile) (*staged, error) {
	tmp, err := os.CreateTemp(filepath.Dir(f.path), "."+filepath.Base(f.path)+"-")
	if err != nil {
		return nil, err
	}

	_, err = tmp.Write(f.data)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		os.Remove(tmp.Name()) //nolint:errcheck // the other error matters

		return nil, err
	}

	return &staged{path: f.path, tmp: tmp.Name()}, nil
}

// place gives a file its name. Link, unlike rename, does not replace what somebody
// made meanwhile.
func (s *staged) place(force bool) error {
	if !force {
		err := os.Link(s.tmp, s.path)
		s.placed = err == nil

		return err
	}

	// Without links, on FAT for one, the old file cannot be kept; it is replaced all the same.
	if old := s.tmp + ".old"; os.Link(s.path, old) == nil {
		s.old = old
	}

	err := os.Rename(s.tmp, s.path)
	s.placed = err == nil

	return err
}

// end removes the other names, and if something failed what was placed.
func (s *staged) end(failed bool) {
	switch {
	case failed && s.placed && s.old != "":
		os.Rename(s.old, s.path) //nolint:errcheck // nothing else can be tried
	case failed && s.placed:
		os.Remove(s.path) //nolint:errcheck // nothing else can be tried
	}

	if s.old != "" {
		os.Remove(s.old) //nolint:errcheck // it may have its place back
	}

	os.Remove(s.tmp) //nolint:errcheck // it may have its place
}
