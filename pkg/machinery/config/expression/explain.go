package expression

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
)

// What the compiler says, in words as short as those about the rest of a config, with
// what was probably meant. Its own words stay where no form here fits.

var forms = sync.OnceValue(func() []form {
	return []form{
		{regexp.MustCompile(`^Syntax error: token recognition error at: '(.*)'`), (*issue).character},
		{regexp.MustCompile(`^Syntax error: (?:mismatched|extraneous) input '(.*?)'(?: expecting .*)?$`), (*issue).unexpected},
		{regexp.MustCompile(`^Syntax error: no viable alternative at input '(.*)'`), (*issue).unexpected},
		{regexp.MustCompile(`^Syntax error: missing '(.*)' at`), (*issue).missing},
		{regexp.MustCompile(`^undeclared reference to '(.*?)'`), (*issue).unknown},
		{regexp.MustCompile(`^undefined field '(.*)'`), (*issue).field},
		{regexp.MustCompile(`^found no matching overload for '(.*)' applied to '(.*)'`), (*issue).overload},
	}
})

type form struct {
	of    *regexp.Regexp
	plain func(i *issue, groups []string) string
}

// issue is one complaint of the compiler, at a place in a line of the expression.
type issue struct {
	language *Language
	line     []rune
	column   int // from 0
}

// explain gives the first issue, nil if there is none.
func (l *Language) explain(src string, issues *cel.Issues) error {
	if issues.Err() == nil {
		return nil
	}

	all := issues.Errors()
	if len(all) == 0 {
		return issues.Err()
	}

	first := all[0]
	lines := strings.Split(src, "\n")
	number := min(max(first.Location.Line(), 1), len(lines))

	// The compiler counts characters, from 0; -1 is before the first.
	line := []rune(lines[number-1])
	i := &issue{language: l, line: line, column: min(max(first.Location.Column(), 0), len(line))}
	msg := first.Message

	for _, f := range forms() {
		if m := f.of.FindStringSubmatch(msg); m != nil {
			msg = f.plain(i, m[1:])

			break
		}
	}

	at := fmt.Sprintf("character %d: ", i.column+1)
	if len(lines) > 1 {
		at = fmt.Sprintf("line %d, %s", number, at)
	}

	return errors.New(at + msg)
}

func (i *issue) character(g []string) string {
	switch c := strings.TrimSpace(g[0]); {
	case c == "=" || c == "&" || c == "|":
		return fmt.Sprintf("%s is not an operator; write %s%s", c, c, c)
	case c != "" && strings.ContainsAny(c[:1], `"'`):
		return "the text has no closing " + c[:1]
	default:
		return fmt.Sprintf("%q cannot be in an expression", c)
	}
}

func (i *issue) unexpected(g []string) string {
	if g[0] == "<EOF>" {
		return "something is missing at the end"
	}

	return "did not expect " + g[0]
}

func (i *issue) missing(g []string) string { return "there is no " + g[0] }

func (i *issue) unknown(g []string) string {
	name, known, what := g[0], i.language.names(), "name"

	// The place of a call is that of its bracket.
	if i.column < len(i.line) && i.line[i.column] == '(' {
		i.column = max(i.column-len([]rune(name)), 0)
		known, what = i.language.functions(), "function"
	}

	msg := fmt.Sprintf("there is no %s %s", what, name)
	if near := tree.Nearest(name, known); near != "" {
		return fmt.Sprintf("%s; did you mean %s?", msg, near)
	}

	if what == "name" {
		msg += "; known are " + strings.Join(known, ", ")
	}

	return msg
}

// names are the variables and constants of a language.
func (l *Language) names() []string {
	var out []string

	for _, v := range l.env.Variables() {
		// Others are names of types.
		if slices.Contains(l.variables, v.Name()) || !strings.HasPrefix(v.Type().String(), "type") {
			out = append(out, v.Name())
		}
	}

	slices.Sort(out)

	return out
}

// functions are those that have a name rather than a sign, and macros.
func (l *Language) functions() []string {
	var out []string

	for name := range l.env.Functions() {
		if name[0] >= 'a' && name[0] <= 'z' {
			out = append(out, name)
		}
	}

	for _, m := range l.env.Macros() {
		out = append(out, m.Function())
	}

	slices.Sort(out)

	return slices.Compact(out)
}

func (i *issue) field(g []string) string {
	// The place is that of the dot.
	before := i.line[:i.column]
	i.column++

	start := len(before)
	for start > 0 && (before[start-1] == '_' || before[start-1] >= 'a' && before[start-1] <= 'z') {
		start--
	}

	variable := string(before[start:])
	known := slices.Sorted(maps.Keys(fields[variable]))

	if len(known) == 0 {
		return fmt.Sprintf("there is no field %s", g[0])
	}

	msg := fmt.Sprintf("%s has no field %q", variable, g[0])
	if near := tree.Nearest(g[0], known); near != "" {
		return fmt.Sprintf("%s; did you mean %q?", msg, near)
	}

	return msg + "; fields are " + strings.Join(known, ", ")
}

func (i *issue) overload(g []string) string {
	sign := strings.Trim(g[0], "_")
	if sign == g[0] {
		return fmt.Sprintf("%s does not take %s", g[0], g[1])
	}

	args := strings.Split(strings.Trim(g[1], "()"), ", ")
	msg := fmt.Sprintf("%s does not go with %s", sign, strings.Join(args, " and "))

	if slices.Contains(args, "uint") && slices.Contains(args, "int") {
		msg += "; write a size or a count with a u, as in 10u"
	}

	return msg
}
