package config_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/talos-os/talos/pkg/machinery/config"
	"github.com/talos-os/talos/pkg/machinery/config/contract"
	"github.com/talos-os/talos/pkg/machinery/config/patch"
)

// exception is why examples of a page are refused. Numbers are those of the code
// blocks on the page.
type exception struct {
	page    string
	numbers []int
	err     string // part of the error
	why     string
	later   bool // refused for lines after that of the manual only
}

// exceptions lists every example of the manual that is refused.
var exceptions = []exception{
	// Mistakes of the manual; the documented system refuses them too.
	{"advanced/etcd-maintenance", []int{1}, "machine.etcd: unknown key; it is set as cluster.etcd", "the wrong section", false},
	{"reference/configuration/v1alpha1/config", []int{10}, "deviceSelector: expected a mapping, found a list", "made for another field of the same type", false},
	{"reference/configuration/v1alpha1/config", []int{13, 14}, "deviceSelectors: expected a list, found a mapping", "made for another field of the same type", false},
	{"reference/configuration/v1alpha1/config", []int{45, 46}, "is not a log destination", "made for another field of the same type", false},
	{"reference/configuration/v1alpha1/config", []int{55, 56}, "reached by https", "made for another field of the same type", false},
	{"talos-guides/network/device-selector", []int{0}, `interfaces[0].address: unknown key; did you mean "addresses"?`, "a key of no release", false},
	{"advanced/static-pods", []int{0}, "not YAML", "an item indented deeper than its first key", false},
	{"talos-guides/network/vip", []int{2}, "not YAML", "a key out of line", false},

	// Not complete, as their text says.
	{"talos-guides/configuration/disk-encryption", []int{1}, "machine.state: unknown key; it is set as machine.systemDiskEncryption.state", "leaves out the section with an ellipsis", false},
	{"talos-guides/configuration/disk-encryption", []int{2, 4}, "machine.ephemeral: unknown key; it is set as machine.systemDiskEncryption.ephemeral", "leaves out the section with an ellipsis", false},
	{"talos-guides/network/corporate-proxies", []int{2}, "not an IP address", "placeholders for addresses", false},
	{"reference/configuration/_index", []int{0}, "portSelector.ports: missing", "only shows where documents begin", false},
	{"reference/configuration/v1alpha1/config", []int{11, 12, 15, 16, 20, 21, 22, 23}, "nothing says which interface this is", "shows one field of an interface", false},
	{"reference/configuration/v1alpha1/config", []int{17, 18, 19}, "nothing says which interface this is", "shows one field of a VLAN", false},
	{"reference/configuration/v1alpha1/config", []int{65}, "not a certificate", "a placeholder for a certificate", false},
	{"talos-guides/network/ingress-firewall", []int{2, 3}, "not a network in CIDR form", "shell variables for networks", false},
	{"talos-guides/install/virtualized-platforms/vmware", []int{0}, `"<VIP>" is not an IP address`, "a placeholder for an address", false},
	{"talos-guides/configuration/patching", []int{2}, "/machine/network: is not there", "replaces what a generated config does not have", false},
	{"kubernetes-guides/configuration/replicated-local-storage-with-openebs-jiva", []int{12}, "/spec: is not there", "patches a DaemonSet, not a config", false},

	// Of their time.
	{"reference/configuration/v1alpha1/config", []int{3, 59, 61, 63}, "Kubernetes v1.29.0 is not supported", "Kubernetes of 2023", true},
	{"kubernetes-guides/upgrading-kubernetes", []int{4, 9, 14, 25}, "Kubernetes v1.29.0 is not supported", "Kubernetes of 2023", true},
	{"talos-guides/configuration/editing-machine-configuration", []int{8, 10, 14}, "Kubernetes v1.29.0 is not supported", "Kubernetes of 2023", true},
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

			base, c := generated(t, line), contract.Current()

			// The manual is of v1.6, and so is the Kubernetes in it.
			if line == "v1.6" {
				var err error
				if c, err = contract.Parse(line); err != nil {
					t.Fatal(err)
				}

				base = generatedFor(t, line, "1.29.0")
			}

			for _, f := range files {
				err := tryExample(base, f, c)
				want := ""

				if e := exceptionOf(f.Name); e != nil && (line != "v1.6" || !e.later) {
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

func tryExample(base *config.Config, f txtar.File, line contract.Contract) error {
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

	if _, err = config.Validate(c, config.Metal, config.ForContract(line)); err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}

	return nil
}
