package talosctl

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/talos-os/talos/internal/provision"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/generate"
	"github.com/talos-os/talos/pkg/machinery/version"
)

type createOptions struct {
	name                                             string
	controlPlanes, workers                           int
	cpus, cpusWorkers                                string
	memory, memoryWorkers                            string
	disk                                             int
	patches, patchesControlPlane, patchesWorker      []string
	assets, accel, cpuModel, boot, kubernetesVersion string
	talosconfigPath, kubeconfigPath                  string
	wait                                             time.Duration
	maintenance                                      bool
}

func newClusterCreateQEMUCmd(a *app, name *string) *cobra.Command {
	var o createOptions

	cmd := &cobra.Command{
		Use:   "qemu",
		Short: "Create a cluster of QEMU virtual machines",
		Long: `Creates virtual machines from built assets, bootstraps Kubernetes on them and waits
until all nodes are ready. Images come from the bundle among the assets, so no
registry is needed. Without usable KVM the machines are emulated: expect minutes.`,
		Example: `  talosctl cluster create qemu --assets _out --workers 2
  talosctl cluster create qemu --assets _out --workers 0 --config-patch @patch.yaml`,
		Args: usageArgs(a, cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.name = *name

			return a.clusterCreate(cmd.Context(), o)
		},
	}

	f := cmd.Flags()
	f.StringVar(&o.assets, "assets", "_out", "directory of built assets")
	f.IntVar(&o.controlPlanes, "controlplanes", 1, "number of control plane nodes")
	f.IntVar(&o.workers, "workers", 1, "number of worker nodes")
	f.StringVar(&o.cpus, "cpus-controlplanes", "2.0", "CPUs of a control plane node")
	f.StringVar(&o.cpusWorkers, "cpus-workers", "2.0", "CPUs of a worker node")
	f.StringVar(&o.memory, "memory-controlplanes", "3.0GiB", "memory of a control plane node")
	f.StringVar(&o.memoryWorkers, "memory-workers", "2.0GiB", "memory of a worker node")
	f.IntVar(&o.disk, "disk", 10, "size of the system disk in GiB; it takes space as it is written")
	f.StringArrayVar(&o.patches, "config-patch", nil, "patch for all machine configs, or @file; may be repeated")
	f.StringArrayVar(&o.patchesControlPlane, "config-patch-controlplanes", nil, "patch for control plane configs, or @file")
	f.StringArrayVar(&o.patchesWorker, "config-patch-workers", nil, "patch for worker configs, or @file")
	f.StringVar(&o.accel, "accel", "", "kvm or tcg (emulation); tried out by default")
	f.StringVar(&o.cpuModel, "cpu-model", "", "CPU model to emulate")
	f.StringVar(&o.boot, "boot", string(provision.BootImage), "what to boot first: image (installed disk), kernel (as PXE), iso")
	f.StringVar(&o.kubernetesVersion, "kubernetes-version", "", "Kubernetes version (default: the one in the bundle)")
	f.StringVar(&o.talosconfigPath, "talosconfig-destination", "", "`file` to merge the client configuration into (default: one in the cluster's directory)")
	f.StringVar(&o.kubeconfigPath, "kubeconfig-destination", "", "`file` to write the kubeconfig to (default: one in the cluster's directory)")
	f.DurationVar(&o.wait, "wait-timeout", 30*time.Minute, "how long to wait for the nodes to be ready")
	f.BoolVar(&o.maintenance, "skip-config", false, "start machines without a config, in maintenance mode")

	return cmd
}

func parseCPUs(s string) (int, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 1 || v > 256 {
		return 0, fmt.Errorf("%q CPUs: give a number from 1", s)
	}

	return int(v), nil
}

// parseMemory reads sizes like 2.0GiB, 2048MiB, 2048mb or plain MiB.
func parseMemory(s string) (int, error) {
	factor := 1.0
	num := strings.ToLower(strings.TrimSpace(s))

	for suffix, f := range map[string]float64{"gib": 1024, "gb": 1024, "mib": 1, "mb": 1} {
		if n, ok := strings.CutSuffix(num, suffix); ok {
			num, factor = n, f

			break
		}
	}

	v, err := strconv.ParseFloat(strings.TrimSpace(num), 64)
	if err != nil || v*factor < 512 {
		return 0, fmt.Errorf("memory %q: give a size such as 2.0GiB, 512MiB at least", s)
	}

	return int(v * factor), nil
}

// nodes lays out the machines; their configs come later.
func (o createOptions) nodes() ([]provision.Node, error) {
	var out []provision.Node

	for _, group := range []struct {
		role, cpus, memory string
		count              int
	}{{"controlplane", o.cpus, o.memory, o.controlPlanes}, {"worker", o.cpusWorkers, o.memoryWorkers, o.workers}} {
		cpus, err := parseCPUs(group.cpus)
		if err != nil {
			return nil, err
		}

		memory, err := parseMemory(group.memory)
		if err != nil {
			return nil, err
		}

		for i := range group.count {
			out = append(out, provision.Node{
				Name: fmt.Sprintf("%s-%d", group.role, i+1), CPUs: cpus, MemoryMiB: memory, DiskGiB: o.disk,
				Boot: provision.Boot(o.boot), ControlPlane: group.role == "controlplane",
			})
		}
	}

	if o.controlPlanes < 1 {
		return nil, errors.New("a cluster needs a control plane node")
	}

	return out, nil
}

