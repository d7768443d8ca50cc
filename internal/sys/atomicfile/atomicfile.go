// Package atomicfile replaces files so that a power cut at any moment leaves
// either the old content or the new one, never a mixture and never an empty file.
//
// The order is what makes it so: write under a temporary name, fsync the file,
// rename over the target, fsync the directory. Without the first fsync XFS and
// ext4 may commit the rename before the data and leave a file of zero length;
// without the second the rename itself may be lost after success was reported.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// tempPrefix marks a file that was being written when power was lost.
// It starts with a dot so that directory readers which skip hidden files skip it too.
const tempPrefix = ".atomic-"

// fsys is the handful of operations a replacement consists of, in order.
// The test has a second implementation that loses power between and inside them.
type fsys interface {
	createTemp(dir string, mode fs.FileMode) (name string, w tempFile, err error)
	rename(from, to string) error
	remove(name string) error
	syncDir(dir string) error
}

type tempFile interface {
	Write([]byte) (int, error)
	Sync() error
	Close() error
}

// Write makes path hold exactly data with the given permission bits. The
// directory must exist. When Write returns nil the change survives a power cut.
func Write(path string, data []byte, mode fs.FileMode) error {
	return write(osFS{}, path, data, mode)
}

func write(fsys fsys, path string, data []byte, mode fs.FileMode) (err error) {
	dir := filepath.Dir(path)

	temp, w, err := fsys.createTemp(dir, mode)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}

	defer func() {
		if err != nil {
			err = fmt.Errorf("write %s: %w", path, errors.Join(err, fsys.remove(temp)))
		}
	}()

	if _, err = w.Write(data); err != nil {
		return errors.Join(err, w.Close())
	}

	if err = w.Sync(); err != nil {
		return errors.Join(err, w.Close())
	}

	if err = w.Close(); err != nil {
		return err
	}

	if err = fsys.rename(temp, path); err != nil {
		return err
	}

	// The file is in place already: from here on there is nothing to remove,
	// but the caller must not believe that it is durable.
	if syncErr := fsys.syncDir(dir); syncErr != nil {
		return fmt.Errorf("sync directory: %w", syncErr)
	}

	return nil
}

// Remove deletes path and makes the deletion durable. A missing file is no error.
func Remove(path string) error {
	if err := os.Remove(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}

		return err
	}

	return osFS{}.syncDir(filepath.Dir(path))
}

// CleanDir removes what interrupted writes left behind in dir. Call it once
// after mounting, before anything writes there.
func CleanDir(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}

	var errs []error

	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), tempPrefix) {
			errs = append(errs, os.Remove(filepath.Join(dir, e.Name())))
		}
	}

	return errors.Join(errs...)
}

type osFS struct{}

func (osFS) createTemp(dir string, mode fs.FileMode) (string, tempFile, error) {
	f, err := os.CreateTemp(dir, tempPrefix)
	if err != nil {
		return "", nil, err
	}

	// CreateTemp makes 0600; the umask must not decide about secrets or shared files.
	if err := f.Chmod(mode.Perm()); err != nil {
		return "", nil, errors.Join(err, f.Close(), os.Remove(f.Name()))
	}

	return f.Name(), f, nil
}

func (osFS) rename(from, to string) error { return os.Rename(from, to) }

func (osFS) remove(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	return nil
}

func (osFS) syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}

	return errors.Join(d.Sync(), d.Close())
}
