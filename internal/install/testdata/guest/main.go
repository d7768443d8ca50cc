// Guest is the first process of the virtual machine that vm_test starts. It
// installs to the empty disk, adds a second version, and switches the machine off;
// the test looks at the disk afterwards.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/kmod"
)

func main() {
	if err := run(); err != nil {
		fmt.Println("GUEST FAILED:", err)
	} else {
		fmt.Println("GUEST DONE")
	}

	unix.Sync()
	time.Sleep(100 * time.Millisecond)
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF) //nolint:errcheck
}

func run() error {
	for fs, dir := range map[string]string{"proc": "/proc", "sysfs": "/sys", "devtmpfs": "/dev", "tmpfs": "/tmp"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}

		if err := unix.Mount(fs, dir, fs, 0, ""); err != nil {
			return fmt.Errorf("mount %s: %w", dir, err)
		}
	}

	modules, err := filepath.Glob("/modules/*.ko")
	if err != nil {
		return err
	}

	for _, m := range modules {
		if err = kmod.InsertFile(m, ""); err != nil {
			return err
		}
	}

	for range 100 {
		if _, err = os.Stat("/dev/vda"); err == nil {
			break
		}

		time.Sleep(100 * time.Millisecond)
	}

	if err = install("--disk", "/dev/vda", "--platform", "metal", "--zero"); err != nil {
		return err
	}

	for _, node := range []string{"/dev/vda1", "/dev/vda2"} {
		if _, err = os.Stat(node); err != nil {
			return fmt.Errorf("the kernel does not see the new partition: %w", err)
		}
	}

	// A disk with a mounted partition must be refused.
	if err = os.MkdirAll("/tmp/efi", 0o755); err != nil {
		return err
	}

	if err = unix.Mount("/dev/vda1", "/tmp/efi", "vfat", 0, ""); err != nil {
		return fmt.Errorf("mount the EFI partition: %w", err)
	}

	if err = install("--disk", "/dev/vda", "--force"); err == nil {
		return fmt.Errorf("a disk in use was overwritten")
	}

	if err = unix.Unmount("/tmp/efi", 0); err != nil {
		return err
	}

	os.Setenv("INSTALLER_META_BASE64", "W3sia2V5IjoxMiwidmFsdWUiOiJoZWxsbyJ9XQ==") //nolint:errcheck // [{"key":12,"value":"hello"}]

	return install("--disk", "/dev/vda", "--upgrade", "--extra-kernel-arg", "talos.test=1")
}

func install(args ...string) error {
	cmd := exec.Command("/usr/bin/installer", append([]string{"install"}, args...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stdout

	start := time.Now()
	err := cmd.Run()
	fmt.Println("GUEST", args, "took", time.Since(start).Round(time.Millisecond), err)

	return err
}
