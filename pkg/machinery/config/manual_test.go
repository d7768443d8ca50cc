package config_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

// exception is why examples of a page are refused. Numbers are those of the code
// blocks on the page.
type exception struct {
	page    string
	numbers []int
	err     string // part of the error
	why     string
}

// exceptions lists every example of the manual that is refused.
var exceptions = []exception{
	// Lost in publication: a comment, a file name or a placeholder has swallowed a
	// line break or indentation.
	{"advanced/air-gapped", []int{8}, "not YAML", "published without a line break"},
	{"advanced/static-pods", []int{0}, "not YAML", "published without a line break"},
	{"talos-guides/configuration/certificate-authorities", []int{0}, "not YAML", "published without a line break"},
	{"talos-guides/configuration/disk-encryption", []int{0, 1, 2, 4}, "not YAML", "published without a line break"},
	{"talos-guides/network/corporate-proxies", []int{0, 2}, "not YAML", "published without a line break"},
	{"talos-guides/network/device-selector", []int{0, 2}, "not YAML", "published without a line break"},
	{"talos-guides/network/vip", []int{2}, "not YAML", "published with a key out of line"},

	// Mistakes of the manual; the documented system refuses them too.
	{"advanced/etcd-maintenance", []int{1}, "machine.etcd: unknown key; it is set as cluster.etcd", "the wrong section"},
	{"reference/configuration/v1alpha1/config", []int{10}, "deviceSelector: expected a mapping, found a list", "made for another field of the same type"},
	{"reference/configuration/v1alpha1/config", []int{13, 14}, "deviceSelectors: expected a list, found a mapping", "made for another field of the same type"},
	{"reference/configuration/v1alpha1/config", []int{45, 46}, "is not a log destination", "made for another field of the same type"},
	{"reference/configuration/v1alpha1/config", []int{55, 56}, "reached by https", "made for another field of the same type"},

	// Not complete, as their text says.
	{"reference/configuration/_index", []int{0}, "portSelector.ports: missing", "only shows where documents begin"},
	{"reference/configuration/v1alpha1/config", []int{11, 12, 15, 16, 20, 21, 22, 23}, "nothing says which interface this is", "shows one field of an interface"},
	{"reference/configuration/v1alpha1/config", []int{17, 18, 19}, "nothing says which interface this is", "shows one field of a VLAN"},
	{"reference/configuration/v1alpha1/config", []int{65}, "not a certificate", "a placeholder for a certificate"},
	{"talos-guides/network/ingress-firewall", []int{2, 3}, "not a network in CIDR form", "shell variables for networks"},
	{"talos-guides/install/virtualized-platforms/vmware", []int{0}, `"<VIP>" is not an IP address`, "a placeholder for an address"},
	{"talos-guides/configuration/patching", []int{2}, "/machine/network: is not there", "replaces what a generated config does not have"},
	{"kubernetes-guides/configuration/replicated-local-storage-with-openebs-jiva", []int{12}, "/spec: is not there", "patches a DaemonSet, not a config"},

	// Of their time.
	{"reference/configuration/v1alpha1/config", []int{3, 59, 61, 63}, "Kubernetes v1.29.0 is not supported", "Kubernetes of 2023"},
	{"kubernetes-guides/upgrading-kubernetes", []int{4, 9, 14, 25}, "Kubernetes v1.29.0 is not supported", "Kubernetes of 2023"},
	{"talos-guides/configuration/editing-machine-configuration", []int{8, 10, 14}, "Kubernetes v1.29.0 is not supported", "Kubernetes of 2023"},
}

func exceptionOf(name string) *exception {
	page, file := path.Split(name)

	for i := range exceptions {
		e := &exceptions[i]
		if e.page+"/" == page && slices.ContainsFunc(e.numbers, func(n int) bool { return file == fmt.Sprintf("%d.yaml", n) }) {
			return e
		}
	}

	return nil
}

// TestExamplesOfTheManual applies every config, document and patch in the manual of
// the documented system to generated configs of three release lines. Each result is
// valid, or the example is one of the exceptions and refused for their reason.
func TestExamplesOfTheManual(t *testing.T) {
	t.Parallel()

	files := archive(t, "manual.txtar")

	for _, e := range exceptions {
		for _, n := range e.numbers {
			name := fmt.Sprintf("%s/%d.yaml", e.page, n)
			if !slices.ContainsFunc(files, func(f txtar.File) bool { return f.Name == name }) {
				t.Errorf("the exception %s is not an example", name)
			}
		}
	}

	for _, line := range []string{"v1.6", "v1.12", "v1.14"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()

			base := generated(t, line)

			for _, f := range files {
				err := tryExample(base, f)
				want := ""

				if e := exceptionOf(f.Name); e != nil {
					want = e.err
				}

				// Contract: JSON patches are for configs of one document.
				if strings.HasPrefix(string(f.Data), "- ") && len(base.Documents()) > 0 {
					want = "a JSON patch works on a single document"
				}

				switch {
				case want == "" && err != nil:
					t.Error(err)
				case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
					t.Errorf("%s: error is %v, want %s", f.Name, err, want)
				}
			}
		})
	}
}

func tryExample(base *config.Config, f txtar.File) error {
	p, err := patch.Parse(f.Name, f.Data)
	if err != nil {
		return err
	}

	if !p.IsJSON() {
		if _, err = config.Load(f.Data, config.WithName(f.Name)); err != nil {
			return err
		}
	}

	c, err := config.ApplyPatches(base, p)
	if err != nil {
		return err
	}

	if d := config.Diff(c, c); len(d) > 0 {
		return fmt.Errorf("%s: diff with itself is %v", f.Name, d)
	}

	if _, err = config.Validate(c, config.Metal); err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}

	return nil
}
