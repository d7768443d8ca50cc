package netctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/mount"
	"github.com/talos-os/talos/pkg/machinery/resources/files"
)

// etcFile writes the files that EtcFileSpecs ask for below source and shows them
// at the same path below etc, which is read-only, by a bind mount each.
//
// The contents are replaced inside the file: renaming another one over it, as is
// the right way elsewhere, would leave the bind mounts, also those that
// containers have of it, with the old file. One write of a small file into tmpfs
// and a truncation after it never show a reader an empty file, and there is no
// disk that could lose half of it.
//
// A file of which the root has no place to bind over is only there below source.
func etcFile(etc, source string) controller.Controller {
	type spec struct {
		id, version string
		files.EtcFileSpec
	}

	type view struct{ want, leave []spec }

	bound := map[string]bool{}

	return controller.Reconcile[view, view]{
		Name:    "files.EtcFileController",
		Inputs:  controller.In(files.EtcFileSpecs.Strong()),
		Outputs: controller.Out(files.EtcFileStatuses.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v view, err error) {
			list, err := files.EtcFileSpecs.List(ctx, r)
			if err != nil {
				return v, err
			}

			running := map[string]bool{}

			for _, f := range controller.Running(list) {
				running[f.ID()] = true
				v.want = append(v.want, spec{f.ID(), f.Metadata().Version().String(), *f.TypedSpec()})
			}

			for _, f := range list {
				if !running[f.ID()] {
					v.leave = append(v.leave, spec{id: f.ID()})
				}
			}

			return v, nil
		},
		Plan: func(v view) view { return v },
		Apply: func(_ context.Context, w *controller.Writer, v view) error {
			var errs []error

			for _, f := range v.leave {
				if err := removeEtcFile(etc, source, f.id, bound); err != nil {
					errs = append(errs, err)
				}
			}

			for _, f := range v.want {
				changed, err := writeEtcFile(source, f.id, f.EtcFileSpec)
				if err != nil {
					errs = append(errs, err)

					continue
				}

				if changed {
					w.Log.Info("wrote file", "path", filepath.Join(source, f.id))
				}

				if err = bindEtcFile(etc, source, f.id, bound); errors.Is(err, fs.ErrNotExist) {
					w.Log.Debug("no file to bind over", "path", filepath.Join(etc, f.id))
				} else if err != nil {
					errs = append(errs, err)

					continue
				}

				if err = w.Want(controller.Want(files.EtcFileStatuses, f.id, files.EtcFileStatusSpec{SpecVersion: f.version})); err != nil {
					errs = append(errs, err)
				}
			}

			return errors.Join(errs...)
		},
	}.Build()
}

// local refuses IDs that lead out of the directory.
func local(id string) error {
	if !filepath.IsLocal(id) {
		return fmt.Errorf("file %q is not below /etc", id)
	}

	return nil
}

func writeEtcFile(source, id string, s files.EtcFileSpec) (changed bool, err error) {
	if err = local(id); err != nil {
		return false, err
	}

	path := filepath.Join(source, id)

	have, err := os.ReadFile(path)
	if err == nil && string(have) == string(s.Contents) {
		return false, os.Chmod(path, s.Mode.Perm())
	}

	if err = os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return false, err
	}

	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, s.Mode.Perm())
	if err != nil {
		return false, err
	}

	_, err = f.WriteAt(s.Contents, 0)
	if err == nil {
		err = f.Truncate(int64(len(s.Contents)))
	}

	return true, errors.Join(err, f.Chmod(s.Mode.Perm()), f.Close())
}

func bindEtcFile(etc, source, id string, bound map[string]bool) error {
	if bound[id] {
		return nil
	}

	target := filepath.Join(etc, id)

	// Already the same file: /etc is a link to source, or bound in a life before.
	a, err := os.Stat(filepath.Join(source, id))
	if err != nil {
		return err
	}

	b, err := os.Stat(target)
	if err != nil {
		return err
	}

	if !os.SameFile(a, b) {
		if err = mount.Bind(filepath.Join(source, id), target, false, mount.Flags{ReadOnly: true, NoSuid: true, NoDev: true, NoExec: true}); err != nil {
			return err
		}
	}

	bound[id] = true

	return nil
}

func removeEtcFile(etc, source, id string, bound map[string]bool) error {
	if err := local(id); err != nil {
		return nil //nolint:nilerr // was never written
	}

	if bound[id] {
		target := filepath.Join(etc, id)
		if err := mount.Detach(target); err != nil && !strings.Contains(err.Error(), "invalid argument") {
			return err
		}

		delete(bound, id)
	}

	if err := os.Remove(filepath.Join(source, id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	return nil
}
