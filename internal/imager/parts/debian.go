package parts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
)

// debRecipe is part of every key: raise it when unpacking changes.
const debRecipe = "1"

// unpacked is a package as a tree of files.
type unpacked struct {
	version string
	tree    string
}

// debian fills the set with the packages of the lock file. A package that no
// mirror carries any more makes the whole lock be resolved anew, with a notice.
func (b *builder) debian(ctx context.Context, set *Set) error {
	if !b.wantsPackages() {
		return nil
	}

	mirror := mirrors("/etc/apt")

	list, err := readLock(b.lockPath())
	if err != nil {
		return err
	}

	if len(list) == 0 || b.Update {
		if list, err = b.relock(ctx, mirror); err != nil {
			return err
		}
	}

	err = b.unpackAll(ctx, set, mirror, list)
	if errors.Is(err, errNotFound) {
		b.log.printf("NOTICE: the archive no longer carries a pinned package (%v); resolving %s anew", err, debianRelease)

		if list, err = b.relock(ctx, mirror); err != nil {
			return err
		}

		err = b.unpackAll(ctx, set, mirror, list)
	}

	if err != nil {
		return err
	}

	set.tools = set
	if b.Arch != runtime.GOARCH {
		if set.tools, err = b.hostTools(ctx, mirror); err != nil {
			return fmt.Errorf("tools for %s: %w", runtime.GOARCH, err)
		}
	}

	return b.derive(ctx, set)
}

// wantsPackages is false when only modules without cgo were asked for.
func (b *builder) wantsPackages() bool {
	if len(b.Only) == 0 {
		return true
	}

	for _, name := range b.Only {
		if name == "runc" || name == "debian" {
			return true
		}
	}

	return false
}

// relock writes a new lock file from the verified indexes.
func (b *builder) relock(ctx context.Context, mirror map[archive]string) ([]candidate, error) {
	idx, err := b.readIndex(ctx, mirror)
	if err != nil {
		return nil, err
	}

	roots := make([]string, len(packages))
	for i, name := range packages {
		roots[i] = strings.ReplaceAll(name, archWord, debianArch[b.Arch])
	}

	list, err := resolve(idx, roots)
	if err != nil {
		return nil, err
	}

	old, err := readLock(b.lockPath())
	if err != nil {
		return nil, err
	}

	was := map[string]string{}
	for _, c := range old {
		was[c.name] = c.version
	}

	for _, c := range list {
		switch was[c.name] {
		case c.version:
		case "":
			b.log.printf("debian: %s %s is new", c.name, c.version)
		default:
			b.log.printf("debian: %s %s -> %s", c.name, was[c.name], c.version)
		}
	}

	return list, writeLock(b.lockPath(), list)
}

// unpackAll fetches what the cache lacks, a few packages at a time.
func (b *builder) unpackAll(ctx context.Context, set *Set, mirror map[archive]string, list []candidate) error {
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		errs []error
	)

	slots := make(chan struct{}, 4)

	for _, c := range list {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()

			tree, err := b.cache.get("deb", c.name+"-"+b.Arch, key(debRecipe, c.sha256), func(tmp string) error {
				return b.fetchDeb(ctx, mirror[c.archive]+"/"+c.path, c, tmp)
			})

			mu.Lock()
			defer mu.Unlock()

			if err != nil {
				errs = append(errs, fmt.Errorf("package %s %s: %w", c.name, c.version, err))

				return
			}

			set.debs[c.name] = unpacked{version: c.version, tree: tree}
		})
	}

	wg.Wait()

	return errors.Join(errs...)
}

func (b *builder) fetchDeb(ctx context.Context, address string, c candidate, dir string) error {
	s := b.log.start(c.name+" "+c.version, "")
	defer s.done("")

	body, _, err := fetch(ctx, address)
	if err != nil {
		return err
	}
	defer body.Close() //nolint:errcheck

	// The file lies beside the tree until its hash is known to be right: not a
	// byte of an unverified package is interpreted.
	f, err := os.CreateTemp(filepath.Dir(dir), ".tmp-deb-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck
	defer f.Close()           //nolint:errcheck

	h := sha256.New()

	n, err := io.Copy(io.MultiWriter(f, h), &counting{r: io.LimitReader(body, c.size+1), s: s, total: c.size})
	if err != nil {
		return fmt.Errorf("get %s: %w", address, err)
	}

	if n != c.size || hex.EncodeToString(h.Sum(nil)) != c.sha256 {
		return fmt.Errorf("%s is not the pinned file: size or SHA-256 differ", address)
	}

	s.at("unpacking")

	if _, err = f.Seek(0, io.SeekStart); err != nil {
		return err
	}

	if err = unpackDeb(f, dir); err != nil {
		return fmt.Errorf("unpack: %w", err)
	}

	s.done("fetched and unpacked, %.1f MB,", float64(c.size)/1e6)

	return nil
}

// counting tells a step how much of a download has come.
type counting struct {
	r        io.Reader
	s        *step
	n, total int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	c.s.at("%.0f of %.0f MB", float64(c.n)/1e6, float64(c.total)/1e6)

	return n, err
}
