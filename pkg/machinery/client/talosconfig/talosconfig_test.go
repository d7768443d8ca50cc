package talosconfig_test

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/client/talosconfig"
)

const file = `context: home
contexts:
    home:
        endpoints:
            - 10.5.0.2
        nodes:
            - 10.5.0.2
            - 10.5.0.3
        ca: Y2E=
        crt: Y3J0
        key: a2V5
    old:
        target: 172.20.0.2
        someday: ignored
    away:
        endpoints: []
        auth:
            siderov1:
                identity: a@b.c
        cluster: big
        proxy-url: socks5://127.0.0.1:1080
    empty:
`

func TestParse(t *testing.T) {
	t.Parallel()

	config, err := talosconfig.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}

	if got := config.Names(); fmt.Sprint(got) != "[away empty home old]" {
		t.Errorf("names: %v", got)
	}

	home, err := config.Select("")
	if err != nil || home.Endpoints[0] != "10.5.0.2" || len(home.Nodes) != 2 || home.CA != "Y2E=" {
		t.Errorf("home: %+v, %v", home, err)
	}

	if old := config.Contexts["old"]; fmt.Sprint(old.Endpoints) != "[172.20.0.2]" || old.Target != "" {
		t.Errorf("target was not made an endpoint: %+v", old)
	}

	if away := config.Contexts["away"]; away.Auth.SideroV1.Identity != "a@b.c" || away.Cluster != "big" || away.ProxyURL == "" {
		t.Errorf("away: %+v", away)
	}

	if _, err := config.Select("nowhere"); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("missing context: %v", err)
	}

	again, err := config.Encode()
	if err != nil {
		t.Fatal(err)
	}

	if strings.Contains(string(again), "target") || strings.Contains(string(again), "basic") || !strings.Contains(string(again), "proxy-url: socks5://") {
		t.Errorf("encoded:\n%s", again)
	}
}

// Keys that other programs have put into the file are still there after it is written.
func TestUnknownKeysAreKept(t *testing.T) {
	t.Parallel()

	const text = `context: a
contexts:
    a:
        endpoints: []
        auth:
            later:
                since: 2026-01-01 # a day
        endpoint: 10.0.0.1
    b:
        endpoints:
            - 10.0.0.2
zone: [x, 1]
`

	config, err := talosconfig.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}

	if got := fmt.Sprint(config.Unknown()); got != "[zone contexts.a.endpoint contexts.a.auth.later]" {
		t.Errorf("unknown are %s", got)
	}

	again, err := config.Encode()
	if err != nil || string(again) != text {
		t.Errorf("%v, written as\n%s", err, again)
	}

	var into talosconfig.Config

	into.Merge(config)

	if got := fmt.Sprint(into.Unknown()); got != "[contexts.a.endpoint contexts.a.auth.later]" {
		t.Errorf("after a merge unknown are %s", got)
	}
}

// A context can be added to whatever is read.
func TestParseOfLittle(t *testing.T) {
	t.Parallel()

	for _, text := range []string{"", "context: a\n", "contexts:\n"} {
		config, err := talosconfig.Parse([]byte(text))
		if err != nil || config.Contexts == nil || len(config.Unknown()) > 0 {
			t.Errorf("%q: %+v, %v", text, config, err)
		}
	}
}

