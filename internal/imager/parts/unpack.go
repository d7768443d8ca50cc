package parts

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// unpackDeb writes the files of a Debian package below dir: an ar(1) archive
// whose member data.tar.* holds them. Owners are not kept (every file of the
// images belongs to root), modes are.
func unpackDeb(r io.Reader, dir string) error {
	br := bufio.NewReaderSize(r, 1<<20)

	magic := make([]byte, 8)
	if _, err := io.ReadFull(br, magic); err != nil || string(magic) != "!<arch>\n" {
		return errors.New("not an ar archive")
	}

	for {
		head := make([]byte, 60)
		if _, err := io.ReadFull(br, head); err != nil {
			return fmt.Errorf("no data.tar in the package: %w", err)
		}

		name := strings.TrimRight(strings.TrimSpace(string(head[:16])), "/")

		size, err := strconv.ParseInt(strings.TrimSpace(string(head[48:58])), 10, 64)
		if err != nil || size < 0 || string(head[58:]) != "`\n" {
			return errors.New("broken ar header")
		}

		body := io.LimitReader(br, size)

		if ext, ok := strings.CutPrefix(name, "data.tar"); ok {
			return unpackTar(body, ext, dir)
		}

		if _, err = io.Copy(io.Discard, body); err != nil {
			return err
		}

		if size%2 == 1 {
			if _, err = br.Discard(1); err != nil {
				return err
			}
		}
	}
}

func unpackTar(r io.Reader, ext, dir string) error {
	switch ext {
	case "":
	case ".xz":
		x, err := xz.NewReader(r)
		if err != nil {
			return err
		}

		r = x
	case ".zst":
		z, err := zstd.NewReader(r)
		if err != nil {
			return err
		}
		defer z.Close()

		r = z
	case ".gz":
		g, err := gzip.NewReader(r)
		if err != nil {
			return err
		}

		r = g
	default:
		return fmt.Errorf("data.tar%s: unknown compression", ext)
	}

	// A package cannot leave its directory, whatever its links say.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck

	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}

		if err != nil {
			return err
		}

		name := mergeUsr(filepath.Clean("/" + h.Name))[1:]
		if name == "" {
			continue
		}

		if err = unpackEntry(root, t, h, name); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
	}
}

func unpackEntry(root *os.Root, r io.Reader, h *tar.Header, name string) error {
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}

	mode := os.FileMode(h.Mode & 0o777)

	switch h.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o755)
	case tar.TypeSymlink:
		return root.Symlink(h.Linkname, name)
	case tar.TypeLink:
		return root.Link(mergeUsr(filepath.Clean("/" + h.Linkname))[1:], name)
	case tar.TypeReg:
		f, err := root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
		if err != nil {
			return err
		}

		if _, err = io.Copy(f, r); err != nil {
			f.Close() //nolint:errcheck

			return err
		}

		if err = f.Chmod(mode); err != nil {
			f.Close() //nolint:errcheck

			return err
		}

		return f.Close()
	default:
		return fmt.Errorf("entry of type %q", h.Typeflag)
	}
}

// mergeUsr moves a path to where it is once /bin, /sbin and /lib* are links.
func mergeUsr(path string) string {
	for _, top := range []string{"/bin", "/sbin", "/lib", "/lib64"} {
		if path == top || strings.HasPrefix(path, top+"/") {
			return "/usr" + path
		}
	}

	return path
}
