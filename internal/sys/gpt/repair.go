package gpt

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

const (
	headerSize    = 92
	signature     = "EFI PART"
	pmbrType      = 0xee
	maxEntryBytes = 1 << 20
)

// repairDevice is what Repair needs of a disk.
type repairDevice interface {
	io.ReaderAt
	io.WriterAt
	GetSectorSize() uint
	GetSize() uint64
	Sync() error
}

// copyOf is one of the two copies of a table.
type copyOf struct {
	header  []byte // one sector
	entries []byte
}

// Repair restores the primary copy of a partition table from the backup at the
// end of the disk when the primary is damaged, and reports whether it did. It
// acts only on a disk that says it is GPT by its protective MBR or by what is
// left of the primary header; a whole primary or an absent backup is left alone.
func Repair(dev repairDevice) (bool, error) {
	sector := uint64(dev.GetSectorSize())
	if sector < 512 || dev.GetSize() < 68*sector {
		return false, nil
	}

	last := dev.GetSize()/sector - 1

	if _, ok := readCopy(dev, sector, 1, last); ok {
		return false, nil
	}

	if !claimsGPT(dev, sector) {
		return false, nil
	}

	backup, ok := readCopy(dev, sector, last, last)
	if !ok {
		return false, nil
	}

	firstUsable := binary.LittleEndian.Uint64(backup.header[40:])
	need := (uint64(len(backup.entries)) + sector - 1) / sector

	if firstUsable < 2+need {
		return false, nil
	}

	header := bytes.Clone(backup.header)
	binary.LittleEndian.PutUint64(header[24:], 1)
	binary.LittleEndian.PutUint64(header[32:], last)
	binary.LittleEndian.PutUint64(header[72:], 2)
	seal(header)

	for _, w := range []struct {
		lba  uint64
		data []byte
	}{{2, backup.entries}, {1, header}} {
		if _, err := dev.WriteAt(w.data, int64(w.lba*sector)); err != nil {
			return false, fmt.Errorf("restore partition table from its backup: %w", err)
		}

		if err := dev.Sync(); err != nil {
			return false, fmt.Errorf("restore partition table from its backup: %w", err)
		}
	}

	return true, nil
}

func claimsGPT(r io.ReaderAt, sector uint64) bool {
	head := make([]byte, 2*sector)
	if _, err := r.ReadAt(head, 0); err != nil {
		return false
	}

	pmbr := head[510] == 0x55 && head[511] == 0xaa && head[446+4] == pmbrType

	return pmbr || string(head[sector:sector+8]) == signature
}

// readCopy reads and checks the header at lba and the entries it points to.
func readCopy(r io.ReaderAt, sector, lba, last uint64) (copyOf, bool) {
	header := make([]byte, sector)
	if _, err := r.ReadAt(header, int64(lba*sector)); err != nil || string(header[:8]) != signature {
		return copyOf{}, false
	}

	if binary.LittleEndian.Uint32(header[12:]) != headerSize || binary.LittleEndian.Uint64(header[24:]) != lba {
		return copyOf{}, false
	}

	check := bytes.Clone(header)
	seal(check)

	if !bytes.Equal(check[:headerSize], header[:headerSize]) {
		return copyOf{}, false
	}

	entriesLBA := binary.LittleEndian.Uint64(header[72:])
	size := uint64(binary.LittleEndian.Uint32(header[80:])) * uint64(binary.LittleEndian.Uint32(header[84:]))

	if size == 0 || size > maxEntryBytes || entriesLBA < 2 || entriesLBA > last || entriesLBA*sector+size > (last+1)*sector {
		return copyOf{}, false
	}

	entries := make([]byte, size)
	if _, err := r.ReadAt(entries, int64(entriesLBA*sector)); err != nil {
		return copyOf{}, false
	}

	if crc32.ChecksumIEEE(entries) != binary.LittleEndian.Uint32(header[88:]) {
		return copyOf{}, false
	}

	return copyOf{header: header, entries: entries}, true
}

// seal puts the checksum into a header.
func seal(header []byte) {
	clear(header[16:20])
	binary.LittleEndian.PutUint32(header[16:], crc32.ChecksumIEEE(header[:headerSize]))
}
