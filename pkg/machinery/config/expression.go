package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
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

	return p.fields()
}

// Fields of what an expression may be about, by their names on the wire. The
// compiler takes a variable for a map, so it does not see a misspelt field: on a
// machine that would match nothing, for ever.
var expressionFields = map[string][]string{
	"disk": {
		"bus_path", "cdrom", "dev_path", "firmware_version", "io_size", "modalias", "model", "pretty_size", "readonly", "rotational",
		"secondary_disks", "sector_size", "serial", "size", "sub_system", "symlinks", "transport", "uuid", "wwid",
	},
	"volume": {
		"block_size", "dev_path", "device_path", "filesystem_block_size", "io_size", "label", "name", "offset", "parent",
		"parent_dev_path", "partition_index", "partition_label", "partition_type", "partition_uuid", "pretty_size", "probed_size",
		"sector_size", "size", "type", "uuid",
	},
	"link": {
		"alias", "alt_names", "broadcast_addr", "bus_path", "driver", "driver_version", "firmware_version", "hardware_addr", "index",
		"kind", "link_index", "link_state", "master_index", "mtu", "pciid", "permanent_addr", "product", "product_id", "slave_kind",
		"speed_megabits", "type", "vendor", "vendor_id",
	},
}

// ExpressionFields lists the fields that an expression may use of disk, volume or
// link, in order.
func ExpressionFields(variable string) []string { return slices.Clone(expressionFields[variable]) }

// celFields checks the fields of an expression whose grammar is right.
func celFields(expr string) error {
	p := &celParser{}

	for _, m := range celTokens().FindAllStringSubmatchIndex(expr, -1) {
		if m[2] >= 0 || m[4] >= 0 || m[6] >= 0 || m[8] >= 0 {
			p.tokens, p.at = append(p.tokens, expr[m[0]:m[1]]), append(p.at, m[0]+1)
		}
	}

	return p.fields()
}

// fields looks at each "disk.name" that is not itself a field and not a call.
func (p *celParser) fields() error {
	for i := 0; i+2 < len(p.tokens); i++ {
		known, ok := expressionFields[p.tokens[i]]
		if !ok || p.tokens[i+1] != "." || !isName(p.tokens[i+2]) || i > 0 && p.tokens[i-1] == "." ||
			i+3 < len(p.tokens) && p.tokens[i+3] == "(" || slices.Contains(known, p.tokens[i+2]) {
			continue
		}

		err := fmt.Errorf("character %d: %s has no field %q", p.at[i+2], p.tokens[i], p.tokens[i+2])
		if near := tree.Nearest(p.tokens[i+2], known); near != "" {
			return fmt.Errorf("%w; did you mean %q?", err, near)
		}

		return fmt.Errorf("%w; fields are %s", err, strings.Join(known, ", "))
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
