// Package runtimectl reports what the machine is doing and what it is made of:
// stage and readiness, versions, kernel command line, boot ID, security state.
package runtimectl

import (
	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/internal/controller"
)

// Deps are what the controllers need besides state.
type Deps struct {
	// Stage is what the sequences set.
	Stage *Stage
	// ModulesLoaded is closed when the modules for the devices that were there
	// at start are loaded.
	ModulesLoaded <-chan struct{}
	// Publish sends an event to the event stream.
	Publish func(actorID string, payload proto.Message)
}

// Controllers lists the package's controllers.
func Controllers(d Deps) []controller.Controller {
	return []controller.Controller{
		machineStatus(d.Stage),
		machineStatusPublisher(d.Publish),
		facts(),
		apiService(),
		devicesStatus(d.ModulesLoaded),
	}
}
