package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// followPause is between looks at a machine's files, and so the error of times
// by the host's clock. A look is one stat(2).
const followPause = 20 * time.Millisecond

// line is one of a machine's console, or the start of its QEMU.
type line struct {
	record
	// seen is when it appeared, by the host's clock.
	seen time.Time
}

// powerOn is the text of the line that stands for the start of QEMU: that is
// what a power button does to a virtual machine, and what a reboot of one is.
const powerOn = "power on"

// console follows a machine's serial console, which carries the kernel's log
// with PID 1's lines in it. It works in every mode and across reboots, and costs
// the guest nothing that it does not do anyway.
type console struct {
	mu    sync.Mutex
	lines []line
}

func follow(ctx context.Context, dir string) *console {
	c := &console{}

	go c.tail(ctx, filepath.Join(dir, "qemu.log"), func(text string) (record, bool) {
		// runQEMU of internal/provision writes the command line, then starts it.
		return record{text: powerOn}, strings.HasPrefix(text, "qemu-system-")
	})
	go c.tail(ctx, filepath.Join(dir, "console.log"), parseRecord)

	return c
}

func (c *console) tail(ctx context.Context, path string, parse func(string) (record, bool)) {
	var (
		offset int64
		rest   []byte
	)

	for ctx.Err() == nil {
		time.Sleep(followPause)

		info, err := os.Stat(path)
		if err != nil || info.Size() == offset {
			continue
		}

		f, err := os.Open(path)
		if err != nil {
			continue
		}

		buf := make([]byte, info.Size()-offset)
		n, _ := f.ReadAt(buf, offset) //nolint:errcheck // what is missing comes with the next look
		f.Close()                     //nolint:errcheck

		offset += int64(n)
		rest = append(rest, buf[:n]...)

		for {
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				break
			}

			if r, ok := parse(string(rest[:end])); ok {
				c.mu.Lock()
				c.lines = append(c.lines, line{r, time.Now()})
				c.mu.Unlock()
			}

			rest = rest[end+1:]
		}
	}
}

// wait returns the first line from index from on that contains text, and the
// index after it.
func (c *console) wait(ctx context.Context, from int, text string) (line, int, error) {
	for {
		c.mu.Lock()

		for i := from; i < len(c.lines); i++ {
			if strings.Contains(c.lines[i].text, text) {
				l := c.lines[i]
				c.mu.Unlock()

				return l, i + 1, nil
			}
		}

		from = max(from, len(c.lines))
		c.mu.Unlock()

		select {
		case <-ctx.Done():
			return line{}, 0, fmt.Errorf("wait for %q on the console: %w", text, ctx.Err())
		case <-time.After(followPause):
		}
	}
}
