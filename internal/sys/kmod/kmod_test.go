package kmod

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sample is a small world: a driver with dependencies, soft dependencies that form
// a cycle, two drivers for one device, and a built-in.
func sample() *Tree {
	return &Tree{Modules: []Module{
		{Name: "virtio_net", Path: "kernel/virtio_net.ko", Deps: []string{"net_failover"}, Aliases: []string{"virtio:d00000001v*"}},
		{Name: "net_failover", Path: "kernel/net_failover.ko", Deps: []string{"failover"}},
		{Name: "failover", Path: "kernel/failover.ko"},
		{Name: "xfs", Path: "kernel/xfs.ko", Deps: []string{"libcrc32c"}, Pre: []string{"crc32c"}, Aliases: []string{"fs-xfs"}},
		{Name: "libcrc32c", Path: "kernel/libcrc32c.ko", Pre: []string{"crc32c_intel"}},
		{Name: "crc32c_intel", Path: "kernel/crc32c_intel.ko", Post: []string{"libcrc32c"}, Aliases: []string{"cpu:type:x86,*:feature:*0094*"}},
		{Name: "e1000e", Path: "kernel/e1000e.ko", Aliases: []string{"pci:v00008086d0000105Esv*sd*bc*sc*i*"}},
		{Name: "vfio_pci", Path: "kernel/vfio_pci.ko", Aliases: []string{"pci:v*d*sv*sd*bc02sc*i*"}},
		{Name: "nvme_core", Path: "kernel/nvme-core.ko"},
		{Name: "ext2", Builtin: true, Aliases: []string{"fs-ext2"}},
	}}
}

func index(t *testing.T, tree *Tree) *Index {
	t.Helper()

	data, err := tree.MarshalIndex()
	if err != nil {
		t.Fatal(err)
	}

	ix, err := ParseIndex("/m", data)
	if err != nil {
		t.Fatal(err)
	}

	return ix
}

func TestAliasesFindTheirModules(t *testing.T) {
	t.Parallel()

	ix := index(t, sample())

	for _, c := range []struct{ alias, want string }{
		{"virtio:d00000001v00001AF4", "virtio_net"},
		{"virtio:d00000002v00001AF4", ""},
		{"fs-xfs", "xfs"},
		{"fs-ext2", "ext2"},
		{"fs-xfsx", ""},
		{"pci:v00008086d0000105Esv00001234sd00005678bc02sc00i00", "e1000e vfio_pci"},
		{"cpu:type:x86,ven0000fam0006mod0055:feature:,0001,0094,0095", "crc32c_intel"},
		{"", ""},
	} {
		var names []string
		for _, m := range ix.Match(c.alias) {
			names = append(names, m.Name)
		}

		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.alias, got, c.want)
		}
	}
}

func TestNamesAreFoundWithDashesToo(t *testing.T) {
	t.Parallel()

	ix := index(t, sample())

	for _, m := range sample().Modules {
		got, ok := ix.Module(strings.ReplaceAll(m.Name, "_", "-"))
		if !ok || got.Name != m.Name || got.Path != m.Path || got.Builtin != m.Builtin || !slices.Equal(got.Deps, m.Deps) {
			t.Errorf("%s: got %+v", m.Name, got)
		}
	}

	if _, ok := ix.Module("nothing"); ok {
		t.Error("found a module that does not exist")
	}
}

