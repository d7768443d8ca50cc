package node

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cosi-project/runtime/pkg/controller"
)

var update = flag.Bool("update", false, "write docs/ anew")

// current fails when a list in docs/ is not what the code says.
func current(t *testing.T, file, want string) {
	t.Helper()

	path := "../../../../docs/" + file

	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	if string(got) != want {
		t.Errorf("docs/%s is stale; go test ./internal/app/machined/node -update rewrites it", file)
	}
}

func TestControllerListIsCurrent(t *testing.T) {
	t.Parallel()

	all := controllers(controllerDeps{})
	slices.SortFunc(all, func(a, b controller.Controller) int { return strings.Compare(a.Name(), b.Name()) })

	var b strings.Builder

	b.WriteString(`# Controllers

Every controller of machined with the kinds of state it reads and writes. Generated: run
` + "`go test ./internal/app/machined/node -update`" + ` after a change.

Inputs: *strong* ones wait for this controller before they go away, *destroy-ready* ones are its own outputs that
nobody holds any longer, all others only wake it. Outputs: *shared* kinds have several writers, each with its own IDs.
Types leave the domain out where docs/resources.md has only one kind of that name.

| controller | inputs | outputs |
| --- | --- | --- |
`)

	for _, c := range all {
		var in, out []string

		for _, i := range c.Inputs() {
			in = append(in, input(i))
		}

		for _, o := range c.Outputs() {
			name := short(o.Type)
			if o.Kind == controller.OutputShared {
				name += " *shared*"
			}

			out = append(out, name)
		}

		slices.Sort(in)
		slices.Sort(out)
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Name(), strings.Join(in, "<br>"), strings.Join(out, "<br>"))
	}

	fmt.Fprintf(&b, "\n%d controllers.\n", len(all))

	current(t, "controllers.md", b.String())
}

func input(i controller.Input) string {
	name := i.Namespace + "/" + short(i.Type)

	if id, ok := i.ID.Get(); ok {
		name += "/" + id
	}

	switch i.Kind {
	case controller.InputStrong:
		name += " *strong*"
	case controller.InputDestroyReady:
		name += " *destroy-ready*"
	}

	return name
}

// short is a type without its domain, unless two kinds share the rest.
func short(typ string) string {
	name, _, _ := strings.Cut(typ, ".")
	seen := 0

	for _, g := range groups {
		for _, k := range g.Kinds() {
			if other, _, _ := strings.Cut(k.Definition().Type, "."); other == name {
				seen++
			}
		}
	}

	if seen > 1 {
		return typ
	}

	return name
}

func TestResourceListIsCurrent(t *testing.T) {
	t.Parallel()

	var b strings.Builder

	b.WriteString(`# Resources

Every kind of state a node has, as ` + "`talosctl get`" + ` knows them. Generated: run
` + "`go test ./internal/app/machined/node -update`" + ` after a change. What each means is in its package under
pkg/machinery/resources; which controllers read and write it is in docs/controllers.md.

Sensitive kinds are read by administrators only. Kinds that no controller writes are written by the API or by parts of
machined that are no controllers, or declared for clients and not written yet.

| type | namespace | also called | written by | |
| --- | --- | --- | --- | --- |
`)

	type row struct{ typ, line string }

	writers := map[string][]string{}

	for _, c := range controllers(controllerDeps{}) {
		for _, o := range c.Outputs() {
			writers[o.Type] = append(writers[o.Type], c.Name())
		}
	}

	var rows []row

	for _, g := range groups {
		for _, k := range g.Kinds() {
			rd := k.ResourceDefinition()
			if err := rd.Fill(); err != nil {
				t.Fatal(err)
			}

			var short []string

			for _, a := range rd.AllAliases {
				if !strings.Contains(a, ".") {
					short = append(short, a)
				}
			}

			slices.Sort(short)
			short = slices.Compact(short)

			rows = append(rows, row{
				rd.Type,
				fmt.Sprintf("| %s | %s | %s | %s | %s |\n", rd.Type, rd.DefaultNamespace, strings.Join(short, ", "),
					writer(writers[rd.Type]), rd.Sensitivity),
			})
		}
	}

	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.typ, b.typ) })

	for _, r := range rows {
		b.WriteString(r.line)
	}

	fmt.Fprintf(&b, "\n%d kinds.\n", len(rows))

	current(t, "resources.md", b.String())
}

// writer names the controller that writes a kind, or says how many do.
func writer(names []string) string {
	switch len(names) {
	case 0:
		return "-"
	case 1:
		return names[0]
	default:
		return fmt.Sprintf("%d controllers", len(names))
	}
}
