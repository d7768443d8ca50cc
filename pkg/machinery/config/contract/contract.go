// Package contract knows what differs between release lines of the config
// language: which settings a generated config may use, so that a node of an
// older release accepts it.
package contract

import (
	"fmt"
	"strconv"
	"strings"
)

// Contract is a release line, such as v1.14. The zero value is the current one.
type Contract struct {
	minor int // of major version 1; 0 stands for current
	set   bool
}

// Oldest and newest lines that can be generated for.
const (
	oldestMinor  = 0
	currentMinor = 14
	newestMinor  = 15
)

// Current is the line of this release.
func Current() Contract { return Contract{minor: currentMinor, set: true} }

// Parse reads "v1.14", "1.14" or a full version of that line; nothing is current.
func Parse(s string) (Contract, error) {
	if s == "" {
		return Current(), nil
	}

	major, rest, ok := strings.Cut(strings.TrimPrefix(s, "v"), ".")
	minor, _, _ := strings.Cut(rest, ".")
	minor, _, _ = strings.Cut(minor, "-")

	n, err := strconv.Atoi(minor)
	if !ok || major != "1" || err != nil || n < oldestMinor || n > newestMinor {
		return Contract{}, fmt.Errorf("version contract %q is not one of v1.%d to v1.%d", s, oldestMinor, newestMinor)
	}

	return Contract{minor: n, set: true}, nil
}

// String is the short version.
func (c Contract) String() string { return fmt.Sprintf("v1.%d", c.line()) }

func (c Contract) line() int {
	if !c.set {
		return currentMinor
	}

	return c.minor
}

// Kubernetes is the window of minor versions of Kubernetes 1 that the line runs. It
// is not known of the lines before v1.2.
func (c Contract) Kubernetes() (oldest, newest int, known bool) {
	newest = c.line() + 23

	// Since v1.6 a line runs six minor versions.
	if oldest = newest - 5; c.line() < 6 {
		oldest = newest - 2
	}

	return oldest, newest, c.line() >= 2
}

// Toggle is a difference that a range of lines has.
type Toggle struct {
	Name    string
	since   int
	through int // 0: to the newest
}

// Has reports whether the line has it.
func (c Contract) Has(t Toggle) bool {
	return c.line() >= t.since && (t.through == 0 || c.line() <= t.through)
}

// The differences. A name is a promise to tests only; what each one changes is
// said where it is asked.
var (
	APIServerAuditPolicySupported              = Toggle{Name: "APIServerAuditPolicySupported", since: 3}
	AddExcludeFromExternalLoadBalancer         = Toggle{Name: "AddExcludeFromExternalLoadBalancer", since: 8}
	ApidExtKeyUsageCheckEnabled                = Toggle{Name: "ApidExtKeyUsageCheckEnabled", since: 3}
	ClusterNameForWorkers                      = Toggle{Name: "ClusterNameForWorkers", since: 8}
	DiscoveryIdentityMultidocConfig            = Toggle{Name: "DiscoveryIdentityMultidocConfig", since: 14}
	DiscoveryServiceMultidocConfig             = Toggle{Name: "DiscoveryServiceMultidocConfig", since: 14}
	DiskQuotaSupportEnabled                    = Toggle{Name: "DiskQuotaSupportEnabled", since: 5}
	FilesystemTrimEnabledByDefault             = Toggle{Name: "FilesystemTrimEnabledByDefault", since: 14}
	GrubUseUKICmdlineDefault                   = Toggle{Name: "GrubUseUKICmdlineDefault", since: 12}
	HideDisablePSP                             = Toggle{Name: "HideDisablePSP", since: 12}
	HideRBACAndKeyUsage                        = Toggle{Name: "HideRBACAndKeyUsage", since: 12}
	HostDNSEnabled                             = Toggle{Name: "HostDNSEnabled", since: 7}
	HostDNSForwardKubeDNSToHost                = Toggle{Name: "HostDNSForwardKubeDNSToHost", since: 8}
	HostDNSMultidocConfig                      = Toggle{Name: "HostDNSMultidocConfig", since: 14}
	KubePrismEnabled                           = Toggle{Name: "KubePrismEnabled", since: 6}
	KubeSpanMultidocConfig                     = Toggle{Name: "KubeSpanMultidocConfig", since: 13}
	KubeletDefaultRuntimeSeccompProfileEnabled = Toggle{Name: "KubeletDefaultRuntimeSeccompProfileEnabled", since: 2}
	KubeletManifestsDirectoryDisabled          = Toggle{Name: "KubeletManifestsDirectoryDisabled", since: 3}
	KubernetesAllowSchedulingOnControlPlanes   = Toggle{Name: "KubernetesAllowSchedulingOnControlPlanes", since: 2}
	KubernetesAlternateImageRegistries         = Toggle{Name: "KubernetesAlternateImageRegistries", since: 2, through: 2}
	KubernetesDiscoveryBackendDisabled         = Toggle{Name: "KubernetesDiscoveryBackendDisabled", since: 2}
	MultidocKernelModuleConfigSupported        = Toggle{Name: "MultidocKernelModuleConfigSupported", since: 14}
	MultidocKubernetesConfigSupported          = Toggle{Name: "MultidocKubernetesConfigSupported", since: 14}
	MultidocNetworkConfigSupported             = Toggle{Name: "MultidocNetworkConfigSupported", since: 12}
	MultidocSysctlConfigSupported              = Toggle{Name: "MultidocSysctlConfigSupported", since: 14}
	PodSecurityAdmissionEnabled                = Toggle{Name: "PodSecurityAdmissionEnabled", since: 1}
	PopulateClusterSANsFromEndpoint            = Toggle{Name: "PopulateClusterSANsFromEndpoint", through: 11}
	SecretboxEncryptionSupported               = Toggle{Name: "SecretboxEncryptionSupported", since: 3}
	SecureBootEnrollEnforcementSupported       = Toggle{Name: "SecureBootEnrollEnforcementSupported", since: 8}
	StableHostnameEnabled                      = Toggle{Name: "StableHostnameEnabled", since: 2}
	UnattendedInstallConfig                    = Toggle{Name: "UnattendedInstallConfig", since: 14}
	UseRSAServiceAccountKey                    = Toggle{Name: "UseRSAServiceAccountKey", since: 7}
	VolumeConfigEncryptionSupported            = Toggle{Name: "VolumeConfigEncryptionSupported", since: 11}
	WorkloadIsolationEnabledByDefault          = Toggle{Name: "WorkloadIsolationEnabledByDefault", since: 14}
)
