package impact

import "github.com/talos-os/talos/pkg/machinery/config"

// Of is what changing one setting takes: a path of the main document, or anything in
// a document of another kind. A kind that is folded into the main document has no
// entry of its own: compare two configs instead.
func Of(kind, path string) Change {
	c := config.Change{Document: kind, Path: path}
	r := find(c)

	return Change{Change: c, Effect: r.effect, Services: r.services, Reason: r.reason}
}
