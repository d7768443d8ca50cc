package document

import (
	"fmt"

	"github.com/talos-os/talos/pkg/machinery/config/internal/masked"
)

// What holds a secret, itself or further down, shows itself without it: see package
// masked.

func (v CertificateAndKey) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v CertificateAndKey) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v DiscoveryIdentityConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v DiscoveryIdentityConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v EncryptionKey) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v EncryptionKey) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v EncryptionKeyStatic) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v EncryptionKeyStatic) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v EncryptionSpec) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v EncryptionSpec) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v HCloudVIPConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v HCloudVIPConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v IssuerServiceAccountConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v IssuerServiceAccountConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v KubeAPIServerCAConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v KubeAPIServerCAConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v KubeAggregatorCAConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v KubeAggregatorCAConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v KubeEtcdEncryptionConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v KubeEtcdEncryptionConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v KubeExternalManifestConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v KubeExternalManifestConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v KubeServiceAccountConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v KubeServiceAccountConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v RawVolumeConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v RawVolumeConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v RegistryAuthConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v RegistryAuthConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v RegistryTLSConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v RegistryTLSConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v SideroLinkConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v SideroLinkConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v SwapVolumeConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v SwapVolumeConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v UserVolumeConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v UserVolumeConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v VolumeConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v VolumeConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v WireguardConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v WireguardConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v WireguardPeer) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v WireguardPeer) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }
