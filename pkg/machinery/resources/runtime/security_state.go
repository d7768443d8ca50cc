package runtime

import (
	"github.com/talos-os/talos/pkg/machinery/resource"
)

// SecurityStateSpec says what is enforced on this boot. Fingerprints are hexadecimal SHA-256, empty
// for images that nobody signed.
type SecurityStateSpec struct {
	SecureBoot               bool         `yaml:"secureBoot" protobuf:"1"`
	UKISigningKeyFingerprint string       `yaml:"ukiSigningKeyFingerprint,omitempty" protobuf:"2"`
	PCRSigningKeyFingerprint string       `yaml:"pcrSigningKeyFingerprint,omitempty" protobuf:"3"`
	SELinuxState             SELinuxState `yaml:"selinuxState,omitempty" protobuf:"4"`
	FIPSState                FIPSState    `yaml:"fipsState,omitempty" protobuf:"6"`
	BootedWithUKI            bool         `yaml:"bootedWithUKI,omitempty" protobuf:"5"`
	ModuleSignatureEnforced  bool         `yaml:"moduleSignatureEnforced,omitempty" protobuf:"7"`
}

// SecurityStates has one resource, SecurityStateID.
var SecurityStates = resource.Define[SecurityStateSpec](Kinds, resource.Definition{
	Type: "SecurityStates.talos.dev", Namespace: "runtime",
	Columns: []resource.Column{{Name: "SecureBoot", JSONPath: "{.secureBoot}"}, {Name: "UKISigningKeyFingerprint", JSONPath: "{.ukiSigningKeyFingerprint}"}, {Name: "PCRSigningKeyFingerprint", JSONPath: "{.pcrSigningKeyFingerprint}"}, {Name: "SELinuxState", JSONPath: "{.selinuxState}"}, {Name: "ModuleSignatureEnforced", JSONPath: "{.moduleSignatureEnforced}"}},
})