// findAssets checks that what is needed was built.
func (o createOptions) findAssets() (provision.Assets, error) {
	dir, err := filepath.Abs(o.assets)
	if err != nil {
		return provision.Assets{}, err
	}

	arch := version.Arch()
	as := provision.Assets{
		Kernel:    filepath.Join(dir, "vmlinuz-"+arch),
		Initramfs: filepath.Join(dir, "initramfs-"+arch+".xz"),
		ISO:       filepath.Join(dir, "metal-"+arch+".iso"),
		DiskImage: filepath.Join(dir, "metal-"+arch+".raw"),
		Bundle:    filepath.Join(dir, "bundle-"+arch),
		Installer: filepath.Join(dir, "installer-"+arch),
	}

	needed := []string{as.Bundle}

	switch provision.Boot(o.boot) {
	case provision.BootImage:
		needed = append(needed, as.DiskImage)
	case provision.BootKernel:
		needed = append(needed, as.Kernel, as.Initramfs, as.Installer)
	case provision.BootISO:
		needed = append(needed, as.ISO, as.Installer)
	default:
		return as, fmt.Errorf("boot %q: choose image, kernel or iso", o.boot)
	}

	for _, path := range needed {
		if _, err := os.Stat(path); err != nil {
			return as, fmt.Errorf("%s is missing; build the assets with `make assets bundle`, or name their directory with --assets", path)
		}
	}

	return as, nil
}

// localPatch is what a local cluster's machines have in common: images come
// from the gateway's mirror, and there is no time server to ask.
func localPatch() string {
	return fmt.Sprintf(`apiVersion: v1alpha1
kind: RegistryMirrorConfig
name: "*"
endpoints:
    - url: %s
skipFallback: true
---
apiVersion: v1alpha1
kind: TimeSyncConfig
enabled: false
`, provision.RegistryURL())
}

// onlyControlPlanePatch: nobody competes for the lead with an only control
// plane, and an emulated machine is at times too slow to renew a lease, upon
// which the controllers end themselves.
const onlyControlPlanePatch = `cluster:
    controllerManager:
        extraArgs:
            leader-elect: "false"
    scheduler:
        extraArgs:
            leader-elect: "false"
`

func (a *app) clusterConfigs(o createOptions, nodes []provision.Node) (*generate.Input, error) {
	opts := []generate.Option{
		generate.WithAdditionalSANs("127.0.0.1", "localhost"),
		generate.WithInstallDisk("/dev/vda"),
		generate.WithClusterDiscovery(false),
	}

	if o.workers == 0 {
		opts = append(opts, generate.WithAllowSchedulingOnControlPlanes(true))
	}

	endpoint := "https://" + net.JoinHostPort(provision.NodeAddress(0).String(), "6443")

	input, err := generate.New(o.name, endpoint, strings.TrimPrefix(o.kubernetesVersion, "v"), opts...)
	if err != nil {
		return nil, err
	}

	common := []string{localPatch()}
	if o.controlPlanes == 1 {
		common = append(common, onlyControlPlanePatch)
	}

	for i := range nodes {
		role, args := generate.Worker, o.patchesWorker
		if nodes[i].ControlPlane {
			role, args = generate.ControlPlane, o.patchesControlPlane
		}

		cfg, err := input.Config(role)
		if err != nil {
			return nil, err
		}

		hostname := fmt.Sprintf("apiVersion: v1alpha1\nkind: HostnameConfig\nauto: off\nhostname: %s-%s\n", o.name, nodes[i].Name)

		patches, err := a.loadPatches(slices.Concat(common, []string{hostname}, o.patches, args))
		if err != nil {
			return nil, err
		}

		if cfg, err = config.ApplyPatches(cfg, patches...); err != nil {
			return nil, fmt.Errorf("config of %s: %w", nodes[i].Name, err)
		}

		nodes[i].Config = cfg.Bytes()
	}

	return input, nil
}

func (a *app) clusterCreate(ctx context.Context, o createOptions) error {
	start := time.Now()
	say := func(format string, args ...any) { a.progress(start, format, args...) }

	assets, err := o.findAssets()
	if err != nil {
		return err
	}

	nodes, err := o.nodes()
	if err != nil {
		return err
	}

	var input *generate.Input

	if !o.maintenance {
		if input, err = a.clusterConfigs(o, nodes); err != nil {
			return err
		}
	}

	self, err := os.Executable()
	if err != nil {
		return err
	}

	s, err := provision.Create(ctx, provision.Spec{
		Name: o.name, Nodes: nodes, Assets: assets, Accel: o.accel, CPUModel: o.cpuModel,
	}, []string{self, "cluster", "supervise"}, func(line string) { say("%s", line) })
	if err != nil {
		return err
	}

	say("machines of cluster %s are starting; consoles are in %s", o.name, s.Dir())

	if o.maintenance {
		for _, n := range s.Nodes {
			say("%s will answer in maintenance mode: talosctl -e 127.0.0.1:%d ... --insecure", n.Name, n.APIPort)
		}

		return nil
	}

	ctx, cancel := context.WithTimeout(ctx, o.wait)
	defer cancel()

	cl := &localCluster{app: a, state: s, say: say}

	if err = cl.writeTalosconfig(input, o.talosconfigPath); err != nil {
		return err
	}

	if err = cl.bringUp(ctx, o.kubeconfigPath); err != nil {
		return fmt.Errorf("%w; the cluster is left running for a look: consoles are in %s, `talosctl cluster destroy --name %s` removes it", err, s.Dir(), o.name)
	}

	say("cluster %s is ready", o.name)
	fmt.Fprintf(a.stdout, "\ntalosctl --talosconfig %s -n %s\nkubectl --kubeconfig %s get nodes\n", cl.talosconfig, s.Nodes[0].Address, cl.kubeconfig) //nolint:errcheck

	return nil
}
