package configctl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/gap"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
)

// Mode is when a new config takes effect.
type Mode int

const (
	// Immediate puts the config into force and keeps it for the next boot.
	Immediate Mode = iota
	// Staged keeps it for the next boot only.
	Staged
	// Rebooting keeps it for a boot that the caller brings about at once. It is
	// refused where memory is the only place to keep it.
	Rebooting
	// Try puts it into force, and the previous one back unless something else
	// is applied in time. It is not kept.
	Try
)

// DefaultTryTimeout is how long a try lasts when nobody says.
const DefaultTryTimeout = time.Minute

var (
	// ErrBusy says that another config is being applied at this moment.
	ErrBusy = errors.New("another machine config is being applied: try again when that is done")
	// ErrIncomplete says that the config is not enough to run a machine with.
	ErrIncomplete = errors.New("the machine config has no complete v1alpha1 document, which a running machine needs")
	// ErrNothingInstalled says that there is no next boot to keep a config for.
	ErrNothingInstalled = errors.New("nothing is installed yet: there is no place to keep a machine config for the next boot")
	// ErrNothingToReturnTo says that a try could not be taken back.
	ErrNothingToReturnTo = errors.New("a machine without a config cannot try one: it would install itself with it; apply it in mode auto")
)

// Applier is the only writer of machine configs.
type Applier struct {
	st state.State
	// busy is held for the length of one Apply, writing by whatever changes a config.
	busy, writing sync.Mutex

	mu       sync.Mutex
	rollback *rollback
	// persisted is the text known to be on STATE.
	persisted []byte
	stored    chan struct{} // closed and replaced when persisted changes
}

// rollback is a pending end of a try.
type rollback struct {
	timer    *time.Timer
	previous *config.Config
}

// NewApplier makes the writer of st's machine configs.
func NewApplier(st state.State) *Applier {
	return &Applier{st: st, stored: make(chan struct{})}
}

// Apply puts a config that was loaded and validated into force, keeps it, or
// both. With all modes but Try it returns when the config is safely on STATE,
// provided that there is a STATE.
//
// A try may be ended by another try: then the config from before the first one
// comes back at the end. Any other mode makes the end of a try moot.
func (a *Applier) Apply(ctx context.Context, cfg *config.Config, mode Mode, tryTimeout time.Duration) error {
	if !a.busy.TryLock() {
		return ErrBusy
	}
	defer a.busy.Unlock()

	a.writing.Lock()
	defer a.writing.Unlock()

	if err := a.Check(ctx, cfg, mode); err != nil {
		return err
	}

	previous, err := a.Active(ctx)
	if err != nil {
		return err
	}

	switch mode {
	case Try:
		return a.try(ctx, cfg, previous, tryTimeout)
	case Staged, Rebooting:
		err = a.keep(ctx, cfg)
	case Immediate:
		// First what the next boot starts with: power lost in between must not
		// bring back a config whose successor was already seen in force. A partial
		// config, as maintenance mode may be given, is for now only: the next boot
		// could not do with it.
		if cfg.CompleteForBoot() {
			err = a.keep(ctx, cfg)
		}

		if err == nil {
			err = a.set(ctx, machineconfig.Active, cfg)
		}
	default:
		err = fmt.Errorf("unknown way %d to apply a machine config", mode)
	}

	// What could not be applied does not confirm a try.
	if err == nil {
		a.cancelRollback()
	}

	return err
}

// Check says whether the machine, as it is now, would take a config in a mode.
func (a *Applier) Check(ctx context.Context, cfg *config.Config, mode Mode) error {
	active, err := a.Active(ctx)
	if err != nil {
		return err
	}

	running := active != nil && active.CompleteForBoot()

	switch {
	case running && cfg.V1Alpha1() == nil:
		return ErrIncomplete
	case mode == Try && !running && cfg.CompleteForBoot():
		return ErrNothingToReturnTo
	case (mode == Staged || mode == Rebooting) && !cfg.CompleteForBoot():
		return ErrIncomplete
	case mode == Staged && !running || mode == Rebooting:
		mounted, err := stateMounted(ctx, a.st)
		if err == nil && !mounted {
			err = ErrNothingInstalled
		}

		return err
	}

	return nil
}

func (a *Applier) try(ctx context.Context, cfg, previous *config.Config, timeout time.Duration) error {
	if timeout <= 0 {
		timeout = DefaultTryTimeout
	}

	a.mu.Lock()
	if a.rollback != nil {
		previous = a.rollback.previous
	}
	a.mu.Unlock()

	if err := a.set(ctx, machineconfig.Active, cfg); err != nil {
		return err
	}

	a.cancelRollback()

	r := &rollback{previous: previous}

	a.mu.Lock()
	defer a.mu.Unlock()

	r.timer = time.AfterFunc(timeout, func() { a.rollBack(r) })
	a.rollback = r

	return nil
}

