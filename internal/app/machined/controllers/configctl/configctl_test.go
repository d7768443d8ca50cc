package configctl

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cosi-project/runtime/pkg/controller/runtime"
	"github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"github.com/cosi-project/runtime/pkg/state/impl/inmem"
	"github.com/cosi-project/runtime/pkg/state/impl/namespaced"
	"go.uber.org/zap"

	"github.com/talos-os/talos/internal/app/machined/platform"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	runtimeres "github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// fakePlatform answers with one thing after the other, then with the last for ever.
type fakePlatform struct {
	mu      sync.Mutex
	answers []any
}

func (*fakePlatform) Name() string { return "fake" }
func (*fakePlatform) Mode() string { return "metal" }

func (p *fakePlatform) Config(context.Context, platform.Facts) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()

	answer := p.answers[0]
	if len(p.answers) > 1 {
		p.answers = p.answers[1:]
	}

	if err, ok := answer.(error); ok {
		return nil, err
	}

	return []byte(answer.(string)), nil
}

type node struct {
	t       *testing.T
	st      state.State
	applier *Applier
	dir     string
	mu      sync.Mutex
	errs    []string
	mounted atomic.Bool
}

func start(t *testing.T, d Deps) *node {
	t.Helper()

	n := &node{t: t, dir: t.TempDir()}
	n.mounted.Store(true)
	n.st = state.WrapCore(namespaced.NewState(func(ns resource.Namespace) state.CoreState { return inmem.Build(ns) }))
	n.applier = NewApplier(n.st)

	if d.Platform == nil {
		d.Platform = &fakePlatform{answers: []any{platform.ErrNoConfig}}
	}

	d.State, d.Applier, d.StateDir, d.EmbeddedDir = n.st, n.applier, n.dir, filepath.Join(n.dir, "none")
	d.Mounted = func(string) (bool, error) { return n.mounted.Load(), nil }
	d.LoadError = func(err error) {
		n.mu.Lock()
		defer n.mu.Unlock()

		n.errs = append(n.errs, err.Error())
	}

	engine, err := runtime.NewRuntime(n.st, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}

	for _, c := range Controllers(d) {
		if err := engine.RegisterController(c); err != nil {
			t.Fatal(err)
		}
	}

	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})

	go func() {
		defer close(done)

		if err := engine.Run(ctx); err != nil {
			t.Error(err)
		}
	}()

	t.Cleanup(func() {
		cancel()
		<-done
	})

	return n
}

func (n *node) state(phase block.VolumePhase, content string) {
	n.t.Helper()

	if content != "" {
		if err := os.WriteFile(filepath.Join(n.dir, configFile), []byte(content), 0o600); err != nil {
			n.t.Fatal(err)
		}
	}

	n.create(block.VolumeStatuses.New(stateVolume, block.VolumeStatusSpec{Phase: phase, ErrorMessage: "reason"}))

	if phase == block.VolumePhaseReady {
		n.mount()
	}
}

func (n *node) mount() {
	n.create(block.VolumeMountStatuses.New(stateMount, block.VolumeMountStatusSpec{VolumeID: stateVolume, Target: n.dir}))
}

func (n *node) create(r resource.Resource) {
	n.t.Helper()

	if err := n.st.Create(n.t.Context(), r); err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) wait(ref resource.Metadata, cond state.WatchForConditionFunc) {
	n.t.Helper()

	ctx, cancel := context.WithTimeout(n.t.Context(), 10*time.Second)
	defer cancel()

	if _, err := n.st.WatchFor(ctx, ref, cond); err != nil {
		n.t.Fatalf("%s: %v", ref, err)
	}
}

var (
	exists = state.WithEventTypes(state.Created, state.Updated)
	gone   = state.WithEventTypes(state.Destroyed)
)

