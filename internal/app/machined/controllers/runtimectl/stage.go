package runtimectl

import (
	"context"
	"sync"

	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

// Stage is where in its life the machine is. The zero value is ready to use
// and means unknown. It is safe for concurrent use.
type Stage struct {
	mu      sync.Mutex
	stage   runtime.MachineStage
	changed chan struct{}
}

// Set changes the stage.
func (s *Stage) Set(stage runtime.MachineStage) {
	s.mu.Lock()
	defer s.mu.Unlock()

	if s.stage == stage {
		return
	}

	s.stage = stage

	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Get is the current stage.
func (s *Stage) Get() runtime.MachineStage {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.stage
}

// watch calls notify after every change until the context ends.
func (s *Stage) watch(ctx context.Context, notify func()) error {
	for {
		s.mu.Lock()
		if s.changed == nil {
			s.changed = make(chan struct{})
		}

		changed := s.changed
		s.mu.Unlock()

		select {
		case <-ctx.Done():
			return nil
		case <-changed:
			notify()
		}
	}
}
