package installer

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/containerd/containerd/v2/core/remotes"
	"golang.org/x/sys/unix"
	"gopkg.in/yaml.v3"
)

// Options say what to install and where to.
type Options struct {
	// Image is the reference of the installer image.
	Image string
	// Disk is the device to install to.
	Disk string
	// Platform goes to the installed system's kernel command line.
	Platform string
	// Wipe clears the disk first, so that nothing of it is found later.
	Wipe bool
	// Upgrade keeps META, STATE and EPHEMERAL.
	Upgrade bool
	// Force installs over another system's disk.
	Force bool
	// ExtraKernelArgs are added to the installed system's kernel command line.
	ExtraKernelArgs []string
	// Meta are initial values of the META partition.
	Meta map[uint8]string
	// Env is the environment: proxies.
	Env []string
}

// scratch is on a tmpfs from which programs may run.
const scratch = "/system/installer"

// Run pulls the image and installs. log gets every line the installer says and
// the progress of the pull. It returns when the disk is written and synced, or
// with an error when nothing more will happen to the disk.
func Run(ctx context.Context, resolver remotes.Resolver, o Options, log func(string)) (err error) {
	defer func() { err = errors.Join(err, cleanUp()) }()

	if err = cleanUp(); err != nil {
		return err
	}

	if err = os.MkdirAll(scratch, 0o700); err != nil {
		return err
	}

	var last time.Time

	err = Unpack(ctx, resolver, o.Image, scratch, func(done, total int64) {
		if done == total || time.Since(last) > 2*time.Second {
			last = time.Now()
			log(fmt.Sprintf("pulling %s: %d of %d MiB", o.Image, done>>20, total>>20))
		}
	})
	if err != nil {
		return err
	}

	prog, err := program(scratch)
	if err != nil {
		return fmt.Errorf("image %s: %w", o.Image, err)
	}

	if err = bindKernelFilesystems(); err != nil {
		return err
	}

	return execute(ctx, prog, o, log)
}

var binds = []string{"/dev", "/proc", "/sys"}

func bindKernelFilesystems() error {
	for _, dir := range binds {
		target := scratch + dir
		if err := os.MkdirAll(target, 0o755); err != nil {
			return err
		}

		if err := unix.Mount(dir, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
			return fmt.Errorf("bind %s for the installer: %w", dir, err)
		}

		// What the installer mounts must not appear on the node.
		if err := unix.Mount("", target, "", unix.MS_REC|unix.MS_SLAVE, ""); err != nil {
			return fmt.Errorf("bind %s for the installer: %w", dir, err)
		}
	}

	return os.MkdirAll(scratch+"/tmp", 0o1777)
}

func cleanUp() error {
	var errs []error

	for _, dir := range binds {
		err := unix.Unmount(scratch+dir, unix.MNT_DETACH)
		if err != nil && !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOENT) {
			// Removing what is below would remove the node's devices.
			return fmt.Errorf("unmount %s of the installer: %w", dir, err)
		}
	}

	if err := os.RemoveAll(scratch); err != nil {
		errs = append(errs, err)
	}

	return errors.Join(errs...)
}

// arguments of the installer's command line.
func arguments(o Options) []string {
	args := []string{"install", "--disk", o.Disk, "--platform", o.Platform, "--arch", runtime.GOARCH}

	for flag, on := range map[string]bool{"--zero": o.Wipe, "--upgrade": o.Upgrade, "--force": o.Force} {
		if on {
			args = append(args, flag)
		}
	}

	for _, a := range o.ExtraKernelArgs {
		args = append(args, "--extra-kernel-arg", a)
	}

	return args
}

// metaEnv is how META values reach the installer: they may be secret, and a
// command line is not.
func metaEnv(values map[uint8]string) (string, error) {
	if len(values) == 0 {
		return "", nil
	}

	byKey := map[string]string{}
	for k, v := range values {
		byKey[fmt.Sprintf("0x%02x", k)] = v
	}

	raw, err := yaml.Marshal(byKey)
	if err != nil {
		return "", err
	}

	return "INSTALLER_META_BASE64=" + base64.StdEncoding.EncodeToString(raw), nil
}

func execute(ctx context.Context, prog string, o Options, log func(string)) error {
	out, outW, err := os.Pipe()
	if err != nil {
		return err
	}
	defer out.Close() //nolint:errcheck

	cmd := exec.CommandContext(ctx, prog, arguments(o)...)
	cmd.Path = prog // looked up inside the chroot, not here
	cmd.Err = nil
	cmd.Dir = "/"
	cmd.Env = append([]string{"PATH=/usr/bin:/usr/sbin:/bin:/sbin", "TMPDIR=/tmp"}, o.Env...)
	cmd.Stdout, cmd.Stderr = outW, outW
	// Unshareflags, unlike Cloneflags, makes the mounts private before chroot:
	// what the installer mounts ends with it.
	cmd.SysProcAttr = &unix.SysProcAttr{Chroot: scratch, Unshareflags: unix.CLONE_NEWNS}
	// A write in progress is better let finish than cut off.
	cmd.Cancel = func() error { return cmd.Process.Signal(unix.SIGTERM) }
	cmd.WaitDelay = 30 * time.Second

	meta, err := metaEnv(o.Meta)
	if err != nil {
		return err
	}

	if meta != "" {
		cmd.Env = append(cmd.Env, meta)
	}

	slog.Info("running installer", "image", o.Image, "disk", o.Disk)

	if err = cmd.Start(); err != nil {
		outW.Close() //nolint:errcheck

		return fmt.Errorf("start installer: %w", err)
	}

	outW.Close() //nolint:errcheck

	var (
		wg   sync.WaitGroup
		tail []string
	)

	wg.Go(func() {
		sc := bufio.NewScanner(io.LimitReader(out, 1<<20))
		for sc.Scan() {
			line := strings.TrimSpace(sc.Text())
			log(line)

			if tail = append(tail, line); len(tail) > 5 {
				tail = tail[1:]
			}
		}

		io.Copy(io.Discard, out) //nolint:errcheck // never let it block on a full pipe
	})

	wg.Wait()

	if err = cmd.Wait(); err != nil {
		return fmt.Errorf("installer %s on %s: %w: %s", o.Image, filepath.Base(o.Disk), err, strings.Join(tail, "; "))
	}

	return nil
}