func (n *node) waitActive(token string) {
	n.t.Helper()

	n.wait(machineconfig.MachineConfigs.Ref(machineconfig.Active), state.WithCondition(func(r resource.Resource) (bool, error) {
		res, err := machineconfig.MachineConfigs.Cast(r)

		return err == nil && strings.Contains(string(res.TypedSpec().Config().Bytes()), token), nil
	}))
}

func (n *node) file() string {
	raw, _ := os.ReadFile(filepath.Join(n.dir, configFile))

	return string(raw)
}

// complete is the least that is enough to boot with.
func complete(token string) string {
	return "version: v1alpha1\nmachine:\n  type: worker\n  token: " + token + "\n  ca:\n    crt: " + testCA + "\n" +
		"cluster:\n  token: abcdef.0123456789abcdef\n  ca:\n    crt: " + testCA + "\n  controlPlane:\n    endpoint: https://10.0.0.1:6443\n"
}

func parse(t *testing.T, text string) *config.Config {
	t.Helper()

	cfg, err := config.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}

	return cfg
}

func TestStoredConfigIsUsed(t *testing.T) {
	t.Parallel()

	n := start(t, Deps{})
	n.state(block.VolumePhaseReady, complete("from-state"))
	n.waitActive("from-state")

	if err := WaitAcquired(t.Context(), n.st); err != nil {
		t.Fatal(err)
	}

	n.wait(machineconfig.MachineTypes.Ref(machineconfig.MachineTypeID), exists)
}

func TestDamagedConfigOnStateLeadsToMaintenanceAndIsReplaced(t *testing.T) {
	t.Parallel()

	for _, tt := range []struct{ name, content, reason string }{
		{"torn text", "version: v1alpha1\nmachine: {type: work", "cannot be used"},
		{"an unknown key", complete("x") + "extra: 1\n", "extra"},
		{"not enough to boot", "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {}\n", "not enough"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()

			n := start(t, Deps{Platform: &fakePlatform{answers: []any{complete("platform")}}})
			n.state(block.VolumePhaseReady, tt.content)
			n.wait(runtimeres.MaintenanceServiceRequests.Ref(runtimeres.MaintenanceServiceRequestID), exists)
			n.wait(runtimeres.Diagnostics.Ref(diagnosticID), exists)

			if n.file() != tt.content {
				t.Fatal("the stored config was touched")
			}

			n.mu.Lock()
			if len(n.errs) != 1 || !strings.Contains(n.errs[0], tt.reason) {
				t.Errorf("errors: %q", n.errs)
			}
			n.mu.Unlock()

			if active, err := n.applier.Active(t.Context()); err != nil || active != nil {
				t.Fatalf("another source was used: %v, %v", active, err)
			}

			if err := n.applier.Apply(t.Context(), parse(t, complete("good")), Immediate, 0); err != nil {
				t.Fatal(err)
			}

			if n.file() != complete("good") {
				t.Fatal("success was reported before the config was on STATE")
			}

			n.wait(runtimeres.MaintenanceServiceRequests.Ref(runtimeres.MaintenanceServiceRequestID), gone)
			n.wait(runtimeres.AcquireConfigStatuses.Ref(AcquiredID), exists)
		})
	}
}

func TestFailedStateLeadsToMaintenance(t *testing.T) {
	t.Parallel()

	n := start(t, Deps{Platform: &fakePlatform{answers: []any{complete("platform")}}})
	n.state(block.VolumePhaseFailed, "")
	n.wait(runtimeres.MaintenanceServiceRequests.Ref(runtimeres.MaintenanceServiceRequestID), exists)

	if active, _ := n.applier.Active(t.Context()); active != nil {
		t.Fatal("another source was used")
	}
}

