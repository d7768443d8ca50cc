package explain

import (
	_ "embed"
	"reflect"
	"strings"
	"sync"
)

// descriptions has a line for each declared type and each of its keys, with a tab
// before the text: "document.LinkConfig mtu\tLargest packet in bytes."
//
//go:embed descriptions.txt
var descriptions string

var described = sync.OnceValue(func() map[string]string {
	out := map[string]string{}

	for line := range strings.Lines(descriptions) {
		name, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		out[name] = text
	}

	return out
})

// Describe is what a type is, or with a key what that field of it is, in sentences.
// It is empty for what is not part of the language.
func Describe(t reflect.Type, key string) string {
	name := t.String()
	if key != "" {
		name += " " + key
	}

	return described()[name]
}
