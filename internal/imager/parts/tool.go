package parts

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// Tool is a command that runs a program of the packages on this machine, by its path
// in the package. The loader and the libraries are those of the packages too, so that
// what it makes does not depend on the release of the machine.
func (s *Set) Tool(ctx context.Context, program string, args ...string) (*exec.Cmd, error) {
	path, _, err := s.tools.FindInDebs(program)
	if err != nil {
		return nil, err
	}

	files, err := s.tools.Closure(path)
	if err != nil {
		return nil, err
	}

	var (
		loader string
		dirs   []string
	)

	for _, f := range files {
		if f.Source == "" || f.Source == path {
			continue
		}

		// Next to the file lies the link by which the library is asked for.
		if dir := filepath.Dir(f.Source); !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}

		if strings.HasPrefix(filepath.Base(f.Path), "ld-linux") {
			loader = f.Source
		}
	}

	if loader == "" {
		return nil, fmt.Errorf("%s names no loader", program)
	}

	return exec.CommandContext(ctx, loader, append([]string{"--inhibit-cache", "--library-path", strings.Join(dirs, ":"), path}, args...)...), nil
}

// hostTools is a set of what Tool runs, for a set of another architecture: the packages
// of this one but for kernels and what programs are compiled with.
func (b *builder) hostTools(ctx context.Context, mirror map[archive]string) (*Set, error) {
	host := *b
	host.Arch, host.Update = runtime.GOARCH, false

	list, err := readLock(host.lockPath())
	if err != nil {
		return nil, err
	}

	list = slices.DeleteFunc(list, func(c candidate) bool {
		return strings.HasPrefix(c.name, "linux-") || strings.HasSuffix(c.name, "-dev")
	})

	set := &Set{Arch: host.Arch, debs: map[string]unpacked{}}
	set.tools = set

	return set, host.unpackAll(ctx, set, mirror, list)
}
