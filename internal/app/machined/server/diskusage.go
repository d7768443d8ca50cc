package server

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"google.golang.org/grpc"

	"github.com/talos-os/talos/api/machine"
)

// DiskUsage streams how much space directories take, what is below before what
// is above. A file with several names counts once. What cannot be read is an item
// with an error, and counts nothing.
//
// Space is what files take of a disk, not how long they say they are: a sparse
// file, or the kernel's below /proc, can be longer than any disk.
func (s *machineService) DiskUsage(req *machine.DiskUsageRequest, stream grpc.ServerStreamingServer[machine.DiskUsageInfo]) error {
	paths := req.GetPaths()
	if len(paths) == 0 {
		paths = []string{"/"}
	}

	for _, path := range paths {
		u := &usage{ctx: stream.Context(), req: req, seen: map[inode]bool{}, send: stream.Send}
		u.root = filepath.Join("/", path)

		// Links are followed for what was asked for only.
		target, err := filepath.EvalSymlinks(u.root)
		if err != nil {
			if err = u.tell(u.root, 0, err); err != nil {
				return err
			}

			continue
		}

		if _, err = u.add(target, u.root, 0); err != nil {
			return err
		}
	}

	return nil
}

// usage adds one tree up.
type usage struct {
	ctx  context.Context //nolint:containedctx // lives as long as the call
	req  *machine.DiskUsageRequest
	send func(*machine.DiskUsageInfo) error
	root string
	// seen has the files with several names.
	seen map[inode]bool
}

type inode struct{ dev, ino uint64 }

// add gives the size of path, which clients know as shown. The error is the
// stream's only.
func (u *usage) add(path, shown string, depth int32) (int64, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}

	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) && depth > 0 {
		return 0, nil // gone since the directory was read
	}

	if err != nil {
		return 0, u.tell(shown, 0, err)
	}

	size := u.blocks(info)
	if !info.IsDir() {
		if !u.req.GetAll() && depth > 0 || !u.wanted(size, depth) {
			return size, nil
		}

		return size, u.tell(shown, size, nil)
	}

	entries, err := os.ReadDir(path) // what could be read comes with the error
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		if err := u.tell(shown, 0, err); err != nil {
			return 0, err
		}
	}

	for _, e := range entries {
		below, err := u.add(filepath.Join(path, e.Name()), filepath.Join(shown, e.Name()), depth+1)
		if err != nil {
			return 0, err
		}

		size += below
	}

	if !u.wanted(size, depth) {
		return size, nil
	}

	return size, u.tell(shown, size, nil)
}

// wanted applies the limits to what is told; everything is counted. A depth of 0
// is no limit.
func (u *usage) wanted(size int64, depth int32) bool {
	limit, threshold := u.req.GetRecursionDepth(), u.req.GetThreshold()

	return (limit <= 0 || depth <= limit) && (threshold <= 0 || size >= threshold) && (threshold >= 0 || size <= -threshold)
}

func (u *usage) blocks(info fs.FileInfo) int64 {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return info.Size()
	}

	if st.Nlink > 1 && !info.IsDir() {
		id := inode{st.Dev, st.Ino}
		if u.seen[id] {
			return 0
		}

		u.seen[id] = true
	}

	const block = 512 // whatever the file system's own is; see stat(2)

	return st.Blocks * block
}

func (u *usage) tell(path string, size int64, err error) error {
	out := &machine.DiskUsageInfo{Name: path, Size: size}

	if out.RelativeName, _ = filepath.Rel(u.root, path); out.RelativeName == "" { //nolint:errcheck // path is below root
		out.RelativeName = path
	}

	if err != nil {
		out.Error = err.Error()
	}

	return u.send(out)
}
