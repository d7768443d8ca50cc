package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// describeHost says what the figures were measured on, in one line. accel is how
// virtual machines ran; empty where there was none.
func describeHost(accel string) string {
	parts := []string{
		cpuModel(readFile("/proc/cpuinfo")),
		fmt.Sprintf("%d cores", runtime.NumCPU()),
		memory(readFile("/proc/meminfo")),
	}

	var u unix.Utsname
	if unix.Uname(&u) == nil {
		parts = append(parts, "Linux "+unix.ByteSliceToString(u.Release[:]))
	}

	if accel != "" {
		out, _ := exec.Command("qemu-system-"+map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH], "--version").Output() //nolint:errcheck // then without
		first, _, _ := strings.Cut(string(out), "\n")
		version, _, _ := strings.Cut(strings.TrimPrefix(first, "QEMU emulator version "), " ")
		parts = append(parts, "QEMU "+version+" with "+accel)
	}

	return strings.Join(parts, ", ")
}

// load is what else the host does: the average over the last minute.
func load() string {
	first, _, _ := strings.Cut(readFile("/proc/loadavg"), " ")

	return "load " + first + " before"
}

func readFile(path string) string {
	raw, _ := os.ReadFile(path) //nolint:errcheck // what is not known is left out

	return string(raw)
}

// cpuModel reads /proc/cpuinfo.
func cpuModel(cpuinfo string) string {
	for line := range strings.Lines(cpuinfo) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return strings.TrimSpace(value)
		}
	}

	return runtime.GOARCH
}

// memory reads /proc/meminfo.
func memory(meminfo string) string {
	var kib int64

	for line := range strings.Lines(meminfo) {
		if _, err := fmt.Sscanf(line, "MemTotal: %d kB", &kib); err == nil {
			break
		}
	}

	return fmt.Sprintf("%.0f GiB", float64(kib)/(1<<20))
}
