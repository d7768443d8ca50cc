package parts

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// gnuArch maps a GOARCH to the prefix of a cross compiler.
var gnuArch = map[string]string{"amd64": "x86_64-linux-gnu-", "arm64": "aarch64-linux-gnu-"}

// sysroot is a tree of the headers and static libraries of the packages, so
// that the one program with C in it is the same whatever Debian compiles it.
func (b *builder) sysroot(set *Set) (string, error) {
	names := []string{"libc6-dev", "libc6", "libseccomp-dev", "linux-libc-dev"}

	inputs := []string{"1"}
	for _, n := range names {
		inputs = append(inputs, filepath.Base(set.Deb(n)))
	}

	return b.cache.get("derived", "sysroot-"+b.Arch, key(inputs...), func(tmp string) error {
		for _, n := range names {
			tree := set.Deb(n)

			err := filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
				if err != nil {
					return err
				}

				rel, err := filepath.Rel(tree, path)
				if err != nil {
					return err
				}

				dst := filepath.Join(tmp, rel)

				switch {
				case d.IsDir():
					if strings.HasPrefix(rel, "usr/share") {
						return fs.SkipDir
					}

					return os.MkdirAll(dst, 0o755)
				case d.Type().IsRegular():
					return os.Symlink(path, dst)
				default:
					target, err := os.Readlink(path)
					if err != nil {
						return err
					}

					return os.Symlink(target, dst)
				}
			})
			if err != nil {
				return err
			}
		}

		return os.Symlink("usr/lib", filepath.Join(tmp, "lib"))
	})
}

// compiler is the C compiler of this machine that makes programs for arch, and the
// Debian package that has it.
func compiler(arch string) (program, pkg string) {
	if arch == runtime.GOARCH {
		return "gcc", "gcc"
	}

	prefix := gnuArch[arch]

	return prefix + "gcc", "gcc-" + strings.ReplaceAll(strings.TrimSuffix(prefix, "-"), "_", "-")
}

// compilerVersion tells compilers apart; the key of what they make depends on it.
func compilerVersion(ctx context.Context, arch string) (string, error) {
	program, pkg := compiler(arch)

	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return "", fmt.Errorf("run the C compiler for %s: %w; install the package %s", arch, err, pkg)
	}

	// "gcc (Debian 12.2.0-14+deb12u1) 12.2.0"; what follows is about rights.
	line, _, _ := strings.Cut(string(out), "\n")

	return line, nil
}

// cgoEnv makes the host's compiler use the headers and libraries of the sysroot.
func cgoEnv(arch, sysroot string) []string {
	cc, _ := compiler(arch)

	// Debian's gcc looks for libraries beside itself before it looks into a
	// sysroot; -B comes before both.
	libs := filepath.Join(sysroot, "usr/lib", tripletArch[arch])

	return []string{
		"CGO_ENABLED=1",
		"CC=" + cc + " --sysroot=" + sysroot + " -B" + libs,
		"CGO_CFLAGS=-O2 -g0",
		// Says what pkg-config would, which then need not be there.
		"CGO_LDFLAGS=-O2 -lseccomp",
		"PKG_CONFIG=true",
	}
}
