// Package boot1 is the first stage of a boot: the /init of the initramfs.
//
// The kernel unpacks the initramfs into memory and starts it. All it does is
// insert the few modules the root file system needs, attach /rootfs.sqsh to a
// loop device, make it the root and start /sbin/init there. It reads no
// configuration, touches no disk and no network, and is the same for every
// machine; anything that can wait belongs to machined.
package boot1

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/sys/kmod"
)

// Where the image build puts things in the initramfs.
const (
	// Image is the root file system.
	Image = "/rootfs.sqsh"
	// ModuleDir holds the modules to insert, named so that their sorted order is
	// the order to insert them in.
	ModuleDir = "/modules"

	newRoot  = "/root"
	nextInit = "/sbin/init"
)

// rebootDelay leaves a person time to read the reason on the screen.
const rebootDelay = 15 * time.Second

// Main runs the first stage and does not return. When a step does not work it
// says so on the console and reboots: with two systems on the disk, the boot
// loader may then choose the other one.
func Main() {
	err := run()
	say("<2>", "first stage stopped: %v; rebooting in %s", err, rebootDelay)
	time.Sleep(rebootDelay)
	unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART) //nolint:errcheck
	os.Exit(1)                                 // the kernel panics and obeys panic=
}

func run() error {
	start := time.Now()

	for _, m := range []struct {
		fstype, target, options string
		flags                   uintptr
	}{
		{"devtmpfs", "/dev", "mode=0755", unix.MS_NOSUID},
		{"proc", "/proc", "", unix.MS_NOSUID | unix.MS_NOEXEC | unix.MS_NODEV},
		{"sysfs", "/sys", "", unix.MS_NOSUID | unix.MS_NOEXEC | unix.MS_NODEV},
	} {
		if err := os.MkdirAll(m.target, 0o755); err != nil {
			return err
		}

		if err := unix.Mount(m.fstype, m.target, m.fstype, m.flags, m.options); err != nil {
			return fmt.Errorf("mount %s: %w", m.target, err)
		}
	}

	if err := insertModules(); err != nil {
		return err
	}

	device, err := attach(Image)
	if err != nil {
		return err
	}

	if err = os.MkdirAll(newRoot, 0o755); err != nil {
		return err
	}

	if err = unix.Mount(device, newRoot, "squashfs", unix.MS_RDONLY|unix.MS_NODEV, ""); err != nil {
		return fmt.Errorf("mount %s from %s: %w", Image, device, err)
	}

	say("<6>", "first stage done in %s, switching to %s", time.Since(start).Round(time.Millisecond), Image)

	return switchRoot()
}

func insertModules() error {
	entries, err := os.ReadDir(ModuleDir) // sorted
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	for _, e := range entries {
		if err = kmod.InsertFile(filepath.Join(ModuleDir, e.Name()), ""); err != nil {
			return err
		}
	}

	return nil
}

// attach gives the file a read-only loop device. The device keeps the file alive
// after its name is gone, and goes away with its last mount.
func attach(path string) (string, error) {
	control, err := unix.Open("/dev/loop-control", unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", fmt.Errorf("open /dev/loop-control: %w", err)
	}
	defer unix.Close(control) //nolint:errcheck

	file, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", path, err)
	}
	defer unix.Close(file) //nolint:errcheck

	n, err := unix.IoctlRetInt(control, unix.LOOP_CTL_GET_FREE)
	if err != nil {
		return "", fmt.Errorf("find a free loop device: %w", err)
	}

	device := fmt.Sprintf("/dev/loop%d", n)

	loop, err := unix.Open(device, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return "", fmt.Errorf("open %s: %w", device, err)
	}

	config := unix.LoopConfig{Fd: uint32(file)}
	config.Info.Flags = unix.LO_FLAGS_READ_ONLY | unix.LO_FLAGS_AUTOCLEAR
	copy(config.Info.File_name[:], path)

	if err = unix.IoctlLoopConfigure(loop, &config); err != nil {
		unix.Close(loop) //nolint:errcheck

		return "", fmt.Errorf("attach %s to %s: %w", path, device, err)
	}

	// Left open on purpose until exec: autoclear would undo the attachment when
	// the last user closes it, and the mount is not there yet.
	return device, nil
}

// switchRoot makes newRoot the root and executes its init. pivot_root refuses to
// work from the initial RAM file system, so the new root is moved over it.
func switchRoot() error {
	for _, dir := range []string{"/dev", "/proc", "/sys"} {
		if err := unix.Mount(dir, newRoot+dir, "", unix.MS_MOVE, ""); err != nil {
			return fmt.Errorf("move %s: %w", dir, err)
		}
	}

	removeInitramfs()

	if err := unix.Chdir(newRoot); err != nil {
		return fmt.Errorf("enter %s: %w", newRoot, err)
	}

	if err := unix.Mount(".", "/", "", unix.MS_MOVE, ""); err != nil {
		return fmt.Errorf("move %s to /: %w", newRoot, err)
	}

	if err := unix.Chroot("."); err != nil {
		return fmt.Errorf("chroot: %w", err)
	}

	if err := unix.Chdir("/"); err != nil {
		return fmt.Errorf("chdir /: %w", err)
	}

	// The kernel turns command line words it does not know into arguments and
	// environment of its first process; none of that is for PID 1.
	//
	// Huge pages would round the heap up by a quarter. PR_SET_THP_DISABLE is no way:
	// every process of the machine would inherit it.
	env := []string{"HOME=/", "TERM=linux", "PATH=/usr/bin:/usr/sbin", "GODEBUG=disablethp=1"}
	if err := unix.Exec(nextInit, []string{nextInit}, env); err != nil {
		return fmt.Errorf("execute %s: %w", nextInit, err)
	}

	return nil
}

// removeInitramfs gives the memory of the files back. It stays on the root's own
// device, so it never follows a mount.
func removeInitramfs() {
	var root, st unix.Stat_t
	if unix.Lstat("/", &root) != nil {
		return
	}

	entries, err := os.ReadDir("/")
	if err != nil {
		return
	}

	for _, e := range entries {
		path := "/" + e.Name()
		if path == newRoot || unix.Lstat(path, &st) != nil || st.Dev != root.Dev {
			continue
		}

		os.RemoveAll(path) //nolint:errcheck // only memory is lost
	}
}

// say writes to the kernel log with a level prefix such as "<6>".
func say(level, format string, args ...any) {
	text := "[talos] " + fmt.Sprintf(format, args...)

	f, err := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0)
	if err != nil {
		fmt.Fprintln(os.Stderr, text)

		return
	}
	defer f.Close() //nolint:errcheck

	fmt.Fprintf(f, "%s%s\n", level, text) //nolint:errcheck
}
