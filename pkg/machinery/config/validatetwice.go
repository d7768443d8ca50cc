package config

import (
	"fmt"

	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/internal/tree"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// twice warns of single things that the main document and another one both say.
// Such a config works, the document wins; but whoever changes the other place will
// wonder why nothing happens.
func (k *checker) twice() {
	main := k.c.V1Alpha1()
	if main == nil {
		return
	}

	k.part = k.mainPart()
	m := &main.Machine

	for i := range k.c.parts {
		p := &k.c.parts[i]

		switch d := p.doc.(type) {
		case *document.SysctlConfig:
			k.twiceInMap("machine.sysctls", m.Sysctls, d.Params, p)
		case *document.SysfsConfig:
			k.twiceInMap("machine.sysfs", m.Sysfs, d.Params, p)
		case *document.EnvironmentConfig:
			k.twiceInMap("machine.env", m.Env, d.Variables, p)
		case *document.RegistryMirrorConfig:
			if _, ok := m.Registries.Mirrors[d.Name]; ok {
				k.warn(tree.Under("machine.registries.mirrors", d.Name), "keep one of them", "%s replaces it", p.id())
			}
		case *document.RegistryAuthConfig:
			if m.Registries.Config[d.Name].Auth != nil {
				k.warn(tree.Under("machine.registries.config", d.Name)+".auth", "keep one of them", "%s replaces it", p.id())
			}
		case *document.RegistryTLSConfig:
			if m.Registries.Config[d.Name].TLS != nil {
				k.warn(tree.Under("machine.registries.config", d.Name)+".tls", "keep one of them", "%s replaces it", p.id())
			}
		case *document.KernelModuleConfig:
			for n, mod := range m.Kernel.Modules {
				if mod.Name == d.Name {
					k.warn(fmt.Sprintf("machine.kernel.modules[%d]", n), "keep one of them", "%s is about the same module", p.id())
				}
			}
		case interface {
			Settings() *document.LinkSettings
		}:
			k.linkTwice(m.Network.Interfaces, p)
		}
	}

	k.part = nil
}

func (k *checker) twiceInMap(at string, main, doc map[string]string, p *part) {
	for name, v := range doc {
		if old, ok := main[name]; ok && old != v {
			k.warn(tree.Under(at, name), "keep one of them", "%s sets it to something else, which wins", p.id())
		}
	}
}

func (k *checker) linkTwice(list []v1alpha1.Device, p *part) {
	for n, d := range list {
		if d.Interface != "" && d.Interface == document.Name(p.doc) {
			k.warn(fmt.Sprintf("machine.network.interfaces[%d].interface", n), "describe it in one place", "%s describes it too", p.id())
		}
	}
}
