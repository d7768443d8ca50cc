// Package kmod finds kernel modules and loads them.
//
// It replaces depmod and modprobe. The image build scans the module files once
// (Scan) and writes both the text files other programs expect (modules.dep,
// modules.alias, …) and a compact index. A running node maps that index
// (Open) and answers "which modules does this alias ask for, and what must be
// loaded before them" without parsing anything, because PID 1 asks once per
// device uevent and the kernel's own requests start a new process each.
//
// It owns no policy beyond the blacklist and module parameters a person wrote
// on the kernel command line. Callers are PID 1, the first stage (cmd/init, also
// started by the kernel as modprobe) and the image build.
package kmod

import "strings"

// IndexFile is the name of the compact index inside a module directory.
const IndexFile = "modules.talos.idx"

// Module is what is known of one module without loading it.
type Module struct {
	// Name has '-' replaced by '_', as the kernel lists it in /proc/modules.
	Name string
	// Path is relative to the module directory; empty for built-in modules.
	Path string
	// Deps are the direct dependencies the kernel insists on.
	Deps []string
	// Pre and Post are soft dependencies: loaded before and after when they exist.
	Pre, Post []string
	// Aliases are shell patterns matched against modaliases and requests.
	Aliases []string
	// Builtin modules are compiled into the kernel; loading one is a no-op.
	Builtin bool
	// Firmware lists files the module may ask for at run time.
	Firmware []string
}

// Tree is every module of one kernel release, sorted by name.
type Tree struct {
	Modules []Module
}

// Find returns the module of that name; '-' and '_' are the same.
func (t *Tree) Find(name string) (Module, bool) {
	name = Normalize(name)

	for _, m := range t.Modules {
		if m.Name == name {
			return m, true
		}
	}

	return Module{}, false
}

// Normalize spells a module name the way the kernel does.
func Normalize(name string) string {
	return strings.ReplaceAll(name, "-", "_")
}
