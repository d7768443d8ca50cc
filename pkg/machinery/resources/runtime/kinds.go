// Package runtime declares the operating system itself: services, machine stage, kernel parameters and
// modules, META values, mounts, versions.
package runtime

import "github.com/talos-os/talos/pkg/machinery/resource"

// Kinds lists every kind this package declares.
var Kinds = resource.NewGroup()

// Well-known ids, labels and values.
const (
	APIServiceConfigID          = "apid"
	BootIDID                    = "boot-id"
	BootedEntryID               = "bootedentry"
	DevicesID                   = "devices"
	EventSinkConfigID           = "event-sink"
	ImageFactorySchematicID     = "image-factory-schematic"
	KernelCmdlineID             = "cmdline"
	KmsgLogConfigID             = "kmsg-log"
	MachineResetSignalID        = "machine"
	MachineStatusID             = "machine"
	MaintenanceServiceConfigID  = "maintenance"
	MaintenanceServiceRequestID = "maintenance"
	MetaLoadedID                = "meta-loaded"
	PlatformMetadataID          = "platformmetadata"
	RebootRequestID             = "reboot-request"
	SecurityStateID             = "securitystate"
	UnattendedInstallStatusID   = "unattended-install"
	UniqueMachineTokenID        = "unique-machine-token"
	WatchdogTimerConfigID       = "timer"
)
