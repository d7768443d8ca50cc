// Package boot is what PID 1 does before there is state: a straight line of
// steps that end with a machine on which the controller runtime can start.
//
// Nothing here waits for hardware, loads modules or touches a disk: the API has
// to answer within seconds, so all of that is left to controllers.
package boot

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"

	"golang.org/x/sys/unix"
)

type step struct {
	what string
	do   func() error
}

// Run prepares the machine. Steps that fail are reported together: a machine
// that still comes up to answer an API call is worth more than one that stops.
func Run() error {
	var errs []error

	for _, s := range []step{
		{"mount kernel file systems", mountAll},
		{"drop capabilities of children", dropChildCapabilities},
		{"make directories", makeDirectories},
		{"set limits", setLimits},
		{"set up cgroups", setupCgroups},
		{"set up console", setupConsole},
	} {
		if err := s.do(); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.what, err))
		}
	}

	return errors.Join(errs...)
}

type mount struct {
	source, target, fstype string
	flags                  uintptr
	data                   string
	// optional file systems depend on the kernel's configuration or firmware.
	optional bool
}

const (
	sealed   = unix.MS_NOSUID | unix.MS_NODEV | unix.MS_NOEXEC
	relatime = unix.MS_RELATIME
)

// mounts in order. /tmp and /run hold no programs; /system does: the installer
// is unpacked there before there is a disk.
var mounts = []mount{
	{"proc", "/proc", "proc", sealed, "", false},
	{"sysfs", "/sys", "sysfs", sealed, "", false},
	{"devtmpfs", "/dev", "devtmpfs", unix.MS_NOSUID | unix.MS_NOEXEC, "mode=0755", false},
	{"devpts", "/dev/pts", "devpts", unix.MS_NOSUID | unix.MS_NOEXEC, "ptmxmode=000,mode=620,gid=5", false},
	{"tmpfs", "/dev/shm", "tmpfs", sealed | relatime, "mode=1777", false},
	{"tmpfs", "/run", "tmpfs", sealed | relatime, "mode=0755", false},
	{"tmpfs", "/tmp", "tmpfs", sealed | relatime, "mode=1777,size=64M", false},
	{"tmpfs", "/system", "tmpfs", unix.MS_NOSUID | unix.MS_NODEV | relatime, "mode=0755", false},
	{"cgroup2", "/sys/fs/cgroup", "cgroup2", sealed | relatime, "nsdelegate,memory_recursiveprot", false},
	{"securityfs", "/sys/kernel/security", "securityfs", sealed | relatime, "", true},
	{"bpf", "/sys/fs/bpf", "bpf", sealed | relatime, "mode=0700", true},
	{"pstore", "/sys/fs/pstore", "pstore", sealed | relatime, "", true},
	{"tracefs", "/sys/kernel/tracing", "tracefs", sealed | relatime, "", true},
	{"mqueue", "/dev/mqueue", "mqueue", sealed | relatime, "", true},
	{"hugetlbfs", "/dev/hugepages", "hugetlbfs", unix.MS_NOSUID | unix.MS_NODEV | relatime, "", true},
	{"efivarfs", "/sys/firmware/efi/efivars", "efivarfs", sealed | relatime | unix.MS_RDONLY, "", true},
}

func mountAll() error {
	var errs []error

	for _, m := range mounts {
		if isMountPoint(m.target) {
			continue // the first stage was here
		}

		if err := os.MkdirAll(m.target, 0o755); err != nil {
			if !m.optional {
				errs = append(errs, err)
			}

			continue
		}

		if err := unix.Mount(m.source, m.target, m.fstype, m.flags, m.data); err != nil && !m.optional {
			errs = append(errs, fmt.Errorf("mount %s: %w", m.target, err))
		}
	}

	// Containers get their own views of the mounts below; what kubelet mounts
	// must reach them, so everything is shared from the start.
	if err := unix.Mount("", "/", "", unix.MS_SHARED|unix.MS_REC, ""); err != nil {
		errs = append(errs, fmt.Errorf("share mounts: %w", err))
	}

	return errors.Join(errs...)
}

// isMountPoint compares device numbers with the parent's: none of the file
// systems above is ever bind-mounted from its own parent.
func isMountPoint(path string) bool {
	var st, parent unix.Stat_t

	if unix.Lstat(path, &st) != nil || unix.Lstat(filepath.Dir(path), &parent) != nil {
		return false
	}

	return st.Dev != parent.Dev
}

