package kube

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestReadyNamesTheChecksThatFail(t *testing.T) {
	t.Parallel()

	for _, c := range []struct{ name, body, want string }{
		{"some checks", "[+]ping ok\n[-]poststarthook/rbac/bootstrap-roles failed: reason withheld\n[-]etcd failed: reason withheld\nreadyz check failed",
			"not ready yet: poststarthook/rbac/bootstrap-roles, etcd"},
		{"something else", "overloaded", "GET /readyz: 500: overloaded"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()

			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, c.body, http.StatusInternalServerError)
			}))
			defer srv.Close()

			k := &Client{http: srv.Client(), server: srv.URL}
			if err := k.Ready(context.Background()); err == nil || err.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
