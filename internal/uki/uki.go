// Package uki builds unified kernel images: one EFI program that carries kernel,
// initramfs and command line as PE sections next to systemd's stub, which starts
// them and measures each section into the TPM.
package uki

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// Section is one PE section to add. Names have at most 8 bytes, for example
// ".linux".
type Section struct {
	Name string
	Data []byte
	// Reserve is how many bytes the section can grow to later with Replace.
	Reserve int
}

// Cmdline is the section with the kernel command line.
const Cmdline = ".cmdline"

const (
	sectionHeaderSize = 40
	// characteristics: initialised data, readable.
	sectionFlags = 0x40000040
)

// image is a PE32+ file and where in it the fields lie that change.
type image struct {
	data     []byte
	coff     int // COFF header
	optional int // optional header
	table    int // section table
	count    int

	sectionAlign, fileAlign uint32
}

func parse(stub []byte) (*image, error) {
	if len(stub) < 0x40 || !bytes.HasPrefix(stub, []byte("MZ")) {
		return nil, errors.New("not an EFI program")
	}

	pe := int(binary.LittleEndian.Uint32(stub[0x3c:]))
	if pe < 0x40 || pe+24+112 > len(stub) || !bytes.Equal(stub[pe:pe+4], []byte("PE\x00\x00")) {
		return nil, errors.New("no PE header")
	}

	im := &image{data: bytes.Clone(stub), coff: pe + 4, optional: pe + 24}
	if binary.LittleEndian.Uint16(stub[im.optional:]) != 0x20b {
		return nil, errors.New("not a PE32+ image")
	}

	im.count = int(binary.LittleEndian.Uint16(stub[im.coff+2:]))
	im.table = im.optional + int(binary.LittleEndian.Uint16(stub[im.coff+16:]))
	im.sectionAlign = im.u32(im.optional + 32)
	im.fileAlign = im.u32(im.optional + 36)

	if im.table+im.count*sectionHeaderSize > len(stub) || im.count == 0 ||
		!plausible(im.sectionAlign) || !plausible(im.fileAlign) {
		return nil, errors.New("damaged section table")
	}

	return im, nil
}

// plausible alignments are powers of two that exist in practice.
func plausible(align uint32) bool { return align >= 512 && align <= 1<<16 && align&(align-1) == 0 }

func (im *image) u32(at int) uint32        { return binary.LittleEndian.Uint32(im.data[at:]) }
func (im *image) put32(at int, v uint32)   { binary.LittleEndian.PutUint32(im.data[at:], v) }
func (im *image) header(i int) int         { return im.table + i*sectionHeaderSize }
func align(n, to uint32) uint32            { return (n + to - 1) / to * to }
func (im *image) sectionName(i int) string { return nameOf(im.data[im.header(i):]) }

func nameOf(header []byte) string { return string(bytes.TrimRight(header[:8], "\x00")) }

// Build returns stub with the sections added in the given order. A section the
// stub has already (.sbat) is replaced in place if the new content fits into it.
func Build(stub []byte, sections []Section) ([]byte, error) {
	im, err := parse(stub)
	if err != nil {
		return nil, fmt.Errorf("read the stub: %w", err)
	}

	total := len(stub)
	for _, s := range sections {
		total += max(len(s.Data), s.Reserve) + int(im.fileAlign)
	}

	im.data = append(make([]byte, 0, total), im.data...)

	for _, s := range sections {
		if len(s.Name) > 8 || len(s.Data) == 0 {
			return nil, fmt.Errorf("section %q cannot be added with %d bytes", s.Name, len(s.Data))
		}

		if err = im.add(s); err != nil {
			return nil, fmt.Errorf("add section %s: %w", s.Name, err)
		}
	}

	// The stub carries no checksum; firmware does not check it for applications.
	im.put32(im.optional+64, 0)

	return im.data, nil
}

func (im *image) add(s Section) error {
	for i := range im.count {
		if im.sectionName(i) == s.Name {
			return im.replace(i, s.Data)
		}
	}

	last := im.header(im.count - 1)
	at := im.header(im.count)

	first := im.u32(im.header(0) + 20)
	if uint32(at+sectionHeaderSize) > first {
		return errors.New("the stub's header has no room for another section")
	}

	rva := align(im.u32(last+12)+max(im.u32(last+8), im.u32(last+16)), im.sectionAlign)
	raw := align(uint32(max(len(s.Data), s.Reserve)), im.fileAlign)

	im.data = append(im.data, make([]byte, int(align(uint32(len(im.data)), im.fileAlign))-len(im.data))...)
	offset := uint32(len(im.data))
	im.data = append(im.data, s.Data...)
	im.data = append(im.data, make([]byte, int(raw)-len(s.Data))...)

	header := im.data[at : at+sectionHeaderSize]
	clear(header)
	copy(header, s.Name)
	im.put32(at+8, uint32(len(s.Data)))
	im.put32(at+12, rva)
	im.put32(at+16, raw)
	im.put32(at+20, offset)
	im.put32(at+36, sectionFlags)

	im.count++
	binary.LittleEndian.PutUint16(im.data[im.coff+2:], uint16(im.count))
	im.put32(im.optional+8, im.u32(im.optional+8)+raw)
	im.put32(im.optional+56, align(rva+raw, im.sectionAlign))

	return nil
}

func (im *image) replace(i int, data []byte) error {
	at := im.header(i)
	size, offset := im.u32(at+16), im.u32(at+20)

	if uint32(len(data)) > size {
		return fmt.Errorf("%d bytes do not fit into the %d that are there", len(data), size)
	}

	if uint64(offset)+uint64(size) > uint64(len(im.data)) {
		return errors.New("section lies outside the file")
	}

	place := im.data[offset : offset+size]
	clear(place)
	copy(place, data)
	im.put32(at+8, uint32(len(data)))

	return nil
}

// Replace returns the program with another content of a section. It must fit into
// what the section reserves.
func Replace(program []byte, name string, data []byte) ([]byte, error) {
	im, err := parse(program)
	if err != nil {
		return nil, err
	}

	for i := range im.count {
		if im.sectionName(i) == name {
			return im.data, im.replace(i, data)
		}
	}

	return nil, fmt.Errorf("no section %s", name)
}

// Read returns the content of a section of an EFI program.
func Read(program []byte, name string) ([]byte, error) {
	im, err := parse(program)
	if err != nil {
		return nil, err
	}

	for i := range im.count {
		if im.sectionName(i) != name {
			continue
		}

		at := im.header(i)
		size, offset := uint64(min(im.u32(at+8), im.u32(at+16))), uint64(im.u32(at+20))

		if offset+size > uint64(len(program)) {
			return nil, fmt.Errorf("section %s lies outside the file", name)
		}

		return program[offset : offset+size], nil
	}

	return nil, fmt.Errorf("no section %s", name)
}
