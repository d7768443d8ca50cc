package imager

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/talos-os/talos/internal/imager/tree"
	"github.com/talos-os/talos/internal/users"
)

// Packages of the distribution that programs and files are named from below.
// What a program needs besides itself follows from its headers.
const (
	pkgBoot     = "systemd-boot-efi"
	pkgUdev     = "udev"
	pkgXFS      = "xfsprogs"
	pkgNftables = "nftables"
)

// ownPrograms are built from this repository, goParts from Go modules.
var (
	ownPrograms = map[string]string{
		"machined": "usr/bin/machined",
		"init":     "usr/bin/modprobe",
	}
	goParts = map[string]string{
		"containerd":              "usr/bin/containerd",
		"containerd-shim-runc-v2": "usr/bin/containerd-shim-runc-v2",
		"runc":                    "usr/bin/runc",
	}
)

// cniPlugins are what flannel and the usual other networks call. A network that
// needs more brings its own.
var cniPlugins = []string{"bridge", "firewall", "flannel", "host-local", "loopback", "portmap"}

// debProgram is a program taken from a package.
type debProgram struct{ pkg, path string }

var debPrograms = []debProgram{
	{pkgUdev, "usr/bin/udevadm"},
	{pkgUdev, "usr/lib/udev/ata_id"},
	{pkgUdev, "usr/lib/udev/cdrom_id"},
	{pkgUdev, "usr/lib/udev/scsi_id"},
	{pkgXFS, "usr/sbin/mkfs.xfs"},
	{pkgXFS, "usr/sbin/xfs_repair"},
	{pkgNftables, "usr/sbin/nft"},
}

// udevRules are the rules a node without seats, sound and printers needs.
var udevRules = []string{
	"50-udev-default.rules", "60-block.rules", "60-cdrom_id.rules", "60-dmi-id.rules", "60-infiniband.rules",
	"60-persistent-storage.rules", "60-serial.rules", "64-btrfs.rules", "75-net-description.rules",
	"80-net-setup-link.rules", "90-iocost.rules",
}

// mountPoints are empty directories things are mounted on at run time.
var mountPoints = []string{
	"proc", "sys", "dev", "run", "tmp", "system", "var", "root", "boot", "opt", "home", "mnt",
	"etc/cni", "etc/cri/conf.d", "etc/kubernetes", "etc/udev/rules.d", "usr/libexec/kubernetes", "usr/local", "usr/lib/firmware",
}

// boundFiles are covered by files of /system/etc once the node knows what they
// should say. They exist so that there is something to mount over, and hold what
// is true before that.
func boundFiles(osRelease string) map[string]string {
	return map[string]string{
		"etc/passwd": fmt.Sprintf("root:x:0:0:root:/root:/sbin/nologin\napid:x:%d:%[1]d:apid:/:/sbin/nologin\n"+
			"trustd:x:%d:%[2]d:trustd:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n", users.Apid, users.Trustd),
		"etc/group":           "root:x:0:\n" + udevGroups + fmt.Sprintf("apid:x:%d:\ntrustd:x:%d:\nnobody:x:65534:\n", users.Apid, users.Trustd),
		"etc/nsswitch.conf":   "passwd: files\ngroup: files\nhosts: files dns\n",
		"etc/os-release":      osRelease,
		"etc/hosts":           "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n",
		"etc/hostname":        "",
		"etc/resolv.conf":     "",
		"etc/machine-id":      "",
		"etc/extensions.yaml": "",
	}
}

// udevGroups are the groups the rules give devices to, with Debian's numbers.
const udevGroups = "tty:x:5:\ndisk:x:6:\nlp:x:7:\nkmem:x:15:\ndialout:x:20:\ncdrom:x:24:\ntape:x:26:\nvideo:x:44:\n" +
	"audio:x:29:\ninput:x:104:\nsgx:x:105:\nkvm:x:106:\nrender:x:107:\n"

// osRelease renders the file that names the system. The boot loader shows its
// PRETTY_NAME and sorts entries by VERSION_ID.
func osRelease(name, version string) string {
	id := strings.ToLower(name)

	return fmt.Sprintf("NAME=%q\nID=%s\nIMAGE_ID=%s\nVERSION_ID=%s\nIMAGE_VERSION=%s\nPRETTY_NAME=\"%s (%s)\"\n",
		name, id, id, version, strings.TrimPrefix(version, "v"), name, version)
}

