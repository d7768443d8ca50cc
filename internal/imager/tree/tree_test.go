package tree

import (
	"archive/tar"
	"bytes"
	"io"
	"io/fs"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

func sample() *Tree {
	t := New()
	t.Dir("usr/lib", 0o755)
	t.Link("lib", "usr/lib")
	t.Data("lib/modules/a.ko", []byte("module"), 0o644)
	t.Data("usr/bin/init", []byte("program"), 0o755)
	t.Text("etc/hostname", "")
	t.Dir("tmp", fs.ModeSticky|0o777)

	return t
}

func TestAddingThroughALinkLandsBehindIt(t *testing.T) {
	t.Parallel()

	if _, ok := sample().entries["usr/lib/modules/a.ko"]; !ok {
		t.Error(sample().Names())
	}

	if e, ok := sample().Lookup("/lib/modules/a.ko"); !ok || string(e.Data) != "module" {
		t.Error("not found through the link")
	}
}

func TestExecutablesAreListed(t *testing.T) {
	t.Parallel()

	if got := sample().Executables(); !slices.Equal(got, []string{"/usr/bin/init"}) {
		t.Error(got)
	}
}

func TestArchivesAreTheSameEachTime(t *testing.T) {
	t.Parallel()

	at := time.Unix(1700000000, 0)

	for name, write := range map[string]func(*Tree, io.Writer) error{
		"tar":  func(tr *Tree, w io.Writer) error { return tr.WriteTar(w, at) },
		"cpio": func(tr *Tree, w io.Writer) error { return tr.WriteCpio(w, at) },
	} {
		var a, b bytes.Buffer
		if err := write(sample(), &a); err != nil {
			t.Fatal(err)
		}

		if err := write(sample(), &b); err != nil {
			t.Fatal(err)
		}

		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestTarHoldsParentsBeforeChildren(t *testing.T) {
	t.Parallel()

	var buf bytes.Buffer
	if err := sample().WriteTar(&buf, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}

	seen := map[string]bool{}

	r := tar.NewReader(&buf)
	for {
		h, err := r.Next()
		if err != nil {
			break
		}

		name := strings.TrimSuffix(h.Name, "/")
		if i := strings.LastIndexByte(name, '/'); i > 0 && !seen[name[:i]] {
			t.Errorf("%s comes before its directory", name)
		}

		seen[name] = true

		if h.Uid != 0 || h.Gid != 0 {
			t.Errorf("%s is not root's", name)
		}
	}
}

// cpio(1) reads what the kernel reads.
func TestCpioIsUnderstood(t *testing.T) {
	t.Parallel()

	cpio, err := exec.LookPath("cpio")
	if err != nil {
		t.Skip("cpio is not installed")
	}

	var buf bytes.Buffer
	if err = sample().WriteCpio(&buf, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}

	if buf.Len()%512 != 0 {
		t.Errorf("%d bytes are not whole blocks", buf.Len())
	}

	cmd := exec.Command(cpio, "-itv", "--quiet")
	cmd.Stdin = &buf

	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	for _, want := range []string{"lib -> usr/lib", "drwxrwxrwt", "-rwxr-xr-x", "usr/lib/modules/a.ko"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}