// dropChildCapabilities takes module loading and rebooting from the bounding
// set of every thread. The bounding set is only looked at by execve(2), so this
// process keeps what it has while nothing it ever starts can regain them, not
// even a privileged pod (capabilities(7)). The prctl works per thread and later
// threads inherit.
func dropChildCapabilities() error {
	for _, c := range []uintptr{unix.CAP_SYS_MODULE, unix.CAP_SYS_BOOT} {
		if _, _, errno := syscall.AllThreadsSyscall(unix.SYS_PRCTL, unix.PR_CAPBSET_DROP, c, 0); errno != 0 {
			return fmt.Errorf("drop capability %d: %w", c, errno)
		}
	}

	return nil
}

type directory struct {
	path string
	mode os.FileMode
}

var directories = []directory{
	{"/system/etc", 0o755},
	{"/system/run", 0o755},
	{"/system/run/machined", 0o755},
	{"/system/run/apid", 0o755},
	{"/system/run/trustd", 0o755},
	{"/system/run/containerd", 0o755},
	{"/system/secrets", 0o755},
	{"/system/config", 0o755},
	{"/system/state", 0o700},
	{"/system/var", 0o755},
	{"/system/overlays", 0o755},
	{"/system/libexec", 0o755},
	{"/system/resolved", 0o755},
	{"/run/containerd", 0o711},
}

func makeDirectories() error {
	unix.Umask(0)

	for _, d := range directories {
		if err := os.MkdirAll(d.path, d.mode); err != nil {
			return err
		}
	}

	return nil
}

func setLimits() error {
	// Go raises the soft limit of open files itself; children get what we set.
	lim := unix.Rlimit{Cur: 1 << 20, Max: 1 << 20}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &lim); err != nil {
		return fmt.Errorf("limit of open files: %w", err)
	}

	// PID 1 is never the kernel's choice when memory runs out anyway; this is
	// for the children that inherit it until they set their own.
	if err := os.WriteFile("/proc/self/oom_score_adj", []byte("-999"), 0); err != nil {
		return err
	}

	if os.Getenv("PATH") == "" || os.Getpid() == 1 {
		os.Setenv("PATH", "/usr/bin:/usr/local/sbin:/usr/local/bin:/opt/cni/bin") //nolint:errcheck
	}

	os.Setenv("TERM", "linux")           //nolint:errcheck
	os.Setenv("XDG_RUNTIME_DIR", "/run") //nolint:errcheck

	// Memory is the product's budget, CPU at idle is not spent on allocation:
	// collecting at half the usual growth keeps the heap near its live size.
	debug.SetGCPercent(50)

	return nil
}

// setupCgroups makes room for services: cgroup v2 wants no processes in a group
// that has controllers enabled for its children, so this process moves first.
func setupCgroups() error {
	const root = "/sys/fs/cgroup"

	if err := os.MkdirAll(root+"/init", 0o755); err != nil {
		return err
	}

	if err := os.WriteFile(root+"/init/cgroup.procs", []byte("1"), 0); err != nil {
		return fmt.Errorf("move to cgroup init: %w", err)
	}

	var errs []error

	for _, c := range []string{"cpu", "cpuset", "memory", "io", "pids", "hugetlb"} {
		if err := os.WriteFile(root+"/cgroup.subtree_control", []byte("+"+c), 0); err != nil {
			slog.Warn("cgroup controller is not available", "cgroup_controller", c, "error", err)
		}
	}

	for _, g := range []string{"system", "podruntime"} {
		if err := os.MkdirAll(root+"/"+g, 0o755); err != nil {
			errs = append(errs, err)

			continue
		}

		for _, c := range []string{"cpu", "cpuset", "memory", "io", "pids"} {
			_ = os.WriteFile(root+"/"+g+"/cgroup.subtree_control", []byte("+"+c), 0) //nolint:errcheck // reported for the root
		}
	}

	return errors.Join(errs...)
}

// setupConsole gives PID 1 standard streams even if the kernel found no console.
func setupConsole() error {
	for fd := range 3 {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil {
			continue
		}

		null, err := unix.Open("/dev/null", unix.O_RDWR, 0)
		if err != nil {
			return err
		}

		if null != fd {
			if err = unix.Dup3(null, fd, 0); err != nil {
				return err
			}

			unix.Close(null) //nolint:errcheck
		}
	}

	return nil
}
