package v1alpha1

import (
	"fmt"

	"github.com/talos-os/talos/pkg/machinery/config/internal/masked"
)

// What holds a secret, itself or further down, shows itself without it: see package
// masked.

func (v ClusterConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v ClusterConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v Config) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v Config) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v Device) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v Device) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v DeviceVIPConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v DeviceVIPConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v DeviceWireguardConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v DeviceWireguardConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v EncryptionConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v EncryptionConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v EncryptionKey) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v EncryptionKey) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v EncryptionKeyStatic) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v EncryptionKeyStatic) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v EtcdConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v EtcdConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v ExternalManifest) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v ExternalManifest) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v Folded) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v Folded) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v MachineConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v MachineConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v NetworkConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v NetworkConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v RegistriesConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v RegistriesConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v RegistryAuthConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v RegistryAuthConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v RegistryConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v RegistryConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v RegistryTLSConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v RegistryTLSConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v SystemDiskEncryptionConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v SystemDiskEncryptionConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v VIPEquinixMetalConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v VIPEquinixMetalConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v VIPHCloudConfig) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v VIPHCloudConfig) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v Vlan) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v Vlan) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }
