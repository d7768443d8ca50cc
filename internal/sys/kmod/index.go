package kmod

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// The index is one file, all numbers little-endian u32:
//
//	magic, then 5 counts: modules, aliases, refs, lengths, string bytes
//	modules  ×8: name off, name len, path off, path len, flags, first ref, deps<<16|pre, post
//	aliases  ×4: pattern off, pattern len, literal prefix len, module
//	refs     ×1: module number (deps, then pre, then post of each module)
//	lengths  ×1: distinct literal prefix lengths, ascending
//	strings
//
// Modules are sorted by name, aliases by literal prefix. A lookup does one binary
// search per distinct prefix length and matches only the patterns found there.
const (
	magic      = "KMODIDX2"
	headerSize = len(magic) + 5*4
	moduleSize = 8 * 4
	aliasSize  = 4 * 4

	flagBuiltin = 1
)

// MarshalIndex renders the tree as an index. Soft dependencies on modules that
// are not in the tree are dropped; a missing hard dependency is an error, since
// the module could never be loaded.
func (t *Tree) MarshalIndex() ([]byte, error) {
	t.sort()

	number := map[string]int{}
	for i, m := range t.Modules {
		if _, double := number[m.Name]; !double {
			number[m.Name] = i
		}
	}

	var (
		strs    = stringTable{at: map[string]uint32{}}
		modules []uint32
		refs    []uint32
		aliases []aliasEntry
	)

	for i, m := range t.Modules {
		first := len(refs)

		for _, dep := range m.Deps {
			n, ok := number[dep]
			if !ok {
				return nil, fmt.Errorf("module %s needs %s, which is not there", m.Name, dep)
			}

			refs = append(refs, uint32(n))
		}

		deps := len(refs) - first
		refs = appendKnown(refs, number, m.Pre)
		pre := len(refs) - first - deps
		refs = appendKnown(refs, number, m.Post)
		post := len(refs) - first - deps - pre

		var flags uint32
		if m.Builtin {
			flags |= flagBuiltin
		}

		modules = append(modules, strs.add(m.Name), uint32(len(m.Name)), strs.add(m.Path), uint32(len(m.Path)),
			flags, uint32(first), uint32(deps)<<16|uint32(pre), uint32(post))

		for _, pattern := range m.Aliases {
			aliases = append(aliases, aliasEntry{literal(pattern), pattern, uint32(i)})
		}
	}

	slices.SortFunc(aliases, aliasEntry.compare)
	aliases = slices.Compact(aliases)

	var lengths []uint32

	table := make([]uint32, 0, 4*len(aliases))

	for _, a := range aliases {
		table = append(table, strs.add(a.pattern), uint32(len(a.pattern)), uint32(len(a.prefix)), a.module)
		lengths = append(lengths, uint32(len(a.prefix)))
	}

	slices.Sort(lengths)
	lengths = slices.Compact(lengths)

	out := []byte(magic)
	for _, n := range []int{len(t.Modules), len(aliases), len(refs), len(lengths), len(strs.bytes)} {
		out = binary.LittleEndian.AppendUint32(out, uint32(n))
	}

	for _, part := range [][]uint32{modules, table, refs, lengths} {
		for _, n := range part {
			out = binary.LittleEndian.AppendUint32(out, n)
		}
	}

	return append(out, strs.bytes...), nil
}

type aliasEntry struct {
	prefix, pattern string
	module          uint32
}

func (a aliasEntry) compare(b aliasEntry) int {
	if c := strings.Compare(a.prefix, b.prefix); c != 0 {
		return c
	}

	if c := strings.Compare(a.pattern, b.pattern); c != 0 {
		return c
	}

	return int(a.module) - int(b.module)
}

func appendKnown(refs []uint32, number map[string]int, names []string) []uint32 {
	for _, name := range names {
		if n, ok := number[name]; ok {
			refs = append(refs, uint32(n))
		}
	}

	return refs
}

type stringTable struct {
	bytes []byte
	at    map[string]uint32
}

func (t *stringTable) add(s string) uint32 {
	off, ok := t.at[s]
	if !ok {
		off = uint32(len(t.bytes))
		t.at[s] = off
		t.bytes = append(t.bytes, s...)
	}

	return off
}

// Index answers lookups from an index file without reading the whole of it.
// It is safe for concurrent use.
type Index struct {
	dir                               string
	modules, aliases, refs, lens, str []byte
}

// Open maps the index of the module directory dir (/usr/lib/modules/<release>).
func Open(dir string) (*Index, error) {
	path := filepath.Join(dir, IndexFile)

	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer unix.Close(fd) //nolint:errcheck

	var st unix.Stat_t
	if err = unix.Fstat(fd, &st); err != nil {
		return nil, fmt.Errorf("stat %s: %w", path, err)
	}

	if st.Size < int64(headerSize) || st.Size > math.MaxInt32 {
		return nil, fmt.Errorf("index %s has an impossible size of %d bytes", path, st.Size)
	}

	data, err := unix.Mmap(fd, 0, int(st.Size), unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}

	ix, err := ParseIndex(dir, data)
	if err != nil {
		return nil, fmt.Errorf("index %s: %w", path, err)
	}

	return ix, nil
}

