package kubeclient

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/siderolabs/crypto/x509"
	"go.yaml.in/yaml/v4"
)

// server is an API server that knows two kinds.
func server(t *testing.T, handlers map[string]http.HandlerFunc) *Client {
	t.Helper()

	mux := http.NewServeMux()

	mux.HandleFunc("GET /api/v1", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"resources": [
			{"name": "configmaps", "kind": "ConfigMap", "namespaced": true},
			{"name": "nodes", "kind": "Node"}, {"name": "nodes/status", "kind": "Node"}]}`)
	})

	for pattern, h := range handlers {
		mux.HandleFunc(pattern, h)
	}

	s := httptest.NewTLSServer(mux)
	t.Cleanup(s.Close)

	c, err := New(Config{
		Server: s.URL, Token: "token",
		CA: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}),
	})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(c.Close)

	return c
}

func TestApply(t *testing.T) {
	t.Parallel()

	c := server(t, map[string]http.HandlerFunc{
		"PATCH /api/v1/namespaces/kube-system/configmaps/one": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Content-Type") != ContentApply || r.URL.Query().Get("fieldManager") != "talos" || r.Header.Get("Authorization") != "Bearer token" {
				http.Error(w, "wrong request", http.StatusBadRequest)
			}

			fmt.Fprint(w, `{"kind": "ConfigMap"}`)
		},
		"PATCH /api/v1/nodes/two": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusConflict)
			fmt.Fprint(w, `{"kind": "Status", "reason": "Conflict", "message": "conflict with \"kubectl\": .spec"}`)
		},
	})

	object := func(kind, ns, name string) Object {
		return Object{"apiVersion": "v1", "kind": kind, "metadata": map[string]any{"name": name, "namespace": ns}}
	}

	opts := ApplyOptions{FieldManager: "talos"}

	if _, err := c.Apply(t.Context(), object("ConfigMap", "kube-system", "one"), opts); err != nil {
		t.Error(err)
	}

	if _, err := c.Apply(t.Context(), object("Node", "", "two"), opts); !IsConflict(err) || !strings.Contains(err.Error(), "kubectl") {
		t.Error(err)
	}

	var noKind *NoKindError
	if _, err := c.Apply(t.Context(), object("Widget", "", "three"), opts); !errors.As(err, &noKind) {
		t.Error(err)
	}

	group := object("Widget", "", "three")
	group["apiVersion"] = "example.org/v1"

	if _, err := c.Apply(t.Context(), group, opts); !errors.As(err, &noKind) {
		t.Error(err)
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()

	c := server(t, map[string]http.HandlerFunc{
		"GET /api/v1/nodes": func(w http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()

			switch {
			case q.Get("watch") == "true" && q.Get("resourceVersion") != "7":
				http.Error(w, "from where?", http.StatusBadRequest)
			case q.Get("watch") == "true":
				enc := json.NewEncoder(w)
				enc.Encode(map[string]any{"type": "BOOKMARK", "object": map[string]any{}})                                        //nolint:errcheck
				enc.Encode(map[string]any{"type": "MODIFIED", "object": map[string]any{"metadata": map[string]any{"name": "a"}}}) //nolint:errcheck
				enc.Encode(map[string]any{"type": "ERROR", "object": map[string]any{"code": 410}})                                //nolint:errcheck
			case q.Get("continue") == "":
				fmt.Fprint(w, `{"metadata": {"continue": "next"}, "items": [{"metadata": {"name": "a"}}]}`)
			default:
				fmt.Fprint(w, `{"metadata": {"resourceVersion": "7"}, "items": [{"metadata": {"name": "b"}}]}`)
			}
		},
	})

	var got []string

	err := c.Watch(context.Background(), "/api/v1/nodes", nil,
		func(ev Event) { got = append(got, ev.Type+" "+RefOf(ev.Object).Name) },
		func() { got = append(got, "synced") })
	if err != nil {
		t.Error("a version that is too old is the end of a stream, not an error:", err)
	}

	if text := strings.Join(got, ", "); text != "ADDED a, ADDED b, synced, MODIFIED a" {
		t.Error(text)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()

	c := server(t, map[string]http.HandlerFunc{
		"GET /plain": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "too busy", http.StatusTooManyRequests) },
		"GET /denied": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"message": "no"}`)
		},
	})

	for path, is := range map[string]func(error) bool{"/plain": IsTooManyRequests, "/denied": IsDenied, "/missing": IsNotFound} {
		if err := c.Get(t.Context(), path, nil); !is(err) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestKubeconfig(t *testing.T) {
	t.Parallel()

	in := Kubeconfig{
		Cluster: "my: cluster", User: "admin", Server: "https://[fd00::1]:6443", ServerName: "api.example.org", Namespace: "default",
		CA: []byte("ca"), Client: &x509.PEMEncodedCertificateAndKey{Crt: []byte("crt"), Key: []byte("key")},
	}

	text := in.Text()

	got, err := FromKubeconfig([]byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}

	if got.Server != in.Server || got.ServerName != in.ServerName || string(got.CA) != "ca" || string(got.Cert) != "crt" || string(got.Key) != "key" {
		t.Errorf("%+v", got)
	}

	if got, err = FromKubeconfig([]byte(Kubeconfig{Cluster: "1", User: "u", Server: "https://a", Token: "x.y"}.Text())); err != nil || got.Token != "x.y" {
		t.Errorf("%+v %v", got, err)
	}

	for _, bad := range []string{"", "{", "current-context: x", "current-context: x\ncontexts: [{name: x, context: {cluster: y, user: z}}]"} {
		if _, err = FromKubeconfig([]byte(bad)); err == nil {
			t.Errorf("%q was taken for a kubeconfig", bad)
		}
	}
}

func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "plain", "true", "No", "12", "a: b", "#", "it's", `"`, "\\", "https://a b", "https://x:1", "-", "a\nb", "~", "0x1"} {
		f.Add(s)
	}

	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range s {
			if r < ' ' && r != '\n' || r == 0x7f || r > 0x7e {
				t.Skip("names and tokens are printable")
			}
		}

		var out struct{ V any }
		if err := yaml.Unmarshal([]byte("v: "+quote(s)+"\n"), &out); err != nil || out.V != s {
			t.Errorf("%q became %s, which is %v %v", s, quote(s), out.V, err)
		}
	})
}

func FuzzFromKubeconfig(f *testing.F) {
	f.Add([]byte(Kubeconfig{Cluster: "c", User: "u", Server: "https://a", Token: "t"}.Text()))
	f.Fuzz(func(_ *testing.T, data []byte) { FromKubeconfig(data) }) //nolint:errcheck // must not panic
}
