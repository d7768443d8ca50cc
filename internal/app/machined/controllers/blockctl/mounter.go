package blockctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/atomicfile"
	"github.com/talos-os/talos/internal/sys/mount"
	"github.com/talos-os/talos/internal/sys/xfs"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
)

// repairTimeout is generous: a large disk is slow, and without it there is no node.
const repairTimeout = time.Hour

// mounter does what plans say, below root.
type mounter struct {
	root string
	log  *slog.Logger
}

// up makes the volume available and reports it. It may be called again for what
// is there already.
func (m mounter) up(s mountStep) (block.MountStatusSpec, error) {
	target := filepath.Join(m.root, s.volume.MountSpec.TargetPath)
	status := block.MountStatusSpec{
		Spec: s.request, Target: target, Source: s.volume.MountLocation, Filesystem: s.volume.Filesystem,
		EncryptionProvider: s.volume.EncryptionProvider, ReadOnly: s.request.ReadOnly,
		ProjectQuotaSupport: s.volume.MountSpec.ProjectQuotaSupport,
	}

	if s.present {
		return status, nil
	}

	var err error

	switch s.volume.Type {
	case block.VolumeTypePartition:
		err = m.partition(s, target)
	case block.VolumeTypeDirectory:
		status.Source, err = target, makeDirectory(target, s.volume.MountSpec)
	case block.VolumeTypeOverlay:
		status.Source, err = "overlay", m.overlay(s, target)
	case block.VolumeTypeSymlink:
		status.Source, err = s.volume.SymlinkSpec.SymlinkTargetPath, makeSymlink(target, s.volume.SymlinkSpec)
	default:
		err = fmt.Errorf("volumes of type %s are not supported by this version", s.volume.Type)
	}

	return status, err
}

func (m mounter) flags(r block.MountRequestSpec) mount.Flags {
	return mount.Flags{
		ReadOnly: r.ReadOnly, NoSuid: r.Secure, NoDev: r.Secure, NoExec: r.NoExec, NoAtime: r.DisableAccessTime,
	}
}

func (m mounter) partition(s mountStep, target string) error {
	if s.volume.Filesystem != block.FilesystemTypeXfs {
		return fmt.Errorf("file system %s is not supported by this version", s.volume.Filesystem)
	}

	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}

	there, err := mountedFrom(target)
	if err != nil {
		return err
	}

	// A previous life of this controller did it and could not say so any more.
	if there != s.volume.MountLocation {
		start := time.Now()

		err := m.mountXFS(s, target)
		if errors.Is(err, unix.EUCLEAN) {
			// The kernel found damage that replaying the journal did not mend.
			m.log.Warn("file system is damaged, repairing", "volume", s.request.VolumeID, "error", err)

			ctx, cancel := context.WithTimeout(context.Background(), repairTimeout)
			defer cancel()

			if err = xfs.Repair(ctx, s.volume.MountLocation); err == nil {
				err = m.mountXFS(s, target)
			}
		}

		if err != nil {
			return err
		}

		m.log.Info("volume mounted", "volume", s.request.VolumeID, "target", target, "source", s.volume.MountLocation, "took", time.Since(start).Round(time.Millisecond).String())
	}

	if s.request.ReadOnly {
		return nil
	}

	if grown, err := xfs.Grow(target, s.volume.Size); err != nil {
		// Smaller than it could be is better than not there.
		m.log.Warn("file system not grown", "volume", s.request.VolumeID, "error", err)
	} else if grown {
		m.log.Info("file system grown", "volume", s.request.VolumeID, "size", s.volume.PrettySize)
	}

	if err := owner(target, s.volume.MountSpec); err != nil {
		return err
	}

	if s.request.VolumeID == StateVolume {
		return atomicfile.CleanDir(target)
	}

	return nil
}

func (m mounter) mountXFS(s mountStep, target string) error {
	var quota []mount.Option
	if s.volume.MountSpec.ProjectQuotaSupport {
		quota = []mount.Option{{Key: "prjquota"}}
	}

	err := mount.Filesystem("xfs", s.volume.MountLocation, target, m.flags(s.request), quota...)
	if quota == nil || !errors.Is(err, unix.EINVAL) {
		return err
	}

	// Kernels without quota say only "invalid argument". Limits on ephemeral
	// storage are then measured by walking directories, which is slower and works.
	if plain := mount.Filesystem("xfs", s.volume.MountLocation, target, m.flags(s.request)); plain != nil {
		return err
	}

	m.log.Warn("mounted without project quota", "volume", s.request.VolumeID, "error", err)

	return nil
}

// mountedFrom is the source of the topmost mount exactly at target, or empty.
func mountedFrom(target string) (string, error) {
	mounts, err := mount.List()
	if err != nil {
		return "", err
	}

	source := ""

	for _, m := range mounts {
		if m.Target == target {
			source = m.Source
		}
	}

	return source, nil
}

func (m mounter) overlay(s mountStep, target string) error {
	if err := os.MkdirAll(target, 0o755); err != nil && !errors.Is(err, unix.EROFS) {
		return err
	}

	there, err := mountedFrom(target)
	if err != nil || there == "overlay" {
		return err
	}

	upper, work := overlayDirs(m.root, s.volume.MountSpec.TargetPath)

	if err := mount.Overlay([]string{target}, upper, work, target, mount.Flags{NoSuid: true, NoDev: true}); err != nil {
		return err
	}

	return owner(target, s.volume.MountSpec)
}

