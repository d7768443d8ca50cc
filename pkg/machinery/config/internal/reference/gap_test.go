package reference

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/gap"
)

// TestEveryGapIsOnAPage finds what a machine warns of on the page where a reader
// looks for the setting.
func TestEveryGapIsOnAPage(t *testing.T) {
	t.Parallel()

	pages, err := Pages(source(t))
	if err != nil {
		t.Fatal(err)
	}

	var all strings.Builder

	for _, text := range pages {
		all.WriteString(text)
	}

	for _, g := range gap.All() {
		kind, path := g.Place()

		where := pages[kind+".md"]
		if path != "" {
			// The line about the field, or the page about the section.
			where = ""

			for line := range strings.Lines(all.String()) {
				if strings.HasPrefix(line, "| `"+path+"` |") || strings.HasPrefix(line, "**This release") {
					where += line
				}
			}
		}

		if !strings.Contains(where, gapSentence(g)) {
			t.Errorf("no page tells that %s has no effect: %s", g.At, g.Reason)
		}
	}

	if n := strings.Count(pages["README.md"], "Not acted on yet"); n < 10 {
		t.Errorf("the index marks %d kinds", n)
	}
}
