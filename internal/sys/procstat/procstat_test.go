package procstat

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestTables(t *testing.T) {
	t.Parallel()

	mem := parseMemory([]byte("MemTotal:       24620596 kB\nActive(anon):     1200 kB\nHugePages_Total:       3\n"))
	if want := (map[string]uint64{"MemTotal": 24620596, "Active(anon)": 1200, "HugePages_Total": 3}); !reflect.DeepEqual(mem, want) {
		t.Errorf("memory: got %v", mem)
	}

	links := parseLinks([]byte("Inter-|   Receive\n face |bytes    packets\n    lo: 1 2 3\n  eth0:4 5 6\n"))
	if want := []Row{{"lo", []uint64{1, 2, 3}}, {"eth0", []uint64{4, 5, 6}}}; !reflect.DeepEqual(links, want) {
		t.Errorf("links: got %v", links)
	}

	disks := parseRows([]byte(" 254       0 vda 1 2 3\n"), 2)
	if want := []Row{{"vda", []uint64{1, 2, 3}}}; !reflect.DeepEqual(disks, want) {
		t.Errorf("disks: got %v", disks)
	}

	cpus, err := parseCPUs(strings.NewReader("processor\t: 0\nmodel name\t: x: y\npower management:\n\nprocessor : 1\n\nHardware: board\n"))
	if err != nil || len(cpus) != 2 || cpus[0]["model name"] != "x: y" {
		t.Errorf("cpus: got %v, %v", cpus, err)
	}
}

func TestProcessWithParenthesesInItsName(t *testing.T) {
	t.Parallel()

	line := "42 (a) b (c) S 1 42 42 0 -1 4194560 8 0 0 0 150 50 0 0 20 0 7 0 100 8192 2 18446744073709551615 0"

	p, ok := parseProcess([]byte(line))
	want := Process{PID: 42, PPID: 1, State: "S", Threads: 7, CPUTime: 2, Virtual: 8192, Resident: uint64(2 * os.Getpagesize()), Command: "a) b (c"}

	if !ok || p != want {
		t.Errorf("got %+v, want %+v", p, want)
	}

	if _, ok := parseProcess([]byte("nonsense")); ok {
		t.Error("nonsense was taken")
	}
}

func TestThisMachine(t *testing.T) {
	t.Parallel()

	list, err := Processes()
	if err != nil {
		t.Fatal(err)
	}

	for _, p := range list {
		if int(p.PID) == os.Getpid() {
			if p.Executable == "" || p.Args == "" || p.Resident == 0 {
				t.Errorf("got %+v", p)
			}

			return
		}
	}

	t.Error("this process is not in the list")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("42 (a) S 1\n 254 0 vda 1\neth0: 1"))
	f.Fuzz(func(_ *testing.T, text []byte) {
		parseProcess(text)
		parseMemory(text)
		parseLinks(text)
		parseRows(text, 2)
		_, _ = parseCPUs(strings.NewReader(string(text))) //nolint:errcheck
	})
}
