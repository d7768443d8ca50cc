package bundle

import (
	"archive/tar"
	"io"
	"os"
	"path"
	"sort"
	"strings"
	"time"
)

// entry is one file, directory or link of a layer.
type entry struct {
	path   string
	source string // file to copy
	data   string // or its content
	link   string // or target of a symbolic link
	dir    bool
	mode   int64
}

// skeleton are the directories and links of a root with /usr merged.
func skeleton() []entry {
	list := []entry{
		{path: "/tmp", dir: true, mode: 0o1777},
		{path: "/var/run", link: "/run"},
	}

	for _, d := range []string{"/etc", "/proc", "/root", "/run", "/sys", "/dev", "/usr", "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/local", "/usr/local/bin", "/usr/sbin", "/var", "/var/lib", "/var/log"} {
		list = append(list, entry{path: d, dir: true, mode: 0o755})
	}

	for _, l := range []string{"bin", "lib", "lib64", "sbin"} {
		list = append(list, entry{path: "/" + l, link: "usr/" + l})
	}

	for p, data := range etc {
		list = append(list, entry{path: p, data: data, mode: 0o644})
	}

	return list
}

// withParents adds the directories that no entry names, each once.
func withParents(list []entry) []entry {
	have := map[string]bool{"/": true}
	for _, e := range list {
		have[e.path] = true
	}

	for _, e := range list {
		for dir := path.Dir(e.path); !have[dir]; dir = path.Dir(dir) {
			have[dir] = true

			list = append(list, entry{path: dir, dir: true, mode: 0o755})
		}
	}

	sort.Slice(list, func(i, j int) bool { return list[i].path < list[j].path })

	return list
}

// writeLayer writes a layer whose bytes depend on nothing but its entries: all
// belongs to root and comes from the same moment.
func writeLayer(w io.Writer, list []entry, at time.Time) error {
	t := tar.NewWriter(w)

	for _, e := range withParents(list) {
		if err := writeEntry(t, e, at); err != nil {
			return err
		}
	}

	return t.Close()
}

func writeEntry(t *tar.Writer, e entry, at time.Time) error {
	h := &tar.Header{Name: strings.TrimPrefix(e.path, "/"), Mode: e.mode, ModTime: at, Format: tar.FormatPAX}

	switch {
	case e.dir:
		h.Typeflag = tar.TypeDir
		h.Name += "/"

		return t.WriteHeader(h)
	case e.link != "":
		h.Typeflag, h.Linkname, h.Mode = tar.TypeSymlink, e.link, 0o777

		return t.WriteHeader(h)
	case e.source == "":
		h.Typeflag, h.Size = tar.TypeReg, int64(len(e.data))
		if err := t.WriteHeader(h); err != nil {
			return err
		}

		_, err := io.WriteString(t, e.data)

		return err
	}

	f, err := os.Open(e.source)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck

	st, err := f.Stat()
	if err != nil {
		return err
	}

	h.Typeflag, h.Size = tar.TypeReg, st.Size()
	if h.Mode == 0 {
		h.Mode = int64(st.Mode().Perm() &^ 0o022)
	}

	if err = t.WriteHeader(h); err != nil {
		return err
	}

	_, err = io.Copy(t, f)

	return err
}
