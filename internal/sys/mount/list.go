package mount

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Info is one mount of this process's namespace.
type Info struct {
	ID, Parent   int
	Major, Minor int
	// Root is the directory of the file system that is shown; not "/" for bind mounts.
	Root   string
	Target string
	// Options are those of this mount, SuperOptions those of the file system.
	Options      []string
	FSType       string
	Source       string
	SuperOptions []string
}

// List reads all mounts, parents before what is mounted on them.
func List() ([]Info, error) {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}

	defer f.Close() //nolint:errcheck

	return Parse(f)
}

// Parse reads the format of /proc/pid/mountinfo.
func Parse(r io.Reader) ([]Info, error) {
	var out []Info

	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, 1<<20)

	for scanner.Scan() {
		info, err := parseLine(scanner.Text())
		if err != nil {
			return nil, fmt.Errorf("mountinfo line %q: %w", scanner.Text(), err)
		}

		out = append(out, info)
	}

	return out, scanner.Err()
}

func parseLine(line string) (Info, error) {
	// 36 35 98:0 /root /target opts optional... - fstype source superopts
	head, tail, ok := strings.Cut(line, " - ")
	fields, rest := strings.Split(head, " "), strings.Split(tail, " ")

	if !ok || len(fields) < 6 || len(rest) < 3 {
		return Info{}, fmt.Errorf("too few fields")
	}

	info := Info{
		Root: unescape(fields[3]), Target: unescape(fields[4]), Options: strings.Split(fields[5], ","),
		FSType: unescape(rest[0]), Source: unescape(rest[1]), SuperOptions: strings.Split(rest[2], ","),
	}

	var errs [2]error

	info.ID, errs[0] = strconv.Atoi(fields[0])
	info.Parent, errs[1] = strconv.Atoi(fields[1])

	for _, err := range errs {
		if err != nil {
			return Info{}, err
		}
	}

	major, minor, _ := strings.Cut(fields[2], ":")
	info.Major, _ = strconv.Atoi(major)
	info.Minor, _ = strconv.Atoi(minor)

	return info, nil
}

// unescape undoes the kernel's \040 for space, \011, \012 and \134.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}

	var b strings.Builder

	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3

				continue
			}
		}

		b.WriteByte(s[i])
	}

	return b.String()
}

// Below lists the mounts at or below dir, innermost and latest first: the order
// in which they can be unmounted.
func Below(mounts []Info, dir string) []Info {
	var out []Info

	for i := len(mounts) - 1; i >= 0; i-- {
		if m := mounts[i]; m.Target == dir || strings.HasPrefix(m.Target, strings.TrimSuffix(dir, "/")+"/") {
			out = append(out, m)
		}
	}

	return out
}

// Users lists what has to be unmounted before dir can be, innermost and latest
// first: mounts below dir, other views of the same file system wherever they
// are, and overlays that keep their layers in it. dir itself comes last.
func Users(mounts []Info, dir string) []Info {
	dir = strings.TrimSuffix(dir, "/")

	var self *Info

	for i, m := range mounts {
		if m.Target == dir {
			self = &mounts[i]
		}
	}

	var out []Info

	for i := len(mounts) - 1; i >= 0; i-- {
		m := mounts[i]

		switch {
		case m.Target == dir:
		case below(m.Target, dir), m.FSType == "overlay" && layersIn(m, dir):
			out = append(out, m)
		case self != nil && m.Major == self.Major && m.Minor == self.Minor:
			out = append(out, m)
		}
	}

	return append(out, exactly(mounts, dir)...)
}

func below(path, dir string) bool { return strings.HasPrefix(path, dir+"/") }

// exactly lists the mounts at dir itself, the topmost first.
func exactly(mounts []Info, dir string) []Info {
	var out []Info

	for i := len(mounts) - 1; i >= 0; i-- {
		if mounts[i].Target == dir {
			out = append(out, mounts[i])
		}
	}

	return out
}

func layersIn(m Info, dir string) bool {
	for _, o := range m.SuperOptions {
		key, value, _ := strings.Cut(o, "=")

		switch key {
		case "upperdir", "workdir", "lowerdir":
			for layer := range strings.SplitSeq(value, ":") {
				if below(layer, dir) {
					return true
				}
			}
		}
	}

	return false
}
