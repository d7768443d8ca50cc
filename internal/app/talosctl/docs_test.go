package talosctl

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestPagesAreTrue runs the commands that the pages for users show, one after the
// other. Files they use are the blocks below a line with only their name; a text
// block below a command is what it writes, to standard error if it is an error.
// Indented commands need a node or another program and are not run.
func TestPagesAreTrue(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()

	for _, page := range []string{"config", "patches", "secrets"} {
		text, err := os.ReadFile("../../../docs/" + page + ".md")
		if err != nil {
			t.Fatal(err)
		}

		script := pageSession(string(text))
		if strings.Count(script, "exec talosctl") < 3 {
			t.Errorf("%s.md shows few commands:\n%s", page, script)
		}

		if err = os.WriteFile(filepath.Join(dir, page+".txtar"), []byte(script), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	testscript.Run(t, testscript.Params{Dir: dir, RequireExplicitExec: true})
}

var (
	pageBlock   = regexp.MustCompile("(?ms)^(?:`([a-z0-9.-]+)`:\n\n)?```(yaml|sh|text)\n(.*?)^```$")
	pageCommand = regexp.MustCompile("(?m)^talosctl ")
)

// pageSession makes a script of a page.
func pageSession(page string) string {
	var run, files strings.Builder

	all := pageBlock.FindAllStringSubmatch(page, -1)

	for i, m := range all {
		switch name, text := m[1], m[3]; {
		case name != "":
			fmt.Fprintf(&files, "-- %s --\n%s", name, text)
		case m[2] == "sh":
			prefix, check := "exec talosctl ", ""

			if i+1 < len(all) && all[i+1][2] == "text" {
				stream := "stdout"
				if strings.HasPrefix(all[i+1][3], "error:") {
					prefix, stream = "! exec talosctl ", "stderr"
				}

				check = fmt.Sprintf("cmp %s want%d\n", stream, i)
				fmt.Fprintf(&files, "-- want%d --\n%s", i, all[i+1][3])
			}

			run.WriteString(pageCommand.ReplaceAllString(text, prefix) + check)
		}
	}

	return run.String() + files.String()
}
