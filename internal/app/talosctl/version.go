package talosctl

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/pkg/machinery/client"
	"github.com/talos-os/talos/pkg/machinery/version"
)

func newVersionCmd(a *app) *cobra.Command {
	var (
		clientOnly bool
		show       versionOutput
		m          maintenance
	)

	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of the client and of nodes",
		Example: `  talosctl version --client
  talosctl version -n 10.0.0.10,10.0.0.11 --short`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			show.w = a.stdout

			if err := show.client(); err != nil || clientOnly {
				return err
			}

			connect := func() (*nodes, error) { return a.connectTo(m) }

			return run(cmd.Context(), connect, func(ctx context.Context, n node) error {
				resp, err := n.Machine.Version(ctx, &emptypb.Empty{})
				if err != nil {
					return err
				}

				for _, v := range resp.GetMessages() {
					if err = show.server(client.Node(v, n.name), v); err != nil {
						return err
					}
				}

				return nil
			})
		},
	}

	f := cmd.Flags()
	f.BoolVar(&clientOnly, "client", false, "print the client's version only")
	f.BoolVar(&show.short, "short", false, "print the version numbers only")
	f.BoolVar(&show.json, "json", false, "print a JSON document for the client and for each node")
	f.MarkHidden("json") //nolint:errcheck
	m.flags(cmd)

	return a.apiFlags(cmd)
}

// versionOutput prints versions in one of three forms.
type versionOutput struct {
	w           io.Writer
	short, json bool
	started     bool
}

func (o *versionOutput) server(name string, m *machine.Version) error {
	v := m.GetVersion()

	if o.json {
		return json.NewEncoder(o.w).Encode(map[string]any{"server": map[string]any{
			"node": name, "tag": v.GetTag(), "sha": v.GetSha(), "built": v.GetBuilt(), "go_version": v.GetGoVersion(),
			"os": v.GetOs(), "arch": v.GetArch(), "rbac": m.GetFeatures().GetRbac(), "platform": m.GetPlatform().GetName(),
		}})
	}

	if o.short {
		_, err := fmt.Fprintln(o.w, "Server", v.GetTag(), name)

		return err
	}

	if !o.started {
		o.started = true

		if _, err := fmt.Fprintln(o.w, "Server:"); err != nil {
			return err
		}
	}

	var enabled []string
	if m.GetFeatures().GetRbac() {
		enabled = append(enabled, "RBAC")
	}

	_, err := fmt.Fprintf(o.w, `	NODE:        %s
	Tag:         %s
	SHA:         %s
	Built:       %s
	Go version:  %s
	OS/Arch:     %s/%s
	Enabled:     %s
`, name, v.GetTag(), v.GetSha(), v.GetBuilt(), v.GetGoVersion(), v.GetOs(), v.GetArch(), strings.Join(enabled, ", "))

	return err
}

// client prints what this program is.
func (o *versionOutput) client() error {
	if o.json {
		return json.NewEncoder(o.w).Encode(map[string]any{"client": map[string]string{
			"tag": version.Tag, "sha": version.SHA, "built": version.Built,
			"go_version": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH,
		}})
	}

	if o.short {
		_, err := fmt.Fprintln(o.w, "Client", version.Tag)

		return err
	}

	_, err := fmt.Fprintf(o.w, `Client:
	Tag:         %s
	SHA:         %s
	Built:       %s
	Go version:  %s
	OS/Arch:     %s/%s
`, version.Tag, version.SHA, version.Built, runtime.Version(), runtime.GOOS, runtime.GOARCH)

	return err
}
