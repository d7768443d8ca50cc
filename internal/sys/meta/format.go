package meta

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Tag names a value. The format has room for 32 bits; the API and the legacy format for 8.
type Tag uint8

// The tags this system gives a meaning. 0, 3, 4 and 5 must not be used.
const (
	TagUpgrade                     Tag = 6
	TagStagedUpgradeImageRef       Tag = 7
	TagStagedUpgradeInstallOptions Tag = 8
	TagStateEncryptionConfig       Tag = 9
	TagMetalNetworkPlatformConfig  Tag = 10
	TagDownloadURLCode             Tag = 11
	TagUserReserved1               Tag = 12
	TagUserReserved2               Tag = 13
	TagUserReserved3               Tag = 14
	TagUUIDOverride                Tag = 15
	TagUniqueMachineToken          Tag = 16
	TagDiskImageBootloader         Tag = 17
)

const (
	blockSize   = 256 << 10
	copies      = 2
	checksumAt  = blockSize - 4 - sha256.Size
	recordsAt   = 4
	magicStart  = 0x5a4b3c2d
	magicEnd    = 0xa5b4c3d2
	recordHead  = 8
	recordsRoom = checksumAt - recordsAt

	// Size is how much of the partition the format uses, from its start.
	Size = copies * blockSize
)

// ErrTooLarge is returned when the values do not fit into one block.
var ErrTooLarge = errors.New("META is full: delete values that are no longer needed")

var errEmpty = errors.New("block was never written")

// encode lays out one block. Records are sorted, so equal values make equal bytes.
func encode(values map[Tag][]byte) ([]byte, error) {
	block := make([]byte, blockSize)
	binary.BigEndian.PutUint32(block, magicStart)
	binary.BigEndian.PutUint32(block[blockSize-4:], magicEnd)

	room := block[recordsAt:checksumAt]

	for _, tag := range slices.Sorted(maps.Keys(values)) {
		value := values[tag]

		if recordHead+len(value) > len(room) {
			return nil, ErrTooLarge
		}

		binary.BigEndian.PutUint32(room, uint32(tag))
		binary.BigEndian.PutUint32(room[4:], uint32(len(value)))
		copy(room[recordHead:], value)
		room = room[recordHead+len(value):]
	}

	sum := sha256.Sum256(block)
	copy(block[checksumAt:], sum[:])

	return block, nil
}

// decode checks and reads one block.
func decode(block []byte) (map[Tag][]byte, error) {
	if len(block) != blockSize {
		return nil, fmt.Errorf("block of %d bytes, want %d", len(block), blockSize)
	}

	start, end := binary.BigEndian.Uint32(block), binary.BigEndian.Uint32(block[blockSize-4:])

	switch {
	case start == 0 && end == 0:
		return nil, errEmpty
	case start != magicStart || end != magicEnd:
		return nil, fmt.Errorf("magic numbers %#x and %#x are wrong", start, end)
	}

	plain := slices.Clone(block)
	clear(plain[checksumAt : checksumAt+sha256.Size])

	if sum := sha256.Sum256(plain); !bytes.Equal(sum[:], block[checksumAt:checksumAt+sha256.Size]) {
		return nil, errors.New("checksum does not match")
	}

	values := map[Tag][]byte{}
	room := plain[recordsAt:checksumAt]

	for len(room) >= recordHead {
		tag, length := binary.BigEndian.Uint32(room), binary.BigEndian.Uint32(room[4:])
		if tag == 0 {
			break
		}

		if uint64(length) > uint64(len(room)-recordHead) {
			return nil, fmt.Errorf("value of tag %d ends outside the block", tag)
		}

		// A tag above 8 bits cannot be named through the API. Nothing writes
		// one; dropping it on the next write is the honest outcome.
		if tag <= 0xff {
			values[Tag(tag)] = slices.Clone(room[recordHead : recordHead+length])
		}

		room = room[recordHead+length:]
	}

	return values, nil
}

// The legacy area is syslinux's auxiliary data vector in the last 1024 bytes:
// little-endian head magic, a word that makes all words sum up to a second
// magic, records of 8-bit tag and length, tail magic. It is only ever read.
const (
	legacyBlock  = 512
	legacySize   = copies * legacyBlock
	legacyMagic1 = 0x5a2d2fa5
	legacyMagic2 = 0xa3041767
	legacyMagic3 = 0xdd28bf64
)

func decodeLegacy(area []byte) map[Tag][]byte {
	for ; len(area) >= legacyBlock; area = area[legacyBlock:] {
		if values, ok := decodeLegacyBlock(area[:legacyBlock]); ok {
			return values
		}
	}

	return nil
}

func decodeLegacyBlock(b []byte) (map[Tag][]byte, bool) {
	const end = legacyBlock - 4

	if binary.LittleEndian.Uint32(b) != legacyMagic1 || binary.LittleEndian.Uint32(b[end:]) != legacyMagic3 {
		return nil, false
	}

	var sum uint32
	for at := 4; at < end; at += 4 {
		sum += binary.LittleEndian.Uint32(b[at:])
	}

	if sum != legacyMagic2 {
		return nil, false
	}

	values := map[Tag][]byte{}

	for at := 8; at+2 <= end && b[at] != 0; {
		from, to := at+2, at+2+int(b[at+1])
		if to > end {
			return nil, false
		}

		values[Tag(b[at])] = slices.Clone(b[from:to])
		at = to
	}

	return values, true
}
