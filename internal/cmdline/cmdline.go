// Package cmdline has the kernel command line that every machine starts with.
package cmdline

// Default is the command line for a platform: what the manual asks for, and
// consoles on both the screen and the first serial line (the last one named is
// where the first stage and kernel panics go).
func Default(platform, arch string) []string {
	serial := "ttyS0"
	if arch == "arm64" {
		serial = "ttyAMA0"
	}

	return []string{
		"talos.platform=" + platform,
		"console=tty0",
		"console=" + serial,
		"init_on_alloc=1",
		"slab_nomerge",
		"pti=on",
		"consoleblank=0",
		"nvme_core.io_timeout=4294967295",
		"printk.devkmsg=on",
		"lsm=landlock,lockdown,yama,bpf",
		"module.sig_enforce=1",
		"proc_mem.force_override=never",
		"panic=30",
	}
}
