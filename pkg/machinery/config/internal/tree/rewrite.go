package tree

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// Rewrite is Marshal of a document that was read from a text. The library writes a
// comment at the end of a section as far in as the last value of the section, however
// deep that is. Rewrite moves comments back to the level that they had in the text.
func Rewrite(n *yaml.Node, from []byte) ([]byte, error) {
	out, err := Marshal(n)
	if err != nil || !bytes.Contains(from, []byte("#")) {
		return out, err
	}

	was, is := outline(string(from)), outline(string(out))
	next := 0

	for i := range is.lines {
		if !is.lines[i].comment {
			continue
		}

		// Comments keep their order. One that a patch brings has no counterpart.
		at := next
		for at < len(was.lines) && (!was.lines[at].comment || was.lines[at].text != is.lines[i].text) {
			at++
		}

		if at == len(was.lines) {
			continue
		}

		next = at + 1

		if level := was.lines[at].level; level >= 0 && level < len(is.lines[i].levels) {
			is.lines[i].indent = is.lines[i].levels[level].column
		}
	}

	return is.bytes(), nil
}

// outlined is a text in block style, line by line.
type outlined struct{ lines []outlineLine }

type outlineLine struct {
	raw     string
	text    string // without indentation and the end of the line
	indent  int
	comment bool

	// levels are those open above a comment, the outermost first.
	levels []level
	// level is the index of the one that a comment at the end of a section belongs to.
	// -1: it stands above a key, where the library writes it right, or belongs nowhere.
	level int
}

// level is a mapping or a list that is open.
type level struct {
	column int
	list   bool
}

// blockHeader ends a line that a block of text follows. It is compiled when used:
// nothing of this package may run at start-up.
var blockHeader = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[:\-?\s])\s*[|>][-+0-9]{0,2}(?:\s+#.*)?$`)
})

func outline(text string) outlined {
	var (
		o     outlined
		open  []level
		block = -1 // column that a block of text is further in than
	)

	for raw := range strings.Lines(text) {
		l := outlineLine{raw: raw, text: strings.TrimSpace(raw), level: -1}
		l.indent = len(raw) - len(strings.TrimLeft(raw, " "))

		switch {
		case l.text == "":
		case block >= 0 && l.indent > block:
		case l.text[0] == '#':
			l.comment, block = true, -1
			l.levels = open
		default:
			open = opened(open, l)
			block = -1

			if blockHeader().MatchString(l.text) {
				block = open[len(open)-1].column
			}
		}

		o.lines = append(o.lines, l)
	}

	o.assign()

	return o
}

// opened is what is open after a line: "- a: b" opens a list and a mapping.
func opened(open []level, l outlineLine) []level {
	column, text := l.indent, l.text
	list := text == "-" || strings.HasPrefix(text, "- ")

	keep := len(open)
	for keep > 0 && open[keep-1].column >= column {
		// A list may begin at the column of its key.
		if list && open[keep-1] == (level{column: column}) {
			break
		}

		keep--
	}

	open = open[:keep:keep]

	for {
		list = text == "-" || strings.HasPrefix(text, "- ")
		open = append(open, level{column, list})

		if !list || text == "-" {
			return open
		}

		rest := strings.TrimLeft(text[1:], " ")
		column += len(text) - len(rest)
		text = rest
	}
}

// assign finds the level of each comment.
func (o outlined) assign() {
	below := level{column: -1} // what the next line that is no comment begins

	for i := len(o.lines) - 1; i >= 0; i-- {
		l := &o.lines[i]

		if !l.comment {
			if l.text != "" {
				below = level{l.indent, strings.HasPrefix(l.text, "-")}
			}

			continue
		}

		if l.indent == below.column {
			continue
		}

		for n := len(l.levels) - 1; n >= 0; n-- {
			if l.levels[n].column == l.indent {
				l.level = n

				break
			}
		}
	}
}

func (o outlined) bytes() []byte {
	var b bytes.Buffer

	for _, l := range o.lines {
		if l.comment {
			b.WriteString(strings.Repeat(" ", l.indent) + l.text + "\n")
		} else {
			b.WriteString(l.raw)
		}
	}

	return b.Bytes()
}
