package parts

import "strings"

// compareVersions orders Debian versions as deb-version(7) says: epoch, upstream
// version, revision; in each, runs of non-digits and of digits in turn, where a
// tilde sorts before everything, even the end.
func compareVersions(a, b string) int {
	ea, ra := cutEpoch(a)
	eb, rb := cutEpoch(b)

	if c := compareDigits(ea, eb); c != 0 {
		return c
	}

	ua, va := cutRevision(ra)
	ub, vb := cutRevision(rb)

	if c := compareRuns(ua, ub); c != 0 {
		return c
	}

	return compareRuns(va, vb)
}

func cutEpoch(v string) (epoch, rest string) {
	if e, r, ok := strings.Cut(v, ":"); ok {
		return e, r
	}

	return "0", v
}

func cutRevision(v string) (upstream, revision string) {
	if i := strings.LastIndexByte(v, '-'); i >= 0 {
		return v[:i], v[i+1:]
	}

	return v, "0"
}

func compareRuns(a, b string) int {
	for a != "" || b != "" {
		na, nb := span(a, false), span(b, false)

		for i := range max(na, nb) {
			var ca, cb byte
			if i < na {
				ca = a[i]
			}

			if i < nb {
				cb = b[i]
			}

			if d := weight(ca) - weight(cb); d != 0 {
				return sign(d)
			}
		}

		a, b = a[na:], b[nb:]
		na, nb = span(a, true), span(b, true)

		if c := compareDigits(a[:na], b[:nb]); c != 0 {
			return c
		}

		a, b = a[na:], b[nb:]
	}

	return 0
}

func span(s string, digits bool) int {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9') == digits {
		i++
	}

	return i
}

func weight(c byte) int {
	switch {
	case c == '~':
		return -1
	case c == 0:
		return 0
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z':
		return int(c)
	default:
		return int(c) + 256
	}
}

func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")

	if len(a) != len(b) {
		return sign(len(a) - len(b))
	}

	return strings.Compare(a, b)
}

func sign(d int) int {
	switch {
	case d < 0:
		return -1
	case d > 0:
		return 1
	default:
		return 0
	}
}
