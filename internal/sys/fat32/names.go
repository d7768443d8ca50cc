package fat32

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
)

// longPieces is how many entries a name takes besides its short one: none when
// the short name says it all.
func longPieces(name string) int {
	if _, exact := shortName(name); exact {
		return 0
	}

	return (len(utf16.Encode([]rune(name))) + 12) / 13
}

// shortName turns a name into base and extension as they would be stored, and
// tells whether that is the name itself.
func shortName(name string) (short string, exact bool) {
	base, ext := name, ""
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		base, ext = name[:i], name[i+1:]
	}

	clean := func(s string, limit int) string {
		out := strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z':
				return r - 'a' + 'A'
			case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("!#$%&'()-@^_`{}~", r):
				return r
			case r == ' ' || r == '.':
				return -1
			default:
				return '_'
			}
		}, s)

		return out[:min(len(out), limit)]
	}

	cleanBase, cleanExt := clean(base, 8), clean(ext, 3)
	exact = base == cleanBase && ext == cleanExt && base != ""

	return fmt.Sprintf("%-8s%-3s", cleanBase, cleanExt), exact
}

// uniqueShort gives a name with a long form its numbered short form.
func uniqueShort(name string, taken map[string]bool) (string, error) {
	short, exact := shortName(name)
	if exact {
		if taken[short] {
			return "", fmt.Errorf("name %q is there twice", name)
		}

		return short, nil
	}

	for i := 1; i < 1000000; i++ {
		tail := fmt.Sprintf("~%d", i)
		base := strings.TrimRight(short[:8], " ")
		base = base[:min(len(base), 8-len(tail))] + tail

		if s := fmt.Sprintf("%-8s%s", base, short[8:]); !taken[s] {
			return s, nil
		}
	}

	return "", fmt.Errorf("no short name is left for %q", name)
}

// directory renders the entries of n.
func (w *writer) directory(n *node, parent int64) ([]byte, error) {
	var out []byte

	if n.first == rootCluster {
		out = append(out, w.entry(paddedLabel(w.o.Label), attrVolume, 0, 0)...)
	} else {
		out = append(out, w.entry(fmt.Sprintf("%-11s", "."), attrDirectory, n.first, 0)...)
		out = append(out, w.entry(fmt.Sprintf("%-11s", ".."), attrDirectory, parent, 0)...)
	}

	taken := map[string]bool{}

	for _, c := range n.children {
		if _, exact := shortName(c.name); exact {
			short, err := uniqueShort(c.name, taken)
			if err != nil {
				return nil, err
			}

			taken[short] = true
		}
	}

	for _, c := range n.children {
		short, exact := shortName(c.name)
		if !exact {
			var err error
			if short, err = uniqueShort(c.name, taken); err != nil {
				return nil, err
			}

			taken[short] = true
			out = append(out, longEntries(c.name, short)...)
		}

		if c.file == nil {
			out = append(out, w.entry(short, attrDirectory, c.first, 0)...)
		} else {
			out = append(out, w.entry(short, attrArchive, c.first, uint32(c.file.Size))...)
		}
	}

	return out, nil
}

func (w *writer) entry(short string, attr byte, cluster int64, size uint32) []byte {
	e := make([]byte, entrySize)
	le := binary.LittleEndian
	day, clock := dosTime(w.o.Time)

	copy(e, short)
	e[11] = attr
	le.PutUint16(e[14:], clock)
	le.PutUint16(e[16:], day)
	le.PutUint16(e[18:], day)
	le.PutUint16(e[20:], uint16(cluster>>16))
	le.PutUint16(e[22:], clock)
	le.PutUint16(e[24:], day)
	le.PutUint16(e[26:], uint16(cluster))
	le.PutUint32(e[28:], size)

	return e
}

// longEntries renders a long name: pieces of 13 UTF-16 units, last piece first,
// tied to the short name by a checksum.
func longEntries(name, short string) []byte {
	var sum byte
	for i := range 11 {
		sum = sum<<7 | sum>>1
		sum += short[i]
	}

	units := utf16.Encode([]rune(name))
	pieces := (len(units) + 12) / 13

	var out []byte

	for p := pieces; p >= 1; p-- {
		e := make([]byte, entrySize)
		e[0] = byte(p)

		if p == pieces {
			e[0] |= 0x40
		}

		e[11], e[13] = attrLongName, sum

		for i := range 13 {
			unit := uint16(0xffff)
			if at := (p-1)*13 + i; at < len(units) {
				unit = units[at]
			} else if at == len(units) {
				unit = 0
			}

			binary.LittleEndian.PutUint16(e[longOffset(i):], unit)
		}

		out = append(out, e...)
	}

	return out
}

func longOffset(i int) int {
	switch {
	case i < 5:
		return 1 + 2*i
	case i < 11:
		return 14 + 2*(i-5)
	default:
		return 28 + 2*(i-11)
	}
}

// dosTime has a resolution of two seconds and starts in 1980.
func dosTime(t time.Time) (day, clock uint16) {
	t = t.UTC()
	if t.Year() < 1980 {
		return 1<<5 | 1, 0
	}

	return uint16((t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day()), uint16(t.Hour()<<11 | t.Minute()<<5 | t.Second()/2)
}
