// Package fat32 writes FAT32 file systems: a whole one, with its files, in one
// pass to a file or partition.
//
// EFI system partitions are made this way both in disk images, where nothing may
// be mounted, and on a node being installed, where it saves a mkfs program and a
// mount. Files lie one after the other without gaps, which firmware reads
// fastest. Changing an existing file system is the kernel's business.
package fat32

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
)

// Options describe the file system.
type Options struct {
	// Size in bytes. FAT32 needs room for at least 65525 clusters: 34 MiB with
	// sectors of 512 bytes.
	Size int64
	// SectorSize is the logical sector size of the disk; 0 means 512.
	SectorSize int
	// Label has at most 11 characters of upper-case ASCII.
	Label string
	// Serial identifies the file system; udev shows it as the UUID.
	Serial uint32
	// HiddenSectors is where on the disk the partition starts.
	HiddenSectors uint32
	// Time is given to every file.
	Time time.Time
}

// File is a file to put on the file system. Directories are made as needed.
type File struct {
	Path    string // "EFI/BOOT/BOOTX64.EFI"
	Content io.ReaderAt
	Size    int64
}

const (
	reservedSectors = 32
	fatCount        = 2
	rootCluster     = 2
	minClusters     = 65525
	maxClusters     = 0x0ffffff5
	endOfChain      = 0x0fffffff
	entrySize       = 32

	attrVolume    = 0x08
	attrDirectory = 0x10
	attrArchive   = 0x20
	attrLongName  = 0x0f
)

// geometry is where everything lies, in sectors.
type geometry struct {
	sector     int64 // bytes
	perCluster int64
	total      int64
	fatSectors int64
	clusters   int64
}

func (g geometry) clusterSize() int64 { return g.sector * g.perCluster }

// offset of a cluster in bytes.
func (g geometry) offset(cluster int64) int64 {
	return (reservedSectors + fatCount*g.fatSectors + (cluster-rootCluster)*g.perCluster) * g.sector
}

// layout picks the largest cluster of at most 4 KiB with which the file system
// has enough clusters to be FAT32: readers tell the FAT types apart by that count.
func layout(o Options) (geometry, error) {
	g := geometry{sector: int64(o.SectorSize)}
	if g.sector == 0 {
		g.sector = 512
	}

	if g.sector < 512 || g.sector > 4096 || g.sector&(g.sector-1) != 0 {
		return g, fmt.Errorf("sector size %d is not supported", g.sector)
	}

	g.total = o.Size / g.sector
	if g.total > 1<<32-1 {
		return g, errors.New("too large for FAT32")
	}

	for g.perCluster = max(1, 4096/g.sector); g.perCluster >= 1; g.perCluster /= 2 {
		// Every FAT sector describes sector/4 clusters; solve for the number of
		// FAT sectors, rounded up.
		perFat := g.sector / 4 * g.perCluster
		g.fatSectors = (g.total - reservedSectors + 2*g.perCluster + perFat + fatCount - 1) / (perFat + fatCount)
		g.clusters = (g.total - reservedSectors - fatCount*g.fatSectors) / g.perCluster

		if g.clusters >= minClusters {
			break
		}
	}

	if g.perCluster == 0 || g.clusters > maxClusters {
		return g, fmt.Errorf("%d bytes are too small for FAT32", o.Size)
	}

	return g, nil
}

// node is a directory or file while the tree is laid out.
type node struct {
	name     string
	file     *File // nil for a directory
	children []*node

	first, clusters int64
}

// Write makes the file system. Everything it does not write (the content of free
// clusters) keeps what was there. w is not synced.
func Write(w io.WriterAt, o Options, files []File) error {
	g, err := layout(o)
	if err != nil {
		return err
	}

	root, err := plan(g, files)
	if err != nil {
		return err
	}

	wr := &writer{w: w, o: o, g: g, fat: make([]byte, g.fatSectors*g.sector)}
	wr.setFAT(0, 0x0ffffff8)
	wr.setFAT(1, endOfChain)

	if err = wr.tree(root, 0); err != nil {
		return err
	}

	for i := range int64(fatCount) {
		if _, err = w.WriteAt(wr.fat, (reservedSectors+i*g.fatSectors)*g.sector); err != nil {
			return fmt.Errorf("write the allocation table: %w", err)
		}
	}

	// The boot sector comes last: without it there is no file system.
	return wr.reserved()
}

