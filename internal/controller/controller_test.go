package controller_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/controller/runtime"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"go.uber.org/zap"

	"github.com/talos-os/talos/internal/controller"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
)

type wantSpec struct {
	Value int `yaml:"value" protobuf:"1"`
}

var (
	group  = kinds.NewGroup()
	wants  = kinds.Define[wantSpec](group, kinds.Definition{Type: "Wants.test.talos.dev", Namespace: "test"})
	copies = kinds.Define[wantSpec](group, kinds.Definition{Type: "Copies.test.talos.dev", Namespace: "test"})
)

// engine runs controllers over an in-memory state until the test ends.
func engine(t *testing.T, controllers ...cosi.Controller) state.State {
	t.Helper()

	st := state.WrapCore(namespaced.NewState(inmem.Build))

	rt, err := runtime.NewRuntime(st, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}

	for _, c := range controllers {
		if err = rt.RegisterController(c); err != nil {
			t.Fatal(err)
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})

	go func() {
		defer close(done)

		if err := rt.Run(ctx); err != nil {
			t.Error(err)
		}
	}()

	t.Cleanup(func() {
		cancel()
		<-done
	})

	return st
}

// eventually waits for a condition; the error of its last try is the failure.
func eventually(t *testing.T, try func() error) {
	t.Helper()

	var err error

	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if err = try(); err == nil {
			return
		}
	}

	t.Fatal(err)
}

func doubler() cosi.Controller {
	return controller.Derive[[]*kinds.Resource[wantSpec]]{
		Name:    "test.Doubler",
		Inputs:  controller.In(wants.Strong()),
		Outputs: controller.Out(copies.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) ([]*kinds.Resource[wantSpec], error) {
			list, err := wants.List(ctx, r)

			return controller.Running(list), err
		},
		Plan: func(list []*kinds.Resource[wantSpec]) ([]controller.Item, error) {
			var items []controller.Item
			for _, w := range list {
				items = append(items, controller.Want(copies, w.ID(), wantSpec{2 * w.TypedSpec().Value}))
			}

			return items, nil
		},
	}.Build()
}

func TestDeriveFollowsItsInputs(t *testing.T) {
	t.Parallel()

	ctx := t.Context()
	st := engine(t, doubler())

	expect := func(want int) {
		t.Helper()
		eventually(t, func() error {
			got, err := copies.Get(ctx, st, "a")
			if err != nil {
				return err
			}

			if got.TypedSpec().Value != want {
				return fmt.Errorf("got %d, want %d", got.TypedSpec().Value, want)
			}

			return nil
		})
	}

	if err := st.Create(ctx, wants.New("a", wantSpec{1})); err != nil {
		t.Fatal(err)
	}

	expect(2)

	w, err := wants.Get(ctx, st, "a")
	if err != nil {
		t.Fatal(err)
	}

	w.TypedSpec().Value = 21
	if err = st.Update(ctx, w); err != nil {
		t.Fatal(err)
	}

	expect(42)

	// The input is held until the output is gone.
	eventually(t, func() error {
		ready, err := st.Teardown(ctx, wants.Ref("a"))
		if err == nil && !ready {
			err = errors.New("still held")
		}

		return err
	})

	if _, err = copies.Get(ctx, st, "a"); !state.IsNotFoundError(err) {
		t.Errorf("the output outlived its input: %v", err)
	}

	if err = st.Destroy(ctx, wants.Ref("a")); err != nil {
		t.Error(err)
	}
}

// world is a fake of something outside.
type world struct {
	mu     sync.Mutex
	values map[string]int
	fail   bool
	notify func()
}

func (w *world) watch(ctx context.Context, notify func()) error {
	w.mu.Lock()
	w.notify = notify
	w.mu.Unlock()
	<-ctx.Done()

	return nil
}

func (w *world) set(id string, v int) error {
	w.mu.Lock()
	defer w.mu.Unlock()

	if w.fail {
		return errors.New("the world refuses")
	}

	w.values[id] = v

	return nil
}

func (w *world) get(id string) int {
	w.mu.Lock()
	defer w.mu.Unlock()

	return w.values[id]
}

func TestReconcileRetriesAndListensToTheWorld(t *testing.T) {
	t.Parallel()

	ctx := t.Context()
	w := &world{values: map[string]int{}, fail: true}

	type view struct{ want, have int }

	st := engine(t, controller.Reconcile[view, int]{
		Name:    "test.World",
		Inputs:  controller.In(wants.Weak()),
		Outputs: controller.Out(copies.Exclusive()),
		Wake:    w.watch,
		Observe: func(ctx context.Context, r cosi.Reader) (view, error) {
			res, err := wants.Find(ctx, r, "a")
			if err != nil || res == nil {
				return view{}, err
			}

			return view{res.TypedSpec().Value, w.get("a")}, nil
		},
		Plan: func(v view) int { return v.want },
		Apply: func(_ context.Context, out *controller.Writer, want int) error {
			if err := w.set("a", want); err != nil {
				return err
			}

			return out.Want(controller.Want(copies, "a", wantSpec{want}))
		},
	}.Build())

	if err := st.Create(ctx, wants.New("a", wantSpec{7})); err != nil {
		t.Fatal(err)
	}

	w.mu.Lock()
	w.fail = false
	w.mu.Unlock()

	eventually(t, func() error {
		_, err := copies.Get(ctx, st, "a")

		return err
	})

	if w.get("a") != 7 {
		t.Errorf("the world has %d", w.get("a"))
	}

	// Somebody meddles; the watch brings it back.
	if err := w.set("a", 99); err != nil {
		t.Fatal(err)
	}

	w.mu.Lock()
	notify := w.notify
	w.mu.Unlock()
	notify()

	eventually(t, func() error {
		if got := w.get("a"); got != 7 {
			return fmt.Errorf("the world has %d", got)
		}

		return nil
	})
}

func TestSourceRemovesWhatIsGone(t *testing.T) {
	t.Parallel()

	ctx := t.Context()

	var mu sync.Mutex

	present := true
	wake := make(chan struct{})

	st := engine(t, controller.Source{
		Name:    "test.Source",
		Outputs: controller.Out(copies.Exclusive()),
		Wake: func(ctx context.Context, notify func()) error {
			for {
				select {
				case <-ctx.Done():
					return nil
				case <-wake:
					notify()
				}
			}
		},
		Read: func(context.Context, cosi.Reader) ([]controller.Item, error) {
			mu.Lock()
			defer mu.Unlock()

			if !present {
				return nil, nil
			}

			return []controller.Item{controller.Want(copies, "x", wantSpec{1}, controller.Labels(map[string]string{"l": "v"}))}, nil
		},
	}.Build())

	eventually(t, func() error {
		res, err := copies.Get(ctx, st, "x")
		if err == nil {
			if v, _ := res.Metadata().Labels().Get("l"); v != "v" {
				err = errors.New("label is missing")
			}
		}

		return err
	})

	mu.Lock()
	present = false
	mu.Unlock()

	wake <- struct{}{}

	eventually(t, func() error {
		if _, err := copies.Get(ctx, st, "x"); !state.IsNotFoundError(err) {
			return fmt.Errorf("still there: %v", err)
		}

		return nil
	})
}

var _ resource.Resource = (*kinds.Resource[wantSpec])(nil)
