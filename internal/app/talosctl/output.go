package talosctl

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// tabs is a tabwriter that writes once, not a system call for each cell.
type tabs struct {
	*tabwriter.Writer
	buf *bufio.Writer
}

func newTabs(w io.Writer) *tabs {
	buf := bufio.NewWriter(w)

	return &tabs{tabwriter.NewWriter(buf, 0, 0, 3, ' ', 0), buf}
}

// Flush writes what there is.
func (t *tabs) Flush() error { return errors.Join(t.Writer.Flush(), t.buf.Flush()) }

// table lines up rows. Its header comes with the first row, or at the end if
// there is none and nothing failed: an empty table is an answer, too.
type table struct {
	w       *tabs
	header  string
	started bool
}

func (a *app) table(header ...string) *table {
	return &table{w: newTabs(a.stdout), header: strings.Join(header, "\t")}
}

func (t *table) start() {
	if !t.started {
		t.started = true
		fmt.Fprintln(t.w, t.header) //nolint:errcheck // flush reports it
	}
}

func (t *table) row(cells ...any) {
	t.start()

	for i, c := range cells {
		if i > 0 {
			fmt.Fprint(t.w, "\t") //nolint:errcheck
		}

		fmt.Fprint(t.w, c) //nolint:errcheck
	}

	fmt.Fprintln(t.w) //nolint:errcheck
}

// end prints what there is, and returns err or what went wrong printing.
func (t *table) end(err error) error {
	if err == nil {
		t.start()
	}

	if flushErr := t.w.Flush(); err == nil {
		err = flushErr
	}

	return err
}

// lines are outputs of several nodes into one, a whole line at a time.
type lines struct {
	mu   sync.Mutex
	w    io.Writer
	many bool
}

func (a *app) lines(ns *nodes) *lines { return &lines{w: a.stdout, many: len(ns.list) > 1} }

// of returns the output of one node, which says whose it is if there are several.
func (l *lines) of(name string) io.WriteCloser {
	if !l.many {
		return plainLines{l.w}
	}

	return &prefixed{to: l, prefix: name + ": "}
}

type plainLines struct{ io.Writer }

func (plainLines) Close() error { return nil }

type prefixed struct {
	to     *lines
	prefix string
	rest   []byte
}

func (p *prefixed) Write(data []byte) (int, error) {
	p.rest = append(p.rest, data...)

	end := bytes.LastIndexByte(p.rest, '\n')
	if end < 0 {
		return len(data), nil
	}

	var out []byte
	for line := range bytes.Lines(p.rest[:end+1]) {
		out = append(append(out, p.prefix...), line...)
	}

	p.rest = append([]byte(nil), p.rest[end+1:]...)

	p.to.mu.Lock()
	defer p.to.mu.Unlock()

	_, err := p.to.w.Write(out)

	return len(data), err
}

// Close writes a last line that has no end.
func (p *prefixed) Close() error {
	if len(p.rest) == 0 {
		return nil
	}

	_, err := p.Write([]byte("\n"))

	return err
}

// size writes bytes the way disks and images are sold: in powers of 1000.
func size(n uint64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}

	v, unit := float64(n), 0
	for v >= 999.5 && unit < 6 {
		v /= 1000
		unit++
	}

	form := "%.0f %cB"
	if v < 9.95 {
		form = "%.1f %cB"
	}

	return fmt.Sprintf(form, v, "BkMGTPE"[unit])
}

// progress writes a line about something long to standard error, with the time since
// start in front. Nodes worked on side by side share it.
func (a *app) progress(start time.Time, format string, args ...any) {
	line := fmt.Sprintf("%6s  %s\n", time.Since(start).Round(time.Second), fmt.Sprintf(format, args...))

	io.WriteString(a.stderr, line) //nolint:errcheck
}

// note writes a line to standard error: about the result, not part of it.
func (a *app) note(format string, args ...any) {
	io.WriteString(a.stderr, fmt.Sprintf(format+"\n", args...)) //nolint:errcheck
}
