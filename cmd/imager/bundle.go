package main

import (
	"github.com/spf13/cobra"
)

func newBundleCmd() *cobra.Command {
	return &cobra.Command{Use: "bundle", Short: "Make the bundle of cluster images"}
}
