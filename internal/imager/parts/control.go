package parts

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// paragraph is one entry of a control file: field names as Debian writes them.
type paragraph map[string]string

// paragraphs calls yield for every entry of a control file (Packages, Release,
// *.sources). A continuation line is kept with its newline.
func paragraphs(r io.Reader, yield func(paragraph) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4<<20)

	p := paragraph{}
	last := ""

	flush := func() error {
		defer func() { p, last = paragraph{}, "" }()

		if len(p) == 0 {
			return nil
		}

		return yield(p)
	}

	for lines.Scan() {
		line := lines.Bytes()

		switch {
		case len(bytes.TrimSpace(line)) == 0:
			if err := flush(); err != nil {
				return err
			}
		case line[0] == '#':
		case line[0] == ' ' || line[0] == '\t':
			if last != "" {
				p[last] += "\n" + string(bytes.TrimSpace(line))
			}
		default:
			k, v, ok := strings.Cut(string(line), ":")
			if !ok {
				continue
			}

			last = k
			p[k] = strings.TrimSpace(v)
		}
	}

	if err := lines.Err(); err != nil {
		return err
	}

	return flush()
}

// dependencies are the names of the first alternatives of Pre-Depends and
// Depends; versions and architectures are dropped, one suite satisfies them.
func (p paragraph) dependencies() []string {
	var out []string

	for _, field := range []string{"Pre-Depends", "Depends"} {
		for dep := range strings.SplitSeq(p[field], ",") {
			first, _, _ := strings.Cut(dep, "|")
			name, _, _ := strings.Cut(strings.TrimSpace(first), " ")
			name, _, _ = strings.Cut(name, ":")

			if name != "" {
				out = append(out, name)
			}
		}
	}

	return out
}
