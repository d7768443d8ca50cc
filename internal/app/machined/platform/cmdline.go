package platform

import "strings"

// Args are the kernel's command line arguments in order.
type Args []Arg

// Arg is one argument; without '=' the value is empty.
type Arg struct{ Key, Value string }

// Parse splits a kernel command line. Double quotes keep spaces together, as
// the kernel has it.
func Parse(cmdline string) Args {
	var (
		args   Args
		word   strings.Builder
		quoted bool
	)

	flush := func() {
		if word.Len() > 0 {
			key, value, _ := strings.Cut(word.String(), "=")
			args = append(args, Arg{key, value})
		}

		word.Reset()
	}

	for _, r := range cmdline {
		switch {
		case r == '"':
			quoted = !quoted
		case !quoted && (r == ' ' || r == '\t' || r == '\n'):
			flush()
		default:
			word.WriteRune(r)
		}
	}

	flush()

	return args
}

// First is the value of the first argument of that name.
func (a Args) First(key string) string {
	for _, arg := range a {
		if arg.Key == key {
			return arg.Value
		}
	}

	return ""
}

// All are the values of every argument of that name.
func (a Args) All(key string) []string {
	var out []string

	for _, arg := range a {
		if arg.Key == key {
			out = append(out, arg.Value)
		}
	}

	return out
}
