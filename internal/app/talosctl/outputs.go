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
	var (
		all     []*staged
		streams []outFile
	)

	defer func() {
		for _, s := range all {
			s.end(err != nil)
		}
	}()

	for _, f := range files {
		target, stream, err := look(f.path)
		if err != nil {
			return fmt.Errorf("write %s: %w", f.path, err)
		}

		if stream {
			streams = append(streams, f)

			continue
		}

		s, err := stage(outFile{target, f.data})
		if err != nil {
			return fmt.Errorf("write %s: %w", f.path, nameless(err))
		}

		all = append(all, s)
	}

	for _, s := range all {
		if err = s.place(force); !force && errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s exists already; use --force to replace it", s.path)
		} else if err != nil {
			return fmt.Errorf("write %s: %w", s.path, nameless(err))
		}
	}

	for _, f := range streams {
		if err = a.pour(f); err != nil {
			return err
		}
	}

	return nil
}

// look finds out what a path is to be written to: a file, through links if there is
// one, or a stream. Devices and pipes are streams: a file that took their place
// would break whoever uses them next.
func look(path string) (target string, stream bool, err error) {
	if path == "-" {
		return path, true, nil
	}

	if path == "" {
		return "", false, errors.New("the name of the file is empty; use - for standard output")
	}

	st, err := os.Stat(path)

	switch {
	case err != nil: // nothing there, or staging will tell
		dir := filepath.Dir(path)
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return "", false, fmt.Errorf("there is no directory %s; make it first", dir)
		}

		return path, false, nil
	case st.IsDir():
		return "", false, errors.New("it is a directory; name a file in it")
	case !st.Mode().IsRegular():
		return path, true, nil
	}

	target, err = filepath.EvalSymlinks(path)

	return target, false, nameless(err)
}

func (a *app) pour(f outFile) error {
	if f.path == "-" {
		_, err := a.stdout.Write(f.data)

		return err
	}

	w, err := os.OpenFile(f.path, os.O_WRONLY, 0)
	if err == nil {
		_, err = w.Write(f.data)
		err = errors.Join(err, w.Close())
	}

	if err != nil {
		return fmt.Errorf("write %s: %w", f.path, nameless(err))
	}

	return nil
}

// nameless takes names off an error of the file system: they are of temporary files,
// or told already.
func nameless(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}

	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}

	return err
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
// made meanwhile. Where there are no links, on FAT for one, an empty file reserves
// the name.
func (s *staged) place(force bool) error {
	if !force {
		err := os.Link(s.tmp, s.path)
		if err == nil || errors.Is(err, fs.ErrExist) {
			s.placed = err == nil

			return err
		}

		f, err := os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}

		f.Close() //nolint:errcheck // nothing was written

		return s.rename()
	}

	// Without links the old file cannot be kept; it is replaced all the same.
	if old := s.tmp + ".old"; os.Link(s.path, old) == nil {
		s.old = old
	}

	return s.rename()
}

func (s *staged) rename() error {
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
