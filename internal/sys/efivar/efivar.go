// Package efivar reads and writes UEFI variables through efivarfs.
package efivar

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"golang.org/x/sys/unix"
)

// immutableFlag is FS_IMMUTABLE_FL of linux/fs.h.
const immutableFlag = 0x10

// Dir is where efivarfs is mounted.
const Dir = "/sys/firmware/efi/efivars"

// GUIDs of variable vendors.
const (
	// Global holds the variables of the UEFI specification, such as SecureBoot.
	Global = "8be4df61-93ca-11d2-aa0d-00e098032b8c"
	// Loader holds what systemd-boot and systemd-stub tell the system and are told.
	Loader = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
)

// Attributes of a variable.
const (
	NonVolatile   uint32 = 1
	BootService   uint32 = 2
	RuntimeAccess uint32 = 4
	Persistent           = NonVolatile | BootService | RuntimeAccess
)

// Name of a variable.
type Name struct{ Name, GUID string }

func (n Name) path() string { return filepath.Join(Dir, n.Name+"-"+n.GUID) }

// Available reports whether the machine was started by UEFI and efivarfs is mounted.
func Available() bool {
	var st unix.Statfs_t

	return unix.Statfs(Dir, &st) == nil && st.Type == unix.EFIVARFS_MAGIC
}

// Read returns a variable's value. A missing one is fs.ErrNotExist.
func Read(n Name) (attributes uint32, value []byte, err error) {
	raw, err := os.ReadFile(n.path())
	if err != nil {
		return 0, nil, err
	}

	if len(raw) < 4 {
		// efivarfs shows a variable that is being made as empty.
		return 0, nil, fmt.Errorf("read %s: %w", n.path(), fs.ErrNotExist)
	}

	return binary.LittleEndian.Uint32(raw), raw[4:], nil
}

// Write sets a variable. The kernel replaces the whole value with one write(2).
func Write(n Name, attributes uint32, value []byte) error {
	if err := mutable(n.path()); err != nil {
		return fmt.Errorf("write %s: %w", n.path(), err)
	}

	raw := append(binary.LittleEndian.AppendUint32(nil, attributes), value...)

	f, err := os.OpenFile(n.path(), os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}

	_, err = f.Write(raw)

	return errors.Join(err, f.Close())
}

// Delete removes a variable; a missing one is no error.
func Delete(n Name) error {
	if err := mutable(n.path()); err != nil {
		return fmt.Errorf("delete %s: %w", n.path(), err)
	}

	if err := os.Remove(n.path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	return nil
}

// mutable takes the immutable flag off that efivarfs puts on most variables,
// because firmware exists that does not survive losing them.
func mutable(path string) error {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}

		return err
	}

	defer f.Close() //nolint:errcheck

	flags, err := unix.IoctlGetInt(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	if err != nil {
		return err
	}

	if flags&immutableFlag == 0 {
		return nil
	}

	return unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, flags&^immutableFlag)
}

// DecodeString reads a value that is text, which UEFI stores as UTF-16 with a
// final zero.
func DecodeString(value []byte) string {
	units := make([]uint16, 0, len(value)/2)
	for ; len(value) >= 2; value = value[2:] {
		units = append(units, binary.LittleEndian.Uint16(value))
	}

	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// EncodeString is the inverse of DecodeString.
func EncodeString(s string) []byte {
	var out []byte
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}

	return out
}
