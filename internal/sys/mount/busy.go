package mount

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Holder is a process that keeps a file system busy.
type Holder struct {
	PID  int
	Name string
	// Why names the open file, or says that the process has a mount namespace
	// of its own in which the file system is still mounted.
	Why string
}

func (h Holder) String() string { return fmt.Sprintf("%s[%d] %s", h.Name, h.PID, h.Why) }

// Holders names the processes that keep the file system mounted at target busy
// by an open file, a working directory, a root or a program below it. It reads
// all of /proc and is meant for the moment when an unmount does not work.
func Holders(target string) []Holder {
	target = strings.TrimSuffix(target, "/")

	return find(func(dir string) string { return holds(dir, target) })
}

// Pinners names the processes that still have a device, once mounted at
// target and no longer there, mounted in a mount namespace of their own, or an
// overlay of directories in it.
func Pinners(target string, major, minor uint32) []Holder {
	own, _ := os.Readlink("/proc/self/ns/mnt")
	namespaces := map[string]bool{own: false}

	return find(func(dir string) string {
		ns, err := os.Readlink(filepath.Join(dir, "ns/mnt"))
		if err != nil {
			return ""
		}

		pinned, known := namespaces[ns]
		if !known {
			pinned = pins(filepath.Join(dir, "mountinfo"), strings.TrimSuffix(target, "/"), int(major), int(minor))
			namespaces[ns] = pinned
		}

		if !pinned {
			return ""
		}

		return "has it mounted in a namespace of its own"
	})
}

// find asks why for every process, by its directory in /proc.
func find(ask func(dir string) string) []Holder {
	var out []Holder

	for pid, dir := range processes() {
		why := ask(dir)

		if why != "" {
			comm, _ := os.ReadFile(filepath.Join(dir, "comm"))
			out = append(out, Holder{pid, strings.TrimSpace(string(comm)), why})
		}
	}

	slices.SortFunc(out, func(a, b Holder) int { return a.PID - b.PID })

	return out
}

func processes() map[int]string {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}

	out := map[int]string{}

	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			out[pid] = filepath.Join("/proc", e.Name())
		}
	}

	return out
}

// pins reports whether a mount namespace keeps the device or layers below target.
func pins(mountinfo, target string, major, minor int) bool {
	f, err := os.Open(mountinfo)
	if err != nil {
		return false
	}

	defer f.Close() //nolint:errcheck

	mounts, err := Parse(f)
	if err != nil {
		return false
	}

	for _, m := range mounts {
		if m.Major == major && m.Minor == minor || m.FSType == "overlay" && layersIn(m, target) {
			return true
		}
	}

	return false
}

func holds(proc, target string) string {
	inside := func(path string) bool { return path == target || below(path, target) }

	for _, name := range []string{"cwd", "root", "exe"} {
		if path, err := os.Readlink(filepath.Join(proc, name)); err == nil && inside(path) {
			return name + " " + path
		}
	}

	fds, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		return ""
	}

	for _, fd := range fds {
		if path, err := os.Readlink(filepath.Join(proc, "fd", fd.Name())); err == nil && inside(path) {
			return "open " + path
		}
	}

	return ""
}
