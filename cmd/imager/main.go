// Imager builds every asset of the system: third-party parts, the bundle of
// cluster images, and what machines boot from.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer cancel()

	if err := newRootCmd().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "imager:", err)
		os.Exit(1)
	}
}

func newRootCmd() *cobra.Command {
	root := &cobra.Command{
		Use:           "imager",
		Short:         "Build the images of the system and everything that goes into them",
		SilenceUsage:  true,
		SilenceErrors: true,
	}

	root.AddCommand(
		newPartsCmd(),
		newBundleCmd(),
		newAssetsCmd(),
	)

	return root
}
