package impact

import (
	"reflect"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/document"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

const unknown = "not known to take effect on a running machine"

func TestEverySettingHasARule(t *testing.T) {
	t.Parallel()

	for _, section := range []struct {
		prefix string
		t      reflect.Type
	}{
		{"", reflect.TypeFor[v1alpha1.Config]()},
		{"machine.", reflect.TypeFor[v1alpha1.MachineConfig]()},
		{"machine.features.", reflect.TypeFor[v1alpha1.FeaturesConfig]()},
		{"cluster.", reflect.TypeFor[v1alpha1.ClusterConfig]()},
	} {
		for i := range section.t.NumField() {
			key, _, _ := strings.Cut(section.t.Field(i).Tag.Get("yaml"), ",")
			if key == "-" || key == "machine" {
				continue
			}

			if r := find(config.Change{Document: config.MainKind, Path: section.prefix + key}); r.reason == unknown {
				t.Errorf("%s%s has no rule", section.prefix, key)
			}
		}
	}

	for _, k := range document.Kinds() {
		if config.IsFolded(k.Name) {
			continue
		}

		if r := find(config.Change{Document: k.Name + " name", Path: "x"}); r.reason == unknown {
			t.Errorf("%s has no rule", k.Name)
		}
	}

	if r := find(config.Change{Document: "NewConfig", Path: "x"}); r.effect != Reboot || r.reason != unknown {
		t.Errorf("an unknown kind is %s", r.effect)
	}
}
