package config_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// further are the documents with settings of the main one that a config is not generated
// with.
const further = `apiVersion: v1alpha1
kind: CRIBaseRuntimeSpecConfig
overrides: {process: {noNewPrivileges: true}}
---
apiVersion: v1alpha1
kind: ImageCacheConfig
local: {enabled: true}
---
apiVersion: v1alpha1
kind: KubeAuthorizerConfig
name: first
type: Webhook
webhook: {timeout: 3s}
---
apiVersion: v1alpha1
kind: KubeCredentialProviderConfig
configuration: {kind: CredentialProviderConfig}
---
apiVersion: v1alpha1
kind: KubeSpanConfig
enabled: true
---
apiVersion: v1alpha1
kind: KubeTalosAPIAccessConfig
allowedRoles: [os:reader]
allowedKubernetesNamespaces: [kube-system]
---
apiVersion: v1alpha1
kind: TimeSyncConfig
ntp: {servers: [a.example.org]}
---
apiVersion: v1alpha1
kind: VolumeConfig
name: STATE
encryption: {provider: luks2, keys: [{slot: 0, nodeID: {}}]}
---
apiVersion: v1alpha1
kind: VolumeConfig
name: EPHEMERAL
encryption: {provider: luks2, keys: [{slot: 0, nodeID: {}}]}
`

// samples are values for settings that do not take any text, list or mapping.
var samples = map[string]string{
	"machine.network.nameservers":                                           "[9.9.9.9]",
	"machine.network.kubespan.mtu":                                          "1400",
	"machine.network.kubespan.filters.excludeAdvertisedNetworks":            "[192.0.2.0/24]",
	"machine.time.bootTimeout":                                              "3m0s",
	"machine.install.diskSelector":                                          "{type: nvme}",
	"machine.features.kubePrism.port":                                       "7000",
	"machine.systemDiskEncryption.state":                                    "{cipher: aes-xts-plain64}",
	"machine.systemDiskEncryption.ephemeral":                                "{keySize: 512}",
	"cluster.controlPlane.endpoint":                                         "https://a.example.org:6443",
	"cluster.controlPlane.localAPIServerPort":                               "7443",
	"cluster.network.podSubnets":                                            "[10.42.0.0/16]",
	"cluster.network.serviceSubnets":                                        "[10.43.0.0/16]",
	"cluster.network.cni.name":                                              "none",
	"cluster.discovery.registries.service.endpoint":                         "https://d.example.org/",
	"cluster.secretboxEncryptionSecret":                                     keyTwo,
	"cluster.aescbcEncryptionSecret":                                        keyOne,
	"cluster.apiServer.admissionControl":                                    "[{name: Other, configuration: {a: b}}]",
	"cluster.apiServer.authorizationConfig":                                 "[{name: second, type: Webhook, webhook: {timeout: 5s}}]",
	"machine.features.kubernetesTalosAPIAccess.allowedRoles":                "[os:admin]",
	"machine.features.kubernetesTalosAPIAccess.allowedKubernetesNamespaces": "[default]",
}

// unmoved are the settings that a patch cannot bring to a document.
var unmoved = map[string]string{
	"cluster.network.cni.urls": "means something with the name custom only, which takes the document of flannel away",
}

// elsewhere are the places where what is meant is not seen in the effective config.
var elsewhere = map[string]string{
	"cluster.secretboxEncryptionSecret":             "the whole configuration has it",
	"cluster.aescbcEncryptionSecret":                "the whole configuration has it",
	"machine.install.diskSelector":                  "is an expression in the document",
	"machine.systemDiskEncryption.state":            "the volume has it",
	"machine.systemDiskEncryption.ephemeral":        "the volume has it",
	"cluster.discovery.registries.service.disabled": "there is no document then",
}

// shared lists every setting that the main document and another one have, down to
// where values are.
func shared() []string {
	var out []string

	var walk func(t reflect.Type, path string)

	walk = func(t reflect.Type, path string) {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}

		if t.Kind() != reflect.Struct || tree.IsScalar(t) || strings.HasPrefix(t.String(), "x509.") || samples[path] != "" {
			out = append(out, path)

			return
		}

		plan := tree.PlanOf(t)
		for i := range plan.Fields {
			walk(plan.Fields[i].Type, path+"."+plan.Fields[i].Key)
		}
	}

	paths := []string{"machine.systemDiskEncryption.state", "machine.systemDiskEncryption.ephemeral"}
	for _, kind := range document.Names() {
		paths = append(paths, config.Replaces(kind)...)
	}

	for _, path := range paths {
		t := reflect.TypeFor[v1alpha1.Config]()

		for _, key := range strings.Split(path, ".") {
			t = tree.PlanOf(t).Field(key).Type
		}

		walk(t, path)
	}

	slices.Sort(out)

	return out
}

