package value

import "maps"

// Args are command line arguments of a component, by flag name without dashes.
// A flag given more than once has several values.
type Args map[string]ArgValue

// ArgValue is one value, or the values of a repeated flag in order.
type ArgValue []string

// Get returns the last value of a flag, which is the one most flag parsers use.
func (a Args) Get(name string) (string, bool) {
	v, ok := a[name]
	if !ok || len(v) == 0 {
		return "", ok
	}

	return v[len(v)-1], true
}

// With returns a copy in which the flags of over replace those of a.
func (a Args) With(over Args) Args {
	out := make(Args, len(a)+len(over))
	maps.Copy(out, a)
	maps.Copy(out, over)

	return out
}

// Arg makes the value of a flag.
func Arg(values ...string) ArgValue { return ArgValue(values) }

// Object is a free-form mapping, passed on to another program as it is. Its
// values are the plain Go forms: map[string]any, []any, string, bool, int,
// uint64, float64 and nil.
type Object map[string]any
