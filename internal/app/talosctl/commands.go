package talosctl

import "github.com/spf13/cobra"

// commands in the order of the help.
var commands = []func(*app) *cobra.Command{
	newGenCmd,
	newMachineConfigCmd,
	newValidateCmd,
	newConfigCmd,
	newClusterCmd,
	newApplyConfigCmd,
	newBootstrapCmd,
	newKubeconfigCmd,
	newHealthCmd,
	newVersionCmd,
	newGetCmd,
	newServiceCmd,
	newLogsCmd,
	newDmesgCmd,
	newEventsCmd,
	newContainersCmd,
	newRestartCmd,
	newStatsCmd,
	newProcessesCmd,
	newMemoryCmd,
	newMountsCmd,
	newListCmd,
	newReadCmd,
	newCopyCmd,
	newEtcdCmd,
	newImageCmd,
	newMetaCmd,
	newRebootCmd,
	newShutdownCmd,
	newResetCmd,
}
