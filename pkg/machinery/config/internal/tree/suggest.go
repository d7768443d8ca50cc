package tree

import "strings"

// Nearest returns the candidate that a person most likely meant, or nothing when
// none is close: at most a third of the letters may differ.
func Nearest(word string, candidates []string) string {
	best, bestDist := "", max(len(word)/3, 1)

	for _, c := range candidates {
		if strings.EqualFold(c, word) {
			return c
		}

		if d := distance(strings.ToLower(word), strings.ToLower(c), bestDist); d < bestDist || (d == bestDist && best == "") {
			best, bestDist = c, d
		}
	}

	return best
}

// distance is the edit distance with neighbouring letters swapped counting one,
// or limit+1 when it is larger than limit.
func distance(a, b string, limit int) int {
	if len(a) > 64 || len(b) > 64 || len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}

	var rows [3][65]int

	for j := range len(b) + 1 {
		rows[0][j] = j
	}

	for i := 1; i <= len(a); i++ {
		cur, prev, prev2 := &rows[i%3], &rows[(i-1)%3], &rows[(i+1)%3]
		cur[0] = i

		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}

			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)

			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
	}

	return min(rows[len(a)%3][len(b)], limit+1)
}
