package nft

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/google/nftables"
)

// span is a range of keys in network byte order, both ends included.
type span struct{ lo, hi []byte }

// rangesOf are the addresses of one family (32 or 128 bits) as ranges that
// neither touch nor overlap, in order.
func rangesOf(a Addresses, bits int) []span {
	include := spans(a.Include, bits)

	if len(a.Include) == 0 {
		include = []span{{make([]byte, bits/8), bytes.Repeat([]byte{0xff}, bits/8)}}
	}

	out := merged(include)

	for _, cut := range spans(a.Exclude, bits) {
		var rest []span

		for _, s := range out {
			if bytes.Compare(cut.hi, s.lo) < 0 || bytes.Compare(cut.lo, s.hi) > 0 {
				rest = append(rest, s)

				continue
			}

			if bytes.Compare(s.lo, cut.lo) < 0 {
				rest = append(rest, span{s.lo, step(cut.lo, -1)})
			}

			if bytes.Compare(cut.hi, s.hi) < 0 {
				rest = append(rest, span{step(cut.hi, 1), s.hi})
			}
		}

		out = rest
	}

	return out
}

func spans(prefixes []netip.Prefix, bits int) []span {
	var out []span

	for _, p := range prefixes {
		if p.Addr().BitLen() != bits {
			continue
		}

		lo := p.Masked().Addr().AsSlice()
		hi := bytes.Clone(lo)

		for b := p.Bits(); b < bits; b++ {
			hi[b/8] |= 0x80 >> (b % 8)
		}

		out = append(out, span{lo, hi})
	}

	return out
}

func portRanges(ports []Ports) []span {
	var out []span
	for _, p := range ports {
		out = append(out, span{binary.BigEndian.AppendUint16(nil, p.Lo), binary.BigEndian.AppendUint16(nil, p.Hi)})
	}

	return merged(out)
}

// merged orders spans and joins those that touch.
func merged(in []span) []span {
	slices.SortFunc(in, func(a, b span) int { return bytes.Compare(a.lo, b.lo) })

	var out []span

	for _, s := range in {
		if n := len(out); n > 0 {
			next := step(out[n-1].hi, 1)
			// A span that ends at the last key swallows all that follow.
			if next == nil || bytes.Compare(s.lo, next) <= 0 {
				if bytes.Compare(s.hi, out[n-1].hi) > 0 {
					out[n-1].hi = s.hi
				}

				continue
			}
		}

		out = append(out, s)
	}

	return out
}

// step is the key before or after; nil past either end.
func step(key []byte, by int) []byte {
	out := bytes.Clone(key)

	for i := len(out) - 1; i >= 0; i-- {
		out[i] += byte(by)

		if by > 0 && out[i] != 0 || by < 0 && out[i] != 0xff {
			return out
		}
	}

	return nil
}

// intervals are the kernel's form: where a range begins and where it is over,
// which is nowhere for one up to the last key.
func intervals(ranges []span) []nftables.SetElement {
	var out []nftables.SetElement

	for _, r := range ranges {
		out = append(out, nftables.SetElement{Key: r.lo})

		if end := step(r.hi, 1); end != nil {
			out = append(out, nftables.SetElement{Key: end, IntervalEnd: true})
		}
	}

	return out
}
