package talosctl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
)

type listOptions struct {
	long, recurse, humanize bool
	depth                   int32
	types                   []string
}

func newListCmd(a *app) *cobra.Command {
	var o listOptions

	cmd := &cobra.Command{
		Use:     "list [path]",
		Aliases: []string{"ls"},
		Short:   "List files of a node",
		Long: `Lists a directory of a node, / without a path; with -r all below it, down to -d
levels. Types are f (regular files), d (directories) and l (links).`,
		Example: "  talosctl list -l /etc\n  talosctl list -r -d 2 -t f,l /var/log",
		Args:    usageArgs(a, cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			req := &machine.ListRequest{Root: "/"}
			if len(args) == 1 {
				req.Root = args[0]
			}

			if req.Recurse = o.recurse || cmd.Flags().Changed("depth"); cmd.Flags().Changed("depth") {
				if o.depth < 1 {
					return a.usagef("depth %d: 1 is the directory itself", o.depth)
				}

				req.RecursionDepth = o.depth
			}

			for _, t := range o.types {
				typ, ok := fileTypes[t]
				if !ok {
					return a.usagef("type %q: choose f (regular files), d (directories) or l (links)", t)
				}

				req.Types = append(req.Types, typ)
			}

			t := a.table("NODE", "NAME")
			if o.long {
				t = a.table("NODE", "MODE", "UID", "GID", "SIZE(B)", "LASTMOD", "NAME")
			}

			return t.end(run(cmd.Context(), a.connect, func(ctx context.Context, n node) error {
				return a.listFiles(ctx, n, req, o, t)
			}))
		},
	}

	f := cmd.Flags()
	f.BoolVarP(&o.long, "long", "l", false, "with mode, owner, size and time")
	f.BoolVarP(&o.recurse, "recurse", "r", false, "with all directories below")
	f.Int32VarP(&o.depth, "depth", "d", 1, "how many levels down to go; all with -r alone")
	f.StringSliceVarP(&o.types, "type", "t", nil, "only these types: f, d, l")
	f.BoolVarP(&o.humanize, "humanize", "H", false, "with -l, sizes and times for reading")

	return a.apiFlags(cmd)
}

var fileTypes = map[string]machine.ListRequest_Type{
	"f": machine.ListRequest_REGULAR, "file": machine.ListRequest_REGULAR,
	"d": machine.ListRequest_DIRECTORY, "directory": machine.ListRequest_DIRECTORY,
	"l": machine.ListRequest_SYMLINK, "L": machine.ListRequest_SYMLINK, "symlink": machine.ListRequest_SYMLINK,
}

func (a *app) listFiles(ctx context.Context, n node, req *machine.ListRequest, o listOptions, t *table) error {
	stream, err := n.Machine.List(ctx, req)
	if err != nil {
		return err
	}

	for {
		f, err := stream.Recv()

		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case client.Failures(f) != nil:
			return client.Failures(f)
		case f.GetError() != "":
			// One file is no reason to keep the others back.
			a.note("%s: %s: %s", n.name, f.GetName(), f.GetError())

			continue
		}

		name := client.Node(f, n.name)
		if !o.long {
			t.row(name, f.GetRelativeName())

			continue
		}

		shown := f.GetRelativeName()
		if f.GetLink() != "" {
			shown += " -> " + f.GetLink()
		}

		bytes, modified := strconv.FormatInt(f.GetSize(), 10), time.Unix(f.GetModified(), 0).UTC().Format("Jan _2 2006 15:04:05")
		if o.humanize {
			bytes, modified = size(uint64(max(0, f.GetSize()))), ago(time.Unix(f.GetModified(), 0))
		}

		t.row(name, fs.FileMode(f.GetMode()).String(), f.GetUid(), f.GetGid(), bytes, modified, shown)
	}
}

// ago is how long something is past, in the biggest unit that fits.
func ago(t time.Time) string {
	past := time.Since(t)

	for _, u := range []struct {
		name string
		d    time.Duration
	}{{"year", 365 * 24 * time.Hour}, {"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}} {
		if n := int(past / u.d); n > 1 {
			return fmt.Sprintf("%d %ss ago", n, u.name)
		} else if n == 1 {
			return "1 " + u.name + " ago"
		}
	}

	return "now"
}
