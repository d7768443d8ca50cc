package logs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
)

func read(t *testing.T, l *Log, o ReadOptions) string {
	t.Helper()

	text, err := io.ReadAll(l.Reader(t.Context(), o))
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

func TestTail(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct {
		name, text string
		n          int
		want       string
	}{
		{"none", "a\nb\n", 0, ""},
		{"one", "a\nb\n", 1, "b\n"},
		{"unfinished line counts", "a\nb\nc", 2, "b\nc"},
		{"all there are", "a\nb\n", 2, "a\nb\n"},
		{"more than there are", "a\nb\n", 9, "a\nb\n"},
		{"all", "a\nb\n", -1, "a\nb\n"},
		{"empty lines", "a\n\n\n", 2, "\n\n"},
		{"nothing", "", 3, ""},
	} {
		l := newLog()
		fmt.Fprint(l, tt.text)

		if got := read(t, l, ReadOptions{TailLines: tt.n}); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestOldTextIsOverwritten(t *testing.T) {
	t.Parallel()

	l := newLog()

	var all strings.Builder

	for i := range 200_000 {
		line := fmt.Sprintf("line %d\n", i)
		all.WriteString(line)
		io.WriteString(l, line) //nolint:errcheck
	}

	want := all.String()[all.Len()-maximumSize:]
	if got := read(t, l, ReadOptions{TailLines: -1}); got != want {
		t.Errorf("got %d bytes from %.20q, want %d from %.20q", len(got), got, len(want), want)
	}

	lines := strings.SplitAfter(all.String(), "\n")

	for _, n := range []int{1, 10, 50_000} {
		want := strings.Join(lines[len(lines)-1-n:], "")
		if got := read(t, l, ReadOptions{TailLines: n}); got != want {
			t.Errorf("tail of %d: got %.20q, want %.20q", n, got, want)
		}
	}

	huge := strings.Repeat("x", maximumSize+10) + "end"
	io.WriteString(l, huge) //nolint:errcheck

	if got := read(t, l, ReadOptions{TailLines: -1}); got != huge[len(huge)-maximumSize:] {
		t.Error("a single huge write leaves its end")
	}
}

func TestFollow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		l := NewManager().Open("x")
		got := make(chan string)

		go func() {
			text, _ := io.ReadAll(l.Reader(ctx, ReadOptions{TailLines: 1, Follow: true})) //nolint:errcheck
			got <- string(text)
		}()

		fmt.Fprint(l, "a\nb\n")
		synctest.Wait()
		fmt.Fprint(l, "c\n")
		synctest.Wait()
		cancel()

		if text := <-got; text != "b\nc\n" && text != "a\nb\nc\n" {
			t.Errorf("got %q", text)
		}
	})
}

func TestManager(t *testing.T) {
	t.Parallel()

	m := NewManager()

	if _, err := m.Find("a"); !errors.Is(err, ErrUnknown) {
		t.Errorf("got %v", err)
	}

	m.Open("b")
	a := m.Open("a")

	if got, err := m.Find("a"); got != a || err != nil || m.Open("a") != a {
		t.Error("not the same log")
	}

	if got := fmt.Sprint(m.Names()); got != "[a b]" {
		t.Error(got)
	}
}
