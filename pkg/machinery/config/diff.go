package config

import (
	"reflect"
	"slices"
	"strings"

	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// Change is one difference between two configs. Values are YAML on one line; secrets
// are named, not shown.
type Change struct {
	Document string `json:"document"`
	Path     string `json:"path,omitempty"`
	Old      string `json:"old,omitempty"` // empty: added
	New      string `json:"new,omitempty"` // empty: removed
	Secret   bool   `json:"secret,omitempty"`
}

// String is the change as a line of a diff.
func (c Change) String() string {
	at := c.Document
	if c.Path != "" {
		at += ": " + c.Path
	}

	switch {
	case c.Secret && c.Old != "" && c.New != "":
		return "~ " + at + " (secret)"
	case c.Old == "":
		return "+ " + strings.TrimSuffix(at+": "+brief(c.New), ": ")
	case c.New == "":
		return "- " + strings.TrimSuffix(at+": "+brief(c.Old), ": ")
	}

	return "~ " + at + ": " + brief(c.Old) + " -> " + brief(c.New)
}

// brief cuts a value that would fill a screen, between two letters.
func brief(s string) string {
	const most = 200

	if len(s) <= most {
		return s
	}

	return strings.ToValidUTF8(s[:most], "") + "…"
}

// Diff lists what differs between two configs, document by document as they are
// written. A config compared with itself gives nothing.
func Diff(a, b *Config) []Change {
	var out []Change

	for i := range a.parts {
		p := &a.parts[i]
		q := b.find(p.id())

		out = append(out, diffParts(p, q)...)
	}

	for i := range b.parts {
		if q := &b.parts[i]; a.find(q.id()) == nil {
			out = append(out, diffParts(nil, q)...)
		}
	}

	return out
}

// DiffEffective lists what differs in effect: moving a setting from the main
// document to one of its own changes nothing. Documents without a counterpart in
// the main one are compared as they are.
func DiffEffective(a, b *Config) []Change {
	ea, eb := a.Effective(), b.Effective()
	out := changes(MainKind, tree.Diff(ea, eb))

	written := Diff(a, b)
	out = append(out, foldedChanges(ea, eb, written, len(out) > 0)...)

	for _, c := range written {
		kind, _, _ := strings.Cut(c.Document, " ")
		if kind != MainKind && !IsFolded(kind) {
			out = append(out, c)
		}
	}

	return out
}

// FoldedPaths lists the settings of folded kinds that no path of the main document
// names, as kind and path with a dot between.
func FoldedPaths() []string {
	var out []string
	for _, from := range foldedFrom {
		out = append(out, strings.TrimSuffix(from.Kind+"."+from.Path, "."))
	}

	slices.Sort(out)

	return out
}

// foldedFrom says which setting of which kind each field of v1alpha1.Folded is from.
var foldedFrom = map[string]struct{ Kind, Path string }{
	"NodeCIDRMaskSizeIPv4":   {"KubeNetworkConfig", "nodeCIDRMaskSizeIPv4"},
	"NodeCIDRMaskSizeIPv6":   {"KubeNetworkConfig", "nodeCIDRMaskSizeIPv6"},
	"KubePrismServerName":    {"KubePrismConfig", "tlsServerName"},
	"APIServerStartupProbes": {"KubeAPIServerConfig", "startupProbes"},
	"Authentication":         {"KubeAuthenticationConfig", ""},
	"EtcdEncryption":         {"KubeEtcdEncryptionConfig", ""},
	"ServiceAccount":         {"KubeServiceAccountConfig", ""},
	"AcceptedAggregatorCAs":  {"KubeAggregatorCAConfig", "acceptedCAs"},
	"Flannel":                {"KubeFlannelCNIConfig", ""},
	"ProxyConfig":            {"KubeProxyConfig", "config"},
	"ProxyResources":         {"KubeProxyConfig", "resources"},
	"ExternalManifests":      {"KubeExternalManifestConfig", ""},
	"InstallMatch":           {"UnattendedInstallConfig", "provisioning"},
	"InstallReboot":          {"UnattendedInstallConfig", "reboot"},
	"MirrorOverrides":        {"RegistryMirrorConfig", "endpoints"},
}

// foldedChanges are those in effect that no path of the main document names: they are
// told as they are written. known says that there are others, which may be the cause.
func foldedChanges(a, b *v1alpha1.Config, written []Change, known bool) (out []Change) {
	va, vb := reflect.ValueOf(a.Folded), reflect.ValueOf(b.Folded)

	for i := range va.NumField() {
		if reflect.DeepEqual(va.Field(i).Interface(), vb.Field(i).Interface()) {
			continue
		}

		name := va.Type().Field(i).Name
		from, found := foldedFrom[name], false

		for _, c := range written {
			kind, _, _ := strings.Cut(c.Document, " ")
			if kind == from.Kind && strings.HasPrefix(c.Path, from.Path) {
				found = true

				if !slices.Contains(out, c) {
					out = append(out, c)
				}
			}
		}

		if !found && !known {
			out = append(out, Change{Document: MainKind, Path: "folded." + name, Old: "(changed)", New: "(changed)"})
		}
	}

	return out
}

// IsFolded reports whether everything a kind says is in the effective form, so
// that nobody reads the document itself.
func IsFolded(kind string) bool {
	if _, ok := counterparts[kind]; ok {
		// These keep settings that controllers read from the document.
		return kind != "ResolverConfig" && kind != "TimeSyncConfig" && kind != "DiscoveryServiceConfig"
	}

	switch kind {
	case "SysctlConfig", "SysfsConfig", "EnvironmentConfig", "UdevRulesConfig", "KernelModuleConfig", "StaticHostConfig",
		"RegistryMirrorConfig", "RegistryAuthConfig", "RegistryTLSConfig", "KubeStaticPodConfig",
		"KubeExternalManifestConfig", "KubeInlineManifestConfig", "KubeAuthenticationConfig":
		return true
	}

	return false
}

func (c *Config) find(id string) *part {
	for i := range c.parts {
		if c.parts[i].id() == id {
			return &c.parts[i]
		}
	}

	return nil
}

func diffParts(p, q *part) []Change {
	one := p
	if one == nil {
		one = q
	}

	value := func(x *part) any {
		switch {
		case x == nil:
			return reflect.New(one.declared()).Interface()
		case x.main != nil:
			return x.main
		}

		return x.doc
	}

	out := changes(one.id(), tree.Diff(value(p), value(q)))

	// A document that says nothing came or went all the same.
	if len(out) == 0 && (p == nil || q == nil) {
		c := Change{Document: one.id()}
		if p == nil {
			c.New = "(document)"
		} else {
			c.Old = "(document)"
		}

		out = append(out, c)
	}

	return out
}

func changes(doc string, list []tree.Change) []Change {
	out := make([]Change, len(list))
	for i, c := range list {
		out[i] = Change{Document: doc, Path: c.Path, Old: c.Old, New: c.New, Secret: c.Secret}
	}

	return out
}
