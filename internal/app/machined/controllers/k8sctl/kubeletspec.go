package k8sctl

import (
	"context"
	"errors"
	"maps"
	"net/netip"
	"slices"
	"strings"

	cosi "github.com/cosi-project/runtime/pkg/controller"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/machine"
	"github.com/talos-os/talos/pkg/machinery/resources/k8s"
	"github.com/talos-os/talos/pkg/machinery/resources/machineconfig"
)

// Files of the kubelet, the same inside its container.
const (
	kubeletConfigFile     = "/etc/kubernetes/kubelet.yaml"
	kubeletBootstrapFile  = "/etc/kubernetes/bootstrap-kubeconfig"
	kubeletKubeconfigFile = "/etc/kubernetes/kubeconfig-kubelet"
	kubeletCAFile         = "/etc/kubernetes/pki/ca.crt"
	kubeletPKIDir         = "/var/lib/kubelet/pki"
	kubeletClientFile     = kubeletPKIDir + "/kubelet-client-current.pem"
	kubeletCredentialFile = "/etc/kubernetes/kubelet-credentialproviderconfig.yaml"
	kubeletCredentialDir  = "/usr/local/lib/kubelet/credentialproviders"
	podResolvConf         = "/system/resolved/resolv.conf"
	criSocket             = "unix:///run/containerd/containerd.sock"
)

type kubeletView struct {
	config   *k8s.KubeletConfigSpec
	nodename *k8s.NodenameSpec
	ips      *k8s.NodeIPSpec
	role     machine.Type
}

// KubeletSpec works out what the kubelet is run with.
func KubeletSpec() controller.Controller {
	return controller.Derive[kubeletView]{
		Name: "k8s.KubeletSpecController",
		Inputs: controller.In(
			k8s.KubeletConfigs.Weak(idOf(k8s.KubeletID)),
			k8s.Nodenames.Weak(idOf(k8s.NodenameID)),
			k8s.NodeIPs.Weak(idOf(k8s.KubeletID)),
			machineconfig.MachineTypes.Weak(idOf(machineconfig.MachineTypeID)),
		),
		Outputs: controller.Out(k8s.KubeletSpecs.Exclusive()),
		Observe: func(ctx context.Context, r cosi.Reader) (v kubeletView, err error) {
			var errs [4]error

			v.config, errs[0] = find(ctx, r, k8s.KubeletConfigs, k8s.KubeletID)
			v.nodename, errs[1] = find(ctx, r, k8s.Nodenames, k8s.NodenameID)
			v.ips, errs[2] = find(ctx, r, k8s.NodeIPs, k8s.KubeletID)

			role, err := find(ctx, r, machineconfig.MachineTypes, machineconfig.MachineTypeID)
			if errs[3] = err; role != nil {
				v.role = role.Type
			}

			return v, errors.Join(errs[:]...)
		},
		Plan: planKubeletSpec,
	}.Build()
}

func planKubeletSpec(v kubeletView) ([]controller.Item, error) {
	if v.config == nil || v.nodename == nil || v.ips == nil || v.role == machine.TypeUnknown {
		return nil, nil
	}

	return []controller.Item{controller.Want(k8s.KubeletSpecs, k8s.KubeletID, kubeletSpec(v))}, nil
}

func kubeletSpec(v kubeletView) k8s.KubeletSpec {
	return k8s.KubeletSpec{
		Image:                    v.config.Image,
		Args:                     kubeletArgs(*v.config, v.nodename.Nodename, v.ips.Addresses),
		ExtraMounts:              v.config.ExtraMounts,
		ExpectedNodename:         v.nodename.Nodename,
		Config:                   kubeletConfiguration(*v.config, v.role),
		CredentialProviderConfig: v.config.CredentialProviderConfig,
	}
}

var kubeletPolicies = map[string]mergePolicy{
	"config": refuse, "kubeconfig": refuse, "bootstrap-kubeconfig": refuse, "cert-dir": refuse,
	"container-runtime-endpoint": refuse, "root-dir": refuse, "feature-gates": join,
}

