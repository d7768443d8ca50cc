package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/internal/cmdline"
	"github.com/talos-os/talos/internal/imager"
	"github.com/talos-os/talos/internal/imager/parts"
	"github.com/talos-os/talos/pkg/machinery/version"
)

type assetsOptions struct {
	arch, out, binaries, tag, platform string
	extraArgs                          []string
	level                              int
}

func newAssetsCmd() *cobra.Command {
	var o assetsOptions

	cmd := &cobra.Command{
		Use:   "assets [kind...]",
		Short: "Build what machines boot and install from",
		Long: `Builds the node's programs and the assets made of them and of the third-party
parts: rootfs, kernel, initramfs, uki, iso, disk, pxe, installer. Without names all
are built; with names only these and what they are made of. manifest.json in the
output directory lists what was built with sizes and SHA-256 sums, and
executables.txt every program in the root file system.

The same source and parts give the same bytes.`,
		ValidArgs: imager.Kinds,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = imager.Kinds
			}

			return o.run(cmd.Context(), args)
		},
	}

	cmd.Flags().StringVar(&o.arch, "arch", runtime.GOARCH, "architecture to build for (amd64, arm64)")
	cmd.Flags().StringVarP(&o.out, "output", "o", "_out", "directory for the assets")
	cmd.Flags().StringVar(&o.binaries, "binaries", "", "take the node's programs from this directory instead of building them")
	cmd.Flags().StringVar(&o.tag, "tag", version.Tag, "version of the build")
	cmd.Flags().StringVar(&o.platform, "platform", "metal", "platform the kernel command line names")
	cmd.Flags().StringArrayVar(&o.extraArgs, "extra-kernel-arg", nil, "add to the kernel command line (may be repeated)")
	cmd.Flags().IntVar(&o.level, "level", 19, "zstd level of the root file system (1 to 22)")

	return cmd
}

func (o *assetsOptions) run(ctx context.Context, kinds []string) error {
	root, err := parts.FindRoot()
	if err != nil {
		return err
	}

	stamp, err := imager.SourceStamp(ctx, root, o.tag)
	if err != nil {
		return err
	}

	progress := func(format string, args ...any) { fmt.Fprintf(os.Stderr, "assets: "+format+"\n", args...) }

	set, err := parts.Build(ctx, parts.Options{
		Arch: o.arch, Root: root, Progress: os.Stderr,
		Only: []string{"debian", "containerd", "runc", "cni"},
	})
	if err != nil {
		return err
	}

	if o.binaries == "" {
		o.binaries = filepath.Join(o.out, "bin-"+o.arch)

		progress("compiling the node's programs")

		if err = imager.BuildOwn(ctx, root, o.arch, o.binaries, stamp); err != nil {
			return err
		}
	}

	cache, err := parts.CacheDir()
	if err != nil {
		return err
	}

	b := &imager.Builder{
		Name: version.Name, Version: stamp.Tag, Arch: o.arch,
		Parts: set, Binaries: o.binaries,
		Work: filepath.Join(cache, "image"), Out: o.out,
		Epoch: stamp.Epoch, Level: o.level,
		Cmdline:  append(cmdline.Default(o.platform, o.arch), o.extraArgs...),
		Progress: progress,
	}

	manifest, err := b.Build(ctx, kinds...)
	if err != nil {
		return err
	}

	for _, a := range manifest.Assets {
		fmt.Printf("%-28s %8.1f MB  %s\n", a.Path, float64(a.Size)/1e6, a.SHA256[:16])
	}

	list, err := os.ReadFile(filepath.Join(o.out, "executables.txt"))
	if err == nil {
		fmt.Printf("programs in the root file system:\n  %s\n", strings.ReplaceAll(strings.TrimSpace(string(list)), "\n", "\n  "))
	}

	return nil
}
