package node

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/cosi-project/runtime/pkg/controller"
	"github.com/cosi-project/runtime/pkg/controller/runtime"
	"github.com/cosi-project/runtime/pkg/controller/runtime/options"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/resource/meta"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	kinds "github.com/talos-os/talos/pkg/machinery/resource"
)

// Changes of a kind that the store remembers for those who watch it. Whoever
// falls further behind loses the watch, and with its watch the engine ends: a
// server's two hundred modules or a node's links, written in one go, must fit.
// Most of the kinds never change a second time, so the memory grows on demand.
const (
	historyStart = 16
	historyMax   = 512
)

// newState makes the node's state, empty.
func newState() state.State {
	return state.WrapCore(namespaced.NewState(func(ns resource.Namespace) state.CoreState {
		return inmem.NewStateWithOptions(inmem.WithHistoryInitialCapacity(historyStart), inmem.WithHistoryMaxCapacity(historyMax))(ns)
	}))
}

// register adds the namespaces and kinds to the state, so that clients can resolve
// names from the first call on. Controllers do not need it.
func register(ctx context.Context, st state.State, groups []*kinds.Group) error {
	namespaces := map[resource.Namespace]bool{meta.NamespaceName: true}

	for _, g := range groups {
		for _, k := range g.Kinds() {
			namespaces[k.Definition().Namespace] = true

			rd, err := meta.NewResourceDefinition(k.ResourceDefinition())
			if err != nil {
				return fmt.Errorf("register %s: %w", k.Definition().Type, err)
			}

			if err = st.Create(ctx, rd); err != nil {
				return fmt.Errorf("register %s: %w", k.Definition().Type, err)
			}
		}
	}

	for _, own := range []meta.ResourceWithRD{&meta.Namespace{}, &meta.ResourceDefinition{}} {
		rd, err := meta.NewResourceDefinition(own.ResourceDefinition())
		if err == nil {
			err = st.Create(ctx, rd)
		}

		if err != nil {
			return fmt.Errorf("register %T: %w", own, err)
		}
	}

	// Namespaces that hold no kind by default.
	namespaces["network-config"] = true
	namespaces["cluster-raw"] = true

	for ns := range namespaces {
		if err := st.Create(ctx, meta.NewNamespace(ns, meta.NamespaceSpec{})); err != nil {
			return fmt.Errorf("register namespace %s: %w", ns, err)
		}
	}

	return nil
}

// newEngine makes the controller engine with all controllers registered.
func newEngine(st state.State, controllers []controller.Controller) (*runtime.Runtime, error) {
	// Its metrics are counted per controller and change, and nobody reads them.
	engine, err := runtime.NewRuntime(st, zap.New(slogCore{slog.Default()}), options.WithMetrics(false))
	if err != nil {
		return nil, fmt.Errorf("make controller engine: %w", err)
	}

	for _, c := range controllers {
		if err := engine.RegisterController(c); err != nil {
			return nil, fmt.Errorf("register controller %s: %w", c.Name(), err)
		}
	}

	return engine, nil
}

// slogCore lets the engine, which logs through zap, speak through slog. Below
// warnings it only tells that controllers start and stop.
type slogCore struct{ log *slog.Logger }

var _ zapcore.Core = slogCore{}

func (c slogCore) Enabled(l zapcore.Level) bool { return l >= zapcore.WarnLevel }

func (c slogCore) With(fields []zapcore.Field) zapcore.Core {
	return slogCore{c.log.With(attrs(fields)...)}
}

func (c slogCore) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(e.Level) {
		return ce.AddCore(e, c)
	}

	return ce
}

func (c slogCore) Write(e zapcore.Entry, fields []zapcore.Field) error {
	level := slog.LevelWarn
	if e.Level >= zapcore.DPanicLevel {
		level = slog.LevelError
	}

	// Controllers log their own failures with more about them.
	if e.Message == "controller failed" {
		level = slog.LevelDebug
	}

	c.log.Log(context.Background(), level, e.Message, attrs(fields)...)

	return nil
}

func (c slogCore) Sync() error { return nil }

func attrs(fields []zapcore.Field) []any {
	enc := zapcore.NewMapObjectEncoder()

	for _, f := range fields {
		f.AddTo(enc)
	}

	out := make([]any, 0, 2*len(enc.Fields))
	for k, v := range enc.Fields {
		out = append(out, k, v)
	}

	return out
}
