package config_test

import (
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// TestDefaults has everything that a config means which says next to nothing. Who acts
// on it does not look whether a switch is there.
func TestDefaults(t *testing.T) {
	t.Parallel()

	e := mustLoad(t, "machine: {type: worker}").Effective()

	n, err := tree.Encode(e)
	if err != nil {
		t.Fatal(err)
	}

	text, err := tree.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}

	got := strings.NewReplacer(
		":v"+v1alpha1.DefaultKubernetesVersion, ":KUBERNETES", v1alpha1.DefaultEtcdVersion, "ETCD", v1alpha1.DefaultCoreDNSVersion, "COREDNS",
	).Replace(string(text))

	if got != defaults {
		t.Errorf("got\n%s\nwant\n%s", got, defaults)
	}

	f := e.Folded
	if f.NodeCIDRMaskSizeIPv4 != 24 || f.NodeCIDRMaskSizeIPv6 != 64 || f.Flannel.Type != "vxlan" || f.Flannel.Port != 4789 || !f.APIServerStartupProbes {
		t.Errorf("got %+v", f)
	}
}

const defaults = `version: v1alpha1
debug: false
persist: true
machine:
    type: worker
    controlPlane:
        controllerManager:
            disabled: false
        scheduler:
            disabled: false
    kubelet:
        image: ghcr.io/siderolabs/kubelet:KUBERNETES
        clusterDNS:
            - 10.96.0.10
        defaultRuntimeSeccompProfileEnabled: false
        registerWithFQDN: false
        skipNodeRegistration: false
        disableManifestsDirectory: false
    network:
        kubespan:
            enabled: false
            advertiseKubernetesNetworks: false
            allowDownPeerBypass: false
            harvestExtraEndpoints: false
            mtu: 1420
        disableSearchDomain: false
    install:
        bootloader: true
        wipe: false
        legacyBIOSSupport: false
    time:
        disabled: false
        servers:
            - time.cloudflare.com
    features:
        rbac: true
        stableHostname: true
        kubernetesTalosAPIAccess:
            enabled: false
        apidCheckExtKeyUsage: true
        diskQuotaSupport: true
        kubePrism:
            enabled: false
            port: 7445
        hostDNS:
            enabled: false
            forwardKubeDNSToHost: false
            resolveMemberNames: false
        imageCache:
            localEnabled: false
        nodeAddressSortAlgorithm: v1
cluster:
    controlPlane:
        localAPIServerPort: 6443
    network:
        cni:
            name: flannel
            flannel:
                kubeNetworkPoliciesEnabled: false
        dnsDomain: cluster.local
        podSubnets:
            - 10.244.0.0/16
        serviceSubnets:
            - 10.96.0.0/12
    apiServer:
        image: registry.k8s.io/kube-apiserver:KUBERNETES
        disablePodSecurityPolicy: true
    controllerManager:
        image: registry.k8s.io/kube-controller-manager:KUBERNETES
    proxy:
        disabled: false
        image: registry.k8s.io/kube-proxy:KUBERNETES
        mode: nftables
    scheduler:
        image: registry.k8s.io/kube-scheduler:KUBERNETES
    discovery:
        enabled: false
        registries:
            kubernetes:
                disabled: true
            service:
                disabled: false
                endpoint: https://discovery.talos.dev/
    etcd:
        image: registry.k8s.io/etcd:ETCD
    coreDNS:
        disabled: false
        image: registry.k8s.io/coredns/coredns:COREDNS
    externalCloudProvider:
        enabled: false
    adminKubeconfig:
        certLifetime: 8760h0m0s
    allowSchedulingOnMasters: false
    allowSchedulingOnControlPlanes: false
`