func TestPlatformConfigAfterAnErrorAndPersistenceWhenStateComes(t *testing.T) {
	t.Parallel()

	n := start(t, Deps{
		Cmdline:  "talos.config=http://x/",
		Platform: &fakePlatform{answers: []any{errors.New("server is down"), complete("platform")}},
	})
	n.state(block.VolumePhaseMissing, "")
	n.waitActive("platform")
	n.wait(runtimeres.AcquireConfigStatuses.Ref(AcquiredID), exists)
	n.wait(runtimeres.MaintenanceServiceRequests.Ref(runtimeres.MaintenanceServiceRequestID), gone)

	n.mount()

	if err := n.applier.WaitPersisted(t.Context()); err != nil {
		t.Fatal(err)
	}

	if n.file() != complete("platform") {
		t.Fatalf("stored: %q", n.file())
	}
}

func TestMaintenanceModeTakesAPartialConfigWithoutKeepingIt(t *testing.T) {
	t.Parallel()

	n := start(t, Deps{})
	n.state(block.VolumePhaseMissing, "")
	n.wait(runtimeres.MaintenanceServiceRequests.Ref(runtimeres.MaintenanceServiceRequestID), exists)

	if err := n.applier.Apply(t.Context(), parse(t, "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {}\n"), Immediate, 0); err != nil {
		t.Fatal(err)
	}

	n.waitActive("SysctlConfig")

	if p, err := n.applier.Persistent(t.Context()); err != nil || p != nil {
		t.Fatalf("kept: %v, %v", p, err)
	}

	if err := n.applier.Apply(t.Context(), parse(t, complete("api")), Immediate, 0); err != nil {
		t.Fatal(err)
	}

	n.wait(runtimeres.AcquireConfigStatuses.Ref(AcquiredID), exists)
}

func TestInlineConfig(t *testing.T) {
	t.Parallel()

	n := start(t, Deps{Cmdline: "talos.config.inline=" + base64.StdEncoding.EncodeToString([]byte(complete("inline")))})
	n.state(block.VolumePhaseMissing, "")
	n.waitActive("inline")
}

func TestWaysToApply(t *testing.T) {
	t.Parallel()

	n := start(t, Deps{})
	n.state(block.VolumePhaseReady, complete("one"))
	n.waitActive("one")

	ctx := t.Context()

	apply := func(token string, mode Mode, timeout time.Duration) {
		t.Helper()

		if err := n.applier.Apply(ctx, parse(t, complete(token)), mode, timeout); err != nil {
			t.Fatal(err)
		}
	}

	expect := func(active, file string) {
		t.Helper()

		cfg, err := n.applier.Active(ctx)
		if err != nil || string(cfg.Bytes()) != complete(active) || n.file() != complete(file) {
			t.Fatalf("in force %s\nkept %s\n%v", cfg.Bytes(), n.file(), err)
		}
	}

	apply("two", Immediate, 0)
	expect("two", "two")

	apply("three", Staged, 0)
	expect("two", "three")

	apply("two", Immediate, 0)
	apply("four", Try, 50*time.Millisecond)
	expect("four", "two")
	n.waitActive("two")
	expect("two", "two")

	// A second try goes back to what was before the first.
	apply("five", Try, time.Hour)
	apply("six", Try, 50*time.Millisecond)
	n.waitActive("two")

	// Confirming ends the try.
	apply("seven", Try, 100*time.Millisecond)
	apply("seven", Immediate, 0)
	time.Sleep(200 * time.Millisecond)
	expect("seven", "seven")

	err := n.applier.Apply(ctx, parse(t, "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {}\n"), Immediate, 0)
	if !errors.Is(err, ErrIncomplete) {
		t.Fatalf("incomplete: %v", err)
	}

	n.applier.busy.Lock()
	if err := n.applier.Apply(ctx, parse(t, complete("x")), Try, 0); !errors.Is(err, ErrBusy) {
		t.Fatalf("second call: %v", err)
	}
	n.applier.busy.Unlock()
}

