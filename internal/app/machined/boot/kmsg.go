package boot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"
)

// maxRecord is what one write to /dev/kmsg may hold: the kernel refuses longer
// ones whole (LOG_LINE_MAX minus the prefix in kernel/printk).
const maxRecord = 976

// KmsgHandler writes log records to the kernel's log, where they appear on the
// console and in `talosctl dmesg` before anything else works, and in full to a
// second writer, the log of the service machined.
type KmsgHandler struct {
	*shared
	prefix string
	attrs  string
}

type shared struct {
	mu    sync.Mutex
	kmsg  io.Writer
	full  io.Writer
	level slog.Level
}

// NewKmsgHandler opens the kernel's log; without one, records go to standard error.
func NewKmsgHandler(level slog.Level) *KmsgHandler {
	var w io.Writer = os.Stderr

	if f, err := os.OpenFile("/dev/kmsg", os.O_WRONLY, 0); err == nil {
		w = f
	}

	return &KmsgHandler{shared: &shared{kmsg: w, level: level}}
}

// Tee sends every further record also to w, one line each with the time in front.
func (h *KmsgHandler) Tee(w io.Writer) {
	h.mu.Lock()
	defer h.mu.Unlock()

	h.full = w
}

// Enabled implements slog.Handler.
func (h *KmsgHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level }

// Priorities of syslog(2).
func priority(l slog.Level) int {
	switch {
	case l >= slog.LevelError:
		return 3
	case l >= slog.LevelWarn:
		return 4
	case l >= slog.LevelInfo:
		return 6
	default:
		return 7
	}
}

// Handle implements slog.Handler.
func (h *KmsgHandler) Handle(_ context.Context, r slog.Record) error {
	var b bytes.Buffer

	b.WriteString(r.Message)
	b.WriteString(h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		appendAttr(&b, h.prefix, a)

		return true
	})

	line := strings.ReplaceAll(b.String(), "\n", "; ")

	h.mu.Lock()
	defer h.mu.Unlock()

	if h.full != nil {
		fmt.Fprintf(h.full, "%s %s %s\n", r.Time.UTC().Format(time.RFC3339Nano), r.Level, line) //nolint:errcheck
	}

	if len(line) > maxRecord-32 {
		line = line[:maxRecord-35] + "..."
	}

	_, err := fmt.Fprintf(h.kmsg, "<%d>[talos] %s\n", priority(r.Level), line)

	return err
}

func appendAttr(b *bytes.Buffer, prefix string, a slog.Attr) {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		for _, g := range v.Group() {
			appendAttr(b, prefix+a.Key+".", g)
		}

		return
	}

	text := v.String()
	if strings.ContainsAny(text, " \"=\t") {
		text = fmt.Sprintf("%q", text)
	}

	fmt.Fprintf(b, " %s%s=%s", prefix, a.Key, text)
}

// WithAttrs implements slog.Handler.
func (h *KmsgHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	var b bytes.Buffer

	for _, a := range attrs {
		appendAttr(&b, h.prefix, a)
	}

	return &KmsgHandler{h.shared, h.prefix, h.attrs + b.String()}
}

// WithGroup implements slog.Handler.
func (h *KmsgHandler) WithGroup(name string) slog.Handler {
	return &KmsgHandler{h.shared, h.prefix + name + ".", h.attrs}
}
