package boot

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestMountTableSealsEverythingWithoutPrograms(t *testing.T) {
	t.Parallel()

	for _, m := range mounts {
		// /dev has device nodes, /system the unpacked installer, hugepages
		// are mapped executable by databases and virtual machines.
		switch m.target {
		case "/dev", "/dev/pts", "/system", "/dev/hugepages":
			continue
		}

		if m.flags&sealed != sealed {
			t.Errorf("%s allows set-uid programs, devices or execution", m.target)
		}
	}
}

func TestKernelLogRecords(t *testing.T) {
	t.Parallel()

	var kmsg, full bytes.Buffer

	h := &KmsgHandler{shared: &shared{kmsg: &kmsg, full: &full}}
	log := slog.New(h).With("controller", "network.Address")

	log.Warn("link is\ndown", "link", "eth0", "why", "no carrier")

	if got, want := kmsg.String(), "<4>[talos] link is; down controller=network.Address link=eth0 why=\"no carrier\"\n"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}

	kmsg.Reset()
	log.Info(strings.Repeat("x", 5000))

	if kmsg.Len() > maxRecord {
		t.Errorf("a record of %d bytes: the kernel takes %d at most", kmsg.Len(), maxRecord)
	}

	if full.Len() < 5000 {
		t.Error("the service log lost part of the record")
	}
}