// OpenRunning opens the index of the running kernel's modules.
func OpenRunning() (*Index, error) {
	release, err := Release()
	if err != nil {
		return nil, err
	}

	return Open(filepath.Join("/usr/lib/modules", release))
}

// Release is the running kernel's release, as in the name of its module directory.
func Release() (string, error) {
	var uts unix.Utsname
	if err := unix.Uname(&uts); err != nil {
		return "", fmt.Errorf("uname: %w", err)
	}

	return unix.ByteSliceToString(uts.Release[:]), nil
}

// ParseIndex uses data, which must not change afterwards, as the index of dir.
func ParseIndex(dir string, data []byte) (*Index, error) {
	if len(data) < headerSize || !bytes.HasPrefix(data, []byte(magic)) {
		return nil, errors.New("not a module index")
	}

	ix := &Index{dir: dir}
	rest := data[headerSize:]

	for i, part := range []struct {
		into *[]byte
		size int
	}{{&ix.modules, moduleSize}, {&ix.aliases, aliasSize}, {&ix.refs, 4}, {&ix.lens, 4}, {&ix.str, 1}} {
		size := uint64(binary.LittleEndian.Uint32(data[len(magic)+4*i:])) * uint64(part.size)
		if size > uint64(len(rest)) {
			return nil, errors.New("module index is truncated")
		}

		*part.into, rest = rest[:size], rest[size:]
	}

	return ix, nil
}

func word(b []byte, n int) int { return int(binary.LittleEndian.Uint32(b[4*n:])) }

// text returns "" for an offset outside the table, so a damaged index finds
// nothing instead of stopping PID 1.
func (ix *Index) text(off, n int) string {
	if off > len(ix.str) || n > len(ix.str)-off {
		return ""
	}

	return string(ix.str[off : off+n])
}

func (ix *Index) count() int { return len(ix.modules) / moduleSize }

func (ix *Index) module(n int) Module {
	if n >= ix.count() {
		return Module{}
	}

	b := ix.modules[n*moduleSize:]
	first, deps, pre, post := word(b, 5), word(b, 6)>>16, word(b, 6)&0xffff, word(b, 7)

	return Module{
		Name:    ix.text(word(b, 0), word(b, 1)),
		Path:    ix.text(word(b, 2), word(b, 3)),
		Builtin: word(b, 4)&flagBuiltin != 0,
		Deps:    ix.names(first, deps),
		Pre:     ix.names(first+deps, pre),
		Post:    ix.names(first+deps+pre, post),
	}
}

func (ix *Index) name(n int) string {
	if n >= ix.count() {
		return ""
	}

	b := ix.modules[n*moduleSize:]

	return ix.text(word(b, 0), word(b, 1))
}

func (ix *Index) names(first, n int) []string {
	var out []string

	for i := first; i < first+n && i < len(ix.refs)/4; i++ {
		out = append(out, ix.name(word(ix.refs, i)))
	}

	return out
}

// Module looks a module up by name.
func (ix *Index) Module(name string) (Module, bool) {
	name = Normalize(name)

	low, high := 0, ix.count()
	for low < high {
		if mid := (low + high) / 2; ix.name(mid) < name {
			low = mid + 1
		} else {
			high = mid
		}
	}

	if low < ix.count() && ix.name(low) == name {
		return ix.module(low), true
	}

	return Module{}, false
}

// Match lists the modules an alias asks for, sorted by name, built-in ones
// included (their presence tells "known and nothing to do" from "unknown").
// More than one module may claim a device; all of them are wanted.
func (ix *Index) Match(alias string) []Module {
	var hits []int

	for i := range len(ix.lens) / 4 {
		n := word(ix.lens, i)
		if n > len(alias) {
			break
		}

		hits = ix.matchPrefix(hits, alias[:n], alias)
	}

	slices.Sort(hits)
	hits = slices.Compact(hits)

	out := make([]Module, 0, len(hits))
	for _, n := range hits {
		out = append(out, ix.module(n))
	}

	return out
}

func (ix *Index) matchPrefix(hits []int, prefix, alias string) []int {
	total := len(ix.aliases) / aliasSize
	at := func(i int) (pattern, lit string, module int) {
		b := ix.aliases[i*aliasSize:]
		pattern = ix.text(word(b, 0), word(b, 1))

		return pattern, pattern[:min(word(b, 2), len(pattern))], word(b, 3)
	}

	low, high := 0, total
	for low < high {
		mid := (low + high) / 2
		if _, lit, _ := at(mid); lit < prefix {
			low = mid + 1
		} else {
			high = mid
		}
	}

	for ; low < total; low++ {
		pattern, lit, module := at(low)
		if lit != prefix {
			break
		}

		if match(pattern, alias) {
			hits = append(hits, module)
		}
	}

	return hits
}
