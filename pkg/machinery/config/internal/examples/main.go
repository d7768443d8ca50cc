// Command examples collects the machine configs, documents and patches shown in a
// folder of Markdown pages and writes them as an archive, one file per example,
// named after its page and its number there. Only the YAML is kept: comments are
// dropped, and what is not an example of a config is passed over.
//
//	go run ./pkg/machinery/config/internal/examples DIR > testdata/manual.txtar
//
// Give -rest to list the first line of what was passed over instead.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/pkg/machinery/config/document"
)

func main() {
	log.SetFlags(0)

	rest := flag.Bool("rest", false, "list the blocks that are not examples")
	flag.Parse()

	if flag.NArg() != 1 {
		log.Fatal("usage: examples [-rest] DIR")
	}

	a, err := collect(flag.Arg(0), *rest)
	if err != nil {
		log.Fatal(err)
	}

	if !*rest {
		os.Stdout.Write(txtar.Format(a))
	}
}

func collect(dir string, rest bool) (*txtar.Archive, error) {
	a := &txtar.Archive{}

	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".md" {
			return err
		}

		page, err := os.ReadFile(path)
		if err != nil {
			return err
		}

		rel, _ := filepath.Rel(dir, path)
		name := strings.TrimSuffix(filepath.ToSlash(rel), ".md")

		for i, b := range blocks(string(page)) {
			data, ok := example(b)

			switch {
			case ok:
				a.Files = append(a.Files, txtar.File{Name: fmt.Sprintf("%s/%d.yaml", name, i), Data: data})
			case rest:
				first, _, _ := strings.Cut(strings.TrimSpace(b), "\n")
				fmt.Printf("%s/%d: %s\n", name, i, first)
			}
		}

		return nil
	})

	return a, err
}

// blocks cuts out fenced code, and from shell sessions what is in single quotes or
// here documents.
func blocks(page string) []string {
	var (
		out   []string
		block []string
		open  string // the fence with its indentation, empty outside
	)

	fence := regexp.MustCompile("^([ \t]*)```")

	for _, line := range strings.Split(page, "\n") {
		m := fence.FindStringSubmatch(line)

		switch {
		case m != nil && open == "":
			open, block = m[0], nil
		case m != nil:
			text := strings.Join(block, "\n") + "\n"
			out = append(append(out, text), quoted(text)...)
			open = ""
		case open != "":
			block = append(block, strings.TrimPrefix(line, strings.TrimSuffix(open, "```")))
		}
	}

	return out
}

func quoted(text string) []string {
	var out []string

	for _, m := range regexp.MustCompile(`(?s)patch[a-z-]*[ =]'([^']+)'|-p '([^']+)'|<<\s*-?["']?EOF["']?[^\n]*\n(.*?)\n\s*EOF`).FindAllStringSubmatch(text, -1) {
		out = append(out, m[1]+m[2]+m[3]+"\n")
	}

	return out
}

// example decides whether a block shows a config, documents of one or a patch,
// and takes the comments out.
func example(block string) ([]byte, bool) {
	if strings.Contains(block, "<<EOF") {
		return nil, false
	}

	// Lines that are left out are no part of the YAML around them.
	block = regexp.MustCompile(`(?m)^[ \t]*\.\.\.[ \t]*\n`).ReplaceAllString(block, "")

	var out bytes.Buffer

	found := false
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(4)

	dec := yaml.NewDecoder(strings.NewReader(block))

	for {
		var n yaml.Node

		err := dec.Decode(&n)
		if err != nil && err.Error() == "EOF" {
			break
		}

		if err != nil {
			return withoutComments(block), regexp.MustCompile(`(?m)^(machine|cluster):|^- op:`).MatchString(block)
		}

		bare(&n)
		found = found || isConfig(&n)

		if err = enc.Encode(&n); err != nil {
			return nil, false
		}
	}

	if enc.Close() != nil {
		return nil, false
	}

	return out.Bytes(), found
}

func withoutComments(block string) []byte {
	var out []string

	for _, line := range strings.Split(block, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			out = append(out, line)
		}
	}

	return []byte(strings.Join(out, "\n"))
}

func bare(n *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	n.Style &^= yaml.FlowStyle

	for _, c := range n.Content {
		bare(c)
	}
}

func isConfig(n *yaml.Node) bool {
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		n = n.Content[0]
	}

	has := func(n *yaml.Node, key string) string {
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if v := n.Content[i+1]; n.Content[i].Value == key {
				return v.Value + v.ShortTag()
			}
		}

		return ""
	}

	if n.Kind == yaml.SequenceNode {
		return len(n.Content) > 0 && has(n.Content[0], "op") != ""
	}

	kind := strings.TrimSuffix(has(n, "kind"), "!!str")
	if _, ok := document.Lookup(kind); ok {
		return true
	}

	section := func(key string) bool { return strings.HasSuffix(has(n, key), "map") || has(n, key) == "!!null" }

	return kind == "" && (section("machine") || section("cluster"))
}
