package parts

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// archive is one of the two places a Debian release is published in.
type archive string

const (
	archiveMain     archive = "debian"
	archiveSecurity archive = "debian-security"
)

// suites are looked through together; the highest version wins.
var suites = []struct {
	archive archive
	name    string
}{
	{archiveMain, debianRelease},
	{archiveMain, debianRelease + "-updates"},
	{archiveSecurity, debianRelease + "-security"},
}

// mirrors finds where this machine gets Debian from, so that a build behind a
// local mirror or proxy needs no settings of its own. An archive that is not
// found is missing from the answer: a guess may not be what the machine is
// allowed to reach.
func mirrors(etc string) map[archive]string {
	found := map[archive]string{}

	note := func(uri string) {
		u, err := url.Parse(strings.TrimSpace(uri))
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
			return
		}

		a := archive(filepath.Base(strings.TrimRight(u.Path, "/")))
		if _, have := found[a]; !have && (a == archiveMain || a == archiveSecurity) {
			found[a] = strings.TrimRight(uri, "/")
		}
	}

	files, _ := filepath.Glob(filepath.Join(etc, "sources.list.d", "*")) //nolint:errcheck

	for _, file := range append(files, filepath.Join(etc, "sources.list")) {
		f, err := os.Open(file)
		if err != nil {
			continue
		}

		if strings.HasSuffix(file, ".sources") {
			paragraphs(f, func(p paragraph) error { //nolint:errcheck
				for _, uri := range strings.Fields(p["URIs"]) {
					note(uri)
				}

				return nil
			})
		} else {
			lines := bufio.NewScanner(f)
			for lines.Scan() {
				for _, word := range strings.Fields(lines.Text()) {
					if strings.HasPrefix(lines.Text(), "deb") && strings.Contains(word, "://") {
						note(word)
					}
				}
			}
		}

		f.Close() //nolint:errcheck
	}

	// Whoever mirrors one archive usually has the other beside it.
	if main, ok := found[archiveMain]; ok && found[archiveSecurity] == "" {
		found[archiveSecurity] = main + "-security"
	}

	return found
}

var errNotFound = errors.New("not found")

// fetch opens an address; errNotFound when the server says there is none. What
// comes over this road is never trusted: the caller compares hashes.
func fetch(ctx context.Context, address string) (io.ReadCloser, int64, error) {
	if !strings.Contains(address, "://") {
		return nil, 0, errors.New("found no mirror of Debian and its security archive in /etc/apt; add a deb line for them to /etc/apt/sources.list")
	}

	var last error

	for try := range 4 {
		if try > 0 {
			select {
			case <-ctx.Done():
				return nil, 0, ctx.Err()
			case <-time.After(time.Duration(try*try) * time.Second):
			}
		}

		req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, 0, err
		}

		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			last = err

			continue
		}

		switch {
		case resp.StatusCode == http.StatusOK:
			return resp.Body, resp.ContentLength, nil
		case resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusGone:
			resp.Body.Close() //nolint:errcheck

			return nil, 0, fmt.Errorf("get %s: %w", address, errNotFound)
		default:
			resp.Body.Close() //nolint:errcheck

			last = fmt.Errorf("get %s: %s", address, resp.Status)
			if resp.StatusCode < 500 && resp.StatusCode != http.StatusTooManyRequests {
				return nil, 0, last
			}
		}
	}

	return nil, 0, last
}