func kubeletArgs(c k8s.KubeletConfigSpec, nodename string, ips []netip.Addr) []string {
	a := args{}

	a.set("config", kubeletConfigFile)
	a.set("cert-dir", kubeletPKIDir)
	a.set("hostname-override", nodename)

	if !c.SkipNodeRegistration {
		a.set("bootstrap-kubeconfig", kubeletBootstrapFile)
		a.set("kubeconfig", kubeletKubeconfigFile)

		if c.CloudProviderExternal {
			a.set("cloud-provider", "external")
		}
	}

	if len(ips) > 0 {
		texts := make([]string, 0, len(ips))
		for _, ip := range ips {
			texts = append(texts, ip.String())
		}

		a.set("node-ip", strings.Join(texts, ","))
	}

	if len(c.CredentialProviderConfig) > 0 {
		a.set("image-credential-provider-config", kubeletCredentialFile)
		a.set("image-credential-provider-bin-dir", kubeletCredentialDir)
	}

	return argList(a.with(c.ExtraArgs, kubeletPolicies))
}

// What the kubelet keeps back for the system.
const (
	reservedCPU                = "50m"
	reservedPID                = "100"
	reservedEphemeralStorage   = "256Mi"
	reservedMemoryControlPlane = "512Mi"
	reservedMemoryWorker       = "384Mi"
)

func kubeletConfiguration(c k8s.KubeletConfigSpec, role machine.Type) map[string]any {
	memory := reservedMemoryWorker
	if role.IsControlPlane() {
		memory = reservedMemoryControlPlane
	}

	out := map[string]any{
		"apiVersion": "kubelet.config.k8s.io/v1beta1",
		"kind":       "KubeletConfiguration",

		"rotateCertificates":    true,
		"protectKernelDefaults": true,
		"serializeImagePulls":   false,
		"failSwapOn":            false,
		"oomScoreAdj":           -450,
		"cgroupRoot":            "/",
		"systemCgroups":         "/system",
		"kubeletCgroups":        "/podruntime/kubelet",
		"systemReserved": map[string]any{
			"cpu": reservedCPU, "memory": memory, "pid": reservedPID, "ephemeral-storage": reservedEphemeralStorage,
		},
		"resolvConf": podResolvConf,
		"logging":    map[string]any{"format": "json"},
		// A pod's stream that nobody reads is closed after this long.
		"streamingConnectionIdleTimeout": "5m",
	}

	if c.DefaultRuntimeSeccompEnabled {
		out["seccompDefault"] = true
	}

	if c.EnableFSQuotaMonitoring {
		out["featureGates"] = map[string]any{"LocalStorageCapacityIsolationFSQuotaMonitoring": true}
	}

	if taints := registerTaints(c.RegisterWithTaints); len(taints) > 0 {
		out["registerWithTaints"] = taints
	}

	overlay(out, c.ExtraConfig)

	// What the node itself relies on, whatever the config says.
	maps.Copy(out, map[string]any{
		"port":                     10250,
		"tlsMinVersion":            "VersionTLS13",
		"authentication":           map[string]any{"x509": map[string]any{"clientCAFile": kubeletCAFile}, "webhook": map[string]any{"enabled": !c.SkipNodeRegistration}, "anonymous": map[string]any{"enabled": false}},
		"authorization":            map[string]any{"mode": "Webhook"},
		"clusterDNS":               anyList(c.ClusterDNS),
		"clusterDomain":            c.ClusterDomain,
		"staticPodPath":            manifestsDir,
		"containerRuntimeEndpoint": criSocket,
	})

	if c.SkipNodeRegistration {
		out["registerNode"] = false
		out["authorization"] = map[string]any{"mode": "AlwaysAllow"}
	}

	return out
}

func registerTaints(texts map[string]string) []any {
	var out []any

	for _, key := range slices.Sorted(maps.Keys(texts)) {
		value, effect := parseTaint(texts[key])
		taint := map[string]any{"key": key, "effect": effect}

		if value != "" {
			taint["value"] = value
		}

		out = append(out, taint)
	}

	return out
}

// overlay lays mappings over mappings, key by key; anything else replaces.
func overlay(dst, over map[string]any) {
	for k, v := range over {
		a, okA := dst[k].(map[string]any)
		b, okB := v.(map[string]any)

		if okA && okB {
			merged := maps.Clone(a)
			overlay(merged, b)
			dst[k] = merged
		} else {
			dst[k] = v
		}
	}
}

func anyList[T any](list []T) []any {
	out := make([]any, 0, len(list))
	for _, v := range list {
		out = append(out, v)
	}

	return out
}
