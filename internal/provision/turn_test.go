package provision

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

func TestEmulatedWorkersWaitForTheAPI(t *testing.T) {
	t.Parallel()

	var asked atomic.Int32

	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" || asked.Add(1) < 2 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer srv.Close()

	_, text, err := net.SplitHostPort(srv.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}

	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}

	node := func(name string, config string, port int) NodeState {
		return NodeState{Node: Node{Name: name, Config: []byte(config)}, KubernetesPort: port}
	}

	for _, c := range []struct {
		name, accel   string
		first, worker NodeState
		waits         bool
	}{
		{"emulated", "tcg", node("a", "x", port), node("w", "x", 0), true},
		{"with KVM", "kvm", node("a", "x", port), node("w", "x", 0), false},
		{"without a config", "tcg", node("a", "x", port), node("w", "", 0), false},
		{"beside one without a config", "tcg", node("a", "", port), node("w", "x", 0), false},
		{"the first itself", "tcg", node("a", "x", port), node("a", "x", port), false},
	} {
		s := testState(t, c.first)
		s.Accel, s.Nodes = c.accel, []NodeState{c.first, c.worker}

		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		asked.Store(0)
		waitTurn(ctx, s, c.worker)
		cancel()

		if got := asked.Load() == 2; got != c.waits || ctx.Err() == context.DeadlineExceeded {
			t.Errorf("%s: waited %v, want %v", c.name, got, c.waits)
		}
	}
}
