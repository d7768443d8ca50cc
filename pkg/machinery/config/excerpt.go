package config

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// place moves a problem from its document into the stream.
func place(p Problem, id string, before int) Problem {
	p.Document = id
	if p.Line > 0 {
		p.Line += before
	}

	return p
}

// maxLine is how much of a line is kept with a problem. A file may be one line.
const maxLine = 200

// withSource adds the text of the lines.
func withSource(ps []Problem, data []byte) []Problem {
	if len(ps) == 0 {
		return nil
	}

	lines := bytes.Split(data, []byte("\n"))

	for i := range ps {
		if n := ps[i].Line; n > 0 && n <= len(lines) {
			line := lines[n-1][:min(len(lines[n-1]), maxLine)]
			ps[i].Source = hideSecret(printable(strings.TrimRight(string(line), "\r")), ps[i].Path, suggested(ps[i].Hint))
		}
	}

	return ps
}

// printable keeps from a terminal what would move its cursor.
func printable(line string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return unicode.ReplacementChar
		}

		return r
	}, line)
}

// secretWords are in the key of every secret.
var secretWords = []string{"token", "secret", "key", "password", "passphrase", "auth", "apiurl", "headers"}

// secretInFlow finds the key of a secret, or the one kind that is secret as a whole.
// It is compiled when there is a mistake: nothing of this package may run at start-up.
var secretInFlow = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(` + strings.Join(secretWords, "|") + `)[\w.-]*["']?\s*:|KubeEtcdEncryptionConfig`)
})

// suggested are the keys that an unknown one may stand for. What is written as tokn is
// a token.
func suggested(hint string) string {
	for _, start := range []string{"did you mean ", "known keys are "} {
		if keys, ok := strings.CutPrefix(hint, start); ok {
			return strings.ToLower(keys)
		}
	}

	return ""
}

// hideSecret keeps the value of a secret out of a line that is shown. It goes by
// the key, or those it may stand for: a mistake may be in a document that could not
// be decoded.
func hideSecret(line, path, meant string) string {
	key, rest, ok := strings.Cut(line, ":")
	if ok && strings.TrimSpace(rest) == "" {
		return line // the value is on other lines
	}

	// One line in flow style may have a secret beside what the mistake is about.
	if ok && secretInFlow().MatchString(rest) {
		return key + ": …"
	}

	name := strings.ToLower(strings.Trim(key, " -\"'"))

	path = strings.ToLower(path)

	for _, word := range secretWords {
		// The name of a header says nothing, only where it stands.
		if strings.Contains(name, word) || strings.HasSuffix(path, word) || strings.Contains(path, "headers.") || strings.Contains(meant, word) {
			if ok {
				return key + ": …"
			}

			return "…"
		}
	}

	// A line without a key may be in the middle of a block of base64.
	if !ok && len(strings.TrimSpace(line)) >= 40 {
		return "…"
	}

	return line
}
