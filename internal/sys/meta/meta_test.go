package meta

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

const (
	sector    = 512
	testSize  = 1 << 20
	cutChunks = 8
)

var errPowerCut = errors.New("power cut")

// disk loses an arbitrary subset of the sectors written since the last Sync
// when the power goes, and one more sector may be half written.
type disk struct {
	rng     *rand.Rand
	durable []byte
	cache   []byte
	dirty   map[int]bool
	// left counts the chunks of writes and the syncs until the cut; negative means never.
	left int
	off  bool
}

func newDisk(rng *rand.Rand) *disk {
	return &disk{rng: rng, durable: make([]byte, testSize), cache: make([]byte, testSize), dirty: map[int]bool{}, left: -1}
}

func (d *disk) step() error {
	if d.off {
		return errPowerCut
	}

	if d.left == 0 {
		d.cut()

		return errPowerCut
	}

	d.left--

	return nil
}

func (d *disk) cut() {
	d.off = true

	for s := range d.dirty {
		n := 0

		switch d.rng.IntN(4) {
		case 0, 1:
			n = sector
		case 2:
			n = d.rng.IntN(sector)
		}

		copy(d.durable[s*sector:s*sector+n], d.cache[s*sector:])
	}
}

func (d *disk) powerOn() {
	copy(d.cache, d.durable)
	clear(d.dirty)
	d.off, d.left = false, -1
}

func (d *disk) ReadAt(p []byte, off int64) (int, error) {
	if d.off {
		return 0, errPowerCut
	}

	return copy(p, d.cache[off:]), nil
}

func (d *disk) WriteAt(p []byte, off int64) (int, error) {
	chunk := (len(p) + cutChunks - 1) / cutChunks

	for done := 0; done < len(p); done += chunk {
		if err := d.step(); err != nil {
			return done, err
		}

		part := p[done:min(done+chunk, len(p))]
		at := int(off) + done
		copy(d.cache[at:], part)

		for s := at / sector; s <= (at+len(part)-1)/sector; s++ {
			d.dirty[s] = true
		}
	}

	return len(p), nil
}

func (d *disk) Sync() error {
	if err := d.step(); err != nil {
		return err
	}

	copy(d.durable, d.cache)
	clear(d.dirty)

	return nil
}

func values(n int) map[Tag][]byte {
	return map[Tag][]byte{
		TagUpgrade:       fmt.Appendf(nil, "value %d", n),
		TagUserReserved1: make([]byte, 3000+n),
	}
}

// TestPowerCutAtEveryWriteKeepsOldOrNew cuts a write at every step, reads,
// then goes on from the damaged state with another write that is cut as well.
func TestPowerCutAtEveryWriteKeepsOldOrNew(t *testing.T) {
	t.Parallel()

	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 7))

		// The longest write: mend the second copy, write both.
		for first := 0; first <= 3*(cutChunks+1); first++ {
			d := newDisk(rng)

			if err := WriteArea(d, testSize, values(0)); err != nil {
				t.Fatal(err)
			}

			last := []map[Tag][]byte{values(0)}

			for n, left := range []int{first, rng.IntN(3 * (cutChunks + 1)), rng.IntN(3 * (cutChunks + 1)), -1} {
				next := values(n + 1)
				d.left = left
				err := WriteArea(d, testSize, next)

				if !d.off && err == nil {
					last = []map[Tag][]byte{next}
				} else {
					last = append(last, next)
				}

				if d.off {
					d.powerOn()
				}

				got, err := ReadArea(d, testSize)
				if err != nil {
					t.Fatalf("seed %d, cut after %d: %v", seed, first, err)
				}

				ok := false
				for _, want := range last {
					ok = ok || reflect.DeepEqual(got, want)
				}

				if !ok {
					t.Fatalf("seed %d, cut after %d, write %d: read %q, none of the last sets", seed, first, n, got[TagUpgrade])
				}

				// What was read once must stay until the next write succeeds.
				last = []map[Tag][]byte{got}
			}
		}
	}
}

func TestFirstWriteCutOnABlankPartitionReadsEmpty(t *testing.T) {
	t.Parallel()

	rng := rand.New(rand.NewPCG(1, 1))

	for left := range 2 * (cutChunks + 1) {
		d := newDisk(rng)
		d.left = left
		_ = WriteArea(d, testSize, values(1))

		if d.off {
			d.powerOn()
		}

		got, err := ReadArea(d, testSize)
		if err != nil {
			t.Fatalf("cut after %d: %v", left, err)
		}

		if len(got) != 0 && !reflect.DeepEqual(got, values(1)) {
			t.Fatalf("cut after %d: %v", left, got)
		}
	}
}

