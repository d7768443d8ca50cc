package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Figure is one measured value.
type Figure struct {
	Name  string
	Value float64
	Unit  string
	// Budget is the most that Value may be, in the same unit; 0 for none.
	Budget float64
	// Note says what a reader has to know to take the figure right.
	Note string
}

// Section is one area of docs/benchmarks.md.
type Section struct {
	Title string
	// How says how the figures came about, for somebody who doubts them.
	How     string
	Figures []Figure
	// Extra is markdown after the table.
	Extra string
}

// amount prints a value with as many digits as its size deserves.
func amount(v float64, unit string) string {
	digits := 0

	switch {
	case v < 1:
		digits = 3
	case v < 10:
		digits = 2
	case v < 1000:
		digits = 1
	}

	return fmt.Sprintf("%.*f %s", digits, v, unit)
}

// verdict compares a figure with its budget.
func (f Figure) verdict() string {
	switch {
	case f.Budget == 0:
		return ""
	case f.Value <= f.Budget:
		return "met"
	default:
		return fmt.Sprintf("**missed** by %s (%.0f %%)", amount(f.Value-f.Budget, f.Unit), 100*(f.Value/f.Budget-1))
	}
}

func (f Figure) budget() string {
	if f.Budget == 0 {
		return ""
	}

	return "≤ " + strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.1f", f.Budget), "0"), ".") + " " + f.Unit
}

// markdown is the section without its marks. when and where say on what it was
// measured; sections of one page may come from different runs.
func (s Section) markdown(when, where string) string {
	var b strings.Builder

	fmt.Fprintf(&b, "## %s\n\n%s, %s\n", s.Title, when, where)

	if len(s.Figures) > 0 {
		b.WriteString("\n| figure | measured | budget | | note |\n| --- | ---: | ---: | --- | --- |\n")

		for _, f := range s.Figures {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", f.Name, amount(f.Value, f.Unit), f.budget(), f.verdict(), f.Note)
		}
	}

	if s.Extra != "" {
		b.WriteString("\n" + strings.TrimSpace(s.Extra) + "\n")
	}

	fmt.Fprintf(&b, "\n*How measured.* %s\n", strings.Join(strings.Fields(s.How), " "))

	return b.String()
}

// intro heads a page that does not exist yet.
const intro = `# Benchmarks

What was measured, against its budget. Written by ` + "`make bench`" + ` (` + "`make bench AREAS=\"sizes client\"`" + ` for some areas), which
replaces what is between the marks and leaves the rest of the page alone. Each section says when and where it was
measured. A budget that is missed is said to be.
`

func marks(id string) (begin, end string) {
	return "<!-- bench:" + id + " -->\n", "<!-- /bench:" + id + " -->\n"
}

var begins = regexp.MustCompile(`<!-- bench:([a-z0-9-]+) -->\n`)

// Merge puts a section's text into the page: in the place of its last version,
// else before the first section that comes after it in order, else at the end.
func Merge(page, id, text string, order []string) (string, error) {
	if page == "" {
		page = intro
	}

	begin, end := marks(id)
	block := begin + text + end

	if from := strings.Index(page, begin); from >= 0 {
		length := strings.Index(page[from:], end)
		if length < 0 {
			return "", fmt.Errorf("section %s begins in the page but has no line %q; put it where the section ends", id, strings.TrimSpace(end))
		}

		return page[:from] + block + page[from+length+len(end):], nil
	}

	at := slices.Index(order, id)

	for _, m := range begins.FindAllStringSubmatchIndex(page, -1) {
		if other := slices.Index(order, page[m[2]:m[3]]); other > at {
			return page[:m[0]] + block + "\n" + page[m[0]:], nil
		}
	}

	return strings.TrimRight(page, "\n") + "\n\n" + block, nil
}
