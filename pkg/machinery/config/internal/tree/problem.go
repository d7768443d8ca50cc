package tree

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
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

	b.WriteString(withoutCredentials(p.Message))

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
	out := fmt.Sprintf("  %s | %s", no, withoutCredentials(src))

	if col > 0 && col <= 120 {
		pad := strings.Map(func(r rune) rune {
			if r == '\t' {
				return r
			}

			return ' '
		}, withoutCredentials(src[:min(col-1, len(src))]))
		out += fmt.Sprintf("\n  %s | %s^", strings.Repeat(" ", len(no)), pad)
	}

	return out
}

// credentials are the user and the password in a URL. Compiled when there is a mistake:
// nothing of this package may run at start-up.
var credentials = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`://[^/@\s"']*@`) })

func withoutCredentials(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}

	return credentials().ReplaceAllString(s, "://…@")
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
	if p.index >= 0 {
		return head + "[" + strconv.Itoa(p.index) + "]"
	}

	return Under(head, p.key)
}

// Under is the place of a key below a path.
func Under(path, key string) string {
	switch {
	case key == "" || strings.ContainsAny(key, ".[]\""):
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	}

	return path + "." + key
}
