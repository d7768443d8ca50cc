package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// Limits on the text of a config. The largest real ones carry CNI manifests
// inline, a few hundred kilobytes.
const (
	maxBytes = 4 << 20
	// maxMarks bounds the nodes a text can become before it is parsed.
	maxMarks = 300_000
)

// Option changes how a config is loaded.
type Option func(*loader)

// WithName gives the file name for messages.
func WithName(name string) Option { return func(l *loader) { l.name = name } }

type loader struct {
	name     string
	problems []Problem
	parts    []part
	seen     map[string]int
	notes    []chunk // comments without a document, since the last one
}

// Load reads a stream of documents. The error, if any, is an *Error with every
// problem found.
func Load(data []byte, opts ...Option) (*Config, error) {
	l := &loader{seen: map[string]int{}}
	for _, o := range opts {
		o(l)
	}

	// A byte order mark says nothing in UTF-8, and may not stand where a patch could
	// put a document before it.
	data = bytes.Clone(bytes.TrimPrefix(data, []byte("\ufeff")))

	if err := l.bounds(data); err != nil {
		return nil, err
	}

	for _, ch := range splitStream(data) {
		l.document(ch)
	}

	if len(l.problems) > 0 {
		return nil, &Error{Name: l.name, Problems: withSource(l.problems, data)}
	}

	c := newConfig(data, l.parts)
	c.notes = l.notes

	return c, nil
}

func (l *loader) bounds(data []byte) error {
	msg := ""

	switch {
	case len(data) > maxBytes:
		msg = fmt.Sprintf("%d bytes is more than the limit of %d", len(data), maxBytes)
	case bytes.HasPrefix(data, []byte("\xfe\xff")) || bytes.HasPrefix(data, []byte("\xff\xfe")):
		msg = "is UTF-16 text; save it as UTF-8"
	case marks(data) > maxMarks:
		msg = fmt.Sprintf("has more than %d values", maxMarks)
	default:
		return nil
	}

	return &Error{Name: l.name, Problems: []Problem{{Message: msg}}}
}

// marks counts what starts a value: lines, and the punctuation of flow style.
func marks(data []byte) int {
	n := 0

	for i, c := range data {
		switch c {
		case '\n', ',', '[', '{':
			n++
		case '-':
			// "- - - -" nests lists on one line.
			if i+1 < len(data) && data[i+1] == ' ' {
				n++
			}
		}
	}

	return n
}

// chunk is the text of one document and the number of lines before it.
type chunk struct {
	text   []byte
	line   int
	inline bool // it begins on the line of its marker
}

// splitStream cuts a stream at its document markers. A line that starts with
// "---" is a marker wherever it stands (YAML 1.2, c-forbidden), so no parser is
// needed, an error in one document does not hide those of the next, and a patch
// can leave other documents as they are to the byte.
func splitStream(data []byte) []chunk {
	var (
		out   []chunk
		start int
		first int
		line  int

		inline bool
	)

	flush := func(end int) {
		if text := data[start:end]; len(bytes.TrimSpace(text)) > 0 && !onlyDirectives(text) {
			out = append(out, chunk{text: text, line: first, inline: inline})
		}
	}

	for at := 0; at < len(data); {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i + 1
		}

		if ln := data[at:end]; bytes.HasPrefix(ln, []byte("---")) && (len(ln) == 3 || strings.IndexByte(" \t\r\n", ln[3]) >= 0) {
			flush(at)

			// What follows on the marker's line belongs to the document.
			start, first, inline = at+3, line, true
			if len(bytes.TrimSpace(ln[3:])) == 0 {
				start, first, inline = end, line+1, false
			}
		}

		at = end
		line++
	}

	flush(len(data))

	return out
}

// onlyDirectives reports whether a text before a marker is about YAML itself, such as
// %YAML 1.2. It is not a part of any document here.
func onlyDirectives(text []byte) bool {
	if !bytes.Contains(text, []byte("%")) {
		return false
	}

	for ln := range bytes.Lines(text) {
		if ln = bytes.TrimSpace(ln); len(ln) > 0 && ln[0] != '%' && ln[0] != '#' {
			return false
		}
	}

	return true
}

