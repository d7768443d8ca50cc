package server

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/talos-os/talos/api/common"
	"github.com/talos-os/talos/api/machine"
)

// Read streams a regular file.
func (s *machineService) Read(req *machine.ReadRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	info, err := os.Stat(req.GetPath())
	if err != nil {
		return err
	}

	// Opening a pipe or a device may block or do something.
	if !info.Mode().IsRegular() {
		return status.Errorf(codes.InvalidArgument, "%s is not a regular file", req.GetPath())
	}

	f, err := os.Open(req.GetPath())
	if err != nil {
		return err
	}

	defer f.Close() //nolint:errcheck

	return sendAll(f, stream)
}

// List streams what is in a directory. What cannot be read is an item with an
// error: the rest is still of use.
func (s *machineService) List(req *machine.ListRequest, stream grpc.ServerStreamingServer[machine.FileInfo]) error {
	root := req.GetRoot()
	if !filepath.IsAbs(root) {
		root = filepath.Join("/", root)
	}

	depth := 1
	if req.GetRecurse() {
		depth = int(req.GetRecursionDepth()) // 0 is all the way down
	}

	return walk(root, depth, func(path string, info fs.FileInfo, err error) error {
		if stream.Context().Err() != nil {
			return stream.Context().Err()
		}

		if err == nil && !wanted(info.Mode(), req.GetTypes()) {
			return nil
		}

		return stream.Send(describeFile(root, path, info, err, req.GetReportXattrs()))
	})
}

func wanted(mode fs.FileMode, types []machine.ListRequest_Type) bool {
	if len(types) == 0 {
		return true
	}

	switch {
	case mode.IsRegular():
		return slices.Contains(types, machine.ListRequest_REGULAR)
	case mode.IsDir():
		return slices.Contains(types, machine.ListRequest_DIRECTORY)
	case mode&fs.ModeSymlink != 0:
		return slices.Contains(types, machine.ListRequest_SYMLINK)
	default:
		return false
	}
}

// walk visits root and what is below it, up to depth levels; 0 is all. It does
// not follow links, root apart, and goes on after errors of single files.
func walk(root string, depth int, visit func(path string, info fs.FileInfo, err error) error) error {
	target, err := filepath.EvalSymlinks(root)
	if err != nil {
		return err
	}

	return filepath.WalkDir(target, func(path string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(target, path) //nolint:errcheck // path is below target
		shown := filepath.Join(root, rel)

		if err != nil {
			return visit(shown, nil, err)
		}

		info, err := d.Info()
		if visitErr := visit(shown, info, err); visitErr != nil {
			return visitErr
		}

		if d.IsDir() && depth > 0 && rel != "." && strings.Count(rel, "/")+1 >= depth {
			return fs.SkipDir
		}

		return nil
	})
}

func describeFile(root, path string, info fs.FileInfo, err error, xattrs bool) *machine.FileInfo {
	rel, relErr := filepath.Rel(root, path)
	if relErr != nil {
		rel = path
	}

	out := &machine.FileInfo{Name: path, RelativeName: rel}

	if err != nil {
		out.Error = err.Error()

		return out
	}

	out.Size, out.Mode, out.Modified, out.IsDir = info.Size(), uint32(info.Mode()), info.ModTime().Unix(), info.IsDir()

	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		out.Uid, out.Gid = stat.Uid, stat.Gid
	}

	if info.Mode()&fs.ModeSymlink != 0 {
		if out.Link, err = os.Readlink(path); err != nil {
			out.Error = err.Error()
		}
	}

	if xattrs {
		if out.Xattrs, err = readXattrs(path); err != nil {
			out.Error = err.Error()
		}
	}

	return out
}

func readXattrs(path string) ([]*machine.Xattr, error) {
	buf := make([]byte, 64<<10)

	n, err := unix.Llistxattr(path, buf)
	if err != nil {
		if errors.Is(err, unix.ENOTSUP) {
			return nil, nil
		}

		return nil, fmt.Errorf("list attributes: %w", err)
	}

	var out []*machine.Xattr

	for name := range strings.SplitSeq(strings.TrimRight(string(buf[:n]), "\x00"), "\x00") {
		if name == "" {
			continue
		}

		value := make([]byte, 64<<10)

		n, err := unix.Lgetxattr(path, name, value)
		if err != nil {
			continue // gone, or only for others
		}

		out = append(out, &machine.Xattr{Name: name, Data: value[:n]})
	}

	return out, nil
}

// Copy streams a file or directory as a compressed archive. Devices, pipes and
// sockets are left out, and so is what cannot be read: a directory of a running
// system always has something that goes away meanwhile.
func (s *machineService) Copy(req *machine.CopyRequest, stream grpc.ServerStreamingServer[common.Data]) error {
	root := filepath.Clean(req.GetRootPath())
	if !filepath.IsAbs(root) {
		return status.Errorf(codes.InvalidArgument, "path %q is not absolute", req.GetRootPath())
	}

	if _, err := os.Lstat(root); err != nil {
		return err
	}

	zipped := gzip.NewWriter(&chunks{stream: stream})
	archive := tar.NewWriter(zipped)

	err := walk(root, 0, func(path string, info fs.FileInfo, err error) error {
		if err != nil || stream.Context().Err() != nil {
			return stream.Context().Err()
		}

		return addToArchive(archive, root, path, info)
	})

	return errors.Join(err, archive.Close(), zipped.Close())
}

func addToArchive(archive *tar.Writer, root, path string, info fs.FileInfo) error {
	var (
		link string
		file *os.File
		err  error
	)

	switch mode := info.Mode(); {
	case mode.IsDir():
	case mode&fs.ModeSymlink != 0:
		if link, err = os.Readlink(path); err != nil {
			return nil //nolint:nilerr // see Copy
		}
	case mode.IsRegular():
		if file, err = os.Open(path); err != nil {
			return nil //nolint:nilerr // see Copy
		}

		defer file.Close() //nolint:errcheck
	default:
		return nil
	}

	header, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}

	if header.Name, err = filepath.Rel(root, path); err != nil {
		return err
	}

	if header.Name == "." && !info.IsDir() {
		header.Name = filepath.Base(path)
	}

	if err = archive.WriteHeader(header); err != nil || file == nil {
		return err
	}

	// The archive wants exactly the bytes the header says, of a file that may be
	// growing, or shrinking, at this moment.
	n, err := io.Copy(archive, io.LimitReader(file, header.Size))
	if err == nil && n < header.Size {
		_, err = io.CopyN(archive, zeros{}, header.Size-n)
	}

	return err
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)

	return len(p), nil
}

// chunks sends what is written to it in items of a stream.
type chunks struct {
	stream grpc.ServerStreamingServer[common.Data]
}

func (c *chunks) Write(p []byte) (int, error) {
	for part := range slices.Chunk(p, chunkSize) {
		if err := c.stream.Send(&common.Data{Bytes: append([]byte(nil), part...)}); err != nil {
			return 0, err
		}
	}

	return len(p), nil
}