// plan builds the tree and gives every node its clusters, directories first.
func plan(g geometry, files []File) (*node, error) {
	root := &node{}

	for i := range files {
		if err := root.insert(&files[i]); err != nil {
			return nil, err
		}
	}

	next := int64(rootCluster)
	take := func(n *node, size int64) {
		n.clusters = (size + g.clusterSize() - 1) / g.clusterSize()
		if n.clusters > 0 {
			n.first = next
			next += n.clusters
		}
	}

	var dirs, leaves func(n *node)

	dirs = func(n *node) {
		take(n, max(1, n.entryCount(n == root))*entrySize)

		for _, c := range n.children {
			if c.file == nil {
				dirs(c)
			}
		}
	}

	leaves = func(n *node) {
		for _, c := range n.children {
			if c.file == nil {
				leaves(c)
			} else {
				take(c, c.file.Size)
			}
		}
	}

	dirs(root)
	leaves(root)

	if next > g.clusters+rootCluster {
		return nil, fmt.Errorf("files need %d MiB and the file system has %d MiB",
			(next-rootCluster)*g.clusterSize()>>20, g.clusters*g.clusterSize()>>20)
	}

	return root, nil
}

func (n *node) insert(f *File) error {
	if f.Size < 0 || f.Size > 1<<32-1 {
		return fmt.Errorf("file %s: %d bytes are too many for FAT32", f.Path, f.Size)
	}

	parts := strings.Split(strings.Trim(path.Clean(f.Path), "/"), "/")
	for i, name := range parts {
		child := n.child(name)
		last := i == len(parts)-1

		switch {
		case child == nil:
			child = &node{name: name}
			n.children = append(n.children, child)
			slices.SortFunc(n.children, func(a, b *node) int { return strings.Compare(a.name, b.name) })
		case last || child.file != nil:
			return fmt.Errorf("file %s: the name is taken", f.Path)
		}

		if last {
			child.file = f
		}

		n = child
	}

	return nil
}

// child finds a name; FAT does not tell upper from lower case.
func (n *node) child(name string) *node {
	for _, c := range n.children {
		if strings.EqualFold(c.name, name) {
			return c
		}
	}

	return nil
}

// entryCount is the number of directory entries: label or dot entries, and for
// each child its short name and the pieces of its long one.
func (n *node) entryCount(isRoot bool) int64 {
	count := int64(2)
	if isRoot {
		count = 1
	}

	for _, c := range n.children {
		count += 1 + int64(longPieces(c.name))
	}

	return count
}

type writer struct {
	w   io.WriterAt
	o   Options
	g   geometry
	fat []byte

	used int64
}

func (w *writer) setFAT(cluster int64, value uint32) {
	binary.LittleEndian.PutUint32(w.fat[4*cluster:], value)
}

func (w *writer) chain(n *node) {
	for i := range n.clusters {
		next := uint32(n.first + i + 1)
		if i == n.clusters-1 {
			next = endOfChain
		}

		w.setFAT(n.first+i, next)
	}

	w.used += n.clusters
}

// tree writes a directory with everything below it. parent is its parent's
// cluster, 0 when that is the root.
func (w *writer) tree(n *node, parent int64) error {
	data, err := w.directory(n, parent)
	if err != nil {
		return err
	}

	w.chain(n)

	block := make([]byte, n.clusters*w.g.clusterSize())
	copy(block, data)

	if _, err = w.w.WriteAt(block, w.g.offset(n.first)); err != nil {
		return fmt.Errorf("write directory %q: %w", n.name, err)
	}

	self := n.first
	if self == rootCluster {
		self = 0
	}

	for _, c := range n.children {
		if c.file == nil {
			err = w.tree(c, self)
		} else {
			err = w.file(c)
		}

		if err != nil {
			return err
		}
	}

	return nil
}

