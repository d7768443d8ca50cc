package crictl

import (
	"slices"
	"strings"

	"github.com/talos-os/talos/internal/controller"
	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
	"github.com/talos-os/talos/pkg/machinery/resources/cri"
)

// customizationPath is where a machine file customizes containerd.
const customizationPath = "/etc/cri/conf.d/20-customization.part"

func registries() controller.Controller {
	return fromConfig("cri.RegistriesConfigController", cri.RegistryConfigs.Exclusive(), func(cfg *config.Config) []controller.Item {
		return []controller.Item{controller.Want(cri.RegistryConfigs, cri.RegistriesConfigID, planRegistries(cfg.Effective()))}
	})
}

func planRegistries(cfg *v1alpha1.Config) cri.RegistriesConfigSpec {
	out := cri.RegistriesConfigSpec{
		RegistryMirrors: map[string]*cri.RegistryMirrorConfig{},
		RegistryAuths:   map[string]*cri.RegistryAuthConfig{},
		RegistryTLSs:    map[string]*cri.RegistryTLSConfig{},
	}

	for host, m := range cfg.Machine.Registries.Mirrors {
		mirror := &cri.RegistryMirrorConfig{MirrorSkipFallback: m.SkipFallback != nil && *m.SkipFallback}

		for _, e := range m.Endpoints {
			mirror.MirrorEndpoints = append(mirror.MirrorEndpoints, cri.RegistryEndpointConfig{
				EndpointEndpoint:     e,
				EndpointOverridePath: slices.Contains(cfg.Folded.MirrorOverrides[host], e),
			})
		}

		out.RegistryMirrors[host] = mirror
	}

	for host, c := range cfg.Machine.Registries.Config {
		if a := c.Auth; a != nil {
			out.RegistryAuths[host] = &cri.RegistryAuthConfig{
				RegistryUsername: a.Username, RegistryPassword: a.Password, RegistryAuth: a.Auth, RegistryIdentityToken: a.IdentityToken,
			}
		}

		if t := c.TLS; t != nil {
			out.RegistryTLSs[host] = &cri.RegistryTLSConfig{
				TLSClientIdentity: t.ClientIdentity, TLSCA: []byte(t.CA), TLSInsecureSkipVerify: t.InsecureSkipVerify != nil && *t.InsecureSkipVerify,
			}
		}
	}

	return out
}

func customization() controller.Controller {
	return fromConfig("cri.CustomizationConfigController", cri.CustomizationConfigs.Exclusive(), func(cfg *config.Config) []controller.Item {
		var items []controller.Item

		for _, f := range cfg.Effective().Machine.Files {
			if f.Path == customizationPath {
				items = append(items, controller.Want(cri.CustomizationConfigs, "20-customization", cri.CustomizationConfigSpec{Content: f.Content}))
			}
		}

		for _, d := range cfg.Documents() {
			if c, ok := d.(*document.CRICustomizationConfig); ok {
				items = append(items, controller.Want(cri.CustomizationConfigs, c.Name, cri.CustomizationConfigSpec{Content: c.Content}))
			}
		}

		return items
	})
}

func baseSpec() controller.Controller {
	return fromConfig("cri.RuntimeSpecConfigController", cri.BaseRuntimeSpecConfigs.Exclusive(), func(cfg *config.Config) []controller.Item {
		overrides := cfg.Effective().Machine.BaseRuntimeSpecOverrides
		if len(overrides) == 0 {
			return nil
		}

		return []controller.Item{controller.Want(cri.BaseRuntimeSpecConfigs, cri.BaseRuntimeSpecOverridesID,
			cri.BaseRuntimeSpecConfigSpec{Object: overrides})}
	})
}

func seccompProfiles() controller.Controller {
	return fromConfig("cri.SeccompProfileController", cri.SeccompProfiles.Exclusive(), func(cfg *config.Config) []controller.Item {
		var items []controller.Item

		for _, p := range cfg.Effective().Machine.SeccompProfiles {
			// A profile is a file name; one that leads elsewhere is none.
			if p.Name == "" || strings.ContainsAny(p.Name, "/\x00") || p.Name == ".." || p.Name == "." {
				continue
			}

			items = append(items, controller.Want(cri.SeccompProfiles, p.Name, cri.SeccompProfileSpec{Name: p.Name, Value: p.Value}))
		}

		return items
	})
}
