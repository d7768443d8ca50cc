package k8sctl

import (
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

func TestKeptClientAsksOverOneConnection(t *testing.T) {
	t.Parallel()

	var (
		connections, answer atomic.Int64
		srv                 = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(int(answer.Load()))
		}))
	)

	srv.EnableHTTP2 = true
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}

	srv.StartTLS()
	t.Cleanup(srv.Close)

	ca := base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}))
	credentials := nodeCredentials{text: fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: one, user: me}}]
clusters: [{name: one, cluster: {server: %q, certificate-authority-data: %s}}]
users: [{name: me, user: {token: secret}}]
`, srv.URL, ca)}

	var kept keptClient

	t.Cleanup(kept.close)

	for i, step := range []struct {
		answer, connections int64
		ready               bool
	}{
		{http.StatusInternalServerError, 1, false},
		{http.StatusInternalServerError, 1, false},
		{http.StatusOK, 1, true},
		{http.StatusUnauthorized, 1, false},
		{http.StatusOK, 2, true}, // with what may be a new certificate
	} {
		answer.Store(step.answer)

		_, err := kept.ready(t.Context(), credentials)
		if (err == nil) != step.ready || connections.Load() != step.connections {
			t.Errorf("step %d: %v over %d connections, want ready %t over %d", i, err, connections.Load(), step.ready, step.connections)
		}
	}

	if _, err := kept.ready(t.Context(), nodeCredentials{}); err == nil {
		t.Error("ready without credentials")
	}
}
