// Package sysctl reads and writes kernel parameters below /proc/sys and /sys.
package sysctl

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/talos-os/talos/internal/sys/attr"
)

// Key names a parameter the way state does: "proc.sys." or "sys." and the path
// with dots for slashes. A dot that belongs to the path (the VLAN eth0.100) is
// written as a slash, as sysctl(8) does.
type Key string

// ProcKey makes the key of a sysctl as people write it: net.ipv4.ip_forward,
// also with slashes.
func ProcKey(name string) Key { return Key("proc.sys." + dotted(name)) }

// SysKey makes the key of a path below /sys, with dots or slashes.
func SysKey(name string) Key { return Key("sys." + dotted(name)) }

// dotted follows sysctl(8): the first separator decides. A name that starts
// with slashes as separators has its dots and slashes swapped.
func dotted(name string) string {
	if i := strings.IndexAny(name, "./"); i >= 0 && name[i] == '/' {
		return swap(name)
	}

	return name
}

func swap(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '.':
			return '/'
		case '/':
			return '.'
		}

		return r
	}, s)
}

// Path is the parameter's file. It fails for keys that would leave the two trees.
func (k Key) Path() (string, error) {
	path := "/" + swap(string(k))

	if filepath.Clean(path) != path || !strings.HasPrefix(path, "/proc/sys/") && !strings.HasPrefix(path, "/sys/") {
		return "", fmt.Errorf("%q is not a kernel parameter: want proc.sys.* or sys.*", string(k))
	}

	return path, nil
}

// Read returns the parameter's value without the final newline.
func Read(k Key) (string, error) {
	path, err := k.Path()
	if err != nil {
		return "", err
	}

	b, err := attr.Read(path)

	return strings.TrimRight(string(b), "\n"), err
}

// Write sets the parameter. The kernel takes a value in a single write(2) only.
func Write(k Key, value string) error {
	path, err := k.Path()
	if err != nil {
		return err
	}

	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}

	_, err = f.WriteString(value)
	if cerr := f.Close(); err == nil {
		err = cerr
	}

	return err
}

// Equal compares values as the kernel would: runs of white space are one.
func Equal(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}
