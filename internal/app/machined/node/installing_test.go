package node

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/resources/cri"
)

const emptyIndex = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}`

// The installer image may be in a registry that asks who is there.
func TestInstallerImageIsPulledWithTheConfigsCredentials(t *testing.T) {
	t.Parallel()

	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, secret, _ := r.BasicAuth(); name != "me" || secret != "pass" {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)

			return
		}

		w.Header().Set("Content-Type", "application/vnd.oci.image.index.v1+json")
		w.Write([]byte(emptyIndex)) //nolint:errcheck // the client tells
	}))
	defer srv.Close()

	host := strings.TrimPrefix(srv.URL, "http://")
	st := newState()

	resolve := func() error {
		_, _, err := registryResolver(t.Context(), st).Resolve(t.Context(), host+"/installer:v1")

		return err
	}

	if resolve() == nil {
		t.Fatal("the registry let in somebody without credentials")
	}

	if err := st.Create(t.Context(), cri.RegistryConfigs.New(cri.RegistriesConfigID, cri.RegistriesConfigSpec{
		RegistryAuths: map[string]*cri.RegistryAuthConfig{host: {RegistryUsername: "me", RegistryPassword: "pass"}},
	})); err != nil {
		t.Fatal(err)
	}

	if err := resolve(); err != nil {
		t.Error(err)
	}
}
