package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/netenum"
)

// FIPSState is whether cryptography keeps to FIPS 140.
type FIPSState uint32

// FIPS states.
const (
	FIPSStateDisabled      FIPSState = 0
	FIPSStateEnabled       FIPSState = 1
	FIPSStateEnabledStrict FIPSState = 2
)

var fIPSStateNames = []netenum.Name[FIPSState]{
	{Value: FIPSStateDisabled, Text: "disabled"},
	{Value: FIPSStateEnabled, Text: "enabled"},
	{Value: FIPSStateEnabledStrict, Text: "enabled, strict"},
}

func (v FIPSState) String() string { return netenum.EnumString(fIPSStateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v FIPSState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *FIPSState) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(fIPSStateNames, "FIPSState", string(text), v)
}

// KernelModuleState is what /proc/modules says of a module.
type KernelModuleState uint32

// States of modules.
const (
	KernelModuleStateLive      KernelModuleState = 0
	KernelModuleStateLoading   KernelModuleState = 1
	KernelModuleStateUnloading KernelModuleState = 2
	KernelModuleStateBuiltIn   KernelModuleState = 3
)

var kernelModuleStateNames = []netenum.Name[KernelModuleState]{
	{Value: KernelModuleStateLive, Text: "live"},
	{Value: KernelModuleStateLoading, Text: "loading"},
	{Value: KernelModuleStateUnloading, Text: "unloading"},
	{Value: KernelModuleStateBuiltIn, Text: "built-in"},
}

func (v KernelModuleState) String() string { return netenum.EnumString(kernelModuleStateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v KernelModuleState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *KernelModuleState) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(kernelModuleStateNames, "KernelModuleState", string(text), v)
}

// KernelModuleType says whether a module was loaded or is part of the kernel.
type KernelModuleType uint32

// Types of modules.
const (
	KernelModuleTypeUnknown KernelModuleType = 0
	KernelModuleTypeBuiltIn KernelModuleType = 1
	KernelModuleTypeDynamic KernelModuleType = 2
)

var kernelModuleTypeNames = []netenum.Name[KernelModuleType]{
	{Value: KernelModuleTypeUnknown, Text: "unknown"},
	{Value: KernelModuleTypeBuiltIn, Text: "built-in"},
	{Value: KernelModuleTypeDynamic, Text: "dynamic"},
}

func (v KernelModuleType) String() string { return netenum.EnumString(kernelModuleTypeNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v KernelModuleType) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *KernelModuleType) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(kernelModuleTypeNames, "KernelModuleType", string(text), v)
}

// MachineStage is what the machine is about as a whole.
type MachineStage uint32

// Stages of the machine.
const (
	MachineStageUnknown      MachineStage = 0
	MachineStageBooting      MachineStage = 1
	MachineStageInstalling   MachineStage = 2
	MachineStageMaintenance  MachineStage = 3
	MachineStageRunning      MachineStage = 4
	MachineStageRebooting    MachineStage = 5
	MachineStageShuttingDown MachineStage = 6
	MachineStageResetting    MachineStage = 7
	MachineStageUpgrading    MachineStage = 8
)

var machineStageNames = []netenum.Name[MachineStage]{
	{Value: MachineStageUnknown, Text: "unknown"},
	{Value: MachineStageBooting, Text: "booting"},
	{Value: MachineStageInstalling, Text: "installing"},
	{Value: MachineStageMaintenance, Text: "maintenance"},
	{Value: MachineStageRunning, Text: "running"},
	{Value: MachineStageRebooting, Text: "rebooting"},
	{Value: MachineStageShuttingDown, Text: "shutting down"},
	{Value: MachineStageResetting, Text: "resetting"},
	{Value: MachineStageUpgrading, Text: "upgrading"},
}

func (v MachineStage) String() string { return netenum.EnumString(machineStageNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v MachineStage) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *MachineStage) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(machineStageNames, "MachineStage", string(text), v)
}

// SELinuxState is whether SELinux rules are enforced.
type SELinuxState uint32

// SELinux states.
const (
	SELinuxStateDisabled          SELinuxState = 0
	SELinuxStateEnabledPermissive SELinuxState = 1
	SELinuxStateEnabledEnforcing  SELinuxState = 2
)

var sELinuxStateNames = []netenum.Name[SELinuxState]{
	{Value: SELinuxStateDisabled, Text: "disabled"},
	{Value: SELinuxStateEnabledPermissive, Text: "enabled, permissive"},
	{Value: SELinuxStateEnabledEnforcing, Text: "enabled, enforcing"},
}

func (v SELinuxState) String() string { return netenum.EnumString(sELinuxStateNames, v) }

// MarshalText implements encoding.TextMarshaler.
func (v SELinuxState) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *SELinuxState) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(sELinuxStateNames, "SELinuxState", string(text), v)
}

// UnattendedInstallPhase is how far an installation without an API call has come.
type UnattendedInstallPhase uint32

// Phases of unattended installations.
const (
	UnattendedInstallPhasePending          UnattendedInstallPhase = 0
	UnattendedInstallPhaseInstalling       UnattendedInstallPhase = 1
	UnattendedInstallPhaseInstalled        UnattendedInstallPhase = 2
	UnattendedInstallPhaseWaitingForReboot UnattendedInstallPhase = 3
	UnattendedInstallPhaseFailed           UnattendedInstallPhase = 4
)

var unattendedInstallPhaseNames = []netenum.Name[UnattendedInstallPhase]{
	{Value: UnattendedInstallPhasePending, Text: "pending"},
	{Value: UnattendedInstallPhaseInstalling, Text: "installing"},
	{Value: UnattendedInstallPhaseInstalled, Text: "installed"},
	{Value: UnattendedInstallPhaseWaitingForReboot, Text: "waiting-for-reboot"},
	{Value: UnattendedInstallPhaseFailed, Text: "failed"},
}

func (v UnattendedInstallPhase) String() string {
	return netenum.EnumString(unattendedInstallPhaseNames, v)
}

// MarshalText implements encoding.TextMarshaler.
func (v UnattendedInstallPhase) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *UnattendedInstallPhase) UnmarshalText(text []byte) error {
	return netenum.ParseEnum(unattendedInstallPhaseNames, "UnattendedInstallPhase", string(text), v)
}
