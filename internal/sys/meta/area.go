package meta

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
)

// Device is the META partition, or an image of it.
type Device interface {
	io.ReaderAt
	io.WriterAt
	// Sync returns when everything written before is on the platter.
	Sync() error
}

// ReadArea returns the values stored in the partition of the given size. An
// area never written, as after installation, is empty and no error; an area
// where both copies are damaged is empty with an error saying so.
func ReadArea(dev io.ReaderAt, size int64) (map[Tag][]byte, error) {
	var (
		values map[Tag][]byte
		damage error
		blank  int
	)

	for n := range copies {
		block := make([]byte, blockSize)
		if _, err := dev.ReadAt(block, int64(n)*blockSize); err != nil {
			return nil, fmt.Errorf("read copy %d of META: %w", n+1, err)
		}

		v, err := decode(block)
		if err == nil {
			values = v

			break
		}

		if errors.Is(err, errEmpty) {
			blank++
		} else {
			damage = errors.Join(damage, fmt.Errorf("copy %d of META: %w", n+1, err))
		}
	}

	if values != nil {
		// One good copy is all that is promised; the next write repairs the other.
		damage = nil
	} else {
		values = map[Tag][]byte{}

		// A first write that was cut leaves one torn and one blank copy. There
		// was nothing before it, so nothing is lost.
		if blank > 0 {
			damage = nil
		}
	}

	for tag, value := range readLegacy(dev, size) {
		if _, ok := values[tag]; !ok {
			values[tag] = value
		}
	}

	return values, damage
}

func readLegacy(dev io.ReaderAt, size int64) map[Tag][]byte {
	if size < Size+legacySize {
		return nil
	}

	area := make([]byte, legacySize)
	if _, err := dev.ReadAt(area, size-legacySize); err != nil {
		return nil
	}

	return decodeLegacy(area)
}

// WriteArea replaces all values so that at every moment at least one copy is
// valid and the reader, who takes the first valid one, sees the old or the new set.
//
// The first copy may be written only while the second is a valid twin of what
// a reader sees now: if a cut tears the first, the second still says the same.
// Therefore a second copy that is damaged or stale (the trace of an earlier
// cut) is mended before the first is touched.
func WriteArea(dev Device, size int64, values map[Tag][]byte) error {
	next, err := encode(values)
	if err != nil {
		return err
	}

	now := make([][]byte, copies)
	valid := make([]bool, copies)

	for n := range copies {
		now[n] = make([]byte, blockSize)
		if _, err := dev.ReadAt(now[n], int64(n)*blockSize); err != nil {
			return fmt.Errorf("read copy %d of META: %w", n+1, err)
		}

		_, err := decode(now[n])
		valid[n] = err == nil
	}

	if valid[0] && !bytes.Equal(now[0], now[1]) {
		if err := writeCopy(dev, 1, now[0]); err != nil {
			return err
		}
	}

	for n := range copies {
		if err := writeCopy(dev, n, next); err != nil {
			return err
		}
	}

	// Legacy values were merged by the reader and are now in the main area.
	// Left in place they would come back when their tag is deleted.
	if len(readLegacy(dev, size)) > 0 {
		if _, err := dev.WriteAt(make([]byte, legacySize), size-legacySize); err != nil {
			return fmt.Errorf("clear legacy META: %w", err)
		}

		if err := dev.Sync(); err != nil {
			return fmt.Errorf("sync META: %w", err)
		}
	}

	return nil
}

// writeCopy writes one block, waits until it is durable and reads it back. The
// read is served by the page cache, so it catches our mistakes and not a lying
// disk; it is cheap and stops before the other copy is touched.
func writeCopy(dev Device, n int, block []byte) error {
	off := int64(n) * blockSize

	if _, err := dev.WriteAt(block, off); err != nil {
		return fmt.Errorf("write copy %d of META: %w", n+1, err)
	}

	if err := dev.Sync(); err != nil {
		return fmt.Errorf("sync copy %d of META: %w", n+1, err)
	}

	check := make([]byte, blockSize)
	if _, err := dev.ReadAt(check, off); err != nil {
		return fmt.Errorf("verify copy %d of META: %w", n+1, err)
	}

	if !bytes.Equal(check, block) {
		return fmt.Errorf("verify copy %d of META: the device returned something else than was written", n+1)
	}

	return nil
}

func cloneValues(m map[Tag][]byte) map[Tag][]byte {
	out := maps.Clone(m)
	if out == nil {
		out = map[Tag][]byte{}
	}

	return out
}
