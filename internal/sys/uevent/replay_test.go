package uevent

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// sysDevices makes devices; what is written to their uevent file stays there.
func sysDevices(t *testing.T, names ...string) []string {
	t.Helper()

	sys := t.TempDir()
	dirs := make([]string, len(names))

	for i, name := range names {
		dirs[i] = filepath.Join(sys, name)

		if err := errors.Join(os.Mkdir(dirs[i], 0o755), os.WriteFile(filepath.Join(dirs[i], "uevent"), nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}

	return dirs
}

// asked is what a device was told, taken away.
func asked(t *testing.T, dir string) (id string, ok bool) {
	t.Helper()

	path := filepath.Join(dir, "uevent")

	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	if err = os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}

	return strings.CutPrefix(string(raw), "add ")
}

func TestReplayAsksUntilUdevAnswers(t *testing.T) {
	t.Parallel()

	dirs := sysDevices(t, "vda", "eth0", "gone")

	synctest.Test(t, func(t *testing.T) {
		var say func(Event)

		done := make(chan error, 1)

		go func() {
			done <- replay(t.Context(), dirs, func(ctx context.Context, group Group, ready func(), handle func(Event)) error {
				if group != Udev {
					t.Errorf("listens to group %d", group)
				}

				say = handle

				ready()
				<-ctx.Done()

				return nil
			})
		}()

		synctest.Wait()

		vda, ok := asked(t, dirs[0])
		if !ok {
			t.Fatal("vda was not announced")
		}

		eth0, ok := asked(t, dirs[1])
		if !ok || eth0 == vda {
			t.Fatalf("eth0 was announced as %q, vda as %q", eth0, vda)
		}

		if err := os.RemoveAll(dirs[2]); err != nil {
			t.Fatal(err)
		}

		say(Event{Env: map[string]string{"SYNTH_UUID": vda}})
		say(Event{Env: map[string]string{"DEVPATH": "/of/somebody/else"}})
		time.Sleep(replayPause + time.Millisecond)
		synctest.Wait()

		if _, ok = asked(t, dirs[0]); ok {
			t.Error("vda was announced again after udev's answer")
		}

		if id, _ := asked(t, dirs[1]); id != eth0 {
			t.Errorf("eth0 was announced again as %q, first as %q", id, eth0)
		}

		say(Event{Env: map[string]string{"SYNTH_UUID": eth0}})
		synctest.Wait()

		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		default:
			t.Error("does not return after the last answer")
		}
	})
}

func TestReplayEnds(t *testing.T) {
	t.Parallel()

	dirs := sysDevices(t, "vda")

	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()

		err := replay(ctx, dirs, func(ctx context.Context, _ Group, ready func(), _ func(Event)) error {
			ready()
			<-ctx.Done()

			return nil
		})
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), dirs[0]) {
			t.Errorf("no answer: %v", err)
		}

		broken := errors.New("broken")

		err = replay(t.Context(), dirs, func(context.Context, Group, func(), func(Event)) error { return broken })
		if !errors.Is(err, broken) {
			t.Errorf("no listener: %v", err)
		}
	})
}
