package k8sctl

import (
	"bytes"
	"context"
	stdx509 "crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/app/machined/kubeclient"
	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/internal/sys/atomicfile"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/runtime"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

type kubeletServiceView struct {
	cri     bool
	spec    *k8s.KubeletSpec
	secrets *secrets.KubeletSpec
	pods    map[string]bool
}

func (v kubeletServiceView) String() string {
	return fmt.Sprintf("cri up %t, spec known %t, secrets known %t", v.cri, v.spec != nil, v.secrets != nil)
}

// KubeletService writes the kubelet's files and has it run with them.
func KubeletService(d Deps) controller.Controller {
	return controller.Reconcile[kubeletServiceView, kubeletServiceView]{
		Name: "k8s.KubeletServiceController",
		Inputs: controller.In(
			k8s.KubeletSpecs.Weak(idOf(k8s.KubeletID)),
			secrets.KubeletSecrets.Weak(idOf(secrets.KubeletID)),
			runtime.Services.Weak(idOf(serviceCRI)),
			k8s.StaticPods.Weak(),
		),
		Observe: func(ctx context.Context, r cosi.Reader) (v kubeletServiceView, err error) {
			var errs [4]error

			v.spec, errs[0] = find(ctx, r, k8s.KubeletSpecs, k8s.KubeletID)
			v.secrets, errs[1] = find(ctx, r, secrets.KubeletSecrets, secrets.KubeletID)
			v.cri, errs[2] = serviceUp(ctx, r, serviceCRI)

			pods, err := k8s.StaticPods.List(ctx, r)
			errs[3], v.pods = err, map[string]bool{}

			for _, p := range controller.Running(pods) {
				v.pods[podFileName(p.ID())] = true
			}

			return v, errors.Join(errs[:]...)
		},
		Plan: func(v kubeletServiceView) kubeletServiceView { return v },
		Apply: func(ctx context.Context, w *controller.Writer, v kubeletServiceView) error {
			if !v.cri || v.spec == nil || v.secrets == nil {
				return nil
			}

			// The pods of an earlier boot have their secrets on tmpfs, where they
			// are not any more: the kubelet must not see them.
			if err := removeStalePods(d.Root, v.pods); err != nil {
				return err
			}

			if err := WriteKubeletFiles(d.Root, *v.spec, *v.secrets, time.Now()); err != nil {
				return err
			}

			if d.RunKubelet == nil {
				return nil
			}

			return d.RunKubelet(ctx, *v.spec)
		},
	}.Build()
}

// WriteKubeletFiles puts what the kubelet reads in place, below root. A client
// certificate of an earlier life of the node (another name, another CA, another
// server) is removed, so that the kubelet asks for a new one.
func WriteKubeletFiles(root string, spec k8s.KubeletSpec, s secrets.KubeletSpec, now time.Time) error {
	ca := pemBundle(s.AcceptedCAs)

	files := map[string][]byte{
		kubeletConfigFile: mustYAML(spec.Config),
		kubeletCAFile:     ca,
		kubeletBootstrapFile: []byte(kubeclient.Kubeconfig{
			Cluster: "local", User: "kubelet-bootstrap", Server: s.Endpoint.String(),
			ServerName: s.EndpointTLSServerName, CA: ca,
			Token: s.BootstrapTokenID + "." + s.BootstrapTokenSecret,
		}.Text()),
	}

	if len(spec.CredentialProviderConfig) > 0 {
		files[kubeletCredentialFile] = mustYAML(spec.CredentialProviderConfig)
	}

	var errs []error

	for path, content := range files {
		path = filepath.Join(root, path)

		if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, content) {
			continue
		}

		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if err == nil {
			err = atomicfile.Write(path, content, 0o600)
		}

		errs = append(errs, err)
	}

	errs = append(errs, dropStaleIdentity(root, spec.ExpectedNodename, s, ca, now))

	return errors.Join(errs...)
}

func dropStaleIdentity(root, nodename string, s secrets.KubeletSpec, ca []byte, now time.Time) error {
	kubeconfig, err := os.ReadFile(filepath.Join(root, kubeletKubeconfigFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}

	if err != nil {
		return err
	}

	cert, _ := os.ReadFile(filepath.Join(root, kubeletClientFile)) //nolint:errcheck // none is stale as well

	if identityHolds(kubeconfig, cert, nodename, s, ca, now) {
		return nil
	}

	return errors.Join(
		os.Remove(filepath.Join(root, kubeletKubeconfigFile)),
		ignoreMissing(os.Remove(filepath.Join(root, kubeletClientFile))),
	)
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}

	return err
}

// identityHolds tells whether the kubelet can go on with the certificate it has.
func identityHolds(kubeconfig, cert []byte, nodename string, s secrets.KubeletSpec, ca []byte, now time.Time) bool {
	cfg, err := kubeclient.FromKubeconfig(kubeconfig)
	if err != nil || cfg.Server != s.Endpoint.String() || cfg.ServerName != s.EndpointTLSServerName {
		return false
	}

	// The kubelet refers to the CA it bootstrapped with by value.
	if !bytes.Equal(bytes.TrimSpace(cfg.CA), bytes.TrimSpace(ca)) {
		return false
	}

	block, _ := pem.Decode(cert)
	if block == nil {
		return false
	}

	crt, err := stdx509.ParseCertificate(block.Bytes)
	if err != nil || crt.Subject.CommonName != "system:node:"+nodename || now.After(crt.NotAfter) {
		return false
	}

	pool := stdx509.NewCertPool()
	pool.AppendCertsFromPEM(ca)

	// Time was looked at: a clock that is behind is no reason to start anew.
	_, err = crt.Verify(stdx509.VerifyOptions{
		Roots: pool, CurrentTime: crt.NotBefore.Add(time.Second), KeyUsages: []stdx509.ExtKeyUsage{stdx509.ExtKeyUsageClientAuth},
	})

	return err == nil
}

// KubeletStatus says with which image the kubelet was last wanted.
func KubeletStatus() controller.Controller {
	return controller.Derive[*k8s.KubeletSpec]{
		Name:    "k8s.KubeletStatusController",
		Inputs:  controller.In(k8s.KubeletSpecs.Weak()),
		Outputs: controller.Out(k8s.KubeletStatuses.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (*k8s.KubeletSpec, error) {
			return find(ctx, r, k8s.KubeletSpecs, k8s.KubeletID)
		},
		Plan: func(spec *k8s.KubeletSpec) ([]controller.Item, error) {
			if spec == nil {
				return nil, nil
			}

			return []controller.Item{controller.Want(k8s.KubeletStatuses, k8s.KubeletID, k8s.KubeletStatusSpec{Image: spec.Image})}, nil
		},
	}.Build()
}
