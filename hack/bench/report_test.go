package main

import (
	"strings"
	"testing"
)

func TestVerdict(t *testing.T) {
	t.Parallel()

	for _, tc := range []struct {
		figure Figure
		want   string
	}{
		{Figure{Value: 3, Unit: "s"}, ""},
		{Figure{Value: 5, Unit: "s", Budget: 5}, "met"},
		{Figure{Value: 4.99, Unit: "s", Budget: 5}, "met"},
		{Figure{Value: 180, Unit: "s", Budget: 150}, "**missed** by 30.0 s (20 %)"},
		{Figure{Value: 75.5, Unit: "MB", Budget: 75}, "**missed** by 0.500 MB (1 %)"},
	} {
		if got := tc.figure.verdict(); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.figure, got, tc.want)
		}
	}
}

func TestAmount(t *testing.T) {
	t.Parallel()

	for want, v := range map[string]float64{"0.012 s": 0.0123, "1.50 s": 1.5, "15.3 s": 15.26, "1234 s": 1234.4, "0.000 s": 0} {
		if got := amount(v, "s"); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}

	if got := (Figure{Budget: 1, Unit: "%"}).budget(); got != "≤ 1 %" {
		t.Errorf("budget: %q", got)
	}

	if got := (Figure{Budget: 150, Unit: "s"}).budget(); got != "≤ 150 s" {
		t.Errorf("budget: %q", got)
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()

	got := Section{
		Title: "Sizes", How: "With a\n\t\truler.", Extra: "more\n",
		Figures: []Figure{{Name: "file", Value: 80, Unit: "MB", Budget: 75, Note: "big"}},
	}.markdown("2026-11-21", "a machine")

	want := `## Sizes

2026-11-21, a machine

| figure | measured | budget | | note |
| --- | ---: | ---: | --- | --- |
| file | 80.0 MB | ≤ 75 MB | **missed** by 5.00 MB (7 %) | big |

more

*How measured.* With a ruler.
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestMergeKeepsWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()

	order := []string{"first", "second", "third"}

	merge := func(page, id, text string) string {
		t.Helper()

		out, err := Merge(page, id, text, order)
		if err != nil {
			t.Fatal(err)
		}

		return out
	}

	page := merge("", "second", "2\n")
	if !strings.HasPrefix(page, "# Benchmarks\n") {
		t.Errorf("no heading:\n%s", page)
	}

	page = merge(page, "first", "1\n")
	page += "\nBy hand.\n"
	page = merge(page, "third", "3\n")
	page = merge(page, "second", "two\n")

	_, got, _ := strings.Cut(page, "<!-- bench:first -->")
	want := `
1
<!-- /bench:first -->

<!-- bench:second -->
two
<!-- /bench:second -->

By hand.

<!-- bench:third -->
3
<!-- /bench:third -->
`

	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}

	if again := merge(page, "second", "two\n"); again != page {
		t.Errorf("the same section changed the page:\n%s", again)
	}
}

func TestMergeRefusesASectionWithoutEnd(t *testing.T) {
	t.Parallel()

	if _, err := Merge("<!-- bench:a -->\ntext\n", "a", "x\n", []string{"a"}); err == nil || !strings.Contains(err.Error(), "/bench:a") {
		t.Errorf("got %v", err)
	}
}
