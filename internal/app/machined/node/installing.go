package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/containerd/containerd/v2/core/remotes"
	"github.com/containerd/containerd/v2/core/remotes/docker"
	dockerconfig "github.com/containerd/containerd/v2/core/remotes/docker/config"
	"github.com/cosi-project/runtime/pkg/state"

	"github.com/talos-os/talos/internal/app/machined/controllers/blockctl"
	"github.com/talos-os/talos/internal/app/machined/controllers/crictl"
	"github.com/talos-os/talos/internal/app/machined/installer"
	"github.com/talos-os/talos/internal/app/machined/platform"
	"github.com/talos-os/talos/internal/sys/meta"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/cri"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
)

func activeConfig(ctx context.Context, st state.State) (*config.Config, error) {
	res, err := machineconfig.MachineConfigs.Get(ctx, st, machineconfig.Active)
	if err != nil {
		return nil, err
	}

	return res.TypedSpec().Config(), nil
}

func configWantsInstall(ctx context.Context, st state.State) (bool, error) {
	cfg, err := activeConfig(ctx, st)
	if err != nil {
		return false, err
	}

	return installer.Wanted(cfg), nil
}

// chooseDisk finds the disk a config wants to install to.
func chooseDisk(ctx context.Context, st state.State, cfg *config.Config) (installer.Options, error) {
	list, err := block.Disks.List(ctx, st)
	if err != nil {
		return installer.Options{}, err
	}

	var disks []installer.Disk
	for _, d := range list {
		disks = append(disks, installer.Disk{ID: d.ID(), DiskSpec: *d.TypedSpec()})
	}

	return installer.Choose(cfg, disks, func(expr block.Expression, d block.DiskSpec) (bool, error) {
		return blockctl.MatchDisk(expr, d, false)
	})
}

// checkInstall refuses a config whose installation could not start.
func checkInstall(ctx context.Context, st state.State, cfg *config.Config) error {
	status, err := block.VolumeStatuses.Find(ctx, st, blockctl.MetaVolume)
	if err != nil || status == nil || status.TypedSpec().Phase != block.VolumePhaseMissing || !installer.Wanted(cfg) {
		return err
	}

	_, err = chooseDisk(ctx, st, cfg)

	return err
}

// registryConfigTime is how long the registries' part of a config may take to be
// known; it takes milliseconds.
const registryConfigTime = 30 * time.Second

// registryResolver pulls through the mirrors and with the credentials that the
// config has, from the files that containerd reads too.
func registryResolver(ctx context.Context, st state.State) remotes.Resolver {
	auth := crictl.Auth(st)
	opts := dockerconfig.HostOptions{
		HostDir: func(host string) (string, error) {
			dir, err := dockerconfig.HostDirFromRoot(crictl.HostsDir)(host)
			if errors.Is(err, os.ErrNotExist) {
				return "", nil
			}

			return dir, err
		},
		// A secret without a name is an identity token.
		Credentials: func(host string) (name, secret string, err error) {
			c, err := auth(ctx, host)
			if c.Token != "" {
				return "", c.Token, err
			}

			return c.Username, c.Password, err
		},
	}

	return docker.NewResolver(docker.ResolverOptions{
		Hosts:   dockerconfig.ConfigureHosts(ctx, opts),
		Headers: http.Header{"User-Agent": {"talos"}},
	})
}

// writeRegistryConfig makes sure that the files of registryResolver are what the
// config says: the task starts with the config, and their controller with the task.
func writeRegistryConfig(ctx context.Context, st state.State) error {
	ctx, cancel := context.WithTimeout(ctx, registryConfigTime)
	defer cancel()

	if _, err := st.WatchFor(ctx, cri.RegistryConfigs.Ref(cri.RegistriesConfigID), state.WithEventTypes(state.Created, state.Updated)); err != nil {
		return fmt.Errorf("wait for the configuration of registries: %w", err)
	}

	return crictl.Write(ctx, st)
}

// runInstaller is the install task.
func runInstaller(st state.State, store *meta.Store, p platform.Platform) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		cfg, err := activeConfig(ctx, st)
		if err != nil {
			return err
		}

		o, err := chooseDisk(ctx, st, cfg)
		if err != nil {
			return err
		}

		o.Platform = p.Name()
		o.Meta = map[uint8]string{}

		for tag, value := range store.All() {
			o.Meta[uint8(tag)] = string(value)
		}

		envs, err := runtime.Environments.List(ctx, st)
		if err != nil {
			return err
		}

		for _, e := range envs {
			o.Env = append(o.Env, e.TypedSpec().Variables...)
		}

		if o.Image == "" {
			return errors.New("the config names no installer image: set machine.install.image")
		}

		if err = writeRegistryConfig(ctx, st); err != nil {
			return err
		}

		slog.Info("installing", "disk", o.Disk, "image", o.Image)

		err = installer.Run(ctx, registryResolver(ctx, st), o, func(line string) { slog.Info("installer", "says", line) })
		if err != nil {
			return fmt.Errorf("install to %s: %w", o.Disk, err)
		}

		return nil
	}
}
