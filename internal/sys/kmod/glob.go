package kmod

// match reports whether text matches the shell pattern of a module alias: '*',
// '?' and '[a-z]' sets, no escapes, '/' is an ordinary character.
//
// path.Match is not used: its '*' stops at '/', and a malformed set in one alias
// must mean "no match" rather than an error.
func match(pattern, text string) bool {
	var (
		p, s         int
		starP, starS = -1, 0
	)

	for s < len(text) {
		if p < len(pattern) {
			switch pattern[p] {
			case '*':
				starP, starS = p, s
				p++

				continue
			case '[':
				if width, ok := matchSet(pattern[p:], text[s]); ok {
					p += width
					s++

					continue
				}
			case '?':
				p++
				s++

				continue
			default:
				if pattern[p] == text[s] {
					p++
					s++

					continue
				}
			}
		}

		if starP < 0 {
			return false
		}

		starS++
		p, s = starP+1, starS
	}

	for p < len(pattern) && pattern[p] == '*' {
		p++
	}

	return p == len(pattern)
}

// matchSet matches c with the set at the start of pattern and returns its width.
func matchSet(pattern string, c byte) (int, bool) {
	i := 1
	negate := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')

	if negate {
		i++
	}

	found := false

	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return i + 1, found != negate
		}

		low, high := pattern[i], pattern[i]
		i++

		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			high = pattern[i+1]
			i += 2
		}

		if low <= c && c <= high {
			found = true
		}
	}

	return 0, false
}

// literal is the part of a pattern before its first wildcard. The index is
// sorted by it, so a lookup visits only patterns that can match.
func literal(pattern string) string {
	for i := range len(pattern) {
		switch pattern[i] {
		case '*', '?', '[':
			return pattern[:i]
		}
	}

	return pattern
}
