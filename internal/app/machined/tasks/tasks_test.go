package tasks

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/api/machine"
)

type record struct {
	mu    sync.Mutex
	lines []string
}

func (r *record) Publish(_ string, m proto.Message) {
	r.mu.Lock()
	defer r.mu.Unlock()

	switch e := m.(type) {
	case *machine.SequenceEvent:
		line := fmt.Sprintf("sequence %s %s", e.Sequence, e.Action)
		if e.Error != nil {
			line += " " + e.Error.Code.String()
		}

		r.lines = append(r.lines, line)
	case *machine.PhaseEvent:
		r.lines = append(r.lines, fmt.Sprintf("phase %s %s", e.Phase, e.Action))
	case *machine.TaskEvent:
		r.lines = append(r.lines, fmt.Sprintf("task %s %s", e.Task, e.Action))
	}
}

// everything is a full set of actions that do nothing.
func everything() Actions {
	var a Actions

	v := reflect.ValueOf(&a).Elem()
	for i := range v.NumField() {
		v.Field(i).Set(reflect.ValueOf(Action(func(context.Context) error { return nil })))
	}

	return a
}

func names(s Sequence) string {
	var out []string

	for _, p := range s.Phases {
		for _, t := range p.Tasks {
			out = append(out, p.Name+"/"+t.Name)
		}
	}

	return strings.Join(out, " ")
}

func TestWhatClientsSeeOfASequence(t *testing.T) {
	t.Parallel()

	var rec record

	seq := Sequence{Name: "boot", Phases: []Phase{{Name: "one", Tasks: []Task{{"a", func(context.Context) error { return nil }}}}}}
	if err := NewRunner(&rec).Run(t.Context(), "me", seq); err != nil {
		t.Fatal(err)
	}

	got := strings.Join(rec.lines, "\n")
	want := "sequence boot START\nphase one START\ntask a START\ntask a STOP\nphase one STOP\nsequence boot STOP"

	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestFailuresAndPanicsAreReportedNotFatal(t *testing.T) {
	t.Parallel()

	for name, run := range map[string]func(context.Context) error{
		"error": func(context.Context) error { return errors.New("disk is gone") },
		"panic": func(context.Context) error { panic("disk is gone") },
	} {
		var rec record

		after := false
		seq := Sequence{Name: "boot", Phases: []Phase{
			{Name: "one", Tasks: []Task{{"a", run}}},
			{Name: "two", Tasks: []Task{{"b", func(context.Context) error { after = true; return nil }}}},
		}}

		err := NewRunner(&rec).Run(t.Context(), "me", seq)
		if err == nil || !strings.Contains(err.Error(), "disk is gone") {
			t.Errorf("%s: got %v", name, err)
		}

		if after {
			t.Errorf("%s: the next phase ran", name)
		}

		if last := rec.lines[len(rec.lines)-1]; last != "sequence boot NOOP FATAL" {
			t.Errorf("%s: clients saw %q last", name, last)
		}
	}
}

func TestOneSequenceAtATime(t *testing.T) {
	t.Parallel()

	var rec record

	r := NewRunner(&rec)
	entered := make(chan struct{})
	ended := make(chan error, 1)

	go func() {
		ended <- r.Run(t.Context(), "", Sequence{Name: NameBoot, Phases: []Phase{{Name: "wait", Tasks: []Task{{"wait", func(ctx context.Context) error {
			close(entered)
			<-ctx.Done()

			return ctx.Err()
		}}}}}})
	}()

	<-entered

	if err := r.Run(t.Context(), "", Boot(everything())); !errors.Is(err, ErrLocked) {
		t.Errorf("a second boot: got %v", err)
	}

	if err := r.Run(t.Context(), "", Reboot(everything(), false)); err != nil {
		t.Errorf("a reboot takes over from a boot that waits: %v", err)
	}

	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the preempted boot: got %v", err)
	}
}

func TestSequences(t *testing.T) {
	t.Parallel()

	const down = "denyNewServices/denyNewServices stopServices/stopServicesForUpgrade umount/unmountPodMounts " +
		"unmountBind/unmountSystemDiskBindMounts unmountSystem/unmountEphemeralPartition " +
		"volumeFinalize/teardownLifecycle stopEverything/stopAllServices "

	for _, c := range []struct {
		name string
		seq  Sequence
		want string
	}{
		{"reboot stops and unmounts first", Reboot(everything(), false), "cleanup/stopAllPods " + down + "reboot/reboot"},
		{"forced reboot does nothing else", Reboot(everything(), true), "reboot/reboot"},
		{"shutdown drains", Shutdown(everything(), false), "drain/cordonAndDrainNode cleanup/stopAllPods " + down + "shutdown/shutdown"},
		{
			"graceful reset of a control plane leaves etcd before anything is wiped",
			Reset(everything(), ResetOptions{Graceful: true, ControlPlane: true, SystemDisk: true, Reboot: true}),
			"drain/cordonAndDrainNode cleanup/removeAllPods leave/leaveEtcd " + down + "forceCleanup/forceCleanup reset/resetSystemDisk reboot/reboot",
		},
		{
			"reset of partitions spares the rest of the disk",
			Reset(everything(), ResetOptions{SystemDisk: true, Partitions: true}),
			"cleanup/stopAllPods " + down + "forceCleanup/forceCleanup resetSpec/resetSystemDiskSpec shutdown/shutdown",
		},
		{"an action that a mode has not is left out", Boot(Actions{StartServices: everything().Install}), "startEverything/startAllServices"},
	} {
		if got := names(c.seq); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
