package runtimectl

import (
	"context"
	"fmt"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/controller"
	mtype "github.com/talos-os/talos/pkg/machinery/machine"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/timesync"
)

type service struct {
	id string
	runtime.ServiceSpec
}

type staticPod struct {
	id    string
	ready bool
}

type statusView struct {
	stage       runtime.MachineStage
	machineType mtype.Type
	timeSynced  bool
	network     *network.StatusSpec
	services    []service
	staticPods  []staticPod
	nodename    string
	nodeReady   bool
}

// machineStatus says in one place whether the machine does what its stage asks
// of it, and if not, what is missing. Clients wait for it after every reboot.
func machineStatus(stage *Stage) controller.Controller {
	return controller.Reconcile[statusView, runtime.MachineStatusSpec]{
		Name: "runtime.MachineStatus",
		Inputs: controller.In(
			timesync.TimeStatuses.Weak(), network.NetworkStatuses.Weak(), runtime.Services.Weak(),
			k8s.StaticPodStatuses.Weak(), k8s.Nodenames.Weak(), k8s.NodeStatuses.Weak(), machineconfig.MachineTypes.Weak(),
		),
		Outputs: controller.Out(runtime.MachineStatuses.Exclusive()),
		Wake:    stage.watch,
		Observe: func(ctx context.Context, r cosi.Reader) (statusView, error) {
			return observeStatus(ctx, r, stage.Get())
		},
		Plan: planStatus,
		Apply: func(_ context.Context, w *controller.Writer, s runtime.MachineStatusSpec) error {
			return w.Want(controller.Want(runtime.MachineStatuses, runtime.MachineStatusID, s))
		},
	}.Build()
}

func observeStatus(ctx context.Context, r cosi.Reader, stage runtime.MachineStage) (statusView, error) {
	v := statusView{stage: stage}

	if res, err := machineconfig.MachineTypes.Find(ctx, r, machineconfig.MachineTypeID); err != nil {
		return v, err
	} else if res != nil {
		v.machineType = res.TypedSpec().Type
	}

	if res, err := timesync.TimeStatuses.Find(ctx, r, timesync.StatusID); err != nil {
		return v, err
	} else if res != nil {
		v.timeSynced = res.TypedSpec().Synced || res.TypedSpec().SyncDisabled
	}

	if res, err := network.NetworkStatuses.Find(ctx, r, network.StatusID); err != nil {
		return v, err
	} else if res != nil {
		v.network = res.TypedSpec()
	}

	services, err := runtime.Services.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, s := range services {
		v.services = append(v.services, service{s.ID(), *s.TypedSpec()})
	}

	pods, err := k8s.StaticPodStatuses.List(ctx, r)
	if err != nil {
		return v, err
	}

	for _, p := range pods {
		v.staticPods = append(v.staticPods, staticPod{p.ID(), podReady(p.TypedSpec().PodStatus)})
	}

	return v, v.observeNode(ctx, r)
}

func (v *statusView) observeNode(ctx context.Context, r cosi.Reader) error {
	names, err := k8s.Nodenames.List(ctx, r)
	if err != nil || len(names) == 0 {
		return err
	}

	v.nodename = names[0].TypedSpec().Nodename

	status, err := k8s.NodeStatuses.Find(ctx, r, v.nodename)
	if err == nil && status != nil {
		v.nodeReady = status.TypedSpec().NodeReady
	}

	return err
}

func podReady(status map[string]any) bool {
	conditions, _ := status["conditions"].([]any)

	return slices.ContainsFunc(conditions, func(c any) bool {
		m, _ := c.(map[string]any)

		return m["type"] == "Ready" && m["status"] == "True"
	})
}

// required services by stage: what a machine in maintenance must have, and what
// is added once it runs.
var (
	requiredAlways       = []string{"apid"}
	requiredRunning      = []string{"cri", "kubelet", "udevd"}
	requiredControlPlane = []string{"etcd", "trustd"}
)

