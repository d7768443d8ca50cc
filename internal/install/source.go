package install

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/talos-os/talos/internal/uki"
)

// source is the content of a file to be written, readable again for comparing.
type source struct {
	io.ReaderAt
	size  int64
	close func()
}

func openSource(path string) (*source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}

	st, err := f.Stat()
	if err != nil {
		f.Close() //nolint:errcheck

		return nil, err
	}

	return &source{ReaderAt: f, size: st.Size(), close: func() { f.Close() }}, nil //nolint:errcheck
}

func bytesSource(data []byte) *source {
	return &source{ReaderAt: bytes.NewReader(data), size: int64(len(data)), close: func() {}}
}

// kernelImage is the unified kernel image as it will be on the disk: the given
// one, or a copy in memory with a longer command line. The copy is no longer the
// file its maker may have signed, so nothing is changed unless asked for.
func (o *Options) kernelImage() (*source, error) {
	s, err := openSource(o.Assets.UKI)
	if err != nil {
		return nil, refuse("asset: %v", err)
	}

	if len(o.ExtraKernelArgs) == 0 {
		return s, nil
	}

	data := make([]byte, s.size)
	if err = readFull(s, data, 0); err != nil {
		return nil, refuse("asset: %v", err)
	}

	text, err := uki.Read(data, uki.Cmdline)
	if err != nil {
		return nil, refuse("kernel command line: %v", err)
	}

	old := strings.TrimRight(string(text), "\x00")

	cmdline := mergeArgs(old, o.ExtraKernelArgs)
	if cmdline == old {
		return s, nil
	}

	s.close()

	if data, err = uki.Replace(data, uki.Cmdline, []byte(cmdline)); err != nil {
		return nil, refuse("kernel command line: %v", err)
	}

	return bytesSource(data), nil
}

// mergeArgs adds arguments to a command line. One that is there already is not
// repeated; the platform, of which there can be only one, is replaced.
func mergeArgs(cmdline string, extra []string) string {
	const platform = "talos.platform="

	args := strings.Fields(cmdline)

	for _, arg := range extra {
		if slices.Contains(args, arg) {
			continue
		}

		if strings.HasPrefix(arg, platform) {
			args = slices.DeleteFunc(args, func(a string) bool { return strings.HasPrefix(a, platform) })
		}

		args = append(args, arg)
	}

	return strings.Join(args, " ")
}

const chunk = 1 << 20

// compare reads size bytes of both and says where they differ.
func compare(ctx context.Context, got, want io.ReaderAt, size int64) error {
	a, b := make([]byte, chunk), make([]byte, chunk)

	for off := int64(0); off < size; off += chunk {
		if err := ctx.Err(); err != nil {
			return err
		}

		n := min(chunk, size-off)
		if err := readFull(got, a[:n], off); err != nil {
			return err
		}

		if err := readFull(want, b[:n], off); err != nil {
			return err
		}

		if !bytes.Equal(a[:n], b[:n]) {
			return fmt.Errorf("content differs from what was written, between byte %d and %d: the disk may be failing", off, off+n)
		}
	}

	return nil
}

func readFull(r io.ReaderAt, p []byte, off int64) error {
	n, err := r.ReadAt(p, off)
	if n == len(p) {
		return nil
	}

	return fmt.Errorf("read %d bytes at %d: %w", len(p), off, err)
}
