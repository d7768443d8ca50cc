package uevent

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
)

// replayPause is how long udev may keep silent about a device before the kernel
// announces it again: an announcement that comes before udev listens is lost.
const replayPause = 500 * time.Millisecond

// Replay has the kernel announce devices again that udev may have missed, and
// waits until udev has dealt with each of them or ctx ends. A device is a
// directory of sysfs with a file named uevent. One that goes away meanwhile is no
// error.
//
// The kernel passes the identifier that an announcement was asked for with on to
// its listeners, and udev does, too (Documentation/ABI/testing/sysfs-uevent).
func Replay(ctx context.Context, devices []string) error {
	return replay(ctx, devices, Listen)
}

type listen func(ctx context.Context, group Group, ready func(), handle func(Event)) error

func replay(ctx context.Context, devices []string, listen listen) error {
	if len(devices) == 0 {
		return nil
	}

	pending := make(map[string]string, len(devices))
	for _, dir := range devices {
		pending[uuid.NewString()] = dir
	}

	outer := ctx

	ctx, stop := context.WithCancel(ctx)
	defer stop()

	ready, dealt, ended := make(chan struct{}), make(chan string), make(chan error, 1)

	go func() {
		ended <- listen(ctx, Udev, func() { close(ready) }, func(ev Event) {
			select {
			case dealt <- ev.Env["SYNTH_UUID"]:
			case <-ctx.Done():
			}
		})
	}()

	ask := time.NewTicker(replayPause)
	defer ask.Stop()

	for len(pending) > 0 {
		select {
		case err := <-ended: // with the context, or before
			if outer.Err() == nil {
				return fmt.Errorf("listen to udev: %w", err)
			}

			return fmt.Errorf("wait until udev has looked at %d devices, among them %s: %w", len(pending), anyOf(pending), outer.Err())
		case id := <-dealt:
			delete(pending, id)

			continue
		case <-ready:
			ready = nil
		case <-ask.C:
			if ready != nil {
				continue
			}
		}

		if err := announce(pending); err != nil {
			return err
		}
	}

	return nil
}

// announce asks for all that is pending and forgets what is gone.
func announce(pending map[string]string) error {
	for id, dir := range pending {
		err := os.WriteFile(filepath.Join(dir, "uevent"), []byte("add "+id), 0)

		switch {
		case errors.Is(err, fs.ErrNotExist):
			delete(pending, id)
		case err != nil:
			return fmt.Errorf("have the kernel announce %s again: %w", dir, err)
		}
	}

	return nil
}

func anyOf(m map[string]string) string {
	for _, v := range m {
		return v
	}

	return ""
}