func makeDirectory(path string, spec block.MountSpec) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}

	return owner(path, spec)
}

func owner(path string, spec block.MountSpec) error {
	st, err := os.Lstat(path)
	if err != nil {
		return err
	}

	if !st.IsDir() {
		return fmt.Errorf("%s is not a directory", path)
	}

	if spec.FileMode != 0 && st.Mode().Perm() != spec.FileMode.Perm() {
		if err := os.Chmod(path, spec.FileMode.Perm()); err != nil {
			return err
		}
	}

	return os.Lchown(path, spec.UID, spec.GID)
}

func makeSymlink(path string, spec block.SymlinkProvisioningSpec) error {
	if there, err := os.Readlink(path); err == nil && there == spec.SymlinkTargetPath {
		return nil
	}

	if _, err := os.Lstat(path); err == nil {
		if !spec.Force {
			return fmt.Errorf("%s exists and is not a link to %s", path, spec.SymlinkTargetPath)
		}

		if err := os.RemoveAll(path); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	return os.Symlink(spec.SymlinkTargetPath, path)
}

// down takes one volume away with everything mounted on it.
func (m mounter) down(target string, fsType block.FilesystemType) error {
	mounts, err := mount.List()
	if err != nil {
		return err
	}

	// A directory volume is no mount; only what programs mounted in it is.
	for _, info := range mount.Users(mounts, target) {
		if info.Target == target && fsType == block.FilesystemTypeNone && info.FSType != "overlay" {
			continue
		}

		if err := m.unmount(info.Target); err != nil {
			return err
		}
	}

	return nil
}

func (m mounter) unmount(target string) error {
	err := mount.Unmount(target)
	if errors.Is(err, mount.ErrBusy) {
		if holders := mount.Holders(target); len(holders) > 0 {
			return fmt.Errorf("%w: held by %v", err, holders)
		}
	}

	return err
}

// unmountAll ends all volumes: data is written out first, then each goes as far
// as it can. What stays mounted keeps its status, so that Teardown can name it.
func (m mounter) unmountAll(w *controller.Writer, p mountsPlan) error {
	unix.Sync()

	var errs []error

	for _, s := range p.down {
		err := m.down(s.Target, s.Filesystem)
		if errors.Is(err, mount.ErrBusy) {
			m.kill(s.Target, func() []mount.Holder { return mount.Holders(s.Target) })

			err = m.down(s.Target, s.Filesystem)
		}

		if err == nil && s.Filesystem != block.FilesystemTypeNone {
			err = m.release(s.Target, s.Source)
		}

		if err != nil {
			errs = append(errs, err, w.Want(controller.Want(block.MountStatuses, s.Spec.VolumeID, s)))

			continue
		}

		if s.Filesystem != block.FilesystemTypeNone {
			m.log.Info("volume unmounted", "volume", s.Spec.VolumeID, "target", s.Target)
		}
	}

	return errors.Join(errs...)
}

// killTime is how long killed processes may take to be gone.
const killTime = 5 * time.Second

// release sees to it that the device is free. A process with a mount namespace
// of its own, a container that did not want to stop, does not make the unmount
// fail, but keeps the file system alive behind it, which then needs recovery at
// the next boot.
func (m mounter) release(target, source string) error {
	var st unix.Stat_t
	if err := unix.Stat(source, &st); err != nil {
		return nil //nolint:nilerr // the disk is gone: nobody can use it
	}

	if free(source) {
		return nil
	}

	m.kill(target, func() []mount.Holder {
		return mount.Pinners(target, unix.Major(st.Rdev), unix.Minor(st.Rdev))
	})

	for range 20 {
		if free(source) {
			return nil
		}

		time.Sleep(50 * time.Millisecond)
	}

	return fmt.Errorf("%s is unmounted from %s and still in use", source, target)
}

// free asks the kernel whether anybody has mounted the device, anywhere.
func free(device string) bool {
	fd, err := unix.Open(device, unix.O_RDONLY|unix.O_EXCL|unix.O_CLOEXEC, 0)
	if err == nil {
		_ = unix.Close(fd)
	}

	return !errors.Is(err, unix.EBUSY)
}

// kill ends what survived the stop of all services and still uses a volume, and
// waits until it is gone.
func (m mounter) kill(target string, holders func() []mount.Holder) {
	deadline := time.Now().Add(killTime)
	killed := map[int]bool{}

	for {
		left := 0

		for _, h := range holders() {
			if h.PID == os.Getpid() || h.PID == 1 {
				continue
			}

			left++

			if !killed[h.PID] {
				killed[h.PID] = true

				m.log.Warn("killed what still used a volume", "process", h.Name, "pid", h.PID, "target", target, "why", h.Why)
				_ = unix.Kill(h.PID, unix.SIGKILL)
			}
		}

		if left == 0 || time.Now().After(deadline) {
			return
		}

		time.Sleep(50 * time.Millisecond)
	}
}
