package parts

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ulikunitz/xz"
)

func TestCompareVersions(t *testing.T) {
	t.Parallel()

	// Each is older than the next.
	order := []string{
		"1.0~~", "1.0~rc1-1", "1.0-1", "1.0-1+b1", "1.0-1.1", "1.0a-1", "1.0.1-1", "1.2-1", "1.10-1",
		"6.12.48-1", "6.12.117-1", "257.8-1~deb13u2", "257.13-1~deb13u1", "257.13-1", "1:0.1-1", "1:1.3.dfsg+really1.3.1-1",
	}

	for i, a := range order {
		for j, b := range order {
			if got, want := compareVersions(a, b), sign(i-j); got != want {
				t.Errorf("%s and %s: %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestMirrors(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ name, file, content, main, security string }{
		{"nothing configured", "sources.list", "", "", ""},
		{
			"one-line format with options", "sources.list",
			"# deb http://old.example/debian x main\ndeb [signed-by=/k.gpg] https://m.example/x/debian/ trixie main\ndeb http://m.example/debian-security trixie-security main\n",
			"https://m.example/x/debian", "http://m.example/debian-security",
		},
		{
			"deb822 format", "sources.list.d/debian.sources",
			"Types: deb\n# http://snapshot.example/debian\nURIs: http://m.example/debian\nSuites: bookworm\n",
			"http://m.example/debian", "http://m.example/debian-security",
		},
		{"another vendor's repository", "sources.list.d/x.list", "deb https://m.example/ubuntu noble main\n", "", ""},
		{"a mirror on disc", "sources.list", "deb cdrom:[x]/debian trixie main\n", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			etc := t.TempDir()
			if err := os.MkdirAll(filepath.Join(etc, "sources.list.d"), 0o755); err != nil {
				t.Fatal(err)
			}

			if err := os.WriteFile(filepath.Join(etc, tt.file), []byte(tt.content), 0o644); err != nil {
				t.Fatal(err)
			}

			if got := mirrors(etc); got[archiveMain] != tt.main || got[archiveSecurity] != tt.security {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestResolveFollowsLibrariesAndKernel(t *testing.T) {
	t.Parallel()

	idx := index{}
	for _, c := range []candidate{
		{name: "linux-image-amd64", section: "kernel", depends: []string{"linux-image-6.12.1-amd64"}},
		{name: "linux-image-6.12.1-amd64", section: "kernel", depends: []string{"kmod", "initramfs-tools", "linux-base"}},
		{name: "kmod", section: "admin"},
		{name: "udev", section: "admin", depends: []string{"libc6", "libudev1", "systemd", "default-logind"}},
		{name: "libudev1", section: "libs", depends: []string{"libc6", "libcap2"}},
		{name: "libcap2", section: "libs"},
		{name: "libc6", section: "libs", depends: []string{"libgcc-s1"}},
		{name: "systemd", section: "admin"},
	} {
		idx[c.name] = c
	}

	list, err := resolve(idx, []string{"linux-image-amd64", "udev"})
	if err != nil {
		t.Fatal(err)
	}

	var names []string
	for _, c := range list {
		names = append(names, c.name)
	}

	if got, want := strings.Join(names, " "), "linux-image-amd64 linux-image-6.12.1-amd64 udev libc6 libudev1 libcap2"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	if _, err = resolve(idx, []string{"xfsprogs"}); err == nil {
		t.Error("a missing root was accepted")
	}
}

func TestLockRoundTrip(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "debian", "x.lock")
	want := candidate{
		name: "udev", version: "1:2~3-4", suite: "trixie-security", archive: archiveSecurity,
		sha256: strings.Repeat("a", 64), size: 7, path: "pool/u.deb",
	}

	if err := writeLock(path, []candidate{want}); err != nil {
		t.Fatal(err)
	}

	got, err := readLock(path)
	if err != nil || len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Errorf("%+v, %v", got, err)
	}

	for _, bad := range []string{"udev 1", "udev 1 sid " + want.sha256 + " 7 p", "udev 1 trixie " + want.sha256 + " 7 ../p", "udev 1 trixie aa 7 p"} {
		if err = os.WriteFile(path, []byte(bad+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}

		if _, err = readLock(path); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

type tarFile struct {
	name, link, data string
	kind             byte
}

// debFile makes a package with the given files.
func debFile(t *testing.T, files ...tarFile) []byte {
	t.Helper()

	var packed bytes.Buffer

	x, err := xz.NewWriter(&packed)
	if err != nil {
		t.Fatal(err)
	}

	tw := tar.NewWriter(x)

	for _, f := range files {
		h := &tar.Header{Name: f.name, Linkname: f.link, Typeflag: f.kind, Mode: 0o755, Size: int64(len(f.data))}
		if err = errors.Join(tw.WriteHeader(h), func() error { _, err := tw.Write([]byte(f.data)); return err }()); err != nil {
			t.Fatal(err)
		}
	}

	if err = errors.Join(tw.Close(), x.Close()); err != nil {
		t.Fatal(err)
	}

	var out bytes.Buffer

	out.WriteString("!<arch>\n")

	for _, m := range []struct{ name, data string }{{"debian-binary", "2.0\n"}, {"control.tar.xz", "odd"}, {"data.tar.xz", packed.String()}} {
		fmt.Fprintf(&out, "%-16s%-12d%-6d%-6d%-8s%-10d`\n%s", m.name, 0, 0, 0, "100644", len(m.data), m.data)

		if len(m.data)%2 == 1 {
			out.WriteByte('\n')
		}
	}

	return out.Bytes()
}

func TestUnpackDeb(t *testing.T) {
	t.Parallel()

	deb := debFile(t,
		tarFile{name: "./", kind: tar.TypeDir},
		tarFile{name: "./lib/x/", kind: tar.TypeDir},
		tarFile{name: "./lib/x/a.so.1", kind: tar.TypeReg, data: "a"},
		tarFile{name: "./usr/lib/x/a.so", kind: tar.TypeSymlink, link: "a.so.1"},
		tarFile{name: "./bin/hard", kind: tar.TypeLink, link: "./lib/x/a.so.1"},
	)
	dir := t.TempDir()

	if err := unpackDeb(bytes.NewReader(deb), dir); err != nil {
		t.Fatal(err)
	}

	for _, path := range []string{"usr/lib/x/a.so.1", "usr/lib/x/a.so", "usr/bin/hard"} {
		if data, err := os.ReadFile(filepath.Join(dir, path)); err != nil || string(data) != "a" {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
}

func TestUnpackStaysInside(t *testing.T) {
	t.Parallel()

	for _, files := range [][]tarFile{
		{{name: "out", kind: tar.TypeSymlink, link: "/tmp"}, {name: "out/evil", kind: tar.TypeReg, data: "x"}},
		{{name: "out", kind: tar.TypeSymlink, link: "../.."}, {name: "out/evil", kind: tar.TypeReg, data: "x"}},
		{{name: "dev", kind: tar.TypeBlock}},
	} {
		if err := unpackDeb(bytes.NewReader(debFile(t, files...)), t.TempDir()); err == nil {
			t.Errorf("%+v was unpacked", files)
		}
	}

	// A name that climbs is taken as if the package's root were the end of the world.
	dir := t.TempDir()
	if err := unpackDeb(bytes.NewReader(debFile(t, tarFile{name: "../../etc/x", kind: tar.TypeReg, data: "x"})), dir); err != nil {
		t.Fatal(err)
	}

	if _, err := os.Stat(filepath.Join(dir, "etc/x")); err != nil {
		t.Error(err)
	}
}

func signed(t *testing.T, key *openpgp.Entity, text string) []byte {
	t.Helper()

	var out bytes.Buffer

	w, err := clearsign.Encode(&out, key.PrivateKey, nil)
	if err != nil {
		t.Fatal(err)
	}

	if _, err = w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}

	if err = w.Close(); err != nil {
		t.Fatal(err)
	}

	return out.Bytes()
}

func TestCheckRelease(t *testing.T) {
	t.Parallel()

	key, err := openpgp.NewEntity("archive", "", "a@example.org", nil)
	if err != nil {
		t.Fatal(err)
	}

	stranger, err := openpgp.NewEntity("stranger", "", "s@example.org", nil)
	if err != nil {
		t.Fatal(err)
	}

	now := time.Now()
	text := "Origin: Debian\nCodename: trixie\nValid-Until: " + now.Add(time.Hour).UTC().Format(time.RFC1123) +
		"\nSHA256:\n abc 12 main/binary-amd64/Packages.xz\n"
	good := signed(t, key, text)

	for _, tt := range []struct {
		name, suite string
		data        []byte
		at          time.Time
		want        string
	}{
		{"signed by the archive", "trixie", good, now, ""},
		{"signed by a stranger", "trixie", signed(t, stranger, text), now, "signature"},
		{"changed afterwards", "trixie", bytes.Replace(good, []byte("abc"), []byte("abd"), 1), now, "signature"},
		{"of another suite", "bookworm", good, now, "is of"},
		{"expired", "trixie", good, now.Add(2 * time.Hour), "valid until"},
		{"not signed", "trixie", []byte(text), now, "not one signed message"},
		{"followed by more", "trixie", append(bytes.Clone(good), "Codename: x\n"...), now, "not one signed message"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			sums, err := checkRelease(tt.data, tt.suite, openpgp.EntityList{key}, tt.at)

			switch {
			case tt.want == "" && (err != nil || sums["main/binary-amd64/Packages.xz"] != "abc"):
				t.Errorf("%v, %v", sums, err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestFetchDebRefusesOtherBytes(t *testing.T) {
	t.Parallel()

	deb := debFile(t, tarFile{name: "x", kind: tar.TypeReg, data: "x"})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/x.deb" {
			http.NotFound(w, r)

			return
		}

		w.Write(deb) //nolint:errcheck
	}))
	t.Cleanup(srv.Close)

	b := &builder{log: newProgress(new(bytes.Buffer))}
	c := candidate{name: "x", size: int64(len(deb)), sha256: fmt.Sprintf("%x", sha256.Sum256(deb))}
	ctx := context.Background()

	if err := b.fetchDeb(ctx, srv.URL+"/x.deb", c, t.TempDir()); err != nil {
		t.Error(err)
	}

	if err := b.fetchDeb(ctx, srv.URL+"/gone.deb", c, t.TempDir()); !errors.Is(err, errNotFound) {
		t.Errorf("gone: %v", err)
	}

	for _, bad := range []candidate{{sha256: c.sha256, size: c.size - 1}, {sha256: strings.Repeat("0", 64), size: c.size}} {
		dir := t.TempDir()
		if err := b.fetchDeb(ctx, srv.URL+"/x.deb", bad, dir); err == nil {
			t.Error("another file was accepted")
		}

		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Error("something of it was unpacked")
		}
	}
}

func TestStoreMakesOnce(t *testing.T) {
	t.Parallel()

	s := store{dir: t.TempDir()}
	made := 0
	fill := func(dir string) error {
		made++

		return os.WriteFile(filepath.Join(dir, "x"), nil, 0o644)
	}

	if _, err := s.get("k", "n", "1", func(string) error { return errors.New("no") }); err == nil {
		t.Error("the error was lost")
	}

	for range 2 {
		dir, err := s.get("k", "n", "1", fill)
		if err != nil {
			t.Fatal(err)
		}

		if _, err = os.Stat(filepath.Join(dir, "x")); err != nil {
			t.Error(err)
		}
	}

	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

func TestEveryModuleIsPinned(t *testing.T) {
	t.Parallel()

	root, err := FindRoot()
	if err != nil {
		t.Fatal(err)
	}

	for _, m := range modules {
		if m.path == "" {
			continue
		}

		if _, err := requiredVersion(filepath.Join(root, "hack/thirdparty", m.name, "go.mod"), m.path); err != nil {
			t.Error(err)
		}

		if _, err := os.Stat(filepath.Join(root, "hack/thirdparty", m.name, "go.sum")); err != nil {
			t.Error(err)
		}
	}
}
