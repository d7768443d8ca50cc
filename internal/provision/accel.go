package provision

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// kvmTrial is how long an ordinary kernel may take to find that it has no root
// file system. With working KVM that is under two seconds; where KVM is itself
// emulated, minutes.
const kvmTrial = 15 * time.Second

// chooseAccel decides between KVM and emulation. That /dev/kvm opens proves
// nothing: on some hosts it exists and runs kernel code slower than emulation
// would. So a kernel is booted once, and the answer remembered per boot of the
// host.
func chooseAccel(ctx context.Context, spec Spec, progress func(string)) (accel, why string, err error) {
	switch spec.Accel {
	case "kvm", "tcg":
		return spec.Accel, "as asked for", nil
	case "":
	default:
		return "", "", fmt.Errorf("accelerator %q: use kvm, tcg, or leave it out", spec.Accel)
	}

	kvm, err := os.OpenFile("/dev/kvm", os.O_RDWR, 0)
	if err != nil {
		return "tcg", "no usable /dev/kvm", nil
	}

	kvm.Close() //nolint:errcheck

	root, err := Root()
	if err != nil {
		return "", "", err
	}

	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id") //nolint:errcheck
	memo := filepath.Join(filepath.Dir(root), "kvm-"+strings.TrimSpace(string(id)))

	if known, err := os.ReadFile(memo); err == nil {
		return string(known), "remembered from an earlier trial", nil
	}

	if spec.Assets.Kernel == "" {
		return "tcg", "no kernel at hand to try KVM with", nil
	}

	progress(fmt.Sprintf("trying whether KVM runs an ordinary kernel (%s at most)", kvmTrial))

	accel, why = "tcg", fmt.Sprintf("/dev/kvm opens, but a kernel did not start within %s", kvmTrial)
	if kvmRunsKernel(ctx, spec.Assets.Kernel) {
		accel, why = "kvm", "a kernel started on it"
	}

	if ctx.Err() == nil && os.MkdirAll(filepath.Dir(memo), 0o700) == nil {
		os.WriteFile(memo, []byte(accel), 0o600) //nolint:errcheck // only costs another trial
	}

	return accel, why, ctx.Err()
}

func kvmRunsKernel(ctx context.Context, kernel string) bool {
	if runtime.GOARCH != "amd64" {
		return false
	}

	ctx, cancel := context.WithTimeout(ctx, kvmTrial)
	defer cancel()

	// Without a root file system the kernel panics, and reboots at once, which
	// with -no-reboot ends QEMU: the whole way through start-up was run.
	cmd := exec.CommandContext(ctx, qemuBinary(), append(accelArgs("kvm", ""),
		"-m", "512", "-nodefaults", "-display", "none", "-no-reboot",
		"-kernel", kernel, "-append", "panic=-1 quiet")...)

	return cmd.Run() == nil
}
