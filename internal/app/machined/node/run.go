package node

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/talos-os/talos/api/machine"
	"github.com/talos-os/talos/internal/app/machined/boot"
	"github.com/talos-os/talos/internal/app/machined/controllers/blockctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/configctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/crictl"
	"github.com/talos-os/talos/internal/app/machined/controllers/etcdctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/kernelctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/netctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/runtimectl"
	"github.com/talos-os/talos/internal/app/machined/controllers/secretsctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/timectl"
	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/app/machined/events"
	"github.com/talos-os/talos/internal/app/machined/logs"
	"github.com/talos-os/talos/internal/app/machined/platform"
	"github.com/talos-os/talos/internal/app/machined/server"
	"github.com/talos-os/talos/internal/app/machined/services"
	"github.com/talos-os/talos/internal/app/machined/tasks"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/pkg/machinery/client/trust"
	"github.com/talos-os/talos/pkg/machinery/config"
)

// run puts the node together and comes back only if that fails.
func run(ctx context.Context, log *boot.KmsgHandler, started time.Time) error {
	hub := events.NewHub()
	logManager := logs.NewManager()
	log.Tee(logManager.Open(services.MachinedID))

	st := newState()

	cmdline, err := os.ReadFile("/proc/cmdline")
	if err != nil {
		return fmt.Errorf("read kernel command line: %w", err)
	}

	kernel := kernelctl.Deps{Modules: kernelctl.NewModules(), Unhurried: services.Unhurried}

	go forever(ctx, "loading of drivers", func(ctx context.Context) error { return kernelctl.LoadDrivers(ctx, kernel) })

	var (
		plat      = platform.OrMetal(string(cmdline))
		store     = meta.NewStore()
		applier   = configctl.NewApplier(st)
		manager   = services.NewManager(hub)
		stage     = &runtimectl.Stage{}
		starter   = etcdctl.NewStarter(st)
		hosts     = criclient.New(criclient.Address, crictl.HostsDir, crictl.Auth(st))
		lifecycle = &lifecycle{
			ctx: ctx, state: st, runner: tasks.NewRunner(hub), stage: stage, services: manager, meta: store,
			pods:      workloads{},
			install:   runInstaller(st, store, plat),
			persisted: applier.WaitPersisted,
		}
	)

	manager.Load(services.All(services.Deps{State: st, Logs: logManager, CRI: hosts, Etcd: starter})...)

	controllers := controllers(controllerDeps{
		block: blockctl.Deps{Meta: store},
		config: configctl.Deps{
			State: st, Applier: applier, Platform: plat, Cmdline: string(cmdline), Meta: store,
			LoadError:       func(err error) { publish(hub, &machine.ConfigLoadErrorEvent{Error: err.Error()}) },
			ValidationError: func(err error) { publish(hub, &machine.ConfigValidationErrorEvent{Error: err.Error()}) },
		},
		kernel:   kernel,
		network:  netctl.Deps{Cmdline: string(cmdline), WaitForDevices: true, Publish: hub.Publish, Platform: plat.Name()},
		runtime:  runtimectl.Deps{Stage: stage, Publish: hub.Publish, ModulesLoaded: kernel.Modules.Loaded()},
		secrets:  secretsctl.Deps{Trustd: signer},
		time:     timectl.Deps{Disabled: plat.Mode() == "container"},
		services: manager,
	})

	engine, err := newEngine(st, controllers)
	if err != nil {
		return err
	}

	srv, err := server.New(server.Deps{
		State: st, Events: hub, Logs: logManager, Services: manager, Sequencer: lifecycle,
		Applier: applier, Meta: store, Etcd: starter, CRI: hosts, Platform: plat,
		Dependencies: engine.GetDependencyGraph, // the same for every engine
		Check: func(ctx context.Context, cfg *config.Config) ([]string, error) {
			return nil, checkInstall(ctx, st, cfg)
		},
	})
	if err != nil {
		return fmt.Errorf("make API server: %w", err)
	}

	registered := sync.OnceValue(func() error { return register(ctx, st, groups) })

	go forever(ctx, "API server", func(ctx context.Context) error {
		if err := registered(); err != nil {
			return err
		}

		return srv.Run(ctx)
	})
	go lifecycle.run()

	slog.Info("the node is put together", "controllers", len(controllers), "took", time.Since(started).Round(time.Millisecond))

	forever(ctx, "controller engine", func(ctx context.Context) error {
		// An engine runs once. Controllers start over with what is in state.
		if engine == nil {
			if engine, err = newEngine(st, controllers); err != nil {
				return err
			}
		}

		defer func() { engine = nil }()

		return engine.Run(ctx)
	})

	return ctx.Err()
}

func publish(hub *events.Hub, payload proto.Message) { hub.Publish("", payload) }

// signer asks trustd on a control plane node.
func signer(ctx context.Context, addrs []string, acceptedCAs []byte, token string, csr []byte) (ca, crt []byte, err error) {
	answer, err := trust.FetchCertificate(ctx, trust.Request{Endpoints: addrs, CA: acceptedCAs, Token: token, CSR: csr})
	if err != nil {
		return nil, nil, err
	}

	return answer.CA, answer.Crt, nil
}

// forever runs what must not end, and starts it again when it does.
func forever(ctx context.Context, what string, f func(ctx context.Context) error) {
	for pause := time.Second; ctx.Err() == nil; pause = min(2*pause, time.Minute) {
		started := time.Now()
		err := guard(func() error { return f(ctx) })

		if time.Since(started) > time.Minute {
			pause = time.Second
		}

		slog.Error(what+" ended, starting it again", "error", err, "pause", pause)

		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}
