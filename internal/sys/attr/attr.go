// Package attr reads attributes: the small files of procfs and sysfs.
//
// os.ReadFile treats them as files somebody may wait for, as the kernel lets one
// poll them, and asks for their size, which they do not have: nine calls of the
// kernel where four do. That counts where hundreds are read while a machine
// boots.
package attr

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// Read returns the content as it is. Errors are those of os.ReadFile.
func Read(path string) ([]byte, error) {
	fd, err := again(func() (int, error) { return unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}

	defer unix.Close(fd) //nolint:errcheck // nothing was written

	buf := make([]byte, 0, 512)

	for {
		n, err := again(func() (int, error) { return unix.Read(fd, buf[len(buf):cap(buf)]) })
		if err != nil {
			return nil, &fs.PathError{Op: "read", Path: path, Err: err}
		}

		if n == 0 {
			return buf, nil
		}

		if buf = buf[:len(buf)+n]; len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
	}
}

// again repeats what a signal interrupted.
func again(f func() (int, error)) (int, error) {
	for {
		n, err := f()
		if err != unix.EINTR { //nolint:errorlint // a bare number
			return n, err
		}
	}
}