// sample is some value for a setting of the type of v.
func sample(path string, t reflect.Type, ca string) string {
	switch {
	case samples[path] != "":
		return samples[path]
	case strings.Contains(t.String(), "PEMEncodedCertificateAndKey"):
		return "{crt: " + ca + ", key: " + ca + "}"
	case t.String() == "[]x509.PEMEncodedCertificate":
		return "[{crt: " + ca + "}]"
	case strings.Contains(t.String(), "PEMEncodedKey"):
		return "{key: " + ca + "}"
	}

	switch t.Kind() {
	case reflect.Pointer:
		return "true"
	case reflect.Map:
		return "{some: \"5\"}"
	case reflect.Slice:
		return "[192.0.2.7]"
	}

	return "some"
}

func nested(path, value string) string {
	keys := strings.Split(path, ".")

	return strings.Join(keys, ": {") + ": " + value + strings.Repeat("}", len(keys)-1)
}

// settingAt is the value of a setting.
func settingAt(v any, path string) reflect.Value {
	rv := reflect.ValueOf(v)

	for _, key := range strings.Split(path, ".") {
		for rv.Kind() == reflect.Pointer {
			if rv.IsNil() {
				return rv
			}

			rv = rv.Elem()
		}

		rv = rv.FieldByIndex(tree.PlanOf(rv.Type()).Field(key).Index)
	}

	return rv
}

func typeAt(path string) reflect.Type {
	t := reflect.TypeFor[v1alpha1.Config]()

	for _, key := range strings.Split(path, ".") {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}

		t = tree.PlanOf(t).Field(key).Type
	}

	return t
}

// TestEverySharedSettingMoves patches each setting that may stand in two places. It has
// to reach the document, and to mean what it means in the main document.
func TestEverySharedSettingMoves(t *testing.T) {
	t.Parallel()

	full := apply(t, generated(t, "v1.14"), []byte(further))
	old := generated(t, "v1.11")
	ca := pemBase64("YQ==")
	seen := map[string]bool{}

	paths := shared()
	if len(paths) < 75 {
		t.Errorf("only %d settings were found", len(paths))
	}

	for _, path := range paths {
		seen[path] = true

		value := sample(path, typeAt(path), ca)

		// What is on is turned off: it could not be told from what is lost otherwise.
		if v := settingAt(full.Effective(), path); value == "true" && !v.IsNil() && v.Elem().Bool() {
			value = "false"
		}

		p, err := patch.Parse("p", []byte(nested(path, value)))
		if err != nil {
			t.Fatal(err)
		}

		c, err := config.ApplyPatches(full, p)
		if err != nil {
			t.Errorf("%s: %v", path, err)

			continue
		}

		if unmoved[path] == "" {
			if _, err := config.Validate(c, config.Metal); err != nil && strings.Contains(err.Error(), "is set here while") {
				t.Errorf("%s: %v", path, err)
			}

			if v := settingAt(c.V1Alpha1(), path); !tree.IsUnset(v) && path != "cluster.network.cni.name" {
				t.Errorf("%s: stays in the main document", path)
			}
		}

		if elsewhere[path] != "" || unmoved[path] != "" {
			if config.Same(full, c) && value != "true" {
				t.Errorf("%s: nothing is changed", path)
			}

			continue
		}

		inMain, err := config.ApplyPatches(old, p)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}

		// Lists and mappings have what else the config sets besides.
		got, want := settingAt(c.Effective(), path), settingAt(inMain.Effective(), path)
		if !says(got, want) {
			t.Errorf("%s: %v, in the main document %v", path, got, want)
		}
	}

	for _, path := range slices.Concat(slices.Collect(maps.Keys(samples)), slices.Collect(maps.Keys(unmoved)), slices.Collect(maps.Keys(elsewhere))) {
		if !seen[path] {
			t.Errorf("%s is no setting of two documents", path)
		}
	}
}

// says reports whether a value has what another one ends with.
func says(got, want reflect.Value) bool {
	switch want.Kind() {
	case reflect.Slice:
		return want.Len() > 0 && got.Len() > 0 &&
			reflect.DeepEqual(got.Index(got.Len()-1).Interface(), want.Index(want.Len()-1).Interface())
	case reflect.Map:
		for it := want.MapRange(); it.Next(); {
			key := it.Key().String()
			if key != "some" {
				continue
			}

			v := got.MapIndex(it.Key())

			return v.IsValid() && reflect.DeepEqual(v.Interface(), it.Value().Interface())
		}

		return false
	}

	return reflect.DeepEqual(got.Interface(), want.Interface())
}
