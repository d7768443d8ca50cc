package secrets

import (
	"fmt"

	"github.com/talos-os/talos/pkg/machinery/config/internal/masked"
)

// What holds a secret, itself or further down, shows itself without it: see package
// masked.

func (v Bundle) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v Bundle) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v Certs) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v Certs) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v Cluster) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v Cluster) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v Secrets) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v Secrets) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }

func (v TrustdInfo) Format(s fmt.State, verb rune) { masked.Format(s, verb, v) }
func (v TrustdInfo) MarshalJSON() ([]byte, error)  { return masked.JSON(v) }
