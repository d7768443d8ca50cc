package parts

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// goRecipe is part of every key: raise it when the flags below change meaning.
const goRecipe = "2"

func (b *builder) goModules(ctx context.Context, set *Set) error {
	goVersion, err := b.goVersion(ctx)
	if err != nil {
		return err
	}

	for _, m := range modules {
		if !b.wanted(m.name) && !b.wantedProgram(m) {
			continue
		}

		if err = b.goModule(ctx, set, m, goVersion); err != nil {
			return fmt.Errorf("build %s: %w", m.name, err)
		}
	}

	return nil
}

func (b *builder) wantedProgram(m module) bool {
	for name := range m.programs {
		if b.wanted(name) {
			return true
		}
	}

	return false
}

// goVersion is the toolchain that will compile; the key depends on it.
func (b *builder) goVersion(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "env", "GOVERSION")
	cmd.Dir = filepath.Join(b.Root, "hack", "thirdparty", "own")

	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("run go (hack/setup installs it): %w", err)
	}

	return strings.TrimSpace(string(out)), nil
}

func (b *builder) goModule(ctx context.Context, set *Set, m module, goVersion string) error {
	dir := filepath.Join(b.Root, "hack", "thirdparty", m.name)

	sources, err := hashFiles(dir, ".go", ".s", "go.mod", "go.sum")
	if err != nil {
		return err
	}

	version := ""
	if m.path != "" {
		if version, err = requiredVersion(filepath.Join(dir, "go.mod"), m.path); err != nil {
			return err
		}
	}

	flags := m.flags(version)
	inputs := []string{goRecipe, goVersion, b.Arch, sources, strings.Join(flags, " ")}

	var sysroot string

	if m.cgo {
		if sysroot, err = b.sysroot(set); err != nil {
			return err
		}

		compiler, err := compilerVersion(ctx, b.Arch)
		if err != nil {
			return err
		}

		inputs = append(inputs, filepath.Base(sysroot), compiler)
	}

	label := strings.TrimSpace(m.name + " " + version)

	out, err := b.cache.get("go", m.name+"-"+b.Arch, key(inputs...), func(tmp string) error {
		return b.goBuild(ctx, m, label, dir, tmp, flags, sysroot)
	})
	if err != nil {
		return err
	}

	set.modules[m.name] = version
	for name := range m.programs {
		set.programs[name] = filepath.Join(out, name)
	}

	return nil
}

func (m module) flags(version string) []string {
	ld := "-s -w -buildid="
	if m.cgo {
		ld += " -extldflags=-static"
	}

	if m.stamp != nil {
		stamps := m.stamp(version)
		for _, k := range sortedKeys(stamps) {
			ld += " -X " + k + "=" + stamps[k]
		}
	}

	flags := []string{"-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags", ld}
	if m.tags != "" {
		flags = append(flags, "-tags", m.tags)
	}

	return flags
}

// goBuild runs one go command for every program of a module that go would name
// after its package, and one more for each that is called otherwise.
func (b *builder) goBuild(ctx context.Context, m module, label, dir, out string, flags []string, sysroot string) error {
	s := b.log.start(label+" ("+b.Arch+")", strings.TrimSpace("compiling "+m.hint))
	defer s.done("")

	env := goEnv(b.Arch)
	if m.cgo {
		env = append(env, cgoEnv(b.Arch, sysroot)...)
	}

	var together []string

	for _, name := range sortedKeys(m.programs) {
		if filepath.Base(m.programs[name]) == name {
			together = append(together, m.programs[name])
		}
	}

	run := func(o string, pkgs ...string) error {
		args := append([]string{"build", "-v", "-o", o}, flags...)

		return runGo(ctx, s, dir, env, append(args, pkgs...))
	}

	if len(together) > 0 {
		if err := run(out+"/", together...); err != nil {
			return err
		}
	}

	size := int64(0)

	for _, name := range sortedKeys(m.programs) {
		path := filepath.Join(out, name)

		if filepath.Base(m.programs[name]) != name {
			if err := run(path, m.programs[name]); err != nil {
				return err
			}
		}

		st, err := os.Stat(path)
		if err != nil {
			return err
		}

		size += st.Size()
	}

	s.done("built %d programs, %.1f MB,", len(m.programs), float64(size)/1e6)

	return nil
}

// goEnv leaves nothing of the caller's Go settings that could change the bytes.
func goEnv(arch string) []string {
	var env []string

	for _, kv := range os.Environ() {
		switch k, _, _ := strings.Cut(kv, "="); k {
		case "GOFLAGS", "GOARCH", "GOOS", "GOAMD64", "GOARM64", "GOEXPERIMENT", "GODEBUG", "GOWORK",
			"CGO_ENABLED", "CGO_CFLAGS", "CGO_LDFLAGS", "CC":
		default:
			env = append(env, kv)
		}
	}

	return append(env, "GOFLAGS=", "GOOS=linux", "GOARCH="+arch, "GOWORK=off", "CGO_ENABLED=0")
}

// runGo counts the packages that -v names and keeps the rest for the error.
func runGo(ctx context.Context, s *step, dir string, env, args []string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = env

	pipe, err := cmd.StderrPipe()
	if err != nil {
		return err
	}

	if err = cmd.Start(); err != nil {
		return fmt.Errorf("run go (hack/setup installs it): %w", err)
	}

	var tail []string

	n := 0
	lines := bufio.NewScanner(pipe)
	lines.Buffer(nil, 1<<20)

	for lines.Scan() {
		line := lines.Text()

		switch {
		case strings.HasPrefix(line, "go: downloading "):
			s.at("fetching modules")
		case !strings.ContainsAny(line, " :"):
			n++
			s.at("%d packages", n)
		default:
			tail = append(tail, line)
			tail = tail[max(0, len(tail)-40):]
		}
	}

	io.Copy(io.Discard, pipe) //nolint:errcheck

	if err = cmd.Wait(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, strings.Join(tail, "\n"))
	}

	return nil
}

// requiredVersion reads the version of a module out of a go.mod, without "v".
func requiredVersion(file, path string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}

	for line := range strings.Lines(string(data)) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) >= 2 && f[0] == path && strings.HasPrefix(f[1], "v") {
			return f[1][1:], nil
		}
	}

	return "", fmt.Errorf("%s does not require %s", file, path)
}

func cutVersion(v string) (major, minor, patch string) {
	major, rest, _ := strings.Cut(v, ".")
	minor, patch, _ = strings.Cut(rest, ".")

	return major, minor, patch
}
