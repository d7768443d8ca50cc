package reference

import (
	"github.com/talos-os/talos/pkg/machinery/config/gap"
)

// gapAt is what this release does not do of a field, or of a document if the path is
// empty.
func gapAt(kind, path string) (gap.Gap, bool) {
	for _, g := range gap.All() {
		if k, p := g.Place(); k == kind && p == path {
			return g, true
		}
	}

	return gap.Gap{}, false
}

// gapSentence tells it.
func gapSentence(g gap.Gap) string {
	if g.Value != "" {
		return "**This release does not act on `" + g.Value + "` yet: " + g.Reason + ".**"
	}

	return "**This release does not act on it yet: " + g.Reason + ".**"
}

// indexGap marks a kind in the list of all kinds.
func indexGap(kind string) string {
	if _, ok := gapAt(kind, ""); ok {
		return " Not acted on yet."
	}

	return ""
}

// tellGaps adds what does not happen to the words about fields.
func tellGaps(rows []row, kind string) {
	for i, r := range rows {
		if g, ok := gapAt(kind, r.path); ok {
			rows[i].gap = gapSentence(g)
		}
	}
}
