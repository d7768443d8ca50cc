package uevent

import (
	"encoding/binary"
	"strings"
	"testing"
)

func kernelMessage(fields ...string) []byte {
	return []byte("add@/devices/x\x00" + strings.Join(fields, "\x00") + "\x00")
}

func udevMessage(fields ...string) []byte {
	props := strings.Join(fields, "\x00") + "\x00"
	msg := make([]byte, 40, 40+len(props))
	copy(msg, "libudev\x00")
	binary.BigEndian.PutUint32(msg[8:], udevMagic)
	binary.NativeEndian.PutUint32(msg[12:], 40)
	binary.NativeEndian.PutUint32(msg[16:], 40)
	binary.NativeEndian.PutUint32(msg[20:], uint32(len(props)))

	return append(msg, props...)
}

func TestParse(t *testing.T) {
	t.Parallel()

	fields := []string{"ACTION=add", "DEVPATH=/devices/pci0/block/vda", "SUBSYSTEM=block", "DEVNAME=vda", "MODALIAS=a=b"}

	for _, tt := range []struct {
		name string
		msg  []byte
		ok   bool
	}{
		{"the kernel's form", kernelMessage(fields...), true},
		{"udev's form", udevMessage(fields...), true},
		{"udev header without properties is refused", udevMessage(fields...)[:24], false},
		{"short udev header is refused", []byte("libudev\x00abc"), false},
		{"no terminator is refused", []byte("add@/devices"), false},
		{"a message without action is refused", kernelMessage("DEVPATH=/x"), false},
		{"empty is refused", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			ev, ok := Parse(tt.msg)
			if ok != tt.ok {
				t.Fatalf("ok = %v", ok)
			}

			if !ok {
				return
			}

			if ev.Action != "add" || ev.DevPath != "/devices/pci0/block/vda" || ev.Subsystem != "block" || ev.Env["MODALIAS"] != "a=b" {
				t.Fatalf("got %+v", ev)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(kernelMessage("ACTION=add", "DEVPATH=/x"))
	f.Add(udevMessage("ACTION=add", "DEVPATH=/x"))
	f.Add([]byte("libudev\x00"))

	f.Fuzz(func(t *testing.T, msg []byte) {
		if ev, ok := Parse(msg); ok && (ev.Action == "" || ev.DevPath == "") {
			t.Fatalf("incomplete event accepted: %+v", ev)
		}
	})
}
