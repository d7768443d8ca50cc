package explain

import (
	"embed"
	"strings"
)

//go:embed examples/*.yaml
var examples embed.FS

// Example is an example of a document by the name of its kind, or of a section of the
// main document by its path. A caption, when there is one, is what the comment at its
// top says. There is none for an unknown name.
func Example(name string) (text, caption string, ok bool) {
	data, err := examples.ReadFile("examples/" + name + ".yaml")
	if err != nil {
		return "", "", false
	}

	text = string(data)

	for strings.HasPrefix(text, "# ") {
		var line string

		line, text, _ = strings.Cut(text, "\n")
		caption = strings.TrimSpace(caption + line[1:])
	}

	return text, caption, true
}

// Examples lists what there are examples of.
func Examples() []string {
	entries, err := examples.ReadDir("examples")
	if err != nil {
		panic(err) // they are part of the program
	}

	out := make([]string, len(entries))
	for i, e := range entries {
		out[i] = strings.TrimSuffix(e.Name(), ".yaml")
	}

	return out
}
