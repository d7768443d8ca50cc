package config

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// stream is the text of a config while it is put together.
type stream struct {
	bytes.Buffer

	lines int
}

// add writes one document and gives the number of lines before it.
func (s *stream) add(text []byte, inline bool) int {
	if s.Len() > 0 || inline {
		s.WriteString("---")

		if !inline {
			s.WriteByte('\n')
			s.lines++
		}
	}

	at := s.lines

	s.Write(text)

	if len(text) > 0 && text[len(text)-1] != '\n' {
		s.WriteByte('\n')
		s.lines++
	}

	s.lines += bytes.Count(text, []byte("\n"))

	return at
}

// assemble writes the changed documents between the untouched ones. Only what was
// changed is read again.
func assemble(c *Config, pieces []*piece, name string) (*Config, error) {
	changed := false
	for _, pc := range pieces {
		changed = changed || pc.deleted || pc.root != nil
	}

	if !changed {
		return c, nil
	}

	var (
		out   stream
		kept  []chunk
		from  []*piece
		notes []chunk
	)

	for _, pc := range pieces {
		notes = append(notes, pc.notes...)

		if pc.deleted {
			continue
		}

		for _, n := range notes {
			out.add(n.text, n.inline)
		}

		pc.notes, notes = notes, nil

		text, inline := pc.source, pc.inline

		if pc.root != nil {
			var err error
			if text, err = tree.Rewrite(pc.root, pc.source); err != nil {
				return nil, fmt.Errorf("write %s: %w", pc.id(), err)
			}

			inline = false
		}

		kept = append(kept, chunk{text: text, line: out.add(text, inline)})
		from = append(from, pc)
	}

	notes = append(notes, c.notes...)
	for _, n := range notes {
		out.add(n.text, n.inline)
	}

	next, err := reload(out.Bytes(), kept, from, "config with "+name)
	if err != nil {
		return nil, err
	}

	next.notes = notes

	return next, nil
}

// reload is Load of a text of which most documents are known.
func reload(data []byte, chunks []chunk, pieces []*piece, name string) (*Config, error) {
	l := &loader{name: name, seen: map[string]int{}}

	if err := l.bounds(data); err != nil {
		return nil, err
	}

	for i, ch := range chunks {
		pc := pieces[i]
		l.notes = pc.notes

		if pc.root != nil {
			l.document(ch)

			continue
		}

		p := pc.part
		p.warnings = slices.Clone(p.warnings)

		for n := range p.warnings {
			p.warnings[n].Line += ch.line - p.line
		}

		p.line = ch.line
		l.add(p, ch.line+1, 1)
	}

	if len(l.problems) > 0 {
		return nil, &Error{Name: l.name, Problems: withSource(l.problems, data)}
	}

	return newConfig(data, l.parts), nil
}