// rollBack ends a try unless it was cancelled or is over.
func (a *Applier) rollBack(r *rollback) {
	a.writing.Lock()
	defer a.writing.Unlock()

	a.mu.Lock()
	current := a.rollback == r

	if current {
		a.rollback = nil
	}
	a.mu.Unlock()

	if !current {
		return
	}

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	var err error
	if r.previous == nil {
		err = a.clear(ctx, machineconfig.Active)
	} else {
		err = a.set(ctx, machineconfig.Active, r.previous)
	}

	if err != nil {
		slog.Error("machine config was not rolled back", "error", err)
	} else {
		slog.Info("machine config rolled back: the try was not confirmed in time")
	}
}

func (a *Applier) cancelRollback() {
	a.mu.Lock()
	defer a.mu.Unlock()

	if a.rollback != nil {
		a.rollback.timer.Stop()
		a.rollback = nil
	}
}

// Active is the config in force, nil when there is none.
func (a *Applier) Active(ctx context.Context) (*config.Config, error) {
	return a.get(ctx, machineconfig.Active)
}

// Persistent is the config the next boot starts with, nil when there is none.
func (a *Applier) Persistent(ctx context.Context) (*config.Config, error) {
	return a.get(ctx, machineconfig.Persistent)
}

func (a *Applier) get(ctx context.Context, id resource.ID) (*config.Config, error) {
	res, err := machineconfig.MachineConfigs.Find(ctx, a.st, id)
	if err != nil || res == nil {
		return nil, err
	}

	return res.TypedSpec().Config(), nil
}

func (a *Applier) set(ctx context.Context, id resource.ID, cfg *config.Config) error {
	res := machineconfig.MachineConfigs.New(id, machineconfig.Of(cfg))
	res.Metadata().Annotations().Set(machineconfig.TextAnnotation, "")

	err := a.st.Create(ctx, res)
	if state.IsConflictError(err) {
		_, err = a.st.UpdateWithConflicts(ctx, res.Metadata(), func(r resource.Resource) error {
			typed, err := machineconfig.MachineConfigs.Cast(r)
			if err != nil {
				return err
			}

			*typed.TypedSpec() = machineconfig.Of(cfg)

			return nil
		})
	}

	if err != nil {
		return fmt.Errorf("set machine config %s: %w", id, err)
	}

	return nil
}

func (a *Applier) clear(ctx context.Context, id resource.ID) error {
	err := a.st.TeardownAndDestroy(ctx, machineconfig.MachineConfigs.Ref(id))
	if state.IsNotFoundError(err) {
		return nil
	}

	return err
}

// adopt puts a config found at boot into force. stored says that it is on STATE already.
func (a *Applier) adopt(ctx context.Context, cfg *config.Config, stored bool) error {
	a.writing.Lock()
	defer a.writing.Unlock()

	if stored {
		a.notePersisted(cfg.Bytes())
	}

	for _, w := range gap.In(cfg) {
		slog.Warn("machine config", "warning", w.Error())
	}

	if cfg.CompleteForBoot() {
		if err := a.set(ctx, machineconfig.Persistent, cfg); err != nil {
			return err
		}
	}

	return a.set(ctx, machineconfig.Active, cfg)
}

// notePersisted is told what is on STATE.
func (a *Applier) notePersisted(text []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()

	a.persisted = text
	close(a.stored)
	a.stored = make(chan struct{})
}

// WaitPersisted returns when the config for the next boot is on STATE. After
// an installation it takes until STATE has been made.
func (a *Applier) WaitPersisted(ctx context.Context) error {
	cfg, err := a.Persistent(ctx)
	if err != nil || cfg == nil {
		return err
	}

	return a.waitPersisted(ctx, cfg)
}

func (a *Applier) waitPersisted(ctx context.Context, cfg *config.Config) error {
	for {
		a.mu.Lock()
		done, next := bytes.Equal(a.persisted, cfg.Bytes()), a.stored
		a.mu.Unlock()

		if done {
			return nil
		}

		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("wait until the machine config is on STATE: %w", ctx.Err())
		}
	}
}

// persistTimeout bounds how long an API call waits for the disk.
const persistTimeout = 30 * time.Second

// keep makes cfg the config of the next boot. When STATE is in use it returns
// after the file is safe there, or goes back to the previous one; before
// installation a config lives in memory only, and that is no error.
func (a *Applier) keep(ctx context.Context, cfg *config.Config) error {
	before, err := a.Persistent(ctx)
	if err != nil {
		return err
	}

	if err := a.set(ctx, machineconfig.Persistent, cfg); err != nil {
		return err
	}

	mounted, err := stateMounted(ctx, a.st)
	if err != nil || !mounted {
		return err
	}

	wait, cancel := context.WithTimeout(ctx, persistTimeout)
	defer cancel()

	if err = a.waitPersisted(wait, cfg); err == nil {
		return nil
	}

	// The caller is told that it did not work: then it must not happen later.
	undo := context.WithoutCancel(ctx)
	if before == nil {
		return errors.Join(err, a.clear(undo, machineconfig.Persistent))
	}

	return errors.Join(err, a.set(undo, machineconfig.Persistent, before))
}
