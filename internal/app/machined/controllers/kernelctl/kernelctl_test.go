package kernelctl

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/talos-os/talos/internal/sys/sysctl"
)

func TestQueue(t *testing.T) {
	t.Parallel()

	sys := t.TempDir()

	for path, alias := range map[string]string{
		"bus/pci/devices/0": "pci:v1bc01sc06", "bus/pci/devices/1": "pci:v1bc01sc06", "bus/cpu/devices/cpu0": "cpu:x", "class/dmi/id": "dmi:y",
	} {
		if err := os.MkdirAll(filepath.Join(sys, path), 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(filepath.Join(sys, path, "modalias"), []byte(alias+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	synctest.Test(t, func(t *testing.T) {
		q := newQueue()

		var (
			got  []string
			done = make(chan struct{})
		)

		go func() {
			defer close(done)

			for {
				alias, ok := q.pop(quiet)
				if !ok {
					return
				}

				if alias != "" {
					q.done()
				} else {
					alias = "(quiet)"

					q.releaseSlow()
				}

				got = append(got, alias)
			}
		}()

		// Nothing was looked at yet: silence means nothing.
		time.Sleep(time.Second)
		q.walk(sys)
		time.Sleep(quiet / 2)
		q.push("virtio:b")
		time.Sleep(time.Second)
		q.push("pci:v1bc01sc06")
		q.push("serio:c")
		time.Sleep(time.Second)

		q.close()
		<-done

		const want = "pci:v1bc01sc06 virtio:b (quiet) cpu:x dmi:y (quiet) serio:c (quiet)"
		if text := strings.Join(got, " "); text != want {
			t.Fatalf("got  %q\nwant %q", text, want)
		}
	})
}

func TestNetworkAdaptersGoFirst(t *testing.T) {
	t.Parallel()

	q := newQueue()

	const disk, network, card = "virtio:d00000002v00001AF4", "virtio:d00000001v00001AF4", "pci:v00008086d000010D3sv00008086sd0000A01Fbc02sc00i00"
	for _, alias := range []string{disk, network, "scsi:t-0x05", card} {
		q.push(alias)
	}

	if want := []string{card, network, disk, "scsi:t-0x05"}; !slices.Equal(q.aliases, want) {
		t.Errorf("order is %v, want %v", q.aliases, want)
	}
}

func TestUrgent(t *testing.T) {
	t.Parallel()

	for alias, want := range map[string]bool{
		"pci:v00001AF4d00001042sv00001AF4sd00001100bc01sc80i00": true,  // virtio disk
		"pci:v00008086d000010D3sv00008086sd0000A01Fbc02sc00i00": true,  // network card
		"pci:v00008086d00002934sv00001AF4sd00001100bc0Csc03i00": true,  // USB controller
		"pci:v00008086d00002930sv00001AF4sd00001100bc0Csc05i00": false, // SMBus
		"virtio:d00000002v00001AF4":                             true,
		"acpi:VMBUS:":                                           true,
		"acpi:LNXPWRBN:":                                        false,
		"cpu:type:x86,ven0002fam000Fmod006B:feature:,0000":      false,
		"platform:sdhci":                                        true,
		"platform:efivars":                                      false,
	} {
		if got := urgent(alias); got != want {
			t.Errorf("%s: %v", alias, got)
		}
	}
}

func TestModuleItems(t *testing.T) {
	t.Parallel()

	items := moduleItems("virtio_net 94208 0 - Live 0x0000000000000000\nnet_failover 20480 1 virtio_net, Live 0x0 (O)\nbroken\n")
	if len(items) != 4 || items[2].Pointer().ID() != "net_failover" {
		t.Fatalf("got %v", items)
	}
}

func TestDefaultsHaveEverythingDocumented(t *testing.T) {
	t.Parallel()

	raw, err := os.ReadFile("testdata/documented.json")
	if err != nil {
		t.Fatal(err)
	}

	var documented map[string]map[string]string
	if err := json.Unmarshal(raw, &documented); err != nil {
		t.Fatal(err)
	}

	for _, group := range documented {
		for key, value := range group {
			if defaults[sysctl.Key(key)] != value {
				t.Errorf("%s is %q, documented as %q", key, defaults[sysctl.Key(key)], value)
			}
		}
	}

	for key := range defaults {
		if _, err := key.Path(); err != nil {
			t.Error(err)
		}
	}
}

func TestPlanSaysOnlyWhatChanges(t *testing.T) {
	t.Parallel()

	p := paramsPlan{[]param{
		{key: "proc.sys.a", want: "1", now: "1"},
		{key: "proc.sys.b", want: "1 2", now: "1\t2"},
		{key: "proc.sys.b2", want: "50000,50001", now: "50000-50001", written: [2]string{"50000,50001", "50000-50001"}},
		{key: "proc.sys.c", want: "1", now: "0"},
		{key: "proc.sys.d", want: "1", absent: true},
	}}
	if got := strings.Fields(p.String()); !slices.Equal(got, []string{"proc.sys.c=1", "proc.sys.d=1"}) {
		t.Fatalf("got %v", got)
	}
}

func TestInstalled(t *testing.T) {
	t.Parallel()

	for name, want := range map[string]bool{
		"DEVNAME=vda2\nDEVTYPE=partition\nPARTNAME=STATE\n":     true,
		"DEVNAME=vda2\nDEVTYPE=partition\nPARTNAME=STATEMENT\n": false,
		"DEVNAME=vda1\nDEVTYPE=partition\nPARTNAME=EPHEMERAL\n": false,
		"DEVNAME=sda\nDEVTYPE=disk\n":                           false,
	} {
		sys := t.TempDir()
		dir := filepath.Join(sys, "class/block/x")

		if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "uevent"), []byte(name), 0o644)); err != nil {
			t.Fatal(err)
		}

		if got := installed(sys); got != want {
			t.Errorf("installed with %q: %t, want %t", name, got, want)
		}
	}
}

// What nobody waits for is loaded when it may be, and not before, except the
// file system of a disk that has the machine's config.
func TestRestWaits(t *testing.T) {
	t.Parallel()

	sys := t.TempDir()
	asked, release, order := make(chan struct{}), make(chan struct{}), &recorder{}
	m := newModules(func() (loader, error) { return order, nil })
	q := newQueue()
	q.push("cpu:type:x86")

	done := make(chan struct{})

	go func() {
		defer close(done)

		loadRest(t.Context(), Deps{Modules: m, Sys: sys, Unhurried: func(context.Context) { close(asked); <-release }}, q, slog.Default())
	}()

	<-asked

	if got := order.list(); len(got) != 0 || len(q.aliases) != 0 {
		t.Errorf("in a hurry: loaded %v, queued %v", got, q.aliases)
	}

	close(release)
	<-done

	if got := order.list(); !slices.Equal(got, soonNeeded) || len(q.aliases) != 1 {
		t.Errorf("after that: loaded %v, queued %v", got, q.aliases)
	}
}

// recorder is a loader that only remembers.
type recorder struct {
	mu    sync.Mutex
	names []string
}

func (r *recorder) Load(name string, _ ...string) error {
	r.mu.Lock()
	defer r.mu.Unlock()

	r.names = append(r.names, name)

	return nil
}

func (r *recorder) LoadAlias(string) ([]string, error) { return nil, nil }

func (r *recorder) list() []string {
	r.mu.Lock()
	defer r.mu.Unlock()

	return slices.Clone(r.names)
}