func TestBothCopiesDamagedIsReported(t *testing.T) {
	t.Parallel()

	d := newDisk(rand.New(rand.NewPCG(1, 1)))
	if err := WriteArea(d, testSize, values(1)); err != nil {
		t.Fatal(err)
	}

	d.cache[100]++
	d.cache[blockSize+100]++

	if got, err := ReadArea(d, testSize); err == nil || len(got) != 0 {
		t.Fatalf("got %v, %v", got, err)
	}
}

func legacyArea(tag Tag, value string) []byte {
	b := make([]byte, legacyBlock)
	binary.LittleEndian.PutUint32(b, legacyMagic1)
	binary.LittleEndian.PutUint32(b[legacyBlock-4:], legacyMagic3)
	b[8], b[9] = byte(tag), byte(len(value))
	copy(b[10:], value)

	sum := uint32(legacyMagic2)
	for at := 8; at < legacyBlock-4; at += 4 {
		sum -= binary.LittleEndian.Uint32(b[at:])
	}

	binary.LittleEndian.PutUint32(b[4:], sum)

	return append(b, b...)
}

func TestLegacyValuesAreReadAndMovedByTheFirstWrite(t *testing.T) {
	t.Parallel()

	d := newDisk(rand.New(rand.NewPCG(1, 1)))
	copy(d.cache[testSize-legacySize:], legacyArea(TagUpgrade, "test me"))

	got, err := ReadArea(d, testSize)
	if err != nil || string(got[TagUpgrade]) != "test me" {
		t.Fatalf("got %v, %v", got, err)
	}

	delete(got, TagUpgrade)

	if err := WriteArea(d, testSize, got); err != nil {
		t.Fatal(err)
	}

	if got, err := ReadArea(d, testSize); err != nil || len(got) != 0 {
		t.Fatalf("deleted value came back: %v, %v", got, err)
	}
}

func TestStoreCarriesValuesFromMemoryToTheNewPartition(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "meta")
	if err := os.WriteFile(path, make([]byte, testSize), 0o600); err != nil {
		t.Fatal(err)
	}

	s := NewStore()
	ch := make(chan struct{}, 1)
	s.Notify(ch)

	if err := s.Write(TagDownloadURLCode, []byte("c0de")); err != nil {
		t.Fatal(err)
	}

	<-ch

	if err := s.Flush(); !errors.Is(err, ErrNoPartition) {
		t.Fatalf("flush without partition: %v", err)
	}

	if err := s.Attach(File(path)); err != nil {
		t.Fatal(err)
	}

	if err := s.Write(TagUpgrade, []byte("A")); err != nil {
		t.Fatal(err)
	}

	if !s.Delete(TagDownloadURLCode) || s.Delete(TagDownloadURLCode) {
		t.Fatal("delete")
	}

	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}

	again := NewStore()
	if err := again.Attach(File(path)); err != nil {
		t.Fatal(err)
	}

	if got := again.All(); !maps.EqualFunc(got, map[Tag][]byte{TagUpgrade: []byte("A")}, func(a, b []byte) bool { return string(a) == string(b) }) {
		t.Fatalf("got %v", got)
	}

	if err := again.Write(TagUserReserved2, make([]byte, recordsRoom)); !errors.Is(err, ErrTooLarge) {
		t.Fatalf("too large: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	block, _ := encode(values(1))
	f.Add(block[:64], true)
	f.Add([]byte{0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff}, true)
	f.Add([]byte("anything"), false)

	f.Fuzz(func(t *testing.T, head []byte, fix bool) {
		if len(head) > blockSize {
			return
		}

		b := make([]byte, blockSize)
		copy(b, head)

		if fix {
			// Past the checksum, so that the record parser is reached.
			copy(b[recordsAt:], head)
			fixed := sealForTest(b)
			b = fixed
		}

		got, err := decode(b)
		if err != nil {
			return
		}

		again, err := encode(got)
		if err != nil {
			t.Fatalf("decoded values do not encode: %v", err)
		}

		back, err := decode(again)
		if err != nil || !reflect.DeepEqual(got, back) {
			t.Fatalf("round trip: %v, %v, %v", got, back, err)
		}
	})
}

func FuzzDecodeLegacy(f *testing.F) {
	f.Add(legacyArea(TagUpgrade, "x"))
	f.Fuzz(func(_ *testing.T, b []byte) { decodeLegacy(b) })
}

func sealForTest(b []byte) []byte {
	binary.BigEndian.PutUint32(b, magicStart)
	binary.BigEndian.PutUint32(b[blockSize-4:], magicEnd)
	clear(b[checksumAt : checksumAt+sha256.Size])
	sum := sha256.Sum256(b)
	copy(b[checksumAt:], sum[:])

	return b
}
