package crictl

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	cosiresource "github.com/cosi-project/runtime/pkg/resource"
	"github.com/cosi-project/runtime/pkg/state"
	"golang.org/x/sys/unix"

	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/atomicfile"
	kinds "github.com/talos-os/talos/pkg/machinery/resource"
	"github.com/talos-os/talos/pkg/machinery/resources/block"
	"github.com/talos-os/talos/pkg/machinery/resources/cri"
)

func criFiles(dir string) controller.Controller {
	return controller.Reconcile[view, map[string]file]{
		Name:    "cri.FileController",
		Inputs:  controller.In(cri.RegistryConfigs.Weak(), cri.CustomizationConfigs.Weak(), cri.BaseRuntimeSpecConfigs.Weak()),
		Observe: func(ctx context.Context, r cosi.Reader) (view, error) { return observe(ctx, r) },
		Plan: func(v view) map[string]file {
			files, err := render(v)
			if err != nil {
				return nil // the service reports it
			}

			return files
		},
		Apply: func(_ context.Context, _ *controller.Writer, files map[string]file) error {
			if files == nil {
				return nil
			}

			if err := write(dir, files); err != nil || dir != Dir {
				return err
			}

			return show()
		},
	}.Build()
}

// show mounts the files where people, documents and containerd expect them. The
// installer looks there too, before there is a containerd.
func show() error {
	writing.Lock()
	defer writing.Unlock()

	if _, err := os.Stat(ConfigFile); err == nil {
		return nil
	}

	if err := unix.Mount(Dir, VisibleDir, "", unix.MS_BIND, ""); err != nil {
		return fmt.Errorf("show %s as %s: %w", Dir, VisibleDir, err)
	}

	return nil
}

// Write writes all files from state, for a containerd that is about to start.
func Write(ctx context.Context, r kinds.Reader) error {
	v, err := observe(ctx, r)
	if err != nil {
		return err
	}

	files, err := render(v)
	if err != nil {
		return err
	}

	if err = write(Dir, files); err != nil {
		return err
	}

	return show()
}

// writing lets one at a time write: the controller, a containerd about to start
// and an installation may come at the same moment.
var writing sync.Mutex

// write makes the directory hold exactly the files.
func write(dir string, files map[string]file) error {
	writing.Lock()
	defer writing.Unlock()

	var errs []error

	for name, f := range files {
		path := filepath.Join(dir, name)
		mode := fs.FileMode(0o644)

		if f.secret {
			mode = 0o600
		}

		if old, err := os.ReadFile(path); err == nil && string(old) == f.content {
			continue
		}

		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = atomicfile.Write(path, []byte(f.content), mode)
		}

		errs = append(errs, err)
	}

	errs = append(errs, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}

		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}

		if _, ok := files[name]; ok || strings.HasPrefix(filepath.Base(name), ".") {
			return nil
		}

		return os.Remove(path)
	}))

	return errors.Join(errs...)
}

// Changed waits for state to say something that a running containerd would not
// see, and tells what.
func Changed(st state.State) func(ctx context.Context) (reason string, err error) {
	return func(ctx context.Context) (string, error) {
		events := make(chan state.Event)

		for _, kind := range []cosiresource.Kind{
			cri.RegistryConfigs.Ref(""), cri.CustomizationConfigs.Ref(""), cri.BaseRuntimeSpecConfigs.Ref(""),
		} {
			if err := st.WatchKind(ctx, kind, events); err != nil {
				return "", err
			}
		}

		before, err := readAtStart(ctx, st)
		if err != nil {
			return "", err
		}

		for {
			select {
			case <-ctx.Done():
				return "", ctx.Err()
			case <-events:
			}

			now, err := readAtStart(ctx, st)
			if err != nil {
				return "", err
			}

			for name := range union(before, now) {
				if before[name] != now[name] {
					return VisibleDir + "/" + name + " changed", nil
				}
			}
		}
	}
}

func union(a, b map[string]file) map[string]file {
	out := maps.Clone(a)
	maps.Copy(out, b)

	return out
}

// readAtStart are the files that containerd reads only then.
func readAtStart(ctx context.Context, r kinds.Reader) (map[string]file, error) {
	v, err := observe(ctx, r)
	if err != nil {
		return nil, err
	}

	files, err := render(v)
	if err != nil {
		return nil, err
	}

	maps.DeleteFunc(files, func(_ string, f file) bool { return f.live })

	return files, nil
}

// Auth finds a registry's credentials in state, for pulling without the
// container runtime interface.
func Auth(r kinds.Reader) criclient.AuthFunc {
	return func(ctx context.Context, host string) (criclient.Credentials, error) {
		res, err := cri.RegistryConfigs.Find(ctx, r, cri.RegistriesConfigID)
		if err != nil || res == nil {
			return criclient.Credentials{}, err
		}

		auths := res.TypedSpec().RegistryAuths
		a := auths[host]

		if a == nil && host == dockerHost {
			a = auths["docker.io"]
		}

		if a == nil {
			return criclient.Credentials{}, nil
		}

		return credentials(a)
	}
}

func credentials(a *cri.RegistryAuthConfig) (criclient.Credentials, error) {
	c := criclient.Credentials{Username: a.RegistryUsername, Password: a.RegistryPassword, Token: a.RegistryIdentityToken}

	if c.Username == "" && c.Token == "" && a.RegistryAuth != "" {
		pair, err := base64.StdEncoding.DecodeString(a.RegistryAuth)
		if err != nil {
			return c, fmt.Errorf("registry auth is not base64: %w", err)
		}

		c.Username, c.Password, _ = strings.Cut(strings.TrimRight(string(pair), "\x00"), ":")
	}

	return c, nil
}

// seccompFiles writes the profiles where the kubelet looks for them.
func seccompFiles(dir string) controller.Controller {
	type plan struct {
		mounted  bool
		profiles map[string]string
	}

	return controller.Reconcile[plan, plan]{
		Name: "cri.SeccompProfileFileController",
		Inputs: controller.In(cri.SeccompProfiles.Weak(),
			block.VolumeMountStatuses.Weak(kinds.ID("system-"+dir))),
		Observe: func(ctx context.Context, r cosi.Reader) (plan, error) {
			p := plan{profiles: map[string]string{}}

			mount, err := block.VolumeMountStatuses.Find(ctx, r, "system-"+dir)
			if err != nil {
				return p, err
			}

			p.mounted = mount != nil

			list, err := cri.SeccompProfiles.List(ctx, r)
			if err != nil {
				return p, err
			}

			for _, s := range controller.Running(list) {
				text, err := json.Marshal(s.TypedSpec().Value)
				if err != nil {
					return p, fmt.Errorf("seccomp profile %s: %w", s.ID(), err)
				}

				p.profiles[s.TypedSpec().Name] = string(text)
			}

			return p, nil
		},
		Plan: func(p plan) plan { return p },
		Apply: func(_ context.Context, _ *controller.Writer, p plan) error {
			if !p.mounted {
				return nil
			}

			files := map[string]file{}
			for name, text := range p.profiles {
				files[name] = file{content: text}
			}

			return write(dir, files)
		},
	}.Build()
}
