package parts

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// The lock file says exactly which packages are used, one on a line, so that a
// change of them is a readable diff. Everything in it was verified through the
// archive's signatures when it was written; afterwards the SHA-256 is enough.
const lockHeader = `# Debian packages in the images. Written by "make update-parts"; do not edit.
# name version suite sha256 size path
`

func (b *builder) lockPath() string {
	return filepath.Join(b.Root, "hack", "thirdparty", "debian", "packages."+b.Arch+".lock")
}

func readLock(path string) ([]candidate, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}

	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck

	var out []candidate

	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}

		w := strings.Fields(line)
		if len(w) != 6 {
			return nil, fmt.Errorf("%s:%d: want 6 words, have %d", path, n, len(w))
		}

		size, err := strconv.ParseInt(w[4], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}

		c := candidate{name: w[0], version: w[1], suite: w[2], sha256: w[3], size: size, path: w[5]}

		for _, s := range suites {
			if s.name == c.suite {
				c.archive = s.archive
			}
		}

		if c.archive == "" || len(c.sha256) != 64 || !filepath.IsLocal(c.path) {
			return nil, fmt.Errorf("%s:%d: not a package of %s", path, n, debianRelease)
		}

		out = append(out, c)
	}

	return out, lines.Err()
}

func writeLock(path string, list []candidate) error {
	sort.Slice(list, func(i, j int) bool { return list[i].name < list[j].name })

	var sb strings.Builder

	sb.WriteString(lockHeader)

	for _, c := range list {
		fmt.Fprintf(&sb, "%s %s %s %s %d %s\n", c.name, c.version, c.suite, c.sha256, c.size, c.path)
	}

	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}

	tmp := path + ".new"
	if err := os.WriteFile(tmp, []byte(sb.String()), 0o644); err != nil {
		return err
	}

	return os.Rename(tmp, path)
}

// resolve finds the roots and the shared libraries they depend on. Other
// dependencies (maintainer scripts' tools, documentation, an init system) are
// for an installed Debian and have no use here.
func resolve(idx index, roots []string) ([]candidate, error) {
	var out []candidate

	seen := map[string]bool{}

	var visit func(name string, root bool) error

	visit = func(name string, root bool) error {
		if seen[name] {
			return nil
		}

		c, ok := idx[name]
		if !ok {
			if root {
				return fmt.Errorf("%s has no package %s", debianRelease, name)
			}

			return nil // virtual
		}

		if !root && c.section != "libs" {
			return nil
		}

		seen[name] = true
		out = append(out, c)

		for _, dep := range c.depends {
			kernel := strings.HasPrefix(name, "linux-image-") && strings.HasPrefix(dep, "linux-image-")
			if err := visit(dep, kernel); err != nil {
				return err
			}
		}

		return nil
	}

	for _, root := range roots {
		if err := visit(root, true); err != nil {
			return nil, err
		}
	}

	return out, nil
}