// Rootfs lays out the root file system.
func (b *Builder) Rootfs(modules *Modules) (*tree.Tree, error) {
	t := tree.New()

	for _, dir := range []string{"usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "etc"} {
		t.Dir(dir, 0o755)
	}

	for _, name := range []string{"bin", "sbin", "lib", "lib64"} {
		t.Link(name, "usr/"+name)
	}

	for _, dir := range mountPoints {
		t.Dir(dir, 0o755)
	}

	t.Dir("tmp", fs.ModeSticky|0o777)
	t.Dir("root", 0o700)

	for name, content := range boundFiles(osRelease(b.Name, b.Version)) {
		t.Text(name, content)
	}

	t.Link("etc/mtab", "/proc/self/mounts")
	t.Text("usr/lib/os-release", osRelease(b.Name, b.Version))

	for _, step := range []func(*tree.Tree) error{
		b.addOwn, b.addGoParts, b.addDebPrograms, b.addUdev, b.addXFSProfiles, b.addCertificates, modules.addTo,
	} {
		if err := step(t); err != nil {
			return nil, fmt.Errorf("root file system: %w", err)
		}
	}

	return t, nil
}

// addOwn adds the programs of this repository. The init of the node is machined,
// the kernel looks for modprobe in /sbin. apid and trustd are machined under other
// names: see cmd/machined.
func (b *Builder) addOwn(t *tree.Tree) error {
	for name, path := range ownPrograms {
		if err := t.File(path, filepath.Join(b.Binaries, name), 0o755); err != nil {
			return err
		}
	}

	t.Link("usr/bin/apid", "machined")
	t.Link("usr/bin/trustd", "machined")
	t.Link("usr/sbin/init", "../bin/machined")
	t.Link("usr/sbin/modprobe", "../bin/modprobe")

	return nil
}

func (b *Builder) addGoParts(t *tree.Tree) error {
	for name, path := range goParts {
		if err := t.File(path, b.Parts.Go(name), 0o755); err != nil {
			return err
		}
	}

	for _, name := range cniPlugins {
		if err := t.File("opt/cni/bin/"+name, b.Parts.Go(name), 0o755); err != nil {
			return err
		}
	}

	return nil
}

// addDebPrograms adds programs of packages and the libraries they need. Of the
// files that follow only the dynamic loader has to be executable.
func (b *Builder) addDebPrograms(t *tree.Tree) error {
	var programs []string

	for _, p := range debPrograms {
		file := filepath.Join(b.Parts.Deb(p.pkg), p.path)
		if err := t.File(p.path, file, 0o755); err != nil {
			return err
		}

		programs = append(programs, file)
	}

	files, err := b.Parts.Closure(programs...)
	if err != nil {
		return err
	}

	for _, f := range files {
		if f.Link != "" {
			t.Link(f.Path, f.Link)

			continue
		}

		if slices.Contains(programs, f.Source) {
			continue
		}

		mode := fs.FileMode(0o644)
		if strings.HasPrefix(path.Base(f.Path), "ld-linux-") {
			mode = 0o755
		}

		if err := t.File(f.Path, f.Source, mode); err != nil {
			return err
		}
	}

	return nil
}

func (b *Builder) addUdev(t *tree.Tree) error {
	dir := b.Parts.Deb(pkgUdev)

	for _, name := range udevRules {
		path := filepath.Join("usr/lib/udev/rules.d", name)
		if err := t.File(path, filepath.Join(dir, path), 0o644); err != nil {
			return err
		}
	}

	t.Link("usr/lib/systemd/systemd-udevd", "../../bin/udevadm")
	t.Text("etc/udev/udev.conf", "event_timeout=180\n")

	// One policy for names of network devices, without a rename on the way.
	t.Text("usr/lib/systemd/network/99-default.link",
		"[Match]\nOriginalName=*\n\n[Link]\nNamePolicy=keep kernel database onboard slot path\n"+
			"AlternativeNamesPolicy=database onboard slot path mac\nMACAddressPolicy=none\n")

	return t.File("usr/lib/udev/hwdb.bin", b.Parts.HWDB, 0o644)
}

// addXFSProfiles adds the presets mkfs.xfs looks for.
func (b *Builder) addXFSProfiles(t *tree.Tree) error {
	const profiles = "usr/share/xfsprogs/mkfs"

	return t.Copy(profiles, filepath.Join(b.Parts.Deb(pkgXFS), profiles), nil)
}

func (b *Builder) addCertificates(t *tree.Tree) error {
	return t.File("etc/ssl/certs/ca-certificates.crt", b.Parts.CACertificates, 0o644)
}
