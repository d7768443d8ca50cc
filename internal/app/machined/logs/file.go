package logs

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// filePollTime is how often a file that is followed is looked at.
const filePollTime = 500 * time.Millisecond

// OpenFile reads a log that somebody else keeps in a file. A reader that follows
// ends with the context. It stays with the file when that is rotated away.
func OpenFile(ctx context.Context, path string, o ReadOptions) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}

	if o.TailLines >= 0 {
		if err = seekLines(f, o.TailLines); err != nil {
			f.Close() //nolint:errcheck

			return nil, err
		}
	}

	return &fileReader{f, ctx, o.Follow}, nil
}

type fileReader struct {
	*os.File
	ctx    context.Context //nolint:containedctx // io.Reader has no other way to end a wait
	follow bool
}

func (r *fileReader) Read(p []byte) (int, error) {
	for {
		n, err := r.File.Read(p)
		if n > 0 || !errors.Is(err, io.EOF) || !r.follow {
			return n, err
		}

		select {
		case <-r.ctx.Done():
			return 0, io.EOF
		case <-time.After(filePollTime):
		}
	}
}

// seekLines puts the file before its last n lines, reading it block by block
// from its end. A last line without newline counts.
func seekLines(f io.ReadSeeker, n int) error {
	const block = 16 << 10

	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || n == 0 {
		return err
	}

	buf := make([]byte, block)

	for stop := end; stop > 0; {
		start := max(stop-block, 0)

		if _, err = f.Seek(start, io.SeekStart); err != nil {
			return err
		}

		part := buf[:stop-start]
		if _, err = io.ReadFull(f, part); err != nil {
			return err
		}

		for {
			i := bytes.LastIndexByte(part, '\n')
			if i < 0 {
				break
			}

			if at := start + int64(i) + 1; at != end {
				if n--; n == 0 {
					_, err = f.Seek(at, io.SeekStart)

					return err
				}
			}

			part = part[:i]
		}

		stop = start
	}

	_, err = f.Seek(0, io.SeekStart)

	return err
}