func (l *loader) document(ch chunk) {
	root, err := parseNode(ch.text)
	if err != nil {
		l.syntax(ch, err)

		return
	}

	if root == nil {
		l.notes = append(l.notes, ch)

		return
	}

	d := tree.Decoder{}
	p := part{source: ch.text, line: ch.line, inline: ch.inline}
	id := l.decode(&d, &p, root)

	for _, pr := range d.Problems {
		l.problems = append(l.problems, place(pr, id, ch.line))
	}

	for _, w := range d.Warnings {
		p.warnings = append(p.warnings, place(w, id, ch.line))
	}

	if p.main != nil || p.doc != nil {
		l.add(p, root.Line+ch.line, root.Column)
	}
}

// add takes a document unless there is one of its name already.
func (l *loader) add(p part, line, column int) {
	id := p.id()

	if first, dup := l.seen[id]; dup {
		l.problems = append(l.problems, Problem{
			Document: id, Line: line, Column: column,
			Message: fmt.Sprintf("document is repeated, first on line %d", first),
			Hint:    "put the settings into one document",
		})
	} else {
		l.seen[id] = line
	}

	p.notes, l.notes = l.notes, nil
	l.parts = append(l.parts, p)
}

// decode finds out what document a node is and decodes it.
func (l *loader) decode(d *tree.Decoder, p *part, root *yaml.Node) (id string) {
	if root.Kind != yaml.MappingNode {
		d.Report(root, nil, "", "a config document is a mapping of keys to values")

		return ""
	}

	version, kind := headerOf(root)

	if kind == nil && version == nil {
		if !isMain(root) {
			at, hint := meant(root, "machine", "cluster", "apiVersion", "kind")
			if hint == "" {
				hint = "a document has either apiVersion and kind, or machine and cluster"
			}

			d.Report(at, nil, hint, "not a config document")

			return ""
		}

		p.main = &v1alpha1.Config{}
		d.Decode(root, p.main)

		return MainKind
	}

	if kind == nil {
		at, hint := meant(root, "kind")
		if hint == "" {
			at = version
		}

		d.Report(at, nil, hint, "document has an apiVersion but no kind")

		return ""
	}

	if version == nil {
		d.Report(kind, nil, "add apiVersion: v1alpha1", "document has a kind but no apiVersion")
	} else if version.Kind != yaml.ScalarNode {
		d.Report(version, nil, "the only one is v1alpha1", "apiVersion has to be a single value")
	} else if version.Value != "v1alpha1" {
		at := (*tree.Path)(nil).Key("apiVersion")
		d.Report(version, &at, "the only one is v1alpha1", "unknown apiVersion %q", version.Value)
	}

	k, ok := document.Lookup(kind.Value)
	if kind.Kind != yaml.ScalarNode {
		d.Report(kind, nil, "", "kind has to be a single value")

		return ""
	}

	if !ok {
		at := (*tree.Path)(nil).Key("kind")
		hint := ""

		if near := tree.Nearest(kind.Value, document.Names()); near != "" {
			hint = "did you mean " + near + "?"
		}

		d.Report(kind, &at, hint, "unknown kind %q", kind.Value)

		return kind.Value
	}

	doc := k.New()
	d.Decode(root, doc, "apiVersion", "kind")
	p.doc = doc

	return p.id()
}

// headerOf finds the values of apiVersion and kind.
func headerOf(root *yaml.Node) (version, kind *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		switch root.Content[i].Value {
		case "apiVersion":
			version = root.Content[i+1]
		case "kind":
			kind = root.Content[i+1]
		}
	}

	return version, kind
}

// meant finds a key that is spelled like one of those that a document begins with.
func meant(root *yaml.Node, keys ...string) (at *yaml.Node, hint string) {
	for i := 0; i < len(root.Content); i += 2 {
		k := root.Content[i]

		if near := tree.Nearest(k.Value, keys); near != "" && near != k.Value {
			return k, fmt.Sprintf("did you mean %q?", near)
		}
	}

	return root, ""
}

func isMain(root *yaml.Node) bool {
	for i := 0; i < len(root.Content); i += 2 {
		switch root.Content[i].Value {
		case "machine", "cluster", "debug", "persist", "version":
			return true
		}
	}

	return false
}

