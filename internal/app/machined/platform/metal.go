package platform

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/internal/sys/mount"
)

const (
	// isoSource is the value of talos.config= that means a volume instead of a
	// URL, and at the same time the volume's label.
	isoSource = "metal-iso"

	configFile    = "config.yaml"
	maxConfig     = 16 << 20
	fetchTimeout  = 30 * time.Second
	noneRequested = "none"
)

// Metal is a machine without a cloud around it. The config comes from a URL
// given on the kernel command line, or from a volume labelled metal-iso.
type Metal struct {
	// URL of the config, "metal-iso", "none", or empty: then a metal-iso volume
	// is used when there is one, since attaching it is a clear enough wish.
	URL string
	// MountDir is where the volume is mounted for a moment; a temporary directory when empty.
	MountDir string
}

// Name implements Platform.
func (*Metal) Name() string { return "metal" }

// Mode implements Platform.
func (*Metal) Mode() string { return "metal" }

// Config implements Platform.
func (m *Metal) Config(ctx context.Context, facts Facts) ([]byte, error) {
	switch m.URL {
	case noneRequested:
		return nil, ErrNoConfig
	case "", isoSource:
		return m.fromVolume(ctx, facts)
	}

	if err := facts.WaitNetwork(ctx); err != nil {
		return nil, err
	}

	u, err := Expand(ctx, m.URL, facts)
	if err != nil {
		return nil, err
	}

	return fetch(ctx, u)
}

func (m *Metal) fromVolume(ctx context.Context, facts Facts) ([]byte, error) {
	devices, err := facts.VolumesByLabel(ctx, isoSource)
	if err != nil {
		return nil, err
	}

	if len(devices) == 0 {
		return nil, ErrNoConfig
	}

	var errs []error

	for _, dev := range devices {
		data, err := m.readFile(dev)
		if err == nil {
			return data, nil
		}

		errs = append(errs, fmt.Errorf("read %s from volume %s at %s: %w", configFile, isoSource, dev, err))
	}

	return nil, errors.Join(errs...)
}

func (m *Metal) readFile(device string) (data []byte, err error) {
	dir, err := os.MkdirTemp(m.MountDir, "metal-iso-")
	if err != nil {
		return nil, err
	}

	defer func() { err = errors.Join(err, os.Remove(dir)) }()

	var tried []error

	for _, fstype := range []string{"iso9660", "vfat", "ext4", "xfs"} {
		err := mount.Filesystem(fstype, device, dir, mount.Flags{ReadOnly: true, NoDev: true, NoExec: true, NoSuid: true})
		if err != nil {
			tried = append(tried, err)

			continue
		}

		data, err := readLimited(filepath.Join(dir, configFile))

		return data, errors.Join(err, mount.Unmount(dir))
	}

	return nil, errors.Join(tried...)
}

func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}

	defer f.Close() //nolint:errcheck

	return limited(f)
}

func limited(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxConfig+1))
	if err == nil && len(data) > maxConfig {
		err = fmt.Errorf("more than %d bytes", maxConfig)
	}

	return data, err
}

// client follows no redirect from https to http: the config holds every secret
// of the cluster.
var client = &http.Client{
	Timeout: fetchTimeout,
	CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) >= 10 {
			return errors.New("too many redirects")
		}

		if via[0].URL.Scheme == "https" && req.URL.Scheme != "https" {
			return fmt.Errorf("refusing to follow a redirect from https to %s", req.URL.Scheme)
		}

		return nil
	},
}

func fetch(ctx context.Context, u *url.URL) ([]byte, error) {
	if u.Scheme == "file" {
		data, err := readLimited(u.Path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNoConfig
		}

		return data, err
	}

	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("talos.config=%s: scheme %q is not one of http, https, file", u.Redacted(), u.Scheme)
	}

	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}

	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}

	defer resp.Body.Close() //nolint:errcheck

	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("get machine config from %s: %s", u.Redacted(), resp.Status)
	}

	data, err := limited(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("get machine config from %s: %w", u.Redacted(), err)
	}

	if len(data) == 0 {
		return nil, fmt.Errorf("get machine config from %s: the answer is empty", u.Redacted())
	}

	return data, nil
}

// Expand replaces ${uuid}, ${serial}, ${mac}, ${hostname} and ${code}, in any
// case, in values of the URL's query. An empty value of a parameter named uuid
// becomes the UUID, which is what early users wrote.
func Expand(ctx context.Context, raw string, facts Facts) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("talos.config: %w", err)
	}

	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("talos.config: %w", err)
	}

	changed := false

	for key, values := range query {
		for i, v := range values {
			if key == "uuid" && v == "" {
				v = "${uuid}"
			}

			out, err := expandValue(ctx, v, facts)
			if err != nil {
				return nil, err
			}

			if out != values[i] {
				values[i], changed = out, true
			}
		}
	}

	// Encoding sorts the parameters; a URL without variables stays as written.
	if changed {
		u.RawQuery = query.Encode()
	}

	return u, nil
}

func expandValue(ctx context.Context, v string, facts Facts) (string, error) {
	var out strings.Builder

	for {
		start := strings.Index(v, "${")
		end := strings.Index(v[max(start, 0):], "}") + max(start, 0)

		if start < 0 || end < start {
			out.WriteString(v)

			return out.String(), nil
		}

		out.WriteString(v[:start])

		value, known, err := variable(ctx, strings.ToLower(v[start+2:end]), facts)
		if err != nil {
			return "", err
		}

		if known {
			out.WriteString(value)
		} else {
			out.WriteString(v[start : end+1])
		}

		v = v[end+1:]
	}
}

func variable(ctx context.Context, name string, facts Facts) (value string, known bool, err error) {
	switch name {
	case "uuid":
		return UUID(facts), true, nil
	case "serial":
		return dmi("product_serial"), true, nil
	case "hostname":
		return facts.Hostname(ctx), true, nil
	case "mac":
		value, err = facts.MAC(ctx)

		return value, true, err
	case "code":
		value, _ = facts.Meta(meta.TagDownloadURLCode)

		return value, true, nil
	}

	return "", false, nil
}

// UUID is the machine's identity: what META says instead, or the firmware's.
func UUID(facts Facts) string {
	if v, ok := facts.Meta(meta.TagUUIDOverride); ok && v != "" {
		return v
	}

	return strings.ToLower(dmi("product_uuid"))
}

var dmiDir = "/sys/class/dmi/id"

func dmi(name string) string {
	raw, err := os.ReadFile(filepath.Join(dmiDir, name))
	if err != nil {
		return ""
	}

	return strings.TrimSpace(string(raw))
}
