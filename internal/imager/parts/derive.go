package parts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// derive makes what Debian's maintainer scripts would have made on a machine.
func (b *builder) derive(ctx context.Context, set *Set) error {
	for _, name := range set.Debs() {
		dirs, err := filepath.Glob(filepath.Join(set.debs[name].tree, "usr/lib/modules/*"))
		if err != nil {
			return err
		}

		if len(dirs) == 1 && strings.HasPrefix(name, "linux-image-") {
			set.KernelVersion = filepath.Base(dirs[0])
			set.debs["linux-image"] = set.debs[name]
		}
	}

	if set.KernelVersion == "" {
		return errors.New("no package has a kernel with modules")
	}

	var err error

	set.HWDB, err = b.hwdb(ctx, set)
	if err != nil {
		return fmt.Errorf("hardware database: %w", err)
	}

	set.CACertificates, err = b.caBundle(set)

	return err
}

// KernelImage is the path of the compressed kernel.
func (s *Set) KernelImage() string {
	return filepath.Join(s.Deb("linux-image"), "boot", "vmlinuz-"+s.KernelVersion)
}

// caBundle joins the certificates in order of name, as update-ca-certificates
// does on a machine.
func (b *builder) caBundle(set *Set) (string, error) {
	tree := set.Deb("ca-certificates")

	dir, err := b.cache.get("derived", "ca-certificates", key("1", filepath.Base(tree)), func(tmp string) error {
		files, err := filepath.Glob(filepath.Join(tree, "usr/share/ca-certificates/mozilla/*.crt"))
		if err != nil {
			return err
		}

		if len(files) == 0 {
			return errors.New("no certificates in ca-certificates")
		}

		sort.Strings(files)

		var out bytes.Buffer

		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				return err
			}

			out.Write(bytes.TrimSpace(data))
			out.WriteByte('\n')
		}

		return os.WriteFile(filepath.Join(tmp, "ca-certificates.crt"), out.Bytes(), 0o644)
	})

	return filepath.Join(dir, "ca-certificates.crt"), err
}

// hwdb compiles udev's hardware database. The result does not depend on the
// architecture of the tool.
func (b *builder) hwdb(ctx context.Context, set *Set) (string, error) {
	tree := set.Deb("udev")

	dir, err := b.cache.get("derived", "hwdb", key("3", filepath.Base(tree), filepath.Base(set.tools.Deb("udev"))), func(tmp string) error {
		root := filepath.Join(tmp, "root")
		if err := os.MkdirAll(filepath.Join(root, "usr/lib/udev"), 0o755); err != nil {
			return err
		}
		defer os.RemoveAll(root) //nolint:errcheck

		// A copy: the tool resolves links inside its root, so none may lead out.
		if err := os.CopyFS(filepath.Join(root, "usr/lib/udev/hwdb.d"), os.DirFS(filepath.Join(tree, "usr/lib/udev/hwdb.d"))); err != nil {
			return err
		}

		// The result holds the name of every source file, below the root as it is
		// spelled here. This spelling is the same on every machine.
		cmd, err := set.Tool(ctx, "/usr/bin/systemd-hwdb", "update", "--usr", "--strict", "--root=/proc/self/cwd")
		if err != nil {
			return err
		}

		cmd.Dir = root

		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("systemd-hwdb: %w\n%s", err, out)
		}

		made := filepath.Join(root, "usr/lib/udev/hwdb.bin")

		data, err := os.ReadFile(made)
		if err != nil {
			return err
		}

		if bytes.Contains(data, []byte(tmp)) {
			return errors.New("systemd-hwdb wrote the name of its working directory into its result: another build would get other bytes")
		}

		return os.Rename(made, filepath.Join(tmp, "hwdb.bin"))
	})

	return filepath.Join(dir, "hwdb.bin"), err
}
