package services

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
)

// path is the search path inside of services' containers.
const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// capabilityNames in the order of their numbers (linux/capability.h).
var capabilityNames = strings.Fields(`CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID CAP_KILL
CAP_SETGID CAP_SETUID CAP_SETPCAP CAP_LINUX_IMMUTABLE CAP_NET_BIND_SERVICE CAP_NET_BROADCAST CAP_NET_ADMIN CAP_NET_RAW
CAP_IPC_LOCK CAP_IPC_OWNER CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_CHROOT CAP_SYS_PTRACE CAP_SYS_PACCT CAP_SYS_ADMIN
CAP_SYS_BOOT CAP_SYS_NICE CAP_SYS_RESOURCE CAP_SYS_TIME CAP_SYS_TTY_CONFIG CAP_MKNOD CAP_LEASE CAP_AUDIT_WRITE
CAP_AUDIT_CONTROL CAP_SETFCAP CAP_MAC_OVERRIDE CAP_MAC_ADMIN CAP_SYSLOG CAP_WAKE_ALARM CAP_BLOCK_SUSPEND CAP_AUDIT_READ
CAP_PERFMON CAP_BPF CAP_CHECKPOINT_RESTORE`)

// boundingSet names the capabilities a child may have. The runtime refuses to
// start a container that asks for more than it has itself, so this is asked of
// the kernel and not written down twice.
func boundingSet(status string) ([]string, error) {
	for line := range strings.Lines(status) {
		value, ok := strings.CutPrefix(line, "CapBnd:")
		if !ok {
			continue
		}

		set, err := strconv.ParseUint(strings.TrimSpace(value), 16, 64)
		if err != nil {
			return nil, fmt.Errorf("parse bounding set: %w", err)
		}

		var names []string

		for i, name := range capabilityNames {
			forbidden := name == "CAP_SYS_MODULE" || name == "CAP_SYS_BOOT"

			if set&(1<<i) != 0 && !forbidden {
				names = append(names, name)
			}
		}

		return names, nil
	}

	return nil, fmt.Errorf("no bounding set in /proc/self/status")
}

func allCapabilities() (*specs.LinuxCapabilities, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return nil, err
	}

	names, err := boundingSet(string(status))
	if err != nil {
		return nil, err
	}

	return &specs.LinuxCapabilities{Bounding: names, Effective: names, Permitted: names}, nil
}

func bind(source, target string, options ...string) specs.Mount {
	return specs.Mount{Type: "bind", Source: source, Destination: target, Options: options}
}

// bindExisting leaves out what this machine has not.
func bindExisting(mounts ...specs.Mount) []specs.Mount {
	var out []specs.Mount

	for _, m := range mounts {
		if _, err := os.Stat(m.Source); err == nil {
			out = append(out, m)
		}
	}

	return out
}

var procMount = specs.Mount{Type: "proc", Source: "proc", Destination: "/proc", Options: []string{"nosuid", "noexec", "nodev"}}

// isolatedMounts are the usual file systems of a container that sees little.
func isolatedMounts() []specs.Mount {
	return []specs.Mount{
		procMount,
		{Type: "tmpfs", Source: "tmpfs", Destination: "/dev", Options: []string{"nosuid", "strictatime", "mode=755", "size=65536k"}},
		{Type: "devpts", Source: "devpts", Destination: "/dev/pts", Options: []string{"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"}},
		{Type: "tmpfs", Source: "shm", Destination: "/dev/shm", Options: []string{"nosuid", "noexec", "nodev", "mode=1777", "size=65536k"}},
		{Type: "sysfs", Source: "sysfs", Destination: "/sys", Options: []string{"nosuid", "noexec", "nodev", "ro"}},
		{Type: "tmpfs", Source: "tmpfs", Destination: "/tmp", Options: []string{"nosuid", "nodev", "mode=1777"}},
	}
}

// hostFiles are what a program on the host's network needs to find others.
func hostFiles() []specs.Mount {
	return bindExisting(
		bind("/etc/resolv.conf", "/etc/resolv.conf", "rbind", "ro"),
		bind("/etc/hosts", "/etc/hosts", "rbind", "ro"),
		bind("/etc/hostname", "/etc/hostname", "rbind", "ro"),
		bind("/etc/ssl/certs", "/etc/ssl/certs", "rbind", "ro"),
	)
}

func rlimits() []specs.POSIXRlimit {
	return []specs.POSIXRlimit{{Type: "RLIMIT_NOFILE", Hard: 1 << 20, Soft: 1 << 20}}
}

func ptr[T any](v T) *T { return &v }