func (w *writer) file(n *node) error {
	w.chain(n)

	if n.clusters == 0 {
		return nil
	}

	at := w.g.offset(n.first)

	copied, err := io.Copy(io.NewOffsetWriter(w.w, at), io.NewSectionReader(n.file.Content, 0, n.file.Size))
	if err == nil && copied != n.file.Size {
		err = fmt.Errorf("content ended after %d of %d bytes", copied, n.file.Size)
	}

	if err != nil {
		return fmt.Errorf("write %s: %w", n.file.Path, err)
	}

	// Old bytes behind the end of the file are nobody's business.
	if pad := n.clusters*w.g.clusterSize() - n.file.Size; pad > 0 {
		_, err = w.w.WriteAt(make([]byte, pad), at+n.file.Size)
	}

	return err
}

// reserved writes boot sector, FSInfo and their copies.
func (w *writer) reserved() error {
	g := w.g
	area := make([]byte, reservedSectors*g.sector)
	boot := area[:g.sector]
	le := binary.LittleEndian

	copy(boot, "\xeb\x58\x90mkfs.fat")
	le.PutUint16(boot[11:], uint16(g.sector))
	boot[13] = byte(g.perCluster)
	le.PutUint16(boot[14:], reservedSectors)
	boot[16] = fatCount
	boot[21] = 0xf8
	le.PutUint16(boot[24:], 63)  // sectors per track
	le.PutUint16(boot[26:], 255) // heads
	le.PutUint32(boot[28:], w.o.HiddenSectors)
	le.PutUint32(boot[32:], uint32(g.total))
	le.PutUint32(boot[36:], uint32(g.fatSectors))
	le.PutUint32(boot[44:], rootCluster)
	le.PutUint16(boot[48:], 1) // FSInfo
	le.PutUint16(boot[50:], 6) // copy of the boot sector
	boot[64] = 0x80
	boot[66] = 0x29
	le.PutUint32(boot[67:], w.o.Serial)
	copy(boot[71:82], paddedLabel(w.o.Label))
	copy(boot[82:90], "FAT32   ")
	boot[510], boot[511] = 0x55, 0xaa

	info := area[g.sector : 2*g.sector]
	copy(info, "RRaA")
	copy(info[484:], "rrAa")
	le.PutUint32(info[488:], uint32(g.clusters-w.used))
	le.PutUint32(info[492:], uint32(rootCluster+w.used))
	info[510], info[511] = 0x55, 0xaa

	copy(area[6*g.sector:], area[:2*g.sector])

	// Copies first, the boot sector itself at the very end.
	if _, err := w.w.WriteAt(area[g.sector:], g.sector); err != nil {
		return fmt.Errorf("write reserved sectors: %w", err)
	}

	if _, err := w.w.WriteAt(boot, 0); err != nil {
		return fmt.Errorf("write boot sector: %w", err)
	}

	return nil
}

func paddedLabel(label string) string {
	if label == "" {
		label = "NO NAME"
	}

	return fmt.Sprintf("%-11.11s", strings.ToUpper(label))
}

// Places tells where the content of each file lies in a file system made by Write
// with the same arguments, for comparing it afterwards. Paths are as given.
func Places(o Options, files []File) (map[string]int64, error) {
	g, err := layout(o)
	if err != nil {
		return nil, err
	}

	root, err := plan(g, files)
	if err != nil {
		return nil, err
	}

	places := map[string]int64{}

	var walk func(n *node)

	walk = func(n *node) {
		for _, c := range n.children {
			if c.file == nil {
				walk(c)
			} else {
				places[c.file.Path] = g.offset(max(c.first, rootCluster))
			}
		}
	}

	walk(root)

	return places, nil
}