func TestTLSNeedsAllParts(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		context talosconfig.Context
		want    string
	}{
		{talosconfig.Context{CA: "?"}, "ca of the context is not base64"},
		{talosconfig.Context{CA: "Y2E="}, "ca of the context is not a certificate"},
		{talosconfig.Context{Crt: "?", Key: "a2V5"}, "crt of the context is not base64"},
		{talosconfig.Context{Crt: "Y3J0", Key: "?"}, "key of the context is not base64"},
		{talosconfig.Context{Crt: "Y3J0"}, "crt and key of the context: "},
		{talosconfig.Context{Key: "a2V5"}, "crt and key of the context: "},
	} {
		if _, err := tt.context.TLS(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%+v: %v, want %s", tt.context, err, tt.want)
		}
	}

	if c, err := (&talosconfig.Context{}).TLS(); err != nil || c.MinVersion != tls.VersionTLS13 || c.RootCAs != nil || len(c.Certificates) > 0 {
		t.Errorf("a context without certificates: %+v, %v", c, err)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, base, add, want string
	}{
		{"into nothing", "", "context: a\ncontexts: {a: {endpoints: [x]}}", "a: a=[x]"},
		{"same name, same content", "context: b\ncontexts: {a: {endpoints: [x]}, b: {}}", "context: a\ncontexts: {a: {endpoints: [x]}}", "a: a=[x] b=[]"},
		{"same name, other content", "context: a\ncontexts: {a: {endpoints: [x]}}", "context: a\ncontexts: {a: {endpoints: [y]}}", "a-1: a=[x] a-1=[y] (a to a-1)"},
		{"a number that is taken", "context: a\ncontexts: {a: {endpoints: [x]}, a-1: {endpoints: [z]}}", "contexts: {a: {endpoints: [y]}}", "a: a=[x] a-1=[z] a-2=[y] (a to a-2)"},
		{"another identity", "context: a\ncontexts: {a: {auth: {siderov1: {identity: x}}}}", "context: a\ncontexts: {a: {auth: {siderov1: {identity: y}}}}", "a-1: a=[] a-1=[] (a to a-1)"},
		{"another key of another program", "context: a\ncontexts: {a: {other: 1}}", "context: a\ncontexts: {a: {other: 2}}", "a-1: a=[] a-1=[] (a to a-1)"},
		{"the order of keys", "context: a\ncontexts: {a: {endpoints: [x], other: 1}}", "context: a\ncontexts: {a: {other: 1, endpoints: [x]}}", "a: a=[x]"},
		{"merged before under another name", "context: a\ncontexts: {a: {endpoints: [x]}, a-1: {endpoints: [y]}}", "context: a\ncontexts: {a: {endpoints: [y]}}", "a-1: a=[x] a-1=[y] (a to a-1)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			base, err := talosconfig.Parse([]byte(tt.base))
			if err != nil {
				t.Fatal(err)
			}

			add, err := talosconfig.Parse([]byte(tt.add))
			if err != nil {
				t.Fatal(err)
			}

			renames := base.Merge(add)

			var parts []string
			for _, name := range base.Names() {
				parts = append(parts, fmt.Sprintf("%s=%v", name, base.Contexts[name].Endpoints))
			}

			got := base.Context + ": " + strings.Join(parts, " ")
			for _, r := range renames {
				got += fmt.Sprintf(" (%s to %s)", r.From, r.To)
			}

			if got != tt.want {
				t.Errorf("got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestSaveIsForTheOwnerAloneAndFollowsLinks(t *testing.T) {
	t.Parallel()

	dir := t.TempDir()
	real, link := filepath.Join(dir, "deep", "real"), filepath.Join(dir, "link")

	config, err := talosconfig.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}

	if err := config.Save(real); err != nil {
		t.Fatal(err)
	}

	if err := os.Chmod(real, 0o644); err != nil {
		t.Fatal(err)
	}

	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}

	config.Context = "away"

	if err := config.Save(link); err != nil {
		t.Fatal(err)
	}

	info, err := os.Lstat(real)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}

	if info, _ := os.Lstat(link); info.Mode().Type() != os.ModeSymlink {
		t.Error("the link was replaced")
	}

	again, err := talosconfig.Open(link)
	if err != nil || again.Context != "away" {
		t.Errorf("read back: %v, %v", again, err)
	}

	if entries, _ := os.ReadDir(filepath.Dir(real)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}

	if none, err := talosconfig.Open(filepath.Join(dir, "none")); err != nil || len(none.Contexts) != 0 {
		t.Errorf("missing file: %v, %v", none, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(file))
	f.Add([]byte("contexts: {a: null}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		config, err := talosconfig.Parse(data)
		if err != nil {
			return
		}

		if _, err := config.Encode(); err != nil {
			t.Error(err)
		}

		for _, name := range config.Names() {
			config.Contexts[name].TLS() //nolint:errcheck // must not panic
		}
	})
}
