package parts

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// store keeps directories under the hash of what they were made from. A
// directory is there whole or not at all: it is made beside its place and
// renamed.
type store struct{ dir string }

// key hashes the inputs of a result. The recipe's own version is one of them.
func key(inputs ...string) string {
	h := sha256.New()
	for _, in := range inputs {
		fmt.Fprintf(h, "%d:%s\n", len(in), in)
	}

	return hex.EncodeToString(h.Sum(nil))[:32]
}

// get returns the directory of kind and key; when it is missing, fill makes its
// content. Processes that want the same one wait for each other.
func (s store) get(kind, name, key string, fill func(dir string) error) (string, error) {
	base := filepath.Join(s.dir, kind)
	final := filepath.Join(base, name+"-"+key)

	if _, err := os.Stat(final); err == nil {
		return final, nil
	}

	if err := os.MkdirAll(base, 0o755); err != nil {
		return "", err
	}

	unlock, err := lockFile(filepath.Join(base, "."+name+".lock"))
	if err != nil {
		return "", err
	}
	defer unlock()

	if _, err = os.Stat(final); err == nil {
		return final, nil
	}

	tmp, err := os.MkdirTemp(base, ".tmp-"+name+"-")
	if err != nil {
		return "", err
	}
	defer removeTree(tmp)

	if err = fill(tmp); err != nil {
		return "", err
	}

	if err = os.Chmod(tmp, 0o755); err != nil {
		return "", err
	}

	return final, os.Rename(tmp, final)
}

func lockFile(path string) (func(), error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}

	for {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX)
		if err != unix.EINTR {
			break
		}
	}

	if err != nil {
		f.Close() //nolint:errcheck

		return nil, fmt.Errorf("lock %s: %w", path, err)
	}

	return func() { f.Close() }, nil //nolint:errcheck
}

// removeTree removes also directories that an unpacked package made read-only.
func removeTree(dir string) {
	filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error { //nolint:errcheck
		if err == nil && d.IsDir() {
			os.Chmod(path, 0o755) //nolint:errcheck
		}

		return nil
	})

	os.RemoveAll(dir) //nolint:errcheck
}

// hashFiles hashes names and contents of regular files below dir with one of
// the suffixes, in order of name.
func hashFiles(dir string, suffixes ...string) (string, error) {
	h := sha256.New()

	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}

		match := false
		for _, s := range suffixes {
			match = match || strings.HasSuffix(path, s)
		}

		if !match || strings.HasSuffix(path, "_test.go") {
			return nil
		}

		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}

		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck

		fmt.Fprintf(h, "%s\n", rel)
		_, err = io.Copy(h, f)

		return err
	})

	return hex.EncodeToString(h.Sum(nil)), err
}
