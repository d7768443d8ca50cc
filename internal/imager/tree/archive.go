package tree

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// WriteTar streams the tree as a tar archive, everything owned by root and dated
// at. The root directory itself is not among the entries.
func (t *Tree) WriteTar(w io.Writer, at time.Time) error {
	tw := tar.NewWriter(w)

	for _, name := range t.Names() {
		if err := writeTarEntry(tw, name, t.entries[name], at); err != nil {
			return fmt.Errorf("archive %s: %w", name, err)
		}
	}

	return tw.Close()
}

func writeTarEntry(tw *tar.Writer, name string, e Entry, at time.Time) error {
	h := &tar.Header{Name: name, Mode: int64(posixMode(e.Mode) & 0o7777), ModTime: at, Format: tar.FormatPAX}

	switch {
	case e.Mode.IsDir():
		h.Typeflag, h.Name = tar.TypeDir, name+"/"

		return tw.WriteHeader(h)
	case e.Mode&fs.ModeSymlink != 0:
		h.Typeflag, h.Linkname = tar.TypeSymlink, e.Link

		return tw.WriteHeader(h)
	}

	size, err := e.size()
	if err != nil {
		return err
	}

	h.Typeflag, h.Size = tar.TypeReg, size
	if err = tw.WriteHeader(h); err != nil {
		return err
	}

	return e.writeTo(tw, size)
}

func posixMode(m fs.FileMode) uint32 {
	mode := uint32(m.Perm())

	for bit, posix := range map[fs.FileMode]uint32{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if m&bit != 0 {
			mode |= posix
		}
	}

	return mode
}

// File types of a cpio header.
const (
	cpioDir  = 0o040000
	cpioFile = 0o100000
	cpioLink = 0o120000
)

// WriteCpio streams the tree in the "newc" format, the only one the kernel
// unpacks. File contents are padded to four bytes and files are limited to 4 GiB.
func (t *Tree) WriteCpio(w io.Writer, at time.Time) error {
	c := &cpioWriter{w: w, at: at}

	for _, name := range t.Names() {
		if err := c.entry(name, t.entries[name]); err != nil {
			return fmt.Errorf("archive %s: %w", name, err)
		}
	}

	return c.close()
}

type cpioWriter struct {
	w     io.Writer
	at    time.Time
	inode uint32
	n     int64
}

func (c *cpioWriter) entry(name string, e Entry) error {
	mode := posixMode(e.Mode)

	switch {
	case e.Mode.IsDir():
		return c.header(name, cpioDir|mode, 2, 0)
	case e.Mode&fs.ModeSymlink != 0:
		if err := c.header(name, cpioLink|0o777, 1, int64(len(e.Link))); err != nil {
			return err
		}

		return c.body(Entry{Data: []byte(e.Link)}, int64(len(e.Link)))
	}

	size, err := e.size()
	if err != nil {
		return err
	}

	if size >= 1<<32 {
		return fmt.Errorf("%d bytes are too many for a cpio archive", size)
	}

	if err = c.header(name, cpioFile|mode, 1, size); err != nil {
		return err
	}

	return c.body(e, size)
}

func (c *cpioWriter) header(name string, mode, links uint32, size int64) error {
	c.inode++

	mtime := uint32(max(c.at.Unix(), 0))
	if name == cpioTrailer {
		mtime = 0
	}

	_, err := fmt.Fprintf(c, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00",
		c.inode, mode, 0, 0, links, mtime, size, 0, 0, 0, 0, len(name)+1, 0, name)
	if err != nil {
		return err
	}

	return c.pad(4)
}

func (c *cpioWriter) body(e Entry, size int64) error {
	if err := e.writeTo(c, size); err != nil {
		return err
	}

	return c.pad(4)
}

const cpioTrailer = "TRAILER!!!"

func (c *cpioWriter) close() error {
	c.inode = 0xffffffff // becomes 0 in the header

	if err := c.header(cpioTrailer, 0, 1, 0); err != nil {
		return err
	}

	return c.pad(512)
}

func (c *cpioWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)

	return n, err
}

func (c *cpioWriter) pad(to int64) error {
	if rest := c.n % to; rest != 0 {
		_, err := c.Write(make([]byte, to-rest))

		return err
	}

	return nil
}

// Digest identifies the content of the tree and whatever else the caller mixes in.
func (t *Tree) Digest(salt string) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n", salt)

	if err := t.WriteTar(sum, time.Time{}); err != nil {
		return "", err
	}

	return hex.EncodeToString(sum.Sum(nil)), nil
}
