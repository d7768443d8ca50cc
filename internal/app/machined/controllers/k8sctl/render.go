package k8sctl

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"
	"github.com/siderolabs/crypto/x509"
	"go.yaml.in/yaml/v4"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/atomicfile"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

// Users of the control plane's pods, which own their files.
const (
	apiServerUser = 65534
	managerUser   = 65535
	schedulerUser = 65536
)

// file is one to be written for a pod.
type file struct {
	path    string
	content []byte
	mode    fs.FileMode
	// live files are read again by their pod when they change: a new content is
	// no reason to restart it.
	live bool
}

// files of one directory, which has one owner and nothing else in it.
type directory struct {
	path  string
	owner int
	files []file
}

type filePlan []directory

func (p filePlan) String() string {
	var out []string

	for _, d := range p {
		for _, f := range d.files {
			out = append(out, f.path)
		}
	}

	return strings.Join(out, " ")
}

// version is a digest of everything that needs a restart when it changes. It does
// not depend on when or how often it was written, so that a reboot of machined
// alone leaves the pods be.
func (p filePlan) version() string {
	sum := sha256.New()

	for _, d := range p {
		for _, f := range d.files {
			if !f.live {
				fmt.Fprintf(sum, "%s %d\n", f.path, len(f.content))
				sum.Write(f.content)
			}
		}
	}

	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// write makes each directory hold exactly its files.
func (p filePlan) write(root string) error {
	var errs []error

	for _, d := range p {
		dir := filepath.Join(root, d.path)

		if err := os.MkdirAll(dir, 0o755); err != nil {
			errs = append(errs, err)

			continue
		}

		errs = append(errs, chown(dir, d.owner), os.Chmod(dir, 0o700))

		var keep []string

		for _, f := range d.files {
			path := filepath.Join(root, f.path)
			keep = append(keep, path)

			if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, f.content) {
				continue
			}

			err := atomicfile.Write(path, f.content, f.mode)
			if err == nil {
				err = chown(path, d.owner)
			}

			errs = append(errs, err)
		}

		entries, err := os.ReadDir(dir)
		errs = append(errs, err)

		for _, e := range entries {
			if path := filepath.Join(dir, e.Name()); !slices.Contains(keep, path) && e.Type().IsRegular() {
				errs = append(errs, os.Remove(path))
			}
		}
	}

	return errors.Join(errs...)
}

// chown does nothing where only root may: tests run without.
func chown(path string, owner int) error {
	if os.Geteuid() != 0 {
		return nil
	}

	return os.Chown(path, owner, owner)
}

type secretsView struct {
	root       *secrets.KubernetesRootSpec
	etcdRoot   *secrets.EtcdRootSpec
	certs      *secrets.KubernetesCertsSpec
	dynamic    *secrets.KubernetesDynamicCertsSpec
	etcd       *secrets.EtcdCertsSpec
	encryption *k8s.EtcdEncryptionConfigSpec
}

// RenderSecrets writes the secrets of the control plane's pods to tmpfs.
func RenderSecrets(d Deps) controller.Controller {
	return controller.Reconcile[secretsView, filePlan]{
		Name: "k8s.RenderSecretsStaticPodController",
		Inputs: controller.In(
			secrets.KubernetesRootSecrets.Weak(idOf(secrets.KubernetesRootID)),
			secrets.EtcdRootSecrets.Weak(idOf(secrets.EtcdRootID)),
			secrets.KubernetesSecrets.Weak(idOf(secrets.KubernetesID)),
			secrets.KubernetesDynamicCerts.Weak(idOf(secrets.KubernetesDynamicCertsID)),
			secrets.EtcdSecrets.Weak(idOf(secrets.EtcdID)),
			k8s.EtcdEncryptionConfigs.Weak(idOf(k8s.EtcdEncryptionConfigID)),
		),
		Outputs: controller.Out(k8s.SecretStatuses.Exclusive()),
		Observe: observeSecrets,
		Plan:    planSecrets,
		Apply: func(_ context.Context, w *controller.Writer, p filePlan) error {
			if p == nil {
				return nil
			}

			if err := p.write(d.Root); err != nil {
				return err
			}

			return w.Want(controller.Want(k8s.SecretStatuses, k8s.StaticPodSecretsStaticPodID,
				k8s.SecretsStatusSpec{Ready: true, Version: p.version()}))
		},
	}.Build()
}

