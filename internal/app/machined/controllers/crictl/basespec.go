package crictl

// defaultSpec is what containers are made from when the config overrides parts
// of it. It is containerd's own default, which is not used once a file is given;
// the container runtime interface sets the rest for every container.
func defaultSpec() map[string]any {
	caps := []any{
		"CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID",
		"CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
	}

	mount := func(kind, source, target string, options ...any) any {
		return map[string]any{"type": kind, "source": source, "destination": target, "options": options}
	}

	var namespaces []any

	for _, ns := range []string{"pid", "ipc", "uts", "mount", "network"} {
		namespaces = append(namespaces, map[string]any{"type": ns})
	}

	return map[string]any{
		"ociVersion": "1.2.1",
		"root":       map[string]any{"path": "rootfs"},
		"process": map[string]any{
			"cwd":             "/",
			"noNewPrivileges": true,
			"user":            map[string]any{"uid": 0, "gid": 0},
			"capabilities":    map[string]any{"bounding": caps, "permitted": caps, "effective": caps},
			"rlimits":         []any{},
		},
		"linux": map[string]any{
			"maskedPaths": []any{
				"/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
				"/proc/timer_stats", "/proc/sched_debug", "/sys/devices/virtual/powercap", "/sys/firmware", "/proc/scsi",
			},
			"readonlyPaths": []any{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"},
			"resources":     map[string]any{"devices": []any{map[string]any{"allow": false, "access": "rwm"}}},
			"namespaces":    namespaces,
		},
		"mounts": []any{
			mount("proc", "proc", "/proc", "nosuid", "noexec", "nodev"),
			mount("tmpfs", "tmpfs", "/dev", "nosuid", "strictatime", "mode=755", "size=65536k"),
			mount("devpts", "devpts", "/dev/pts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"),
			mount("tmpfs", "shm", "/dev/shm", "nosuid", "noexec", "nodev", "mode=1777", "size=65536k"),
			mount("mqueue", "mqueue", "/dev/mqueue", "nosuid", "noexec", "nodev"),
			mount("sysfs", "sysfs", "/sys", "nosuid", "noexec", "nodev", "ro"),
			mount("tmpfs", "tmpfs", "/run", "nosuid", "strictatime", "mode=755", "size=65536k"),
		},
	}
}
