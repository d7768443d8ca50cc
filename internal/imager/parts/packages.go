package parts

// debianRelease is the suite every package comes from. Its point releases and
// security updates are found in the two suites beside it.
const debianRelease = "trixie"

// debianArch maps a GOARCH to Debian's word for it.
var debianArch = map[string]string{"amd64": "amd64", "arm64": "arm64"}

// tripletArch maps a GOARCH to the directory name of its shared libraries.
var tripletArch = map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}

// packages are the roots of what is taken from Debian. Shared libraries they
// depend on follow by themselves.
var packages = []string{
	"linux-image-" + archWord, // depends on the image proper, signed
	"systemd-boot-efi",        // stub of the UKI, and the boot manager
	"udev",                    // udevd, udevadm, rules, hardware database
	"xfsprogs",
	"nftables",
	"mount", // kubelet runs mount(8) and umount(8)
	"ca-certificates",
	"libseccomp-dev", "libc6-dev", "linux-libc-dev", // what runc is linked with
	"squashfs-tools", "xorriso", // make the root file system and the ISO; not in them
}

// archWord stands for the architecture in a package name of the table.
const archWord = "@arch@"
