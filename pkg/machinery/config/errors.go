package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// Error lists everything wrong with a config.
type Error struct {
	Name     string // of the file, may be empty
	Problems []Problem
}

// Error gives one line per problem, each followed by the line of text it is about.
func (e *Error) Error() string {
	var b strings.Builder

	name := e.Name
	if name == "" {
		name = "config"
	}

	if len(e.Problems) == 1 {
		fmt.Fprintf(&b, "%s: %s", name, e.Problems[0].Error())

		if x := e.Problems[0].Excerpt(); x != "" {
			b.WriteString("\n" + x)
		}

		return b.String()
	}

	fmt.Fprintf(&b, "%s has %d errors", name, len(e.Problems))

	if len(e.Problems) >= tree.MaxProblems {
		b.WriteString(" or more")
	}

	b.WriteByte(':')

	for i, p := range e.Problems {
		if i == maxShown {
			fmt.Fprintf(&b, "\n… and %d more", len(e.Problems)-maxShown)

			break
		}

		b.WriteString("\n" + p.Error())

		if x := p.Excerpt(); x != "" {
			b.WriteString("\n" + x)
		}
	}

	return b.String()
}

// maxShown keeps a message readable when a file is not a config at all.
const maxShown = 50

// Problems lists what an error of this package is about, nothing for others.
func Problems(err error) []Problem {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Problems
	}

	return nil
}
