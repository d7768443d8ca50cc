package runtimectl

import (
	"fmt"
	"strings"
	"testing"

	mtype "github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resources/network"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

func up(ids ...string) []service {
	var out []service
	for _, id := range ids {
		out = append(out, service{id, runtime.ServiceSpec{Running: true, Healthy: true}})
	}

	return out
}

func TestWhatAMachineIsMissing(t *testing.T) {
	t.Parallel()

	net := &network.StatusSpec{AddressReady: true, ConnectivityReady: true, HostnameReady: true, EtcFilesReady: true}
	all := []string{"apid", "cri", "etcd", "kubelet", "trustd", "udevd"}
	pods := []staticPod{{"kube-apiserver", true}}

	for _, c := range []struct {
		name string
		view statusView
		want string
	}{
		{"maintenance needs only the API and a network",
			statusView{stage: runtime.MachineStageMaintenance, network: net, services: up("apid")}, "ready"},
		{"maintenance does not mind other services",
			statusView{stage: runtime.MachineStageMaintenance, network: net, services: append(up("apid"), service{"udevd", runtime.ServiceSpec{Running: true}})}, "ready"},
		{"no network in maintenance",
			statusView{stage: runtime.MachineStageMaintenance, services: up("apid")}, "network: network is not set up"},
		{"on the way down nothing is ready",
			statusView{stage: runtime.MachineStageRebooting, network: net, services: up(all...)}, "not ready"},
		{"a control plane with everything",
			statusView{stage: runtime.MachineStageRunning, machineType: mtype.TypeControlPlane, timeSynced: true, network: net, services: up(all...), staticPods: pods, nodename: "n", nodeReady: true}, "ready"},
		{"a worker needs no etcd",
			statusView{stage: runtime.MachineStageRunning, machineType: mtype.TypeWorker, timeSynced: true, network: net, services: up("apid", "cri", "kubelet", "udevd"), nodename: "n", nodeReady: true}, "ready"},
		{"a control plane without etcd, before Kubernetes",
			statusView{stage: runtime.MachineStageRunning, machineType: mtype.TypeControlPlane, network: &network.StatusSpec{AddressReady: true}, services: up("apid", "cri", "kubelet", "udevd"), nodename: "n"},
			`time: time is not in sync; network: waiting for connectivity, etc files, hostname; services: etcd not started, trustd not started; staticPods: no static pods yet; nodeReady: node "n" status is not available yet or not ready`},
		{"an unhealthy extra service is told, too",
			statusView{stage: runtime.MachineStageRunning, machineType: mtype.TypeWorker, timeSynced: true, network: net, nodename: "n", nodeReady: true,
				services: append(up("apid", "cri", "kubelet", "udevd"), service{"ext-x", runtime.ServiceSpec{Running: true}})}, "services: ext-x not healthy"},
	} {
		got := planStatus(c.view)

		var texts []string
		for _, u := range got.Status.UnmetConditions {
			texts = append(texts, u.Name+": "+u.Reason)
		}

		text := strings.Join(texts, "; ")
		if got.Status.Ready {
			text = "ready"
		} else if text == "" {
			text = "not ready"
		}

		if text != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, text, c.want)
		}
	}
}

func TestPodReadiness(t *testing.T) {
	t.Parallel()

	if !podReady(map[string]any{"conditions": []any{map[string]any{"type": "Ready", "status": "True"}}}) {
		t.Error("a ready pod")
	}

	if podReady(nil) || podReady(map[string]any{"conditions": []any{map[string]any{"type": "Ready", "status": "False"}}}) {
		t.Error("a pod that is not ready")
	}
}

func TestHowTheAPIIsServed(t *testing.T) {
	t.Parallel()

	for _, c := range []struct {
		name  string
		view  apiServiceView
		items int
	}{
		{"before anything is known nobody listens", apiServiceView{}, 0},
		{"maintenance on request", apiServiceView{requested: true}, 1},
		{"with a config", apiServiceView{configured: true}, 1},
		{"a config wins over a request that is still there", apiServiceView{requested: true, configured: true}, 1},
	} {
		items, err := planAPIService(c.view)
		if err != nil || len(items) != c.items {
			t.Errorf("%s: %v, %v", c.name, items, err)

			continue
		}

		for _, i := range items {
			open := strings.Contains(fmt.Sprint(i), "SkipVerifyingClientCert:true")
			if open != (c.view.requested && !c.view.configured) {
				t.Errorf("%s: %v", c.name, i)
			}
		}
	}
}
