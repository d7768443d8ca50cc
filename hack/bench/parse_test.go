package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParseRecord(t *testing.T) {
	t.Parallel()

	for _, tc := range []struct {
		line string
		want record
		ok   bool
	}{
		{"[    6.139226] [talos] Talos v1.14.0 starts sha=1e2831e arch=amd64\r", record{6139226 * time.Microsecond, "[talos] Talos v1.14.0 starts sha=1e2831e arch=amd64"}, true},
		{"\x1b[0m[  100.000001] Run /init as init process", record{100*time.Second + time.Microsecond, "Run /init as init process"}, true},
		{"BdsDxe: starting Boot0001 \"UEFI\"", record{}, false},
		{"[talos] no time", record{}, false},
		{"", record{}, false},
	} {
		if got, ok := parseRecord(tc.line); got != tc.want || ok != tc.ok {
			t.Errorf("%q: %+v %v", tc.line, got, ok)
		}
	}
}

func TestParseRollup(t *testing.T) {
	t.Parallel()

	const text = `00400000-7ffd8 ---p 00000000 00:00 0    [rollup]
Rss:               41064 kB
Pss:               20532 kB
Pss_Dirty:         10000 kB
`

	if got, err := parseRollup(text, "Pss"); err != nil || got != 20532<<10 {
		t.Errorf("Pss: %d %v", got, err)
	}

	if _, err := parseRollup(text, "Swap"); err == nil {
		t.Error("a line that is not there was found")
	}

	if _, err := parseRollup("Pss: many kB\n", "Pss"); err == nil {
		t.Error("no number was accepted")
	}
}

func TestParseStat(t *testing.T) {
	t.Parallel()

	const text = "7 (a) b (c)) S 1 7 7 0 -1 4194560 3361 0 34 0 250 75 0 0 20 0 9 0 523 1265946624 4096 184467"

	if got, err := parseStat(text); err != nil || got != 3250*time.Millisecond {
		t.Errorf("%s %v", got, err)
	}

	for _, bad := range []string{"", "7 (a) S 1 7", "7 (a) S 1 7 7 0 -1 4194560 3361 0 34 0 x 75 0"} {
		if _, err := parseStat(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestProcessName(t *testing.T) {
	t.Parallel()

	for _, tc := range []struct {
		pid              int32
		args, executable string
		want             string
	}{
		{1, "/sbin/init", "/usr/bin/machined", "machined"},
		{40, "/usr/bin/apid -x", "/usr/bin/machined", "apid"},
		{41, "/usr/bin/trustd\x00-x", "", "trustd"},
		{42, "", "/usr/bin/etcd", "etcd"},
	} {
		if got := processName(tc.pid, tc.args, tc.executable); got != tc.want {
			t.Errorf("%+v: %q", tc, got)
		}
	}
}

func TestPercentile(t *testing.T) {
	t.Parallel()

	var all []time.Duration
	for i := range 100 {
		all = append(all, time.Duration(100-i))
	}

	for p, want := range map[float64]time.Duration{0: 1, 50: 50, 99: 99, 100: 100} {
		if got := percentile(all, p); got != want {
			t.Errorf("p%v: %d, want %d", p, got, want)
		}
	}

	if got := percentile(nil, 50); got != 0 {
		t.Errorf("of nothing: %d", got)
	}

	if got := percentile([]time.Duration{7}, 99); got != 7 {
		t.Errorf("of one: %d", got)
	}
}

func TestParsePhases(t *testing.T) {
	t.Parallel()

	args, phases, err := parsePhases("# workers=0\nsetup 1795245830.5 1795245831.0\ncluster 1795245831.0 1795245931.25\n")
	if err != nil || args != "workers=0" || len(phases) != 2 || phases[1] != (phase{"cluster", 100250 * time.Millisecond}) {
		t.Errorf("%q %v %v", args, phases, err)
	}

	if _, _, err = parsePhases("setup began\n"); err == nil {
		t.Error("a line without times was accepted")
	}
}

func TestParseBenchmarks(t *testing.T) {
	t.Parallel()

	got := parseBenchmarks(`goos: linux
BenchmarkLoadAndValidate-2   	     571	   2043000 ns/op	  924160 B/op	   11234 allocs/op
BenchmarkPatch/strategic     	     100	   1500000.5 ns/op	   14.0 MB/s	  1024 B/op	   3 allocs/op
BenchmarkBroken
PASS
`)

	want := []benchmark{{"LoadAndValidate", 2043000, 924160, 11234}, {"Patch/strategic", 1500000.5, 1024, 3}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v", got)
	}
}

func TestFirstTime(t *testing.T) {
	t.Parallel()

	const dmesg = "kern: notice: [2026-11-21T07:20:59.1Z]: Linux version 6.12\n" +
		"user: info: [2026-11-21T07:21:05.250Z]: [talos] Talos v1.14.0 starts sha=x arch=amd64\n"

	if got, err := firstTime(strings.NewReader(dmesg), linePID1, dmesgTime); err != nil || got.Format(time.StampMilli) != "Nov 21 07:21:05.250" {
		t.Errorf("%s %v", got, err)
	}

	const log = "time=2026-11-21T07:21:10.500Z level=INFO msg=\"serving the API\" address=[::]:50000\n"

	if got, err := firstTime(strings.NewReader(log), "serving the API", slogTime); err != nil || got.Format(time.StampMilli) != "Nov 21 07:21:10.500" {
		t.Errorf("%s %v", got, err)
	}

	for _, bad := range []string{"", "serving the API\n", "time=now serving the API\n"} {
		if _, err := firstTime(strings.NewReader(bad), "serving the API", slogTime); err == nil {
			t.Errorf("%q has a time", bad)
		}
	}
}

func TestTaggedTests(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()

	for name, text := range map[string]string{
		"a/limit_test.go":    "//go:build budget\n\npackage a\n\nfunc TestLimit(t *testing.T) {}\nfunc other() {}\n",
		"a/a_test.go":        "package a\n\nfunc TestA(t *testing.T) {}\n",
		"_out/limit_test.go": "//go:build budget\n\npackage x\n\nfunc TestBuilt(t *testing.T) {}\n",
	} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}

		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}

	packages, names, err := taggedTests(dir)
	if err != nil || len(packages) != 1 || !strings.HasSuffix(packages[0], "/a") || strings.Join(names, " ") != "TestLimit" {
		t.Errorf("%q %q %v", packages, names, err)
	}
}

func TestHost(t *testing.T) {
	t.Parallel()

	if got := cpuModel("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n"); got != "Some CPU @ 2 GHz" {
		t.Errorf("model: %q", got)
	}

	if got := memory("MemFree: 1 kB\nMemTotal:       25165824 kB\n"); got != "24 GiB" {
		t.Errorf("memory: %q", got)
	}
}
