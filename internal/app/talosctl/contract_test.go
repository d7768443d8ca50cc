package talosctl

import (
	"encoding/json"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

type contractFlag struct {
	Name, Short, Type, Default string
	Hidden                     bool
}

type contractCommand struct {
	Command, Args string
	Aliases       []string
	Flags         []contractFlag
}

func readContract(t *testing.T) map[string]contractCommand {
	t.Helper()

	raw, err := os.ReadFile("testdata/cli.json")
	if err != nil {
		t.Fatal(err)
	}

	var contract struct{ Commands []contractCommand }
	if err = json.Unmarshal(raw, &contract); err != nil {
		t.Fatal(err)
	}

	out := map[string]contractCommand{}
	for _, c := range contract.Commands {
		out[c.Command] = c
	}

	return out
}

// ours are commands that the contract does not have.
var ours = map[string]string{
	"talosctl cluster create":     "hidden in the contract, and only holds others",
	"talosctl machineconfig diff": "says what a change costs",
	"talosctl cluster verify":     "shows that a local cluster works",
	"talosctl cluster supervise":  "what create starts in the background",
}

// left are flags of the contract that we do not have, by command and name; * is all commands below.
var left = map[string]string{
	"talosctl cluster * remote-endpoint":                             "clusters run on this machine only",
	"talosctl cluster * state":                                       "clusters are kept in one place, by name",
	"talosctl cluster create qemu cidr":                              "the network is inside one process, and never meets another",
	"talosctl cluster create qemu disks":                             "--disk gives the size of the one disk",
	"talosctl cluster create qemu image-factory-auth":                "images are built here",
	"talosctl cluster create qemu image-factory-url":                 "images are built here",
	"talosctl cluster create qemu schematic-id":                      "images are built here",
	"talosctl cluster create qemu omni-api-endpoint":                 "needs a connection that nodes do not have yet",
	"talosctl cluster create qemu presets":                           "--boot says what is booted",
	"talosctl cluster create qemu talos-version":                     "images are built here",
	"talosctl cluster create qemu mtu":                               "the network is inside one process",
	"talosctl cluster create qemu registry-mirror":                   "the gateway mirrors every registry",
	"talosctl cluster destroy save-cluster-logs-archive-path":        "not there yet",
	"talosctl cluster destroy save-support-archive-path":             "not there yet",
	"talosctl gen secureboot database include-well-known-uefi-certs": "the certificates of others are not here",
	"talosctl gen config skip-k8s-etcd":                              "nodes refuse a control plane config without cluster.ca, cluster.etcd.ca and cluster.token, and are ready with a kubelet only",
	"talosctl cluster destroy provisioner":                           "deprecated, and there is one",
	"talosctl cluster show provisioner":                              "there is one",
}

// defaults are those of text that are not the contract's, by command and name.
var defaults = map[string]string{
	"talosctl cluster create qemu kubernetes-version":   "the one of this release, told by the help",
	"talosctl cluster create qemu memory-controlplanes": "a control plane of this release needs it",
	"talosctl edit namespace":                           "the one that is edited, which the contract means by none",
	"talosctl machineconfig patch output":               "standard output, which the contract means by none",
	"talosctl patch namespace":                          "the one that is patched, which the contract means by none",
	"talosctl gen config install-image":                 "the one of this release, told by the help",
	"talosctl gen config kubernetes-version":            "the one of this release, told by the help",
}

// types of flags that the contract names by what they take.
var types = map[string]string{"enum": "string", "string(mb,gb)": "string", "strings": "stringSlice"}

func isLeft(command, flag string) bool {
	for entry := range left {
		cmd, name, _ := cutLast(entry)
		below, all := strings.CutSuffix(cmd, " *")

		if name == flag && (cmd == command || (all && (command == below || strings.HasPrefix(command, below+" ")))) {
			return true
		}
	}

	return false
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ' ')

	return s[:i], s[i+1:], true
}

func TestFlagsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()

	contract := readContract(t)

	root := newRoot(&app{stdout: io.Discard, stderr: io.Discard})
	root.InitDefaultCompletionCmd()

	each(root, func(cmd *cobra.Command) {
		path := cmd.CommandPath()

		want, known := contract[path]
		if !known {
			if ours[path] == "" {
				t.Errorf("%s is not in the contract", path)
			}

			return
		}

		for _, alias := range want.Aliases {
			if !slices.Contains(cmd.Aliases, alias) {
				t.Errorf("%s has no alias %s", path, alias)
			}
		}

		for _, w := range want.Flags {
			if w.Name == "help" || isLeft(path, w.Name) {
				continue
			}

			f := cmd.Flag(w.Name)
			if f == nil {
				t.Errorf("%s has no --%s", path, w.Name)

				continue
			}

			typ := w.Type
			if other, ok := types[typ]; ok {
				typ = other
			}

			if f.Value.Type() != typ {
				t.Errorf("%s --%s is a %s, not a %s", path, w.Name, f.Value.Type(), w.Type)
			}

			if f.Shorthand != w.Short {
				t.Errorf("%s --%s has the short form %q, not %q", path, w.Name, f.Shorthand, w.Short)
			}

			// None is said of what is empty.
			none := w.Default == "" && slices.Contains([]string{"", "false", "0", "0s", "[]"}, f.DefValue)

			if !none && f.DefValue != w.Default && defaults[path+" "+w.Name] == "" {
				t.Errorf("%s --%s is %s by default, not %s", path, w.Name, f.DefValue, w.Default)
			}
		}
	})
}

func each(cmd *cobra.Command, f func(*cobra.Command)) {
	for _, sub := range cmd.Commands() {
		f(sub)
		each(sub, f)
	}
}

func TestEveryCommandSaysWhatItDoes(t *testing.T) {
	t.Parallel()

	each(newRoot(&app{stdout: io.Discard, stderr: io.Discard}), func(cmd *cobra.Command) {
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") {
			t.Errorf("%s: short help %q", cmd.CommandPath(), cmd.Short)
		}

		if cmd.Example != "" && !strings.Contains(strings.ReplaceAll(cmd.Example+"\n", "\n", " "), cmd.CommandPath()+" ") {
			t.Errorf("%s: the examples are of another command:\n%s", cmd.CommandPath(), cmd.Example)
		}

		for line := range strings.Lines(cmd.Long) {
			if len(line) > 92 {
				t.Errorf("%s: a line of the help has %d columns: %s", cmd.CommandPath(), len(line), line)
			}
		}

		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s --%s has no help", cmd.CommandPath(), f.Name)
			}
		})
	})
}

// What shells propose must be what nodes have.
func TestProposedResourceTypesAreThoseOfTheContract(t *testing.T) {
	t.Parallel()

	raw, err := os.ReadFile("../../../pkg/machinery/resources/testdata/resources.json")
	if err != nil {
		t.Fatal(err)
	}

	var contract struct{ Resources []struct{ Type string } }
	if err = json.Unmarshal(raw, &contract); err != nil {
		t.Fatal(err)
	}

	proposed := strings.Fields(resourceTypes)

	for _, r := range contract.Resources {
		if name, _, _ := strings.Cut(strings.ToLower(r.Type), "."); !slices.Contains(proposed, name) {
			t.Errorf("resourcetypes.txt lacks %s", name)
		}
	}
}
