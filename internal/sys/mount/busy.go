package mount

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Holders names the processes that keep the file system mounted at target busy:
// by an open file, a working directory, a root or a mapping below it. Only for
// explaining why an unmount did not work, since it reads all of /proc.
func Holders(target string) []string {
	procs, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}

	var out []string

	for _, p := range procs {
		pid, err := strconv.Atoi(p.Name())
		if err != nil {
			continue
		}

		if why := holds(filepath.Join("/proc", p.Name()), strings.TrimSuffix(target, "/")); why != "" {
			comm, _ := os.ReadFile(filepath.Join("/proc", p.Name(), "comm"))
			out = append(out, fmt.Sprintf("%s[%d] %s", strings.TrimSpace(string(comm)), pid, why))
		}
	}

	slices.Sort(out)

	return out
}

func holds(proc, target string) string {
	below := func(path string) bool { return path == target || strings.HasPrefix(path, target+"/") }

	for _, name := range []string{"cwd", "root", "exe"} {
		if path, err := os.Readlink(filepath.Join(proc, name)); err == nil && below(path) {
			return name + " " + path
		}
	}

	fds, err := os.ReadDir(filepath.Join(proc, "fd"))
	if err != nil {
		return ""
	}

	for _, fd := range fds {
		if path, err := os.Readlink(filepath.Join(proc, "fd", fd.Name())); err == nil && below(path) {
			return "open " + path
		}
	}

	return ""
}
