package main

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/internal/imager/bundle"
	"github.com/talos-os/talos/internal/imager/ocimirror"
	"github.com/talos-os/talos/internal/imager/parts"
)

func newBundleCmd() *cobra.Command {
	opts := parts.Options{Progress: os.Stderr}
	out, serve := "", ""

	cmd := &cobra.Command{
		Use:   "bundle",
		Short: "Make OCI images of what a cluster runs, under their upstream names",
		Long: `Makes the images of kubelet, the control plane, etcd, CoreDNS, flannel, pause and
the test pod into one OCI layout, bundle-<arch> in the output directory. Parts
that are missing are built first.

With --serve the layout is then served as a registry mirror.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts.Out = filepath.Join(out, "parts-"+opts.Arch)

			set, err := parts.Build(cmd.Context(), opts)
			if err != nil {
				return err
			}

			dir := filepath.Join(out, "bundle-"+opts.Arch)

			if err = bundle.Build(cmd.Context(), set, dir, os.Stderr); err != nil || serve == "" {
				return err
			}

			srv := &http.Server{Addr: serve, Handler: ocimirror.Handler(dir), ReadHeaderTimeout: 10 * time.Second}

			go func() {
				<-cmd.Context().Done()
				srv.Close() //nolint:errcheck
			}()

			if err = srv.ListenAndServe(); cmd.Context().Err() != nil {
				return nil
			}

			return err
		},
	}

	cmd.Flags().StringVar(&opts.Arch, "arch", runtime.GOARCH, "architecture to build for (amd64, arm64)")
	cmd.Flags().StringVarP(&out, "output", "o", "_out", "directory for the layout")
	cmd.Flags().StringVar(&serve, "serve", "", "address to serve the layout at, such as 127.0.0.1:5000")

	return cmd
}