func observeSecrets(ctx context.Context, r cosi.Reader) (v secretsView, err error) {
	var errs [6]error

	v.root, errs[0] = find(ctx, r, secrets.KubernetesRootSecrets, secrets.KubernetesRootID)
	v.etcdRoot, errs[1] = find(ctx, r, secrets.EtcdRootSecrets, secrets.EtcdRootID)
	v.certs, errs[2] = find(ctx, r, secrets.KubernetesSecrets, secrets.KubernetesID)
	v.dynamic, errs[3] = find(ctx, r, secrets.KubernetesDynamicCerts, secrets.KubernetesDynamicCertsID)
	v.etcd, errs[4] = find(ctx, r, secrets.EtcdSecrets, secrets.EtcdID)
	v.encryption, errs[5] = find(ctx, r, k8s.EtcdEncryptionConfigs, k8s.EtcdEncryptionConfigID)

	return v, errors.Join(errs[:]...)
}

func planSecrets(v secretsView) filePlan {
	if v.root == nil || v.etcdRoot == nil || v.certs == nil || v.dynamic == nil || v.etcd == nil || v.encryption == nil {
		return nil
	}

	api := directory{path: apiServerSecrets, owner: apiServerUser}
	manager := directory{path: managerSecrets, owner: managerUser}
	scheduler := directory{path: schedulerSecrets, owner: schedulerUser}

	add := func(d *directory, name string, content []byte, live bool) {
		d.files = append(d.files, file{d.path + "/" + name, content, 0o400, live})
	}

	pair := func(d *directory, name string, p *x509.PEMEncodedCertificateAndKey) {
		add(d, name+".crt", p.Crt, true)
		add(d, name+".key", p.Key, true)
	}

	ca := pemBundle(v.root.AcceptedCAs)

	add(&api, "ca.crt", ca, true)
	add(&api, "aggregator-ca.crt", pemBundle(v.root.AcceptedAggregatorCAs), true)
	pair(&api, "apiserver", v.dynamic.APIServer)
	pair(&api, "apiserver-kubelet-client", v.dynamic.APIServerKubeletClient)
	pair(&api, "front-proxy-client", v.dynamic.FrontProxy)
	add(&api, "etcd-client-ca.crt", v.etcdRoot.EtcdCA.Crt, false)
	pair(&api, "etcd-client", v.etcd.EtcdAPIServer)
	add(&api, "encryptionconfig.yaml", []byte(v.encryption.Configuration), false)

	if v.root.ServiceAccount != nil {
		add(&api, "service-account.key", v.root.ServiceAccount.Key, false)
		add(&api, "service-account.pub", serviceAccountKeys(*v.root), false)
		add(&manager, "service-account.key", v.root.ServiceAccount.Key, false)
	}

	// The first certificate is the one that signs.
	add(&manager, "ca.crt", ca, false)
	add(&manager, "ca.key", v.root.IssuingCA.Key, false)
	add(&manager, "kubeconfig", []byte(v.certs.ControllerManagerKubeconfig), false)
	add(&scheduler, "kubeconfig", []byte(v.certs.SchedulerKubeconfig), false)

	return filePlan{api, manager, scheduler}
}

