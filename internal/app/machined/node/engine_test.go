package node

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// A watch that fell behind ends the engine, so what a controller writes in one go
// must fit even while nobody else gets the processor.
func TestWatchSurvivesManyChangesAtOnce(t *testing.T) {
	t.Parallel()

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()

	st := newState()

	const modules = 300

	kind := runtime.LoadedKernelModules
	events := make(chan state.Event)

	if err := st.WatchKind(ctx, kind.Ref(""), events); err != nil {
		t.Fatal(err)
	}

	for i := range modules {
		if err := st.Create(ctx, kind.New(fmt.Sprint("module", i), runtime.LoadedKernelModuleSpec{})); err != nil {
			t.Fatal(err)
		}
	}

	for range modules {
		select {
		case ev := <-events:
			if ev.Type == state.Errored {
				t.Fatal(ev.Error)
			}
		case <-ctx.Done():
			t.Fatal("not all changes arrived")
		}
	}
}

func TestKindsAreDeclaredWell(t *testing.T) {
	t.Parallel()

	for _, g := range groups {
		for _, k := range g.Kinds() {
			if err := k.Check(); err != nil {
				t.Error(err)
			}
		}
	}

	if err := register(t.Context(), newState(), groups); err != nil {
		t.Error(err)
	}
}
