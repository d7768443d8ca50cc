package denial

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestRefusalsAreLoggedOncePerCauseAndInterval(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer

	l := New(slog.New(slog.NewTextHandler(&out, nil)))
	now := time.Unix(1000, 0)
	l.now = func() time.Time { return now }

	for range 100 {
		l.Add("wrong token", "10.0.0.1:1")
	}

	l.Add("role", "10.0.0.1:2", "method", "/x/Y")

	now = now.Add(Interval)
	l.Add("wrong token", "10.0.0.1:3")

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 3 {
		t.Fatalf("got %d lines, want 3:\n%s", len(lines), out.String())
	}

	for i, want := range []string{"total=1 unlogged=0", "method=/x/Y", "total=101 unlogged=99"} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d: %s\nwant %s in it", i, lines[i], want)
		}
	}

	if counts := l.Counts(); counts["wrong token"] != 101 || counts["role"] != 1 {
		t.Errorf("counts: %v", counts)
	}

	(*Log)(nil).Add("anything", "anybody")
}
