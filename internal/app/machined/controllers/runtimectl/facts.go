package runtimectl

import (
	"context"
	"os"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/version"
)

// facts do not change while the machine is up.
func facts() controller.Controller {
	return controller.Source{
		Name: "runtime.Facts",
		Outputs: controller.Out(
			runtime.Versions.Exclusive(), runtime.KernelCmdlines.Exclusive(),
			runtime.BootIDs.Exclusive(), runtime.SecurityStates.Exclusive(),
		),
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			cmdline, err := read("/proc/cmdline")
			if err != nil {
				return nil, err
			}

			bootID, err := read("/proc/sys/kernel/random/boot_id")
			if err != nil {
				return nil, err
			}

			return []controller.Item{
				controller.Want(runtime.Versions, "version", runtime.VersionSpec{Name: version.Name, Version: version.Tag}),
				controller.Want(runtime.KernelCmdlines, runtime.KernelCmdlineID, runtime.KernelCmdlineSpec{Cmdline: cmdline}),
				controller.Want(runtime.BootIDs, runtime.BootIDID, runtime.BootIDSpec{BootID: bootID}),
				controller.Want(runtime.SecurityStates, runtime.SecurityStateID, securityState()),
			}, nil
		},
	}.Build()
}

func read(path string) (string, error) {
	raw, err := os.ReadFile(path)

	return strings.TrimSpace(string(raw)), err
}

const (
	// Variables of the firmware and of systemd-stub (Boot Loader Interface).
	secureBootVar = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
	stubInfoVar   = "/sys/firmware/efi/efivars/StubInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
)

func securityState() runtime.SecurityStateSpec {
	s := runtime.SecurityStateSpec{SELinuxState: runtime.SELinuxStateDisabled}

	// An EFI variable is four bytes of attributes and then its value.
	if raw, err := os.ReadFile(secureBootVar); err == nil && len(raw) == 5 {
		s.SecureBoot = raw[4] == 1
	}

	if _, err := os.Stat(stubInfoVar); err == nil {
		s.BootedWithUKI = true
	}

	if v, err := read("/sys/module/module/parameters/sig_enforce"); err == nil {
		s.ModuleSignatureEnforced = v == "Y"
	}

	return s
}
