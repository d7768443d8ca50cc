package etcdctl

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/atomicfile"
	"github.com/talos-os/talos/pkg/machinery/resources/etcd"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

type pkiView struct {
	root    *secrets.EtcdRootSpec
	certs   *secrets.EtcdCertsSpec
	version string
}

type pkiFile struct {
	name    string
	content []byte
	mode    fs.FileMode
}

type pkiPlan struct {
	files   []pkiFile
	version string
}

func (p pkiPlan) String() string { return fmt.Sprintf("%d files, version %s", len(p.files), p.version) }

// PKI keeps etcd's credentials in files below dir. They live on tmpfs: nothing
// of them survives a power cut.
func PKI(dir string) controller.Controller {
	return controller.Reconcile[pkiView, pkiPlan]{
		Name: "etcd.PKIController",
		Inputs: controller.In(
			secrets.EtcdRootSecrets.Weak(idOf(secrets.EtcdRootID)),
			secrets.EtcdSecrets.Weak(idOf(secrets.EtcdID)),
		),
		Outputs: controller.Out(etcd.PKIStatuses.Exclusive()),
		Observe: observePKI,
		Plan:    planPKI,
		Apply: func(_ context.Context, w *controller.Writer, p pkiPlan) error {
			if len(p.files) == 0 {
				return nil
			}

			if err := writePKI(dir, p.files); err != nil {
				return err
			}

			return w.Want(controller.Want(etcd.PKIStatuses, etcd.PKIID, etcd.PKIStatusSpec{Ready: true, Version: p.version}))
		},
	}.Build()
}

func observePKI(ctx context.Context, r cosi.Reader) (v pkiView, err error) {
	if v.root, err = find(ctx, r, secrets.EtcdRootSecrets, secrets.EtcdRootID); err != nil {
		return v, err
	}

	certs, err := secrets.EtcdSecrets.Find(ctx, r, secrets.EtcdID)
	if err != nil || certs == nil {
		return v, err
	}

	v.certs, v.version = certs.TypedSpec(), certs.Metadata().Version().String()

	return v, nil
}

func planPKI(v pkiView) pkiPlan {
	if v.root == nil || v.certs == nil {
		return pkiPlan{}
	}

	p := pkiPlan{version: v.version}

	crt := func(name string, content []byte) { p.files = append(p.files, pkiFile{name + ".crt", content, 0o400}) }
	key := func(name string, content []byte) { p.files = append(p.files, pkiFile{name + ".key", content, 0o400}) }

	// The CA's key stays in memory: etcd has no use for it.
	crt("ca", v.root.EtcdCA.Crt)
	crt("server", v.certs.Etcd.Crt)
	key("server", v.certs.Etcd.Key)
	crt("peer", v.certs.EtcdPeer.Crt)
	key("peer", v.certs.EtcdPeer.Key)
	crt("admin", v.certs.EtcdAdmin.Crt)
	key("admin", v.certs.EtcdAdmin.Key)

	return p
}

func writePKI(dir string, files []pkiFile) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}

	errs := []error{os.Chown(dir, UserID, UserID)}

	for _, f := range files {
		path := filepath.Join(dir, f.name)

		if have, err := os.ReadFile(path); err == nil && string(have) == string(f.content) {
			continue
		}

		err := atomicfile.Write(path, f.content, f.mode)
		if err == nil {
			err = os.Chown(path, UserID, UserID)
		}

		errs = append(errs, err)
	}

	return errors.Join(errs...)
}
