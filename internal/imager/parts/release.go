package parts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/ulikunitz/xz"
)

// keyringDirs hold the archive keys. The package debian-archive-keyring brings
// them, and on Debian 12 its updates bring the keys of Debian 13 too.
var keyringDirs = []string{"/usr/share/keyrings"}

// archiveKeys reads every key of the Debian archive that this machine trusts.
func archiveKeys() (openpgp.EntityList, error) {
	var keys openpgp.EntityList

	for _, dir := range keyringDirs {
		files, err := filepath.Glob(filepath.Join(dir, "debian-archive-*"))
		if err != nil {
			return nil, err
		}

		for _, file := range files {
			if strings.Contains(file, "removed") || (!strings.HasSuffix(file, ".gpg") && !strings.HasSuffix(file, ".pgp")) {
				continue
			}

			data, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}

			// One unreadable key (of a retired algorithm) is no reason to refuse the others.
			list, err := openpgp.ReadKeyRing(bytes.NewReader(data))
			if err != nil {
				continue
			}

			keys = append(keys, list...)
		}
	}

	if len(keys) == 0 {
		return nil, errors.New("no archive keys in /usr/share/keyrings: install debian-archive-keyring")
	}

	return keys, nil
}

// candidate is a package as a verified index describes it.
type candidate struct {
	name, version string
	suite         string
	archive       archive
	path          string
	sha256        string
	size          int64
	section       string
	depends       []string
}

// index is the newest candidate of every name over all suites.
type index map[string]candidate

// readIndex walks archive key, InRelease, Packages: what it returns is signed.
func (b *builder) readIndex(ctx context.Context, mirror map[archive]string) (index, error) {
	keys, err := archiveKeys()
	if err != nil {
		return nil, err
	}

	idx := index{}

	for _, suite := range suites {
		base := mirror[suite.archive] + "/dists/" + suite.name
		s := b.log.start("debian "+suite.name, "")

		release, err := verifiedRelease(ctx, base, suite.name, keys)
		if err != nil {
			s.done("")

			return nil, fmt.Errorf("verify %s: %w", suite.name, err)
		}

		name := "main/binary-" + debianArch[b.Arch] + "/Packages.xz"

		sum, ok := release[name]
		if !ok {
			s.done("")

			return nil, fmt.Errorf("%s does not list %s", suite.name, name)
		}

		// By-hash names survive the mirror being updated between the two requests.
		data, err := fetchSum(ctx, base+"/main/binary-"+debianArch[b.Arch]+"/by-hash/SHA256/"+sum, sum)
		if errors.Is(err, errNotFound) {
			data, err = fetchSum(ctx, base+"/"+name, sum)
		}

		if err != nil {
			s.done("")

			return nil, err
		}

		n, err := idx.add(data, suite.name, suite.archive)
		if err != nil {
			s.done("")

			return nil, fmt.Errorf("read %s of %s: %w", name, suite.name, err)
		}

		s.done("signature good, %d packages", n)
	}

	return idx, nil
}

// verifiedRelease is the SHA256 table of an InRelease file, once its signature,
// its suite and its time limit have been found good.
func verifiedRelease(ctx context.Context, base, suite string, keys openpgp.EntityList) (map[string]string, error) {
	body, _, err := fetch(ctx, base+"/InRelease")
	if err != nil {
		return nil, err
	}
	defer body.Close() //nolint:errcheck

	data, err := io.ReadAll(io.LimitReader(body, 16<<20))
	if err != nil {
		return nil, err
	}

	return checkRelease(data, suite, keys, time.Now())
}

func checkRelease(data []byte, suite string, keys openpgp.EntityList, now time.Time) (map[string]string, error) {
	block, rest := clearsign.Decode(data)
	if block == nil || len(bytes.TrimSpace(rest)) != 0 {
		return nil, errors.New("InRelease is not one signed message")
	}

	// A release carries a signature for each key in use; one of ours is enough.
	if _, err := block.VerifySignature(keys, nil); err != nil {
		return nil, fmt.Errorf("signature of InRelease (is debian-archive-keyring up to date?): %w", err)
	}

	sums := map[string]string{}

	err := paragraphs(bytes.NewReader(block.Plaintext), func(p paragraph) error {
		if p["Codename"] != suite {
			return fmt.Errorf("InRelease is of %q, wanted %q", p["Codename"], suite)
		}

		if until := p["Valid-Until"]; until != "" {
			t, err := time.Parse(time.RFC1123, until)
			if err != nil {
				return err
			}

			if now.After(t) {
				return fmt.Errorf("InRelease was valid until %s only: the mirror is stale or the clock is wrong", until)
			}
		}

		for line := range strings.SplitSeq(p["SHA256"], "\n") {
			if f := strings.Fields(line); len(f) == 3 {
				sums[f[2]] = f[0]
			}
		}

		return nil
	})

	return sums, err
}

// fetchSum fetches a small file and accepts it only with the right SHA-256.
func fetchSum(ctx context.Context, address, want string) ([]byte, error) {
	body, _, err := fetch(ctx, address)
	if err != nil {
		return nil, err
	}
	defer body.Close() //nolint:errcheck

	data, err := io.ReadAll(io.LimitReader(body, 256<<20))
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", address, err)
	}

	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
		return nil, fmt.Errorf("%s has another SHA-256 than its index says", address)
	}

	return data, nil
}

func (idx index) add(packages []byte, suite string, a archive) (int, error) {
	r, err := xz.NewReader(bytes.NewReader(packages))
	if err != nil {
		return 0, err
	}

	n := 0

	err = paragraphs(r, func(p paragraph) error {
		n++

		size, err := strconv.ParseInt(p["Size"], 10, 64)
		if err != nil {
			return fmt.Errorf("size of %s: %w", p["Package"], err)
		}

		c := candidate{
			name: p["Package"], version: p["Version"], suite: suite, archive: a,
			path: p["Filename"], sha256: p["SHA256"], size: size,
			section: p["Section"], depends: p.dependencies(),
		}

		if have, ok := idx[c.name]; !ok || compareVersions(c.version, have.version) > 0 {
			idx[c.name] = c
		}

		return nil
	})

	return n, err
}
