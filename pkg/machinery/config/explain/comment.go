package explain

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// Options are what to write into a config.
type Options struct {
	Docs     bool // what a field is, above it
	Examples bool // what else could be set, at the end of each section
}

// Comment writes comments into the text of a config that was loaded before. All of it
// stays as it is, to the byte: lines are added between lines, and all of them are
// comments or empty.
//
// A comment begins with one #. An example is what one # and a space are to be taken
// away from; what it is stands above it after two.
func Comment(text []byte, o Options) ([]byte, error) {
	if !o.Docs && !o.Examples {
		return text, nil
	}

	docs, err := parse(text)
	if err != nil {
		return nil, err
	}

	w := &writer{
		Options: o, lines: strings.SplitAfter(string(text), "\n"), before: map[int][]string{},
	}

	if o.Examples {
		w.main = mainExample(isWorker(docs), takenBy(docs))
	}

	for i, d := range docs {
		end := len(w.lines)
		if i+1 < len(docs) {
			end = w.marker(docs[i+1].Line)
		} else if w.lines[end-1] == "" {
			end--
		}

		w.end = end
		w.document(d, end)
	}

	return w.bytes(), nil
}

// parse reads the documents of a stream. Lines are counted over all of it.
func parse(text []byte) ([]*yaml.Node, error) {
	var out []*yaml.Node

	for dec := yaml.NewDecoder(bytes.NewReader(text)); ; {
		var n yaml.Node

		err := dec.Decode(&n)
		if errors.Is(err, io.EOF) {
			return out, nil
		}

		if err != nil {
			return nil, fmt.Errorf("comment a config: %w", err)
		}

		if len(n.Content) == 1 && n.Content[0].Kind == yaml.MappingNode {
			out = append(out, n.Content[0])
		}
	}
}

// writer collects comments. Lines are counted from 1; what is before line n+1 of n is
// at the end.
type writer struct {
	Options

	lines  []string
	before map[int][]string
	main   *yaml.Node // example of the main document
	end    int        // last line of the document at hand
}

// marker is the last line of what stands before a document: the one above its ---,
// which may be on the document's first line.
func (w *writer) marker(line int) int {
	for n := line; n > 0; n-- {
		if strings.HasPrefix(w.lines[n-1], "---") {
			return n - 1
		}
	}

	return line - 1
}

func (w *writer) document(n *yaml.Node, end int) {
	kind := tree.Get(n, "kind")
	if kind == nil {
		w.mapping(n, reflect.TypeFor[v1alpha1.Config](), w.main, end)

		return
	}

	k, ok := document.Lookup(kind.Value)
	if !ok {
		return
	}

	t := reflect.TypeOf(k.New()).Elem()

	if w.Docs {
		w.add(n.Line, "# ", Describe(t, ""), "")
	}

	w.mapping(n, t, kindExample(k.Name), end)
}

// mapping comments the keys of a section that ends with the given line, and adds
// those keys of the example that it does not have.
func (w *writer) mapping(n *yaml.Node, t reflect.Type, example *yaml.Node, end int) {
	if n.Style&yaml.FlowStyle != 0 || len(n.Content) == 0 {
		return
	}

	plan := tree.PlanOf(t)

	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]

		f := plan.Field(key.Value)
		if f == nil {
			continue // apiVersion and kind
		}

		if w.Docs {
			w.add(key.Line, "# ", Describe(t, key.Value), w.indent(key.Line))
		}

		last := end
		if i+2 < len(n.Content) {
			last = w.above(n.Content[i+2].Line)
		}

		var below *yaml.Node
		if example != nil {
			below = tree.Get(example, key.Value)
		}

		w.value(val, f.Type, below, last)
	}

	if w.Examples && example != nil {
		w.examples(n, t, example, end)
	}
}

// value goes on below a field. The first item of a list is explained for all.
func (w *writer) value(n *yaml.Node, t reflect.Type, example *yaml.Node, end int) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}

	switch {
	case tree.IsScalar(t) || Describe(t, "") == "" && t.Kind() == reflect.Struct:
	case t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		if example != nil && example.Kind != yaml.MappingNode {
			example = nil
		}

		w.mapping(n, t, example, end)
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0:
		w.value(n.Content[0], t.Elem(), nil, end)
	}
}

// examples writes the keys of an example that a section does not have.
func (w *writer) examples(n *yaml.Node, t reflect.Type, example *yaml.Node, end int) {
	indent := strings.Repeat(" ", n.Content[0].Column-1)
	had := len(w.before[end+1])

	for i := 0; i+1 < len(example.Content); i += 2 {
		key, val := example.Content[i], example.Content[i+1]
		if tree.Get(n, key.Value) != nil || tree.PlanOf(t).Field(key.Value) == nil {
			continue
		}

		text, err := tree.Marshal(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, val}})
		if err != nil {
			continue // the tests write every example
		}

		if w.Docs {
			w.add(end+1, "## ", Describe(t, key.Value), indent)
		}

		for line := range strings.Lines(string(text)) {
			w.before[end+1] = append(w.before[end+1], indent+"# "+line)
		}
	}

	// An empty line keeps the YAML library from taking them for a part of what is
	// above, and from writing them further in when a patch changes the document. At
	// the end of a document it would make the library lose what follows.
	if len(w.before[end+1]) > had && end != w.end {
		w.before[end+1] = append(w.before[end+1], "\n")
	}
}

// above is the last line before a key that does not belong to it: its own comment
// stands over it.
func (w *writer) above(line int) int {
	indent := len(w.indent(line))

	for n := line - 1; n > 0; n-- {
		text := w.lines[n-1]
		if trimmed := strings.TrimLeft(text, " "); !strings.HasPrefix(trimmed, "#") || len(text)-len(trimmed) > indent {
			return n
		}
	}

	return 0
}

func (w *writer) indent(line int) string {
	text := w.lines[line-1]

	return text[:len(text)-len(strings.TrimLeft(text, " "))]
}

// width is where comments are broken.
const width = 100

// add writes a comment before a line.
func (w *writer) add(line int, mark, text, indent string) {
	out := indent + strings.TrimSpace(mark)

	for word := range strings.FieldsSeq(text) {
		if len(out)+1+len(word) > width && strings.TrimSpace(out) != strings.TrimSpace(mark) {
			w.before[line] = append(w.before[line], out+"\n")
			out = indent + strings.TrimSpace(mark)
		}

		out += " " + word
	}

	if text != "" {
		w.before[line] = append(w.before[line], out+"\n")
	}
}

func (w *writer) bytes() []byte {
	var b bytes.Buffer

	for i, line := range w.lines {
		for _, c := range w.before[i+1] {
			b.WriteString(c)
		}

		b.WriteString(line)
	}

	if n := len(w.lines) + 1; len(w.before[n]) > 0 {
		if b.Len() > 0 && b.Bytes()[b.Len()-1] != '\n' {
			b.WriteByte('\n')
		}

		for _, c := range w.before[n] {
			b.WriteString(c)
		}
	}

	return b.Bytes()
}
