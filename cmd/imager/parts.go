package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/internal/imager/parts"
)

func newPartsCmd() *cobra.Command {
	opts := parts.Options{Progress: os.Stderr}
	out := ""

	cmd := &cobra.Command{
		Use:   "parts [name...]",
		Short: "Build the third-party programs and fetch the Debian packages",
		Long: `Builds the pinned Go modules of hack/thirdparty and fetches the pinned Debian
packages, and leaves links to the results in the output directory. What is
already in the cache ($TALOS_CACHE, else ~/.cache/talos-os) is not made again.

With names, only these are made: a module (kubernetes), one of its programs
(kubelet), or "debian" for the packages.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Only = args

			opts.Out = filepath.Join(out, "parts-"+opts.Arch)

			set, err := parts.Build(cmd.Context(), opts)
			if err != nil {
				return err
			}

			for _, name := range set.Programs() {
				st, err := os.Stat(set.Go(name))
				if err != nil {
					return err
				}

				fmt.Fprintf(cmd.OutOrStdout(), "%-26s %7.1f MB\n", name, float64(st.Size())/1e6)
			}

			return nil
		},
	}

	cmd.Flags().StringVar(&opts.Arch, "arch", runtime.GOARCH, "architecture to build for (amd64, arm64)")
	cmd.Flags().StringVarP(&out, "output", "o", "_out", "directory for links to the results")
	cmd.Flags().BoolVar(&opts.Update, "update", false, "take the suite's current packages and rewrite the lock file")

	return cmd
}
