package logs

import (
	"bytes"
	"context"
	"io"
	"sync"
)

// Sizes of a log's buffer: it starts small, since most services say little.
const (
	initialSize = 8 << 10
	maximumSize = 1 << 20
)

// Log is one service's buffer. Any number of writers and readers may use it.
type Log struct {
	mu sync.Mutex
	// data is a ring: byte number n of the log is at n%len(data). It grows by
	// doubling, and only while nothing was overwritten.
	data []byte
	// end is the number of the byte to come.
	end int64
	// changed is closed and replaced on every write.
	changed chan struct{}
}

func newLog() *Log {
	return &Log{data: make([]byte, initialSize), changed: make(chan struct{})}
}

// Write adds text, over the oldest if there is no room. It never fails.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	for len(l.data) < maximumSize && l.end+int64(len(p)) > int64(len(l.data)) {
		grown := make([]byte, 2*len(l.data))
		copy(grown, l.data[:l.end])
		l.data = grown
	}

	n := len(p)

	if skip := len(p) - len(l.data); skip > 0 {
		p = p[skip:]
		l.end += int64(skip)
	}

	at := int(l.end % int64(len(l.data)))
	copy(l.data, p[copy(l.data[at:], p):])
	l.end += int64(len(p))

	close(l.changed)
	l.changed = make(chan struct{})

	return n, nil
}

func (l *Log) start() int64 { return max(l.end-int64(len(l.data)), 0) }

// ReadOptions choose what of a log to read.
type ReadOptions struct {
	// TailLines are so many last lines; negative means all.
	TailLines int
	// Follow goes on with what is written later.
	Follow bool
}

// Reader opens the log for reading. A reader that follows ends with io.EOF when
// the context does. One that is slower than the service misses the oldest text.
func (l *Log) Reader(ctx context.Context, o ReadOptions) io.Reader {
	l.mu.Lock()
	defer l.mu.Unlock()

	r := &reader{log: l, ctx: ctx, follow: o.Follow, pos: l.start(), stop: l.end}

	if o.TailLines >= 0 {
		r.pos = l.tail(o.TailLines)
	}

	return r
}

type reader struct {
	log       *Log
	ctx       context.Context //nolint:containedctx // io.Reader has no other way to end a wait
	follow    bool
	pos, stop int64
}

func (r *reader) Read(p []byte) (int, error) {
	for {
		n, changed := r.copy(p)
		if n > 0 || len(p) == 0 {
			return n, nil
		}

		if !r.follow {
			return 0, io.EOF
		}

		select {
		case <-r.ctx.Done():
			return 0, io.EOF
		case <-changed:
		}
	}
}

func (r *reader) copy(p []byte) (int, <-chan struct{}) {
	l := r.log

	l.mu.Lock()
	defer l.mu.Unlock()

	r.pos = max(r.pos, l.start())

	stop := l.end
	if !r.follow {
		stop = r.stop
	}

	if r.pos >= stop {
		return 0, l.changed
	}

	at := int(r.pos % int64(len(l.data)))
	avail := l.data[at:min(len(l.data), at+int(stop-r.pos))]
	n := copy(p, avail)
	r.pos += int64(n)

	return n, nil
}

// tail is where the last n lines begin. A last line without newline counts.
func (l *Log) tail(n int) int64 {
	if n == 0 {
		return l.end
	}

	size := int64(len(l.data))

	// The ring is at most two stretches of memory, the newer first here.
	for stop := l.end; stop > l.start(); {
		first := max((stop-1)/size*size, l.start())
		part := l.data[first%size : first%size+(stop-first)]

		for {
			i := bytes.LastIndexByte(part, '\n')
			if i < 0 {
				break
			}

			if at := first + int64(i) + 1; at != l.end {
				if n--; n == 0 {
					return at
				}
			}

			part = part[:i]
		}

		stop = first
	}

	return l.start()
}
