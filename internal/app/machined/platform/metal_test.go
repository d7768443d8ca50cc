package platform

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/talos-os/talos/internal/sys/meta"
)

type fakeFacts struct{}

func (fakeFacts) Hostname(context.Context) string                          { return "node 1" }
func (fakeFacts) MAC(context.Context) (string, error)                      { return "52:2f:fd:df:fc:c0", nil }
func (fakeFacts) WaitNetwork(context.Context) error                        { return nil }
func (fakeFacts) VolumesByLabel(context.Context, string) ([]string, error) { return nil, nil }
func (fakeFacts) Meta(tag meta.Tag) (string, bool) {
	switch tag {
	case meta.TagUUIDOverride:
		return "40dcbd19-3b10-444e-bfff-aaee44a51fda", true
	case meta.TagDownloadURLCode:
		return "c0de", true
	}

	return "", false
}

func TestExpand(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ name, in, want string }{
		{"no variables leave the URL as it is", "http://h/p?z=1&a=2", "http://h/p?z=1&a=2"},
		{"all variables", "http://h/m?h=${hostname}&m=${mac}&u=${UUID}&c=${code}", "http://h/m?c=c0de&h=node+1&m=52%3A2f%3Afd%3Adf%3Afc%3Ac0&u=40dcbd19-3b10-444e-bfff-aaee44a51fda"},
		{"an empty uuid is filled in", "http://h/m?uuid=", "http://h/m?uuid=40dcbd19-3b10-444e-bfff-aaee44a51fda"},
		{"an unknown variable stays", "http://h/m?x=${other}", "http://h/m?x=${other}"},
		{"an open brace stays", "http://h/m?x=a${mac&y=1", "http://h/m?x=a${mac&y=1"},
		{"text around a variable", "http://h/m?x=a-${code}-b}", "http://h/m?x=a-c0de-b%7D"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			u, err := Expand(t.Context(), tt.in, fakeFacts{})
			if err != nil || u.String() != tt.want {
				t.Fatalf("got %s, %v; want %s", u, err, tt.want)
			}
		})
	}
}

func TestMetalFetches(t *testing.T) {
	t.Parallel()

	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			_, _ = w.Write([]byte("code " + r.URL.Query().Get("c")))
		case "/empty":
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(srv.Close)

	file := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(file, []byte("local"), 0o600); err != nil {
		t.Fatal(err)
	}

	for _, tt := range []struct{ name, url, want, err string }{
		{"http", srv.URL + "/ok?c=${code}", "code c0de", ""},
		{"an error of the server is worth another try", srv.URL + "/missing", "", "404"},
		{"an empty answer is no config", srv.URL + "/empty", "", "empty"},
		{"a file", "file://" + file, "local", ""},
		{"no volume", "", "", ErrNoConfig.Error()},
		{"none", "none", "", ErrNoConfig.Error()},
		{"another scheme", "ftp://h/x", "", "not one of"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			got, err := (&Metal{URL: tt.url}).Config(t.Context(), fakeFacts{})
			if string(got) != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("got %q, %v", got, err)
			}
		})
	}
}

func TestOf(t *testing.T) {
	t.Parallel()

	p, err := Of(`console=ttyS0 talos.platform=metal "talos.config=http://h/?a=b c" x`)
	if err != nil || p.(*Metal).URL != "http://h/?a=b c" {
		t.Fatalf("%+v, %v", p, err)
	}

	if _, err := Of("talos.platform=moon"); err == nil || errors.Is(err, ErrNoConfig) {
		t.Fatal("unknown platform accepted")
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("http://h/?a=${mac}")
	f.Fuzz(func(_ *testing.T, s string) { _, _ = Expand(context.Background(), s, fakeFacts{}) })
}

type brokenVolumes struct{ fakeFacts }

func (brokenVolumes) VolumesByLabel(context.Context, string) ([]string, error) {
	return []string{"/nonexistent/a", "/nonexistent/b"}, nil
}

func TestEveryVolumeWithTheLabelIsTried(t *testing.T) {
	t.Parallel()

	_, err := (&Metal{MountDir: t.TempDir()}).fromVolume(t.Context(), brokenVolumes{})
	if err == nil || errors.Is(err, ErrNoConfig) || !strings.Contains(err.Error(), "/nonexistent/a") || !strings.Contains(err.Error(), "/nonexistent/b") {
		t.Errorf("got %v", err)
	}
}
