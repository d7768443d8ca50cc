package services

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/talos-os/talos/internal/app/machined/logs"
)

func text(t *testing.T, l *logs.Log) string {
	t.Helper()

	buf := make([]byte, 4096)
	n, _ := l.Reader(t.Context(), logs.ReadOptions{TailLines: -1}).Read(buf) //nolint:errcheck // EOF when empty

	return string(buf[:n])
}

func shell(l *logs.Log, script string) Process {
	return Process{Path: "/bin/sh", Args: []string{"-c", script}, Log: l, StopTime: 300 * time.Millisecond}
}

func TestProcess(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("sandboxing needs root")
	}

	t.Parallel()

	for _, tt := range []struct{ name, script, out, err string }{
		{"output is logged", "echo hello; echo oops >&2", "hello\noops\n", ""},
		{"code is told", "exit 3", "", "it ended with code 3"},
		{"signal is told", "kill -SEGV $$", "", "it was ended by signal SIGSEGV"},
		{"descendants do not keep it waiting", "sleep 100 & exit 1", "", "it ended with code 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			l := logs.NewManager().Open("x")
			pid := 0

			err := shell(l, tt.script).Run(t.Context(), func(p int) { pid = p })
			if got := message(err); got != tt.err {
				t.Errorf("error: got %q, want %q", got, tt.err)
			}

			if got := text(t, l); got != tt.out || pid == 0 {
				t.Errorf("output of %d: got %q, want %q", pid, got, tt.out)
			}
		})
	}
}

func TestProcessStops(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("sandboxing needs root")
	}

	t.Parallel()

	for _, tt := range []struct{ name, script, err string }{
		{"when asked", "trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done", ""},
		{"when asked, in its own way", "trap 'exit 9' TERM; echo up; while :; do sleep 0.01; done", ""},
		{"when it must", "trap '' TERM; echo up; while :; do sleep 0.01; done", "it did not end within 300ms and was killed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			ctx, cancel := context.WithCancel(t.Context())
			l := logs.NewManager().Open("x")

			go func() {
				for !strings.Contains(text(t, l), "up") {
					time.Sleep(5 * time.Millisecond)
				}

				cancel()
			}()

			if got := message(shell(l, tt.script).Run(ctx, func(int) {})); got != tt.err {
				t.Errorf("got %q, want %q", got, tt.err)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}

	return err.Error()
}
