package tree

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// Range is what a number may be, both ends included. A number that is left out is
// 0 after decoding, whatever its range.
type Range struct {
	Least, Most int64
}

// readRange reads a tag: 1..65535, or 1280.. without an end.
func readRange(tag string) (*Range, error) {
	least, most, ok := strings.Cut(tag, "..")
	r := &Range{Most: math.MaxInt64}

	var err error

	if r.Least, err = strconv.ParseInt(least, 10, 64); err == nil && most != "" {
		r.Most, err = strconv.ParseInt(most, 10, 64)
	}

	if !ok || err != nil || r.Least < 0 || r.Least > r.Most {
		return nil, fmt.Errorf("%q is not a range like 1..65535", tag)
	}

	return r, nil
}

// Open reports whether there is no largest number.
func (r *Range) Open() bool { return r.Most == math.MaxInt64 }

// String is the range in words: "1 to 65535", "1280 or more".
func (r *Range) String() string {
	if r.Open() {
		return fmt.Sprintf("%d or more", r.Least)
	}

	return fmt.Sprintf("%d to %d", r.Least, r.Most)
}

// Has reports whether a number is in the range.
func (r *Range) Has(v reflect.Value) bool {
	if v.CanInt() {
		return r.Least <= v.Int() && v.Int() <= r.Most
	}

	return uint64(r.Least) <= v.Uint() && (r.Open() || v.Uint() <= uint64(r.Most))
}
