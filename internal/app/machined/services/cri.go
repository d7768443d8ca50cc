package services

import (
	"context"
	"errors"
	"time"

	"github.com/talos-os/talos/internal/app/machined/controllers/crictl"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/sys/cgroup"
	"github.com/talos-os/talos/pkg/machinery/resources/cri"
)

// patient suits services that do real work to answer, on a slow machine too.
var patient = Timing{InitialDelay: time.Second, Period: 10 * time.Second, Timeout: 5 * time.Second}

// CRI is the one containerd of a node: kubelet's containers and the system's own
// are in different namespaces of it.
func CRI(d Deps) Service {
	return Service{
		ID: CRIID,
		Needs: append(d.mounted("CRI", "LOG", "/etc/cni", "/opt"),
			When("registry config", Exists(d.State, cri.RegistryConfigs, cri.RegistriesConfigID, nil).Wait)),
		Prepare: func(ctx context.Context) error {
			// What is in state now, whether or not its controller was here.
			if err := crictl.Write(ctx, d.State); err != nil {
				return err
			}

			return errors.Join(
				makeDirs(0o711, "/run/containerd"),
				makeDirs(0o755, "/etc/cni/net.d", "/opt/cni/bin", "/var/lib/cni"),
				// Supervisors of containers run apart from containerd, see criclient.
				cgroup.Group(criclient.ShimCgroup).Create(cgroup.Limits{MemoryLow: 48 << 20, Millicores: 500}),
			)
		},
		Runner: func(ctx context.Context) (Runner, error) {
			env, err := d.environment(ctx)

			return Process{
				Path: "/usr/bin/containerd",
				Args: []string{"--address", criclient.Address, "--config", crictl.ConfigFile},
				Env:  env, OOMScore: -500,
				Cgroup: "podruntime/runtime", Limits: cgroup.Limits{MemoryMin: 196 << 20, Millicores: 1000},
				// Containers outlive a containerd that is restarted.
				KeepDescendants: true,
				Log:             d.Logs.Open(CRIID),
			}, err
		},
		Health:       d.CRI.Ready,
		HealthTiming: Timing{InitialDelay: 200 * time.Millisecond, Period: patient.Period, Timeout: patient.Timeout},
		Changed:      crictl.Changed(d.State),
	}
}
