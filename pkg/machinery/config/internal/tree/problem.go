package tree

import (
	"fmt"
	"strconv"
	"strings"
)

// Problem is one thing wrong with a document, at a place.
type Problem struct {
	Document string // "v1alpha1", "LinkConfig eth0", empty when unknown
	Path     string // machine.network.interfaces[0].mtu
	Line     int    // from 1; 0 when the place is not in the text
	Column   int
	Source   string // the line as written
	Message  string
	Hint     string // what to do instead, may be empty
}

// Error is the problem in one line.
func (p Problem) Error() string {
	var b strings.Builder

	if p.Document != "" {
		b.WriteString(p.Document + ": ")
	}

	if p.Line > 0 {
		fmt.Fprintf(&b, "line %d", p.Line)

		if p.Column > 0 {
			fmt.Fprintf(&b, ", column %d", p.Column)
		}

		b.WriteString(": ")
	}

	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}

	b.WriteString(p.Message)

	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}

	return b.String()
}

// Excerpt shows the line with a mark below the column.
func (p Problem) Excerpt() string {
	if p.Line == 0 || p.Source == "" {
		return ""
	}

	src, col := withoutQuery(p.Source), p.Column
	if len(src) > 120 {
		src = src[:120] + "…"
	}

	no := strconv.Itoa(p.Line)
	out := fmt.Sprintf("  %s | %s", no, src)

	if col > 0 && col <= 120 {
		pad := strings.Map(func(r rune) rune {
			if r == '\t' {
				return r
			}

			return ' '
		}, src[:min(col-1, len(src))])
		out += fmt.Sprintf("\n  %s | %s^", strings.Repeat(" ", len(no)), pad)
	}

	return out
}

// withoutQuery cuts a line after the question mark of a URL: tokens stand there.
func withoutQuery(line string) string {
	scheme := strings.Index(line, "://")
	if scheme < 0 {
		return line
	}

	if query := strings.IndexByte(line[scheme:], '?'); query >= 0 {
		return line[:scheme+query+1] + "…"
	}

	return line
}

// Path is a place in a document, linked from the leaf to the root so that
// walking allocates nothing until there is something to report.
type Path struct {
	up    *Path
	key   string
	index int // -1 for a key
}

// Key is the place under key.
func (p *Path) Key(key string) Path { return Path{up: p, key: key, index: -1} }

// Index is the place of a list item.
func (p *Path) Index(i int) Path { return Path{up: p, index: i} }

// String is the dotted form; keys that contain a dot are quoted in brackets.
func (p *Path) String() string {
	if p == nil {
		return ""
	}

	head := p.up.String()

	switch {
	case p.index >= 0:
		return head + "[" + strconv.Itoa(p.index) + "]"
	case p.key == "" || strings.ContainsAny(p.key, ".[]\""):
		return head + "[" + strconv.Quote(p.key) + "]"
	case head == "":
		return p.key
	}

	return head + "." + p.key
}
