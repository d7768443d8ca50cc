package services

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/opencontainers/runtime-spec/specs-go"

	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/app/machined/etcdclient"
	"github.com/talos-os/talos/internal/sys/cgroup"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
)

// Etcd is the cluster's database. How it comes up is decided by etcdctl.
func Etcd(d Deps) Service {
	log := slog.With("service", EtcdID)

	// One life's launch, between its runner and what follows its start.
	var launch *etcdctl.Launch

	e := &etcdHealth{}

	return Service{
		ID:    EtcdID,
		After: []string{CRIID},
		Needs: append(d.mounted("ETCD"),
			When("etcd certificates", Exists(d.State, etcd.PKIStatuses, etcd.PKIID, func(s *etcd.PKIStatusSpec) bool { return s.Ready }).Wait),
			When("etcd spec", Exists(d.State, etcd.EtcdSpecs, etcd.SpecID, nil).Wait)),
		Runner: func(ctx context.Context) (Runner, error) {
			e.reset()

			l, err := d.Etcd.Prepare(ctx, log, func(what string) { Report(ctx, "Waiting for "+what) })
			if err != nil {
				return nil, err
			}

			if err = pull(ctx, d.CRI, l.Image); err != nil {
				return nil, err
			}

			if len(l.RestoreArgs) > 0 {
				restore := d.etcdContainer(l.Image, append([]string{"/usr/local/bin/etcdutl"}, l.RestoreArgs...), 0)
				restore.ID = "etcd-restore"
				// The snapshot lies beside the data directory.
				restore.extra = []specs.Mount{bind("/var/lib", "/var/lib", "rbind", "rw")}

				if err = restore.runner().Run(ctx, func(int) {}); err != nil {
					return nil, fmt.Errorf("restore snapshot: %w", err)
				}

				if err = l.Restored(); err != nil {
					return nil, err
				}
			}

			launch = l

			return d.etcdContainer(l.Image, append([]string{"/usr/local/bin/etcd"}, l.Args...), etcdctl.UserID).runner(), nil
		},
		Started: func(ctx context.Context) error {
			// A learner answers, and so is up, long before it votes.
			l := launch

			go func() {
				if err := l.Started(ctx, log); err != nil && ctx.Err() == nil {
					log.Warn("etcd member does not vote", "error", err)
				}
			}()

			return nil
		},
		Health:       e.check,
		HealthTiming: Timing{InitialDelay: time.Second, Period: 10 * time.Second, Timeout: 10 * time.Second},
		// Addresses come and go and etcd does not mind: those on its command line
		// count for a new member only.
		Changed: OnChange(d.State, etcd.EtcdSpecs, etcd.SpecID, func(before, now *etcd.Spec) bool {
			return before.Image != now.Image || !reflect.DeepEqual(before.ExtraArgs, now.ExtraArgs)
		}),
	}
}

type etcdContainer struct {
	d     Deps
	ID    string
	image string
	args  []string
	user  uint32
	extra []specs.Mount
}

func (d Deps) etcdContainer(image string, args []string, user uint32) *etcdContainer {
	return &etcdContainer{
		d: d, ID: EtcdID, image: image, args: args, user: user,
		extra: []specs.Mount{bind(etcdctl.DataPath, etcdctl.DataPath, "rbind", "rw")},
	}
}

func (e *etcdContainer) runner() Runner {
	return Container{
		Client: e.d.CRI,
		Container: criclient.Container{
			Namespace: criclient.System, ID: e.ID, Image: e.image, Spec: e.spec,
			Log: e.d.Logs.Open(EtcdID), StopTime: 15 * time.Second, FIFODir: fifoDir,
		},
		Cgroup: "podruntime/etcd",
		Limits: cgroup.Limits{MemoryMin: 256 << 20, Millicores: 2000},
	}
}

func (e *etcdContainer) spec(ocispec.Image) (*specs.Spec, error) {
	mounts := append(isolatedMounts(), bind(etcdctl.PKIPath, etcdctl.PKIPath, "rbind", "ro"))
	mounts = append(mounts, hostFiles()...)
	mounts = append(mounts, e.extra...)

	process := &specs.Process{
		Args: e.args, Env: []string{path}, Cwd: "/",
		User:            specs.User{UID: e.user, GID: e.user},
		NoNewPrivileges: true,
		Rlimits:         rlimits(),
		OOMScoreAdj:     ptr(-997),
		Capabilities:    &specs.LinuxCapabilities{},
	}

	if e.user == 0 {
		// Restoring writes as root into etcd's directory.
		caps := []string{"CAP_DAC_OVERRIDE", "CAP_CHOWN", "CAP_FOWNER"}
		process.Capabilities = &specs.LinuxCapabilities{Bounding: caps, Effective: caps, Permitted: caps}
	}

	return &specs.Spec{
		Version: specs.Version,
		Process: process,
		Root:    &specs.Root{Readonly: true},
		Mounts:  mounts,
		Linux: &specs.Linux{
			CgroupsPath: "/podruntime/" + e.ID,
			Namespaces: []specs.LinuxNamespace{
				{Type: specs.MountNamespace}, {Type: specs.PIDNamespace}, {Type: specs.IPCNamespace}, {Type: specs.UTSNamespace},
			},
			MaskedPaths:   []string{"/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/sched_debug", "/sys/firmware"},
			ReadonlyPaths: []string{"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"},
		},
	}, nil
}

// etcdHealth asks the local member over a connection that is kept: a new one
// every time would cost two key exchanges.
type etcdHealth struct {
	mu     sync.Mutex
	client *etcdclient.Client
}

func (e *etcdHealth) check(ctx context.Context) error {
	e.mu.Lock()

	if e.client == nil {
		c, err := etcdclient.Local(context.WithoutCancel(ctx))
		if err != nil {
			e.mu.Unlock()

			return err
		}

		e.client = c
	}

	client := e.client
	e.mu.Unlock()

	return client.Healthy(ctx)
}

// reset forgets the connection, for certificates may be new.
func (e *etcdHealth) reset() {
	e.mu.Lock()
	defer e.mu.Unlock()

	if e.client != nil {
		e.client.Close() //nolint:errcheck
		e.client = nil
	}
}