// serviceAccountKeys are all keys whose tokens are accepted, public halves. The
// API server takes private ones as well.
func serviceAccountKeys(root secrets.KubernetesRootSpec) []byte {
	var out bytes.Buffer

	own := root.ServiceAccount.Key
	if key, err := root.ServiceAccount.GetKey(); err == nil {
		own = key.GetPublicKeyPEM()
	}

	out.Write(bytes.TrimSpace(own))
	out.WriteByte('\n')

	for _, k := range root.ServiceAccountAcceptedKeys {
		out.Write(bytes.TrimSpace(k.Key))
		out.WriteByte('\n')
	}

	return out.Bytes()
}

func pemBundle(list []*x509.PEMEncodedCertificate) []byte {
	var out bytes.Buffer

	for _, c := range list {
		out.Write(bytes.TrimSpace(c.Crt))
		out.WriteByte('\n')
	}

	return out.Bytes()
}

type configsView struct {
	admission      *k8s.AdmissionControlConfigSpec
	audit          *k8s.AuditPolicyConfigSpec
	authorization  *k8s.AuthorizationConfigSpec
	authentication *k8s.AuthenticationConfigSpec
	scheduler      *k8s.SchedulerConfigSpec
}

// RenderConfigs writes the configs of the control plane's pods.
func RenderConfigs(d Deps) controller.Controller {
	return controller.Reconcile[configsView, filePlan]{
		Name: "k8s.RenderConfigsStaticPodController",
		Inputs: controller.In(
			k8s.AdmissionControlConfigs.Weak(),
			k8s.AuditPolicyConfigs.Weak(),
			k8s.AuthorizationConfigs.Weak(),
			k8s.AuthenticationConfigs.Weak(),
			k8s.SchedulerConfigs.Weak(idOf(k8s.FinalSchedulerConfigID)),
		),
		Outputs: controller.Out(k8s.ConfigStatuses.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v configsView, err error) {
			var errs [5]error

			v.admission, errs[0] = find(ctx, r, k8s.AdmissionControlConfigs, k8s.AdmissionControlConfigID)
			v.audit, errs[1] = find(ctx, r, k8s.AuditPolicyConfigs, k8s.AuditPolicyConfigID)
			v.authorization, errs[2] = find(ctx, r, k8s.AuthorizationConfigs, k8s.AuthorizationConfigID)
			v.authentication, errs[3] = find(ctx, r, k8s.AuthenticationConfigs, k8s.AuthenticationConfigID)
			v.scheduler, errs[4] = find(ctx, r, k8s.SchedulerConfigs, k8s.FinalSchedulerConfigID)

			return v, errors.Join(errs[:]...)
		},
		Plan: planConfigs,
		Apply: func(_ context.Context, w *controller.Writer, p filePlan) error {
			if p == nil {
				return nil
			}

			if err := p.write(d.Root); err != nil {
				return err
			}

			return w.Want(controller.Want(k8s.ConfigStatuses, k8s.ConfigStatusStaticPodID,
				k8s.ConfigStatusSpec{Ready: true, Version: p.version()}))
		},
	}.Build()
}

func planConfigs(v configsView) filePlan {
	if v.admission == nil || v.audit == nil || v.authorization == nil || v.authentication == nil || v.scheduler == nil {
		return nil
	}

	api := directory{path: apiServerConfigs, owner: apiServerUser}
	scheduler := directory{path: schedulerConfigs, owner: schedulerUser}

	add := func(d *directory, path string, content map[string]any, live bool) {
		d.files = append(d.files, file{path, mustYAML(content), 0o400, live})
	}

	add(&api, admissionFile, admissionFileContent(*v.admission), false)
	add(&api, auditPolicyFile, v.audit.Config, false)
	add(&api, authorizationFile, authorizationFileContent(*v.authorization), true)
	add(&api, authenticationFile, v.authentication.Config, true)
	add(&scheduler, schedulerConfigs+"/scheduler-config.yaml", schedulerConfigFile(v.scheduler.Config), false)

	return filePlan{api, scheduler}
}

// mustYAML writes plain data, which YAML always can.
func mustYAML(v any) []byte {
	out, err := yaml.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("write YAML: %v", err))
	}

	return out
}
