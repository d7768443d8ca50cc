package nft

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

func prefixes(s string) []netip.Prefix {
	var out []netip.Prefix
	for _, p := range strings.Fields(s) {
		out = append(out, netip.MustParsePrefix(p))
	}

	return out
}

func TestRanges(t *testing.T) {
	t.Parallel()

	for _, row := range []struct{ name, include, exclude, v4, v6 string }{
		{"nothing included is all", "", "", "0.0.0.0-255.255.255.255", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
		{"neighbours are joined", "10.0.1.0/24 10.0.0.0/24", "", "10.0.0.0-10.0.1.255", ""},
		{"inner ones vanish", "10.0.0.0/8 10.0.0.0/24", "", "10.0.0.0-10.255.255.255", ""},
		{"all swallows the rest", "0.0.0.0/0 10.0.0.0/8 255.255.255.255/32", "", "0.0.0.0-255.255.255.255", ""},
		{"a hole", "10.0.0.0/24", "10.0.0.1/32", "10.0.0.0-10.0.0.0 10.0.0.2-10.0.0.255", ""},
		{"a hole at each end", "0.0.0.0/0", "0.0.0.0/8 255.0.0.0/8", "1.0.0.0-254.255.255.255", ""},
		{"nothing is left", "10.0.0.0/24", "10.0.0.0/8", "", ""},
		{"families do not mix", "fd00::/8 10.0.0.0/32", "fd00::/9", "10.0.0.0-10.0.0.0", "fd80::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	} {
		for bits, want := range map[int]string{32: row.v4, 128: row.v6} {
			var got []string

			for _, s := range rangesOf(Addresses{Include: prefixes(row.include), Exclude: prefixes(row.exclude)}, bits) {
				lo, _ := netip.AddrFromSlice(s.lo)
				hi, _ := netip.AddrFromSlice(s.hi)
				got = append(got, fmt.Sprintf("%s-%s", lo, hi))
			}

			if g := strings.Join(got, " "); g != want {
				t.Errorf("%s, %d bits: got %s", row.name, bits, g)
			}
		}
	}
}

func TestIntervals(t *testing.T) {
	t.Parallel()

	var got []string
	for _, e := range intervals(portRanges([]Ports{{80, 80}, {8000, 8010}, {8011, 8011}, {60000, 65535}})) {
		got = append(got, fmt.Sprintf("%x/%t", e.Key, e.IntervalEnd))
	}

	if s := strings.Join(got, " "); s != "0050/false 0051/true 1f40/false 1f4c/true ea60/false" {
		t.Errorf("got %s", s)
	}
}
