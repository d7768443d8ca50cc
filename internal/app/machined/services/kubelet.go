package services

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"time"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/opencontainers/runtime-spec/specs-go"
	"github.com/siderolabs/crypto/x509"

	"github.com/talos-os/talos/internal/app/machined/criclient"
	"github.com/talos-os/talos/internal/sys/cgroup"
	"github.com/talos-os/talos/pkg/machinery/resources/files"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
	"github.com/talos-os/talos/pkg/machinery/resources/secrets"
)

const (
	kubeletSpecID    = "kubelet"
	kubeletSecretsID = "kubelet"
)

// Kubelet runs in a container of its image, but sees the host's devices,
// processes and network, and what it mounts the host sees.
func Kubelet(d Deps) Service {
	return Service{
		ID:    KubeletID,
		After: []string{CRIID},
		Needs: append(d.mounted("KUBELET", "LOG", "/etc/kubernetes", "/etc/cni"),
			When("kubelet spec", Exists(d.State, k8s.KubeletSpecs, kubeletSpecID, nil).Wait),
			When("cluster CA", d.hasAuthority),
			When("kubelet secrets", Exists(d.State, secrets.KubeletSecrets, kubeletSecretsID, nil).Wait),
			When("machine id", Exists(d.State, files.EtcFileStatuses, "machine-id", nil).Wait)),
		Runner: func(ctx context.Context) (Runner, error) {
			spec, err := k8s.KubeletSpecs.Get(ctx, d.State, kubeletSpecID)
			if err != nil {
				return nil, err
			}

			secret, err := secrets.KubeletSecrets.Get(ctx, d.State, kubeletSecretsID)
			if err != nil {
				return nil, err
			}

			issuer, err := d.kubernetesCA(ctx)
			if err != nil {
				return nil, err
			}

			if err = writeKubeletFiles("/", spec.TypedSpec(), secret.TypedSpec(), issuer, time.Now()); err != nil {
				return nil, fmt.Errorf("prepare kubelet: %w", err)
			}

			if err = pull(ctx, d.CRI, spec.TypedSpec().Image); err != nil {
				return nil, err
			}

			return Container{
				Client: d.CRI,
				Container: criclient.Container{
					Namespace: criclient.System, ID: KubeletID, Image: spec.TypedSpec().Image,
					Spec: func(image ocispec.Image) (*specs.Spec, error) { return kubeletContainer(spec.TypedSpec(), image) },
					Log:  d.Logs.Open(KubeletID), StopTime: 30 * time.Second, FIFODir: fifoDir,
				},
				Cgroup: "podruntime/kubelet",
				Limits: cgroup.Limits{MemoryMin: 96 << 20, Millicores: 1000},
			}, nil
		},
		Health:       kubeletHealth("http://127.0.0.1:10248/healthz"),
		HealthTiming: patient,
		Changed: AnyChange(
			OnChange(d.State, k8s.KubeletSpecs, kubeletSpecID, func(before, now *k8s.KubeletSpec) bool { return !reflect.DeepEqual(before, now) }),
			OnChange(d.State, secrets.KubeletSecrets, kubeletSecretsID, func(before, now *secrets.KubeletSpec) bool { return !reflect.DeepEqual(before, now) }),
		),
		Controls: Controls{Start: true, Restart: true},
	}
}

// hasAuthority waits, on a control plane node, for the CA that gives the kubelet
// its identity.
func (d Deps) hasAuthority(ctx context.Context) error {
	if err := Exists(d.State, machineconfig.MachineTypes, machineconfig.MachineTypeID, nil).Wait(ctx); err != nil {
		return err
	}

	role, err := machineconfig.MachineTypes.Get(ctx, d.State, machineconfig.MachineTypeID)
	if err != nil || !role.TypedSpec().Type.IsControlPlane() {
		return err
	}

	return Exists(d.State, secrets.KubernetesRootSecrets, secrets.KubernetesRootID, nil).Wait(ctx)
}

// kubernetesCA is there on control plane nodes.
func (d Deps) kubernetesCA(ctx context.Context) (*x509.PEMEncodedCertificateAndKey, error) {
	root, err := secrets.KubernetesRootSecrets.Find(ctx, d.State, secrets.KubernetesRootID)
	if err != nil || root == nil {
		return nil, err
	}

	return root.TypedSpec().IssuingCA, nil
}

func kubeletHealth(url string) func(context.Context) error {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}

		resp, err := client.Do(req)
		if err != nil {
			return err
		}

		resp.Body.Close() //nolint:errcheck

		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("kubelet says %s", resp.Status)
		}

		return nil
	}
}

func kubeletContainer(spec *k8s.KubeletSpec, image ocispec.Image) (*specs.Spec, error) {
	caps, err := allCapabilities()
	if err != nil {
		return nil, err
	}

	program := image.Config.Entrypoint
	if len(program) == 0 {
		program = []string{"/usr/local/bin/kubelet"}
	}

	shared := []string{"rbind", "rshared", "rw"}

	mounts := []specs.Mount{
		procMount,
		bind("/sys", "/sys", "rbind", "rshared", "rw"),
		bind("/dev", "/dev", "rbind", "rshared", "rw"),
		bind("/run", "/run", shared...),
		{Type: "tmpfs", Source: "tmpfs", Destination: "/tmp", Options: []string{"nosuid", "nodev", "mode=1777"}},
		bind("/etc/kubernetes", "/etc/kubernetes", shared...),
		bind("/var/lib/kubelet", "/var/lib/kubelet", shared...),
		bind("/var/lib/containerd", "/var/lib/containerd", shared...),
		bind("/var/log", "/var/log", shared...),
	}

	mounts = append(mounts, hostFiles()...)
	mounts = append(mounts, bindExisting(
		bind("/var/mnt", "/var/mnt", shared...),
		bind("/usr/libexec/kubernetes", "/usr/libexec/kubernetes", shared...),
		bind("/etc/cni", "/etc/cni", shared...),
		bind("/etc/os-release", "/etc/os-release", "bind", "ro"),
		bind("/etc/machine-id", "/etc/machine-id", "bind", "ro"),
		bind("/usr/lib/modules", "/lib/modules", "rbind", "ro"),
		bind("/system/resolved", "/system/resolved", "rbind", "ro"),
		bind("/usr/local/lib/kubelet/credentialproviders", "/usr/local/lib/kubelet/credentialproviders", "rbind", "ro"),
	)...)

	for _, m := range spec.ExtraMounts {
		mounts = append(mounts, specs.Mount{Destination: m.Destination, Type: m.Type, Source: m.Source, Options: m.Options})
	}

	env := append([]string{path}, image.Config.Env...)

	return &specs.Spec{
		Version: specs.Version,
		Process: &specs.Process{
			Args: append(program, spec.Args...), Env: env, Cwd: "/",
			Capabilities: caps, NoNewPrivileges: true, Rlimits: rlimits(), OOMScoreAdj: ptr(-450),
		},
		Root:   &specs.Root{},
		Mounts: mounts,
		Linux: &specs.Linux{
			CgroupsPath: "/podruntime/kubelet",
			Namespaces:  []specs.LinuxNamespace{{Type: specs.MountNamespace}},
			Resources: &specs.LinuxResources{Devices: []specs.LinuxDeviceCgroup{
				{Allow: true, Access: "rwm"},
			}},
			// With anything less, mounts below the shared ones stay inside.
			RootfsPropagation: "rshared",
		},
	}, nil
}
