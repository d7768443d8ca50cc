// Package gap knows what of the config language this release takes and does not act
// on. Machines warn of it, and the reference tells it.
package gap

import (
	"slices"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config"
)

// Gap is a part of the config language without effect.
type Gap struct {
	// At is a path of the main document, with [] for any item of a list, or a
	// kind of document, or kind:path.
	At string
	// Value narrows the gap to one value: `enabled: false` asks for nothing.
	Value string
	// Reason says what does not happen.
	Reason string

	// where finds the settings that fall into a gap that path and value cannot
	// tell. It is asked only if there is a main document.
	where func(*config.Config) []string
}

// All lists the gaps.
func All() []Gap { return slices.Clone(gaps) }

// Place splits At into document and path.
func (g Gap) Place() (kind, path string) {
	switch kind, path, byPath := strings.Cut(g.At, ":"); {
	case byPath:
		return kind, path
	case strings.ToUpper(g.At[:1]) == g.At[:1]:
		return g.At, ""
	}

	return config.MainKind, g.At
}

// In lists what a config asks for that does not happen, by document and path.
func In(cfg *config.Config) []config.Warning {
	var out []config.Warning

	add := func(doc, path, reason string) {
		w := config.Warning{Document: doc, Path: path, Message: "not supported yet: " + reason}
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}

	empty, err := config.Load(nil)
	if err != nil {
		return nil
	}

	for _, c := range config.Diff(empty, cfg) {
		kind, _, _ := strings.Cut(c.Document, " ")

		for _, g := range gaps {
			if g.where != nil {
				continue
			}

			if path, ok := g.covers(kind, c.Path); ok && (g.Value == "" || g.Value == c.New) && c.New != unasked[g.At] {
				add(c.Document, path, g.Reason)
			}
		}
	}

	if cfg.V1Alpha1() == nil {
		return out
	}

	for _, g := range gaps {
		if g.where == nil {
			continue
		}

		for _, path := range g.where(cfg) {
			add(config.MainKind, path, g.Reason)
		}
	}

	return out
}

// covers says whether a setting is in the gap, and the path to tell: the gap's
// own with the numbers of the items.
func (g Gap) covers(kind, path string) (string, bool) {
	in, at := g.Place()

	switch {
	case in != kind:
		return "", false
	case at == "":
		return "", true
	}

	want, have := strings.Split(at, "."), strings.Split(path, ".")
	if len(have) < len(want) {
		return "", false
	}

	for i, w := range want {
		name, _, isItem := strings.Cut(have[i], "[")
		wanted, list := strings.CutSuffix(w, "[]")

		// The last part may be a list itself.
		if name != wanted || list != isItem && i < len(want)-1 {
			return "", false
		}

		if i == len(want)-1 && !list {
			have[i] = name
		}
	}

	return strings.Join(have[:len(want)], "."), true
}
