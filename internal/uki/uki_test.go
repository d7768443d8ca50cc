package uki

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"testing"
)

// stub is a PE32+ file with one code section and one that can be replaced.
func stub() []byte {
	b := make([]byte, 0xa00)
	copy(b, "MZ")
	binary.LittleEndian.PutUint32(b[0x3c:], 0x80)
	copy(b[0x80:], "PE\x00\x00")
	binary.LittleEndian.PutUint16(b[0x84:], 0x8664)
	binary.LittleEndian.PutUint16(b[0x86:], 2)
	binary.LittleEndian.PutUint16(b[0x94:], 240)
	binary.LittleEndian.PutUint16(b[0x98:], 0x20b)
	binary.LittleEndian.PutUint32(b[0x98+32:], 4096)
	binary.LittleEndian.PutUint32(b[0x98+36:], 512)
	binary.LittleEndian.PutUint32(b[0x98+108:], 16) // data directories

	for i, name := range []string{".text", ".sbat"} {
		s := b[0x98+240+40*i:]
		copy(s, name)
		binary.LittleEndian.PutUint32(s[8:], 100)
		binary.LittleEndian.PutUint32(s[12:], uint32(4096*(i+1)))
		binary.LittleEndian.PutUint32(s[16:], 512)
		binary.LittleEndian.PutUint32(s[20:], uint32(0x600+512*i))
	}

	return b
}

func TestBuiltImageIsAProgramWithItsSections(t *testing.T) {
	t.Parallel()

	sections := []Section{
		{Name: ".osrel", Data: []byte("ID=talos\n")},
		{Name: Cmdline, Data: []byte("console=tty0"), Reserve: 4096},
		{Name: ".sbat", Data: []byte("sbat,1\n")},
		{Name: ".initrd", Data: bytes.Repeat([]byte("i"), 10001)},
		{Name: ".linux", Data: bytes.Repeat([]byte("k"), 4097)},
	}

	image, err := Build(stub(), sections)
	if err != nil {
		t.Fatal(err)
	}

	// The standard library is the judge of the format.
	f, err := pe.NewFile(bytes.NewReader(image))
	if err != nil {
		t.Fatal(err)
	}

	end := uint32(0)

	for _, s := range f.Sections {
		if s.VirtualAddress < end || s.VirtualAddress%4096 != 0 || s.Offset%512 != 0 || s.Size%512 != 0 {
			t.Errorf("section %s overlaps or is not aligned: %+v", s.Name, s.SectionHeader)
		}

		end = s.VirtualAddress + max(s.VirtualSize, s.Size)
	}

	if size := f.OptionalHeader.(*pe.OptionalHeader64).SizeOfImage; size < end || size%4096 != 0 {
		t.Errorf("image of %d bytes, sections end at %d", size, end)
	}

	for _, want := range sections {
		if got, err := Read(image, want.Name); err != nil || !bytes.Equal(got, want.Data) {
			t.Errorf("%s: %q: %v", want.Name, got, err)
		}
	}

	if len(f.Sections) != 6 {
		t.Errorf("%d sections, want 6: .sbat is replaced, not doubled", len(f.Sections))
	}
}

func TestReplaceStaysInPlace(t *testing.T) {
	t.Parallel()

	image, err := Build(stub(), []Section{{Name: Cmdline, Data: []byte("a"), Reserve: 1000}, {Name: ".linux", Data: []byte("kernel")}})
	if err != nil {
		t.Fatal(err)
	}

	changed, err := Replace(image, Cmdline, bytes.Repeat([]byte("b"), 1000))
	if err != nil {
		t.Fatal(err)
	}

	if got, err := Read(changed, Cmdline); err != nil || len(got) != 1000 {
		t.Errorf("%d bytes: %v", len(got), err)
	}

	if got, err := Read(changed, ".linux"); err != nil || string(got) != "kernel" || len(changed) != len(image) {
		t.Errorf("the next section is %q: %v", got, err)
	}

	if got, _ := Read(image, Cmdline); string(got) != "a" {
		t.Error("the original changed")
	}

	if _, err = Replace(image, Cmdline, make([]byte, 2000)); err == nil {
		t.Error("too long a replacement was accepted")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(stub(), ".sbat")
	f.Add([]byte("MZ"), ".text")

	f.Fuzz(func(_ *testing.T, data []byte, name string) {
		Read(data, name)                                                  //nolint:errcheck
		Replace(data, name, []byte("x"))                                  //nolint:errcheck
		Build(data, []Section{{Name: ".new", Data: []byte("something")}}) //nolint:errcheck
	})
}