// parseNode parses the text of one document; nil when it is empty.
func parseNode(text []byte) (*yaml.Node, error) {
	var c captured
	if err := yaml.Unmarshal(text, &c); err != nil {
		return nil, err
	}

	return onlyNode(c.node, text)
}

// parseCommented is parseNode for changing the document. Comments that stand before and
// after all of it are those of the node: the library has them beside the tree.
func parseCommented(text []byte) (*yaml.Node, error) {
	if !bytes.Contains(text, []byte("#")) {
		return parseNode(text)
	}

	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}

	n, err := onlyNode(&doc, text)
	if n != nil {
		n.HeadComment, n.FootComment = doc.HeadComment, doc.FootComment
	}

	return n, err
}

// onlyNode is the content of a document that has to be the only one of a text.
func onlyNode(n *yaml.Node, text []byte) (*yaml.Node, error) {
	if n == nil || n.IsZero() {
		return nil, nil
	}

	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		n = n.Content[0]
	}

	// A mapping in block style that begins a line goes on to the end of the text or
	// to a marker. After anything else there may be more, which nobody would read.
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 || n.Column != 1 || bytes.Contains(text, []byte("\n...")) {
		if err := onlyOne(text); err != nil {
			return nil, err
		}
	}

	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil, nil
	}

	return n, nil
}

// captured takes the tree of a document as the library makes it. Decoding into a
// yaml.Node costs a second pass.
type captured struct{ node *yaml.Node }

func (c *captured) UnmarshalYAML(n *yaml.Node) error {
	c.node = n

	return nil
}

// onlyOne refuses a text that goes on after its first document.
func onlyOne(text []byte) error {
	var first, more yaml.Node

	dec := yaml.NewDecoder(bytes.NewReader(text))
	if err := dec.Decode(&first); err != nil {
		return err
	}

	switch err := dec.Decode(&more); {
	case err == nil:
		return fmt.Errorf("line %d: a second document starts here; begin it with a line of ---", more.Line)
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

// syntax reports what the YAML library could not parse. It gives places only as
// text, "while parsing a flow node at line 1: line 2, column 5: …", and counts
// lines from 0 when its parser, rather than its scanner, is the one to complain.
func (l *loader) syntax(ch chunk, err error) {
	// Compiled here: nothing of this package may run at start-up.
	form := regexp.MustCompile(`(?s)^(while (parsing|scanning) .*? at (?:line (\d+)[^:]*|<[^>]*>): )?(?:line (\d+)(?:, column (\d+))?: )?(.*)$`)

	m := form.FindStringSubmatch(strings.TrimPrefix(err.Error(), "yaml: "))
	p := Problem{Message: "not YAML: " + m[6]}

	if at, what, ok := strings.Cut(m[6], ": "); ok && strings.HasPrefix(at, "offset ") {
		// Of a byte that is no part of any text.
		n, _ := strconv.Atoi(strings.TrimPrefix(at, "offset "))
		before := ch.text[:min(n, len(ch.text))]
		p.Message = "not YAML: " + what
		p.Line = bytes.Count(before, []byte("\n")) + 1 + ch.line
		p.Column = len(before) - bytes.LastIndexByte(before, '\n')
		l.problems = append(l.problems, p)

		return
	}

	p.Line, _ = strconv.Atoi(m[4])
	p.Column, _ = strconv.Atoi(m[5])

	if m[4] == "" {
		p.Line, _ = strconv.Atoi(m[3])
	}

	if m[2] == "parsing" || strings.HasPrefix(m[6], "did not find expected <") {
		p.Line++
	}

	p.Line = min(p.Line, bytes.Count(ch.text, []byte("\n"))+1)

	if lines := bytes.Split(ch.text, []byte("\n")); p.Line > 0 {
		if ln := lines[p.Line-1]; bytes.IndexByte(ln, '\t') >= 0 && bytes.IndexByte(ln, '\t') < len(ln)-len(bytes.TrimLeft(ln, " \t")) {
			p.Hint = "indent with spaces, not with a tab"
		}
	}

	p.Line += ch.line
	l.problems = append(l.problems, p)
}
