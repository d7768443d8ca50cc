// Command installer is the entry point of the installer image. A node unpacks the
// image and runs it to put the system on a disk or to upgrade the one it runs from.
//
// It is its own program, not a mode of imager: a node in maintenance mode holds the
// image in memory, and needs none of what builds assets.
package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"
	"gopkg.in/yaml.v3"

	"github.com/talos-os/talos/internal/install"
	"github.com/talos-os/talos/pkg/machinery/version"
)

// metaVariable carries META values: base64 of a JSON list of key and value.
const metaVariable = "INSTALLER_META_BASE64"

const usage = `Usage: installer install --disk /dev/sda [flags]

Puts the system on a disk, or with --upgrade adds this version to the one there.
Values for META are taken from the environment variable ` + metaVariable + `,
the base64 form of {"0x0a": "..."} in YAML or JSON.

Flags:
`

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer cancel()

	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var (
		o        install.Options
		platform string
		help     bool
		assets   = "/usr/install"
	)

	flags := pflag.NewFlagSet("installer", pflag.ContinueOnError)
	flags.StringVar(&o.Disk, "disk", "", "the disk to install to")
	flags.StringVar(&platform, "platform", "", "platform the node runs on, when it differs from the image's")
	flags.StringVar(&o.Assets.Arch, "arch", runtime.GOARCH, "architecture")
	flags.BoolVar(&o.Upgrade, "upgrade", false, "keep the disk's partitions and add this version")
	flags.BoolVar(&o.Wipe, "zero", false, "overwrite the whole disk first")
	flags.BoolVar(&o.Force, "force", false, "install over whatever is on the disk")
	flags.StringArrayVar(&o.ExtraKernelArgs, "extra-kernel-arg", nil, "add to the kernel command line (may be repeated)")
	flags.StringVar(&assets, "assets", assets, "directory with the files to install")
	flags.BoolVarP(&help, "help", "h", false, "show this text")

	// Flags of older callers that have no meaning here.
	for _, name := range []string{"config", "meta"} {
		flags.StringArray(name, nil, "")
		flags.MarkHidden(name) //nolint:errcheck
	}

	if err := flags.Parse(args); err != nil {
		return err
	}

	if help || flags.NArg() != 1 || flags.Arg(0) != "install" {
		fmt.Fprintf(os.Stderr, "%s%s", usage, flags.FlagUsages())

		if help {
			return nil
		}

		return fmt.Errorf("expected the command %q", "install")
	}

	if platform != "" {
		o.ExtraKernelArgs = append([]string{"talos.platform=" + platform}, o.ExtraKernelArgs...)
	}

	var err error
	if o.Meta, err = metaValues(os.Getenv(metaVariable)); err != nil {
		return fmt.Errorf("%s: %w", metaVariable, err)
	}

	dir := filepath.Join(assets, o.Assets.Arch)
	o.Assets.UKI = filepath.Join(dir, "vmlinuz.efi")
	o.Assets.BootLoader = filepath.Join(dir, "systemd-boot.efi")
	o.Assets.Version = version.Tag
	o.Progress = func(format string, args ...any) { fmt.Printf(format+"\n", args...) }

	fmt.Printf("%s on %s\n", map[bool]string{false: "installing " + version.String(), true: "upgrading to " + version.String()}[o.Upgrade], o.Disk)

	if err = install.Run(ctx, o); err != nil {
		return err
	}

	fmt.Println("done")

	return nil
}

func metaValues(encoded string) (map[uint8]string, error) {
	if encoded == "" {
		return nil, nil
	}

	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}

	// Newer callers compress.
	if bytes.HasPrefix(text, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}

		if text, err = io.ReadAll(io.LimitReader(z, 1<<20)); err != nil {
			return nil, err
		}
	}

	var values any
	if err = yaml.Unmarshal(text, &values); err != nil {
		return nil, err
	}

	out := map[uint8]string{}

	switch values := values.(type) {
	case map[string]any: // {"0x0a": "..."}
		for key, value := range values {
			if err = addMeta(out, key, value); err != nil {
				return nil, err
			}
		}
	case map[any]any: // {10: "..."}
		for key, value := range values {
			if err = addMeta(out, key, value); err != nil {
				return nil, err
			}
		}
	case []any: // [{"key": 10, "value": "..."}]
		for _, item := range values {
			pair, ok := item.(map[string]any)
			if !ok {
				return nil, fmt.Errorf("list item %v has no key and value", item)
			}

			if err = addMeta(out, pair["key"], pair["value"]); err != nil {
				return nil, err
			}
		}
	default:
		return nil, fmt.Errorf("expected a map of keys and values")
	}

	return out, nil
}

// addMeta takes keys as numbers or as text in any base Go understands.
func addMeta(out map[uint8]string, key, value any) error {
	n, err := strconv.ParseUint(fmt.Sprint(key), 0, 8)
	if err != nil {
		return fmt.Errorf("key %v is not a number of 8 bits", key)
	}

	text, ok := value.(string)
	if !ok {
		return fmt.Errorf("value of key %v is not text", key)
	}

	out[uint8(n)] = text

	return nil
}
