package config

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// The grammar of CEL, without its meaning: whether operators and operands alternate,
// brackets and quotes close. The compiler itself would add 3.4 MB to a command line
// tool and 2 ms to the start of each of its commands; a machine has it (see
// WithExpressions) and refuses what is spelt well but means nothing.

// celTokens splits an expression. The last group is anything unknown.
var celTokens = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\s+|//[^\n]*|` +
		`((?:[rR]?[bB]?|[bB][rR])(?:"""(?s:.*?)"""|'''(?s:.*?)'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))|` + // text
		`(0[xX][0-9a-fA-F]+u?|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?[uU]?)|` + // number
		`([A-Za-z_][A-Za-z0-9_]*)|` + // name
		`(&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])|` + // operator
		`((?s:.))`)
})

type celParser struct {
	tokens []string
	at     []int // where tokens start, counted from 1
	pos    int
	depth  int
}

// celSyntax checks the form of an expression.
func celSyntax(expr string) error {
	p := &celParser{}

	for _, m := range celTokens().FindAllStringSubmatchIndex(expr, -1) {
		text := expr[m[0]:m[1]]

		switch {
		case m[10] >= 0 && strings.ContainsAny(text, `"'`):
			return fmt.Errorf("character %d: the text has no closing %s", m[0]+1, text)
		case m[10] >= 0 && strings.ContainsAny(text, "=&|"):
			return fmt.Errorf("character %d: %s is not an operator; write %s%s", m[0]+1, text, text, text)
		case m[10] >= 0:
			return fmt.Errorf("character %d: %q cannot be in an expression", m[0]+1, text)
		case m[2] >= 0, m[4] >= 0, m[6] >= 0, m[8] >= 0:
			p.tokens, p.at = append(p.tokens, text), append(p.at, m[0]+1)
		}
	}

	p.tokens, p.at = append(p.tokens, ""), append(p.at, len(expr)+1)

	if err := p.ternary(); err != nil {
		return err
	}

	if t := p.peek(); t != "" {
		return p.expected("an operator or the end")
	}

	return nil
}

func (p *celParser) peek() string { return p.tokens[p.pos] }

func (p *celParser) accept(t string) bool {
	if p.peek() == t {
		p.pos++

		return true
	}

	return false
}

func (p *celParser) expected(what string) error {
	if p.peek() == "" {
		return fmt.Errorf("expected %s, but the expression ends", what)
	}

	return fmt.Errorf("character %d: expected %s, found %s", p.at[p.pos], what, short(p.peek()))
}

func short(s string) string {
	if len(s) > 20 {
		return s[:20] + "…"
	}

	return s
}

func (p *celParser) ternary() error {
	if p.depth++; p.depth > 100 {
		return fmt.Errorf("character %d: nested too deep", p.at[p.pos])
	}
	defer func() { p.depth-- }()

	if err := p.binary(); err != nil || !p.accept("?") {
		return err
	}

	if err := p.binary(); err != nil {
		return err
	}

	if !p.accept(":") {
		return p.expected("a colon")
	}

	return p.ternary()
}

// binary is operands with operators between; precedence does not matter here.
func (p *celParser) binary() error {
	for {
		if err := p.unary(); err != nil {
			return err
		}

		switch p.peek() {
		case "&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "in":
			p.pos++
		default:
			return nil
		}
	}
}

func (p *celParser) unary() error {
	for p.accept("!") || p.accept("-") {
	}

	if err := p.primary(); err != nil {
		return err
	}

	for {
		switch {
		case p.accept("."):
			p.accept("?") // optional fields

			if !isName(p.peek()) {
				return p.expected("a field")
			}

			p.pos++
		case p.accept("("):
			if err := p.list(")", false); err != nil {
				return err
			}
		case p.accept("["):
			p.accept("?")

			if err := p.list("]", false); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

func (p *celParser) primary() error {
	t := p.peek()

	switch {
	case t == "(":
		p.pos++

		if err := p.ternary(); err != nil {
			return err
		}

		if !p.accept(")") {
			return p.expected("a closing )")
		}

		return nil
	case t == "[":
		p.pos++

		return p.list("]", false)
	case t == "{":
		p.pos++

		return p.list("}", true)
	case t == "in" || t == "":
		return p.expected("a value")
	case isName(t), t[0] >= '0' && t[0] <= '9', len(t) > 1 && t[0] == '.', strings.HasSuffix(t, `"`), strings.HasSuffix(t, `'`):
		p.pos++

		return nil
	}

	return p.expected("a value")
}

// list is what stands between brackets, with commas; the items of a mapping are
// pairs.
func (p *celParser) list(end string, pairs bool) error {
	for !p.accept(end) {
		if err := p.ternary(); err != nil {
			return err
		}

		if pairs {
			if !p.accept(":") {
				return p.expected("a colon")
			}

			if err := p.ternary(); err != nil {
				return err
			}
		}

		if p.peek() != end && !p.accept(",") {
			return p.expected("a comma or a closing " + end)
		}
	}

	return nil
}

func isName(t string) bool {
	return t != "" && (t[0] == '_' || t[0] >= 'a' && t[0] <= 'z' || t[0] >= 'A' && t[0] <= 'Z') && !strings.ContainsAny(t, `"'`)
}