func TestNothingIsWrittenBelowAMountPointThatIsGone(t *testing.T) {
	t.Parallel()

	n := start(t, Deps{})
	n.state(block.VolumePhaseReady, complete("one"))
	n.waitActive("one")
	n.mounted.Store(false)

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()

	if err := n.applier.Apply(ctx, parse(t, complete("two")), Immediate, 0); err == nil {
		t.Fatal("success without a disk")
	}

	if n.file() != complete("one") {
		t.Fatal("written")
	}

	if kept, err := n.applier.Persistent(t.Context()); err != nil || string(kept.Bytes()) != complete("one") {
		t.Fatalf("kept for later: %v", err)
	}

	if active, err := n.applier.Active(t.Context()); err != nil || !strings.Contains(string(active.Bytes()), "one") {
		t.Fatalf("in force although not kept: %v", err)
	}
}

func TestStateOfALateDiskIsUsed(t *testing.T) {
	t.Parallel()

	n := start(t, Deps{})
	n.state(block.VolumePhaseMissing, complete("late"))
	n.wait(runtimeres.MaintenanceServiceRequests.Ref(runtimeres.MaintenanceServiceRequestID), exists)

	_, err := n.st.UpdateWithConflicts(t.Context(), block.VolumeStatuses.Ref(stateVolume), func(r resource.Resource) error {
		s, err := block.VolumeStatuses.Cast(r)
		if err == nil {
			s.TypedSpec().Phase = block.VolumePhaseReady
		}

		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	n.mount()
	n.waitActive("late")
	n.wait(runtimeres.MaintenanceServiceRequests.Ref(runtimeres.MaintenanceServiceRequestID), gone)
}

func TestWhatAMachineAsItIsDoesNotTake(t *testing.T) {
	t.Parallel()

	const partial = "apiVersion: v1alpha1\nkind: SysctlConfig\nparams: {}\n"

	bare := start(t, Deps{})
	bare.state(block.VolumePhaseMissing, "")

	running := start(t, Deps{})
	running.state(block.VolumePhaseReady, complete("one"))
	running.waitActive("one")

	inMemory := start(t, Deps{Platform: &fakePlatform{answers: []any{complete("one")}}})
	inMemory.state(block.VolumePhaseMissing, "")
	inMemory.waitActive("one")

	for _, tt := range []struct {
		name string
		n    *node
		text string
		mode Mode
		want error
	}{
		{"a whole config cannot be tried where there was none", bare, complete("x"), Try, ErrNothingToReturnTo},
		{"network settings can", bare, partial, Try, nil},
		{"nothing to stage for", bare, complete("x"), Staged, ErrNothingInstalled},
		{"half a config is no start for a boot", bare, partial, Staged, ErrIncomplete},
		{"half a config on a machine that runs", running, partial, Rebooting, ErrIncomplete},
		{"a reboot would lose what is in memory", inMemory, complete("x"), Rebooting, ErrNothingInstalled},
		{"staged while it is being installed", inMemory, complete("x"), Staged, nil},
		{"reboot", running, complete("x"), Rebooting, nil},
	} {
		if err := tt.n.applier.Check(t.Context(), parse(t, tt.text), tt.mode); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}

	if err := running.applier.Apply(t.Context(), parse(t, complete("two")), Rebooting, 0); err != nil || running.file() != complete("two") {
		t.Errorf("kept %s, %v", running.file(), err)
	}

	if cfg, err := running.applier.Active(t.Context()); err != nil || string(cfg.Bytes()) != complete("one") {
		t.Errorf("in force before the reboot: %s, %v", cfg.Bytes(), err)
	}
}

func TestWhatCouldNotBeKeptDoesNotConfirmATry(t *testing.T) {
	t.Parallel()

	n := start(t, Deps{})
	n.state(block.VolumePhaseReady, complete("one"))
	n.waitActive("one")

	if err := n.applier.Apply(t.Context(), parse(t, complete("two")), Try, 300*time.Millisecond); err != nil {
		t.Fatal(err)
	}

	n.mounted.Store(false) // STATE is gone, whatever state says

	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()

	if err := n.applier.Apply(ctx, parse(t, complete("three")), Immediate, 0); err == nil {
		t.Fatal("kept on a disk that is gone")
	}

	n.waitActive("one")
}
