package talosctl

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/talos-os/talos/pkg/machinery/version"
)

// printClientVersion prints what this program is.
func (a *app) printClientVersion(short, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(a.stdout).Encode(map[string]any{"client": map[string]string{
			"tag": version.Tag, "sha": version.SHA, "built": version.Built,
			"go_version": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH,
		}})
	}

	if short {
		_, err := fmt.Fprintln(a.stdout, "Client", version.Tag)

		return err
	}

	_, err := fmt.Fprintf(a.stdout, `Client:
	Tag:         %s
	SHA:         %s
	Built:       %s
	Go version:  %s
	OS/Arch:     %s/%s
`, version.Tag, version.SHA, version.Built, runtime.Version(), runtime.GOOS, runtime.GOARCH)

	return err
}