func TestGlob(t *testing.T) {
	t.Parallel()

	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"*", "", true},
		{"*", "a/b", true},
		{"a*b*c", "aXbXbc", true},
		{"a*b*c", "aXbXbd", false},
		{"?x", "ax", true},
		{"?", "", false},
		{"[0-9a]z", "5z", true},
		{"[0-9a]z", "bz", false},
		{"[!0-9]z", "bz", true},
		{"[^0-9]z", "1z", false},
		{"[]]", "]", true},
		{"[a", "a", false},
		{"usb:v05ACp*d*dc*", "usb:v05ACp0123d0001dc00", true},
	} {
		if got := match(c.pattern, c.text); got != c.want {
			t.Errorf("match(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

// The index must find exactly what trying every pattern finds.
func TestIndexAgreesWithTryingEveryPattern(t *testing.T) {
	t.Parallel()

	r := rand.New(rand.NewPCG(1, 2))
	word := func(letters string, n int) string {
		b := make([]byte, r.IntN(n))
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}

		return string(b)
	}

	tree := &Tree{}
	for i := range 60 {
		m := Module{Name: fmt.Sprintf("m%02d", i), Path: "x"}
		for range r.IntN(5) {
			m.Aliases = append(m.Aliases, word("ab*?", 6))
		}

		tree.Modules = append(tree.Modules, m)
	}

	ix := index(t, tree)

	for range 3000 {
		text := word("abc", 7)

		var want, got []string

		for _, m := range tree.Modules {
			if slices.ContainsFunc(m.Aliases, func(p string) bool { return match(p, text) }) {
				want = append(want, m.Name)
			}
		}

		for _, m := range ix.Match(text) {
			got = append(got, m.Name)
		}

		if !slices.Equal(got, want) {
			t.Fatalf("%q: index finds %v, trying finds %v", text, got, want)
		}
	}
}

func TestMissingDependencyIsAnError(t *testing.T) {
	t.Parallel()

	tree := &Tree{Modules: []Module{{Name: "a", Path: "a.ko", Deps: []string{"gone"}}}}
	if _, err := tree.MarshalIndex(); err == nil {
		t.Error("an index was made of a module that cannot be loaded")
	}
}

// kernel remembers what it was given and refuses a module whose dependencies are
// not there, as the real one does.
type kernel struct {
	tree   *Tree
	loaded []string
	lines  []string
}

func (k *kernel) insert(path, params string) error {
	name := Normalize(strings.TrimSuffix(filepath.Base(path), ".ko"))
	m, _ := k.tree.Find(name)

	for _, dep := range m.Deps {
		if !slices.Contains(k.loaded, dep) {
			return fmt.Errorf("%s: unknown symbol of %s", name, dep)
		}
	}

	if slices.Contains(k.loaded, name) {
		return errors.New("given twice")
	}

	k.loaded = append(k.loaded, name)
	k.lines = append(k.lines, strings.TrimSpace(name+" "+params))

	return nil
}

func TestLoader(t *testing.T) {
	t.Parallel()

	for _, c := range []struct {
		name, cmdline string
		load          []string
		want          string
		fails         bool
	}{
		{"dependencies come first", "", []string{"virtio_net"}, "failover\nnet_failover\nvirtio_net", false},
		{"an alias loads its module once", "", []string{"virtio:d00000001v00001AF4", "virtio-net"}, "failover\nnet_failover\nvirtio_net", false},
		{"soft dependencies in a circle end", "", []string{"fs-xfs"}, "crc32c_intel\nlibcrc32c\nxfs", false},
		{"all drivers of a device", "", []string{"pci:v00008086d0000105Esv0sd0bc02sc0i0"}, "e1000e\nvfio_pci", false},
		{
			"the command line gives parameters", `nvme-core.io_timeout=7 nvme_core.flag e1000e.x="a b" quiet`,
			[]string{"nvme_core", "e1000e"}, "nvme_core io_timeout=7 flag\ne1000e x=\"a b\"", false,
		},
		{"an alias does not bring in what is on the blacklist", "modprobe.blacklist=e1000e,x", []string{"pci:v00008086d0000105Esv0sd0bc02sc0i0"}, "vfio_pci", false},
		{"asking by name overrules the blacklist", "modprobe.blacklist=e1000e", []string{"e1000e"}, "e1000e", false},
		{"built in is success", "", []string{"ext2", "fs-ext2"}, "", false},
		{"unknown is an error", "", []string{"nothing"}, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()

			k := &kernel{tree: sample()}
			l := NewLoader(index(t, sample()), c.cmdline)
			l.insert = k.insert

			var err error
			for _, name := range c.load {
				err = errors.Join(err, l.Load(name))
			}

			if (err != nil) != c.fails {
				t.Errorf("error %v", err)
			}

			if c.fails && !errors.Is(err, ErrNotFound) {
				t.Errorf("%v is not ErrNotFound", err)
			}

			if got := strings.Join(k.lines, "\n"); got != c.want {
				t.Errorf("kernel got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestTextFilesLookLikeDepmods(t *testing.T) {
	t.Parallel()

	text := sample().Text()

	for file, line := range map[string]string{
		"modules.dep":     "kernel/virtio_net.ko: kernel/net_failover.ko kernel/failover.ko\n",
		"modules.alias":   "alias fs-xfs xfs\n",
		"modules.softdep": "softdep xfs pre: crc32c\n",
	} {
		if !strings.Contains(string(text[file]), line) {
			t.Errorf("%s has no line %q:\n%s", file, line, text[file])
		}
	}
}

func TestClosure(t *testing.T) {
	t.Parallel()

	order, missing := sample().Closure("xfs", "ext2", "gone")

	var names []string
	for _, m := range order {
		names = append(names, m.Name)
	}

	if got := strings.Join(names, " "); got != "crc32c_intel libcrc32c xfs" && got != "libcrc32c crc32c_intel xfs" {
		t.Errorf("order %s", got)
	}

	if !slices.Equal(missing, []string{"gone"}) {
		t.Errorf("missing %v", missing)
	}
}

// A damaged index must never take PID 1 down.
func FuzzParseIndex(f *testing.F) {
	data, err := sample().MarshalIndex()
	if err != nil {
		f.Fatal(err)
	}

	f.Add(data, "fs-xfs")
	f.Add(data[:60], "virtio:d00000001v0")

	f.Fuzz(func(_ *testing.T, data []byte, query string) {
		ix, err := ParseIndex("/m", data)
		if err != nil {
			return
		}

		ix.Match(query)
		ix.Module(query)
	})
}