func planStatus(v statusView) runtime.MachineStatusSpec {
	var unmet []runtime.UnmetCondition

	miss := func(name, reason string) {
		unmet = append(unmet, runtime.UnmetCondition{Name: name, Reason: reason})
	}

	switch v.stage {
	case runtime.MachineStageMaintenance:
		v.services = slices.DeleteFunc(v.services, func(s service) bool { return !slices.Contains(requiredAlways, s.id) })
		v.checkServices(requiredAlways, miss)
		v.checkNetwork(miss)
	case runtime.MachineStageRunning:
		required := slices.Concat(requiredAlways, requiredRunning)
		if v.machineType.IsControlPlane() {
			required = append(required, requiredControlPlane...)
		}

		if !v.timeSynced {
			miss("time", "time is not in sync")
		}

		v.checkNetwork(miss)
		v.checkServices(required, miss)
		v.checkKubernetes(miss)
	default:
		// On the way somewhere: never ready, and the stage says why.
		return runtime.MachineStatusSpec{Stage: v.stage}
	}

	return runtime.MachineStatusSpec{
		Stage:  v.stage,
		Status: runtime.MachineStatusStatus{Ready: len(unmet) == 0, UnmetConditions: unmet},
	}
}

func (v statusView) checkNetwork(miss func(name, reason string)) {
	if v.network == nil {
		miss("network", "network is not set up")

		return
	}

	var waits []string

	for name, ready := range map[string]bool{
		"address": v.network.AddressReady, "connectivity": v.network.ConnectivityReady,
		"hostname": v.network.HostnameReady, "etc files": v.network.EtcFilesReady,
	} {
		if !ready {
			waits = append(waits, name)
		}
	}

	if slices.Sort(waits); len(waits) > 0 {
		miss("network", "waiting for "+strings.Join(waits, ", "))
	}
}

func (v statusView) checkServices(required []string, miss func(name, reason string)) {
	var problems []string

	known := map[string]service{}
	for _, s := range v.services {
		known[s.id] = s
	}

	for _, id := range required {
		if _, ok := known[id]; !ok {
			problems = append(problems, id+" not started")
		}
	}

	for _, s := range v.services {
		switch {
		case !s.Running && slices.Contains(required, s.id):
			problems = append(problems, s.id+" not running")
		case s.Running && !s.Healthy && !s.Unknown:
			problems = append(problems, s.id+" not healthy")
		}
	}

	if slices.Sort(problems); len(problems) > 0 {
		miss("services", strings.Join(problems, ", "))
	}
}

func (v statusView) checkKubernetes(miss func(name, reason string)) {
	var waits []string

	for _, p := range v.staticPods {
		if !p.ready {
			waits = append(waits, p.id+" not ready")
		}
	}

	if v.machineType.IsControlPlane() && len(v.staticPods) == 0 {
		waits = append(waits, "no static pods yet")
	}

	if len(waits) > 0 {
		miss("staticPods", strings.Join(waits, ", "))
	}

	if v.nodename != "" && !v.nodeReady {
		miss("nodeReady", fmt.Sprintf("node %q status is not available yet or not ready", v.nodename))
	}
}

// machineStatusPublisher tells the event stream about every change.
func machineStatusPublisher(publish func(string, proto.Message)) controller.Controller {
	last := ""

	return controller.Reconcile[*kinds.Resource[runtime.MachineStatusSpec], *machine.MachineStatusEvent]{
		Name:   "runtime.MachineStatusPublisher",
		Inputs: controller.In(runtime.MachineStatuses.Weak()),
		Observe: func(ctx context.Context, r cosi.Reader) (*kinds.Resource[runtime.MachineStatusSpec], error) {
			return runtime.MachineStatuses.Find(ctx, r, runtime.MachineStatusID)
		},
		Plan: func(res *kinds.Resource[runtime.MachineStatusSpec]) *machine.MachineStatusEvent {
			if res == nil {
				return nil
			}

			return statusEvent(*res.TypedSpec())
		},
		Apply: func(_ context.Context, _ *controller.Writer, ev *machine.MachineStatusEvent) error {
			if ev != nil && ev.String() != last {
				last = ev.String()
				publish("", ev)
			}

			return nil
		},
	}.Build()
}

func statusEvent(s runtime.MachineStatusSpec) *machine.MachineStatusEvent {
	ev := &machine.MachineStatusEvent{
		// The numbers are the same by the API's definition.
		Stage:  machine.MachineStatusEvent_MachineStage(s.Stage),
		Status: &machine.MachineStatusEvent_MachineStatus{Ready: s.Status.Ready},
	}

	for _, u := range s.Status.UnmetConditions {
		ev.Status.UnmetConditions = append(ev.Status.UnmetConditions,
			&machine.MachineStatusEvent_MachineStatus_UnmetCondition{Name: u.Name, Reason: u.Reason})
	}

	return ev
}
