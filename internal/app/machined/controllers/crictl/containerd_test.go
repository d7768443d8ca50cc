//go:build containerd

package crictl

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/v1alpha1"
)

// TestContainerdTakesTheConfiguration asks a real containerd, which has to be in
// PATH, what it makes of the files.
func TestContainerdTakesTheConfiguration(t *testing.T) {
	cfg, err := config.Load([]byte(machineConfig))
	if err != nil {
		t.Fatal(err)
	}

	files, err := render(view{
		registries:     planRegistries(cfg.Effective()),
		customizations: map[string]string{"20-customization": "[plugins.\"io.containerd.cri.v1.runtime\"]\n  enable_selinux = true\n"},
		overrides:      map[string]any{"process": map[string]any{"rlimits": []any{}}},
	})
	if err != nil {
		t.Fatal(err)
	}

	dir := t.TempDir()

	for name, f := range files {
		f.content = strings.ReplaceAll(f.content, VisibleDir, dir)
		files[name] = f
	}

	if err = write(dir, files); err != nil {
		t.Fatal(err)
	}

	out, err := exec.Command("containerd", "--config", filepath.Join(dir, "containerd.toml"), "config", "dump").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	for _, want := range []string{
		"config_path = '" + dir + "/conf.d/hosts'", "enable_selinux = true", "sandbox = '" + v1alpha1.DefaultPauseImage + "'",
		"base_runtime_spec = '" + dir + "/conf.d/base-spec.json'", "ShimCgroup = '/podruntime/shim'", "stats_collect_period = '15s'",
		`password = 'pa"ss\'`,
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q", want)
		}
	}

	if t.Failed() {
		t.Logf("%s", out)
	}
}
