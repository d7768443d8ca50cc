// Package mount attaches and detaches file systems.
//
// New mounts use the file-system-context calls of Linux 5.2 (fsopen, fsmount,
// move_mount): the kernel then says in words what it did not like, and the mount
// appears at its place only when it is complete, with all its flags.
package mount

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// Flags of a mount, beyond what the file system is told.
type Flags struct {
	ReadOnly bool
	NoSuid   bool
	NoDev    bool
	NoExec   bool
	// NoAtime stops recording when files were read.
	NoAtime bool
}

func (f Flags) attr() uint64 {
	var attr uint64

	for bit, on := range map[uint64]bool{
		unix.MOUNT_ATTR_RDONLY:  f.ReadOnly,
		unix.MOUNT_ATTR_NOSUID:  f.NoSuid,
		unix.MOUNT_ATTR_NODEV:   f.NoDev,
		unix.MOUNT_ATTR_NOEXEC:  f.NoExec,
		unix.MOUNT_ATTR_NOATIME: f.NoAtime,
	} {
		if on {
			attr |= bit
		}
	}

	return attr
}

// Option is one parameter of a file system: a flag when Value is empty.
type Option struct{ Key, Value string }

// Filesystem mounts source, a device or a name, at target, which must exist.
func Filesystem(fstype, source, target string, flags Flags, options ...Option) error {
	err := filesystem(fstype, source, target, flags, options)

	// The runtime's preemption signals may interrupt a mount that waits for a
	// module; a context that failed cannot be used again.
	for tries := 0; errors.Is(err, unix.EINTR) && tries < 10; tries++ {
		err = filesystem(fstype, source, target, flags, options)
	}

	if err != nil {
		return fmt.Errorf("mount %s %s at %s: %w", fstype, source, target, err)
	}

	return nil
}

func filesystem(fstype, source, target string, flags Flags, options []Option) error {
	fs, err := unix.Fsopen(fstype, unix.FSOPEN_CLOEXEC)
	if err != nil {
		return err
	}

	defer unix.Close(fs) //nolint:errcheck

	if source != "" {
		if err := unix.FsconfigSetString(fs, "source", source); err != nil {
			return explain(fs, err)
		}
	}

	// The super block itself is read-only too, so that a journal is not written
	// to by the second mount of a read-only device.
	if flags.ReadOnly {
		options = append([]Option{{Key: "ro"}}, options...)
	}

	for _, o := range options {
		if o.Value == "" {
			err = unix.FsconfigSetFlag(fs, o.Key)
		} else {
			err = unix.FsconfigSetString(fs, o.Key, o.Value)
		}

		if err != nil {
			return fmt.Errorf("option %s: %w", o.Key, explain(fs, err))
		}
	}

	if err := unix.FsconfigCreate(fs); err != nil {
		return explain(fs, err)
	}

	tree, err := unix.Fsmount(fs, unix.FSMOUNT_CLOEXEC, int(flags.attr()))
	if err != nil {
		return explain(fs, err)
	}

	defer unix.Close(tree) //nolint:errcheck

	return attach(tree, target)
}

// explain adds what the kernel wrote into the context's log.
func explain(fs int, err error) error {
	buf := make([]byte, 4096)

	var lines []string

	for {
		n, rerr := unix.Read(fs, buf)
		if rerr != nil || n <= 0 {
			break
		}

		// "e text", "w text" or "i text"
		if line := strings.TrimSpace(string(buf[:n])); len(line) > 2 && line[0] != 'i' {
			lines = append(lines, line[2:])
		}
	}

	if len(lines) == 0 {
		return err
	}

	return fmt.Errorf("%w (%s)", err, strings.Join(lines, "; "))
}

func attach(tree int, target string) error {
	return unix.MoveMount(tree, "", unix.AT_FDCWD, target, unix.MOVE_MOUNT_F_EMPTY_PATH|unix.MOVE_MOUNT_T_SYMLINKS)
}

// Bind shows source, a file or directory, at target as well. Flags apply to
// this view only. With recursive, mounts below source come along.
func Bind(source, target string, recursive bool, flags Flags) error {
	open := unix.OPEN_TREE_CLONE | unix.OPEN_TREE_CLOEXEC
	set := unix.AT_EMPTY_PATH

	if recursive {
		open |= unix.AT_RECURSIVE
		set |= unix.AT_RECURSIVE
	}

	tree, err := unix.OpenTree(unix.AT_FDCWD, source, uint(open))
	if err != nil {
		return fmt.Errorf("bind %s to %s: %w", source, target, err)
	}

	defer unix.Close(tree) //nolint:errcheck

	if attr := flags.attr(); attr != 0 {
		change := unix.MountAttr{Attr_set: attr}
		if flags.NoAtime {
			change.Attr_clr = unix.MOUNT_ATTR__ATIME
		}

		if err := unix.MountSetattr(tree, "", uint(set), &change); err != nil {
			return fmt.Errorf("bind %s to %s: %w", source, target, err)
		}
	}

	if err := attach(tree, target); err != nil {
		return fmt.Errorf("bind %s to %s: %w", source, target, err)
	}

	return nil
}

// Overlay mounts lower with a writable layer on top at target. The layer's
// directories upper and work are made; they must be on one file system.
func Overlay(lower []string, upper, work, target string, flags Flags) error {
	for _, dir := range []string{upper, work} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}

	return Filesystem("overlay", "overlay", target, flags,
		Option{"lowerdir", strings.Join(lower, ":")}, Option{"upperdir", upper}, Option{"workdir", work})
}

// SetPropagation changes whether mounts made below target show up in its
// copies (unix.MS_SHARED, MS_SLAVE or MS_PRIVATE).
func SetPropagation(target string, kind uint64, recursive bool) error {
	flags := uint(0)
	if recursive {
		flags = unix.AT_RECURSIVE
	}

	if err := unix.MountSetattr(unix.AT_FDCWD, target, flags, &unix.MountAttr{Propagation: kind}); err != nil {
		return fmt.Errorf("set propagation of %s: %w", target, err)
	}

	return nil
}

// ErrBusy says that somebody still uses the mount.
var ErrBusy = unix.EBUSY

// Unmount detaches target. Not being a mount point is no error.
func Unmount(target string) error {
	err := unix.Unmount(target, unix.UMOUNT_NOFOLLOW)
	if err == nil || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) {
		return nil
	}

	return fmt.Errorf("unmount %s: %w", target, err)
}

// Detach takes target out of sight at once; the file system itself ends with
// its last user. Only for the last moments of a system, when waiting is over.
func Detach(target string) error {
	err := unix.Unmount(target, unix.MNT_DETACH|unix.UMOUNT_NOFOLLOW)
	if err == nil || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOENT) {
		return nil
	}

	return fmt.Errorf("detach %s: %w", target, err)
}

// Remount makes the file system behind target read-only, which also writes
// everything out. It fails with EBUSY while files are open for writing.
func RemountReadOnly(target string) error {
	if err := unix.Mount("", target, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		return fmt.Errorf("remount %s read-only: %w", target, err)
	}

	return nil
}

// IsMountPoint reports whether something is mounted exactly at path.
func IsMountPoint(path string) (bool, error) {
	mounts, err := List()
	if err != nil {
		return false, err
	}

	path = filepath.Clean(path)

	for _, m := range mounts {
		if m.Target == path {
			return true, nil
		}
	}

	return false, nil
}
