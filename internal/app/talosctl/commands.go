package talosctl

import "github.com/spf13/cobra"

// commands in the order of the help.
var commands = []func(*app) *cobra.Command{
	newGenCmd,
	newMachineConfigCmd,
	newValidateCmd,
	newClusterCmd,
	newApplyConfigCmd,
	newBootstrapCmd,
	newKubeconfigCmd,
	newGetCmd,
	newServiceCmd,
	newVersionCmd,
	newLogsCmd,
	newDmesgCmd,
	newReadCmd,
	newCopyCmd,
	newRebootCmd,
	newShutdownCmd,
	newResetCmd,
}
